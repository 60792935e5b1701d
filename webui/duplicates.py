"""查重 on the application form: asking by name and tax number, and showing what was found as evidence (3.3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _

from engine.clock import local
from engine.errors import FieldProblem
from engine.forms import Context, Form
from engine.forms.fields import empty
from engine.forms.kinds import convert
from engine.forms.reading import visible
from engine.transactions import Tx
from handlers.customers.guards import FIELD, FRESH, last_search
from handlers.customers.matching.search import Hit, candidate_of, find, search
from handlers.customers.values.keys import key_of
from webui.here import link, me, now

ASKED = ("account_group", "legal_name", "tax_id_type", "tax_id")  # the group says which number there is, if any
KEPT = 5  # the newest searches are evidence enough
NUMBER_NEEDED = "查重须同时按名称和税号：请填写证件号或税号；确实没有的，证件类型选“无”"


def wanted(form: Form, kind: str) -> bool:
    """Whether this form asks for a duplicate search."""
    return FIELD in form.writable(kind) and form.fields[FIELD].kind == "search"


def problems(form: Form, values: Mapping[str, Any], context: Context) -> list[FieldProblem]:
    """What must be mended before a search makes sense: name and number given and well formed."""
    found = []
    given = {one.id: one.default for one in form.fields.values() if one.default is not None}
    values = {**given, **values}  # the first step does not ask for what the rest of the form begins with
    for name in ASKED:
        field = form.fields[name]
        if not visible(field, form.fields, values):
            continue
        try:
            value = convert(field, values.get(name), context.options_of(field))
            check = field.check_name(values)
            if empty(value) and field.is_required(values):
                raise ValueError(NUMBER_NEEDED if name == "tax_id" else f"“{field.label}”必填，请填写后再查重")
            if check and not empty(value):
                context.registry.checks[check](value)
        except ValueError as error:
            found.append(FieldProblem(name, str(error), field.label))
    return found


def look(tx: Tx, values: Mapping[str, Any], case_id: int | None = None) -> str:
    """Search, on record; returns the number of the record. `case_id` leaves one's own application out."""
    number = "" if values.get("tax_id_type") == "none" else str(values.get("tax_id") or "")
    name = str(values.get("legal_name") or "")
    return str(search(tx, now(), me(), name, number, form=values, case_id=case_id).id)


def hits(tx: Tx, values: Mapping[str, Any], case_id: int | None = None) -> list[dict[str, Any]]:
    """What looks like the customer of this form now, best first, without leaving a trace."""
    return [_shown(hit) for hit in find(tx, candidate_of(values), key_of(values), case_id)]


def evidence(tx: Tx, values: Mapping[str, Any], case_id: int | None = None) -> dict[str, Any] | None:
    """The person's own last search, with the likely hits as they are now; None when they have not looked."""
    ids = (values.get(FIELD) or {}).get("search_ids") or []
    made = last_search(tx, ids, me())
    if made is None:
        return None
    return {
        "ids": ids[-KEPT:],
        "at": f"{local(made.at):%H:%M}",
        "name": made.name,
        "tax_id": made.tax_id,
        "stale": now() - made.at > FRESH,
        "hits": hits(tx, values, case_id),
    }


def dismissals(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return (values.get(FIELD) or {}).get("dismissals") or {}


def messages(found: Iterable[FieldProblem]) -> list[str]:
    """What the guard of the form says about the search."""
    return [_(problem.message) for problem in found if problem.field == FIELD]


def _shown(hit: Hit) -> dict[str, Any]:
    customer = hit.instance_id is None
    return asdict(hit) | {"url": link("customers.show", code=hit.candidate) if customer else None}
