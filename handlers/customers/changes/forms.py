"""What the forms of changes and freezes say: about which customers, how and where to freeze."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.customers.changes.differences import CODE, EVIDENCE, REASON
from handlers.customers.changes.states import SPECIAL
from handlers.customers.changes.tables import CENTRAL
from handlers.customers.view_tables import KEYS

FREEZE_KIND, FREEZE_REASON = "freeze_kind", "freeze_reason"


def codes_of(form: Mapping[str, Any]) -> list[str]:
    """The customers an application is about: one, or those of its table `customers`."""
    rows = [str(row.get(CODE) or "").strip() for row in form.get("customers") or ()]
    one = str(form.get(CODE) or "").strip()
    return list(dict.fromkeys(code for code in (one, *rows) if code))


def is_freeze(form: Mapping[str, Any]) -> bool:
    """Whether the form asks for a freeze."""
    return bool(form.get(FREEZE_KIND))


def freeze_kind_of(form: Mapping[str, Any]) -> str:
    """`routine` or `special`."""
    return str(form.get(FREEZE_KIND) or SPECIAL)


def scopes_of(form: Mapping[str, Any]) -> list[str]:
    """Where a freeze holds: `central` unless the form names company codes or sales areas."""
    companies = [f"company:{one}" for one in form.get("freeze_company_codes") or ()]
    areas = [f"area:{_area(one)}" for one in form.get("freeze_sales_areas") or ()]
    return list(dict.fromkeys(companies + areas)) or [CENTRAL]


def _area(one: Any) -> str:
    """`1000/10/01`, written so or as a row of a table."""
    return one if isinstance(one, str) else "/".join(str(one.get(name) or "") for name in KEYS["sales"])


def reason_of(form: Mapping[str, Any]) -> str:
    """Why the change or freeze is wanted."""
    return str(form.get(REASON) or form.get(FREEZE_REASON) or "")


def evidence_of(form: Mapping[str, Any]) -> list[str]:
    """The ids of the attachments that prove a change."""
    given = form.get(EVIDENCE) or form.get("attachments") or []
    return [str(one) for one in given] if isinstance(given, list) else [str(given)]
