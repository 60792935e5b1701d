"""Which customer an application is about: the search before its form, and the head of the form."""

from __future__ import annotations

from typing import Any

from flask import url_for

from engine.definitions import Definition
from engine.transactions import Tx
from handlers.customers.reports import listing
from handlers.customers.reports.criteria import Criteria
from webui.customers.actions import label_of
from webui.customers.listing import status_tag

MOST = 12


def asked(tx: Tx, definition: Definition, query: str) -> dict[str, Any]:
    """The variables of apply/customer.html: the customers found, each with the address of its form."""
    page = listing.customers(tx, Criteria(text=query), size=MOST) if query else None
    return {
        "title": definition.forms[definition.start.extensions["form"]].title,
        "query": query,
        "rows": [_found(row, definition) for row in page.rows] if page else [],
        "total": page.total if page else 0,
        "back_url": url_for("apply.choose"),
        "list_url": url_for("customers.index", q=query or None),
    }


def _found(row: listing.Row, definition: Definition) -> dict[str, Any]:
    label = label_of(definition, row.status)
    address = url_for("apply.begin", process=definition.process, customer=row.code) if label else None
    return head(row) | {"label": label, "tax_id": row.tax_id, "department": row.department, "begin_url": address}


def of_subject(tx: Tx, subject: str) -> dict[str, Any] | None:
    """The customer a form is about, as its head names it; `1000000@1000/20/00` is one of its areas."""
    found = listing.one(tx, subject.partition("@")[0]) if subject else None
    return head(found[1]) if found else None


def head(row: listing.Row) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "status": status_tag(row),
        "url": url_for("customers.show", code=row.code),
    }
