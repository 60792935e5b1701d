"""The views of a customer as groups of facts and as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _

from handlers.customers.queries import Customer, View
from handlers.customers.values.show import Value

LONG = 24  # a longer value takes the whole width

# What the overview shows of the general view, by subject; what no subject names follows at the end.
SUBJECTS = {
    "身份": (
        "legal_name", "short_name", "name_en", "name_trad", "customer_type", "is_internal", "trading_partner",
        "lifecycle", "tax_id_type", "tax_id", "legal_representative", "industry_code", "scale", "group_parent",
        "parent_code", "licence_status", "registered_capital", "established_on", "business_term",
    ),
    "地址与联系": (
        "country", "region_code", "city", "district", "street_address", "registered_address", "postcode", "phone",
        "fax", "website",
    ),
    "来源与核验": ("source_channel", "source_note", "verified_against", "verified_on", "verified_by", "remarks"),
}  # fmt: skip
# And of tax, bank and credit: by view, from its first row.
MONEY = {
    "accounting": (
        "vat_payer_kind", "invoice_type", "reconciliation_account", "payment_terms", "credit_limit", "risk_class",
    ),
    "banks": ("bank_name", "account_no"),
}  # fmt: skip


def view_of(customer: Customer, name: str) -> View | None:
    """A view by its name; None when the customer has none."""
    return next((view for view in customer.views if view.id == name), None)


def values_of(customer: Customer, name: str) -> dict[str, str]:
    """The values of a view's first row by field."""
    view = view_of(customer, name)
    return {value.name: value.text for value in view.rows[0]} if view else {}


def masked(customer: Customer) -> bool:
    """Whether anything on the page is shown in part only."""
    return any(value.masked for view in customer.views for row in view.rows for value in row)


def overview(customer: Customer) -> list[dict[str, Any]]:
    """The general view by subject, then tax, bank and credit in short; empty before the customer was posted."""
    general = view_of(customer, "general")
    return [*_subjects(general.rows[0]), *_money(customer)] if general else []


def _subjects(row: Sequence[Value]) -> list[dict[str, Any]]:
    by_name = {value.name: value for value in row}
    named = {name for names in SUBJECTS.values() for name in names}
    parts = [
        {"title": _(title), "facts": [_fact(by_name[name]) for name in names if name in by_name]}
        for title, names in SUBJECTS.items()
    ]
    parts.append({"title": _("其他"), "facts": [_fact(value) for value in row if value.name not in named]})
    return [part for part in parts if part["facts"]]


def _money(customer: Customer) -> Iterator[dict[str, Any]]:
    facts = []
    for name, wanted in MONEY.items():
        view = view_of(customer, name)
        facts += [_fact(value) for value in (view.rows[0] if view else ()) if value.name in wanted]
    if facts:
        yield {"title": _("税务、银行与信用"), "facts": facts}


def group(view: View) -> dict[str, Any]:
    """A view row by row, each as a part with its facts."""
    several = len(view.rows) > 1
    parts = [
        {"title": _("第 %(n)s 组", n=number) if several else "", "facts": [_fact(one) for one in row]}
        for number, row in enumerate(view.rows, start=1)
    ]
    return {"title": _(view.title), "parts": parts}


def table(view: View) -> dict[str, Any]:
    """Rows side by side; a column appears when any row has a value in it."""
    labels = {value.name: value.label for row in view.rows for value in row}
    rows = [{value.name: value.text for value in row} for row in view.rows]
    return {
        "title": _(view.title),
        "columns": [_(label) for label in labels.values()],
        "rows": [[row.get(name, "") for name in labels] for row in rows],
    }


def _fact(value: Value) -> dict[str, Any]:
    return {"label": _(value.label), "value": value.text, "wide": len(value.text) > LONG}
