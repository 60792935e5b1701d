"""What an application changes about a customer: the fields it started from, the differences, their merging.

Differences are made on form fields: one account, one sales area, one company code. Which area and company code a
form is about its own key fields say; an area the account does not have yet is an extension (扩展).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Table

from engine.errors import NotFound
from engine.forms import Catalogue, Field
from engine.operations import prefill
from engine.transactions import Tx
from handlers.customers.changes.rows import pairs
from handlers.customers.records import snapshot
from handlers.customers.values.show import Show
from handlers.customers.versions import content_of
from handlers.customers.view_tables import KEYS, ROWS, VIEW_TITLES, VIEWS, fields

CODE, BASE, KIND, REASON, EVIDENCE = "customer_code", "base_version", "change_kind", "change_reason", "evidence"
KINDS = {
    "ordinary": "一般修改",
    "identity": "名称或税号变更",
    "bank": "银行账户变更",
    "tax": "开票资料变更",
    "extension": "扩展销售范围或公司代码",
    "cooperation": "合作方式变更",
    "correction": "更正录入错误",
    "unfreeze": "解冻",
}
CORRECTION = "correction"
IDENTITY = frozenset({"legal_name", "tax_id", "tax_id_type", "country"})


@dataclass(frozen=True)
class Change:
    """One field, old → new; `row` names which row of the view: an area, a company code, a place (`2`, `+1`)."""

    view: str
    row: str
    field: str
    kind: str  # changed added removed: the row came, went or stayed
    old: Any
    new: Any
    label: str
    section: str
    mask: str | None = None

    @property
    def path(self) -> str:
        """The place of the field, e.g. `general.city`, `sales.1000/10/01.price_group`, `banks.2.account_no`."""
        return ".".join(part for part in (self.view, self.row, self.field) if part)

    def shown(self, show: Show | None = None) -> tuple[str, str]:
        """Old and new as pages write them: coded values by their labels, sensitive ones masked."""
        column, show = COLUMNS[self.view][self.field], show or Show()
        texts = ("（空）" if empty(value) else show.value(column, value).text for value in (self.old, self.new))
        old, new = texts
        return old, new


COLUMNS: dict[str, dict[str, Column[Any]]] = {
    view: {str(column.name): column for column in fields(table)} for view, table in (VIEWS | ROWS).items()
}


# --- what the account is now, and was ---------------------------------------------------------------


@prefill("customers.current")
def prefilled(tx: Tx, now: datetime, key: str) -> Mapping[str, Any]:
    """What a form about a customer opens with; `1000000`, or with an area and company `1000000@1000/20/00@1100`."""
    code, _, rest = key.strip().partition("@")
    area, _, company = rest.partition("@")
    return current(tx, code, area, company)


def current(tx: Tx, customer_code: str, area: str = "", company: str = "") -> dict[str, Any]:
    """The account in the field names of the forms, with `customer_code` and `base_version`.

    Without `area` (1000/10/01) and `company` its first ones. Raises NotFound.
    """
    account_id, version, _ = account_of(tx, customer_code)
    return flat(snapshot(tx, account_id), area, company) | {CODE: customer_code, BASE: version}


def base_of(tx: Tx, form: Mapping[str, Any]) -> dict[str, Any]:
    """What an application started from: the fields of its area and company in its base version."""
    account_id, version, _ = account_of(tx, str(form.get(CODE) or ""))
    number = int(form.get(BASE) or version)
    return flat(content_of(tx, account_id, number), *row_keys(form)) | {CODE: form.get(CODE), BASE: number}


def account_of(tx: Tx, code: str) -> tuple[int, int, str]:
    """Id, version and status of an account; raises NotFound."""
    row = tx.one("SELECT id, version, status FROM account WHERE customer_code = ?", (code.strip(),))
    if row is None:
        raise NotFound(what=f"客户编码“{code}”")
    return int(row[0]), int(row[1]), str(row[2])


def flat(content: Mapping[str, Any], area: str = "", company: str = "") -> dict[str, Any]:
    """A snapshot as fields of a form: general, one sales area, one company code, all contacts and banks.

    An area or company the account does not have leaves its fields out; without a name the first one is meant.
    """
    found: dict[str, Any] = {"account_group": content["account"]["account_group"]}
    found |= next(iter(content.get("general") or ()), {})
    for view, wanted in (("sales", area), ("accounting", company)):
        rows = [row for row in content.get(view) or () if not wanted or row_key(view, row) == wanted]
        found |= rows[0] if rows else {}
    return found | {name: [dict(row) for row in content.get(name) or ()] for name in ROWS}


def row_keys(form: Mapping[str, Any]) -> tuple[str, str]:
    """The sales area and the company code a form is about, `""` where it says none."""
    return row_key("sales", form), row_key("accounting", form)


def row_key(view: str, row: Mapping[str, Any]) -> str:
    """`1000/10/01` of a sales area, `1000` of a company code; "" when a part is missing."""
    parts = [str(row.get(name) or "") for name in KEYS[view]]
    return "/".join(parts) if all(parts) else ""


# --- differences ------------------------------------------------------------------------------------


def of(form: Mapping[str, Any], base: Mapping[str, Any], catalogue: Catalogue | None = None) -> tuple[Change, ...]:
    """What a form changes against its base, field by field, in the order of the views.

    A field the form does not have is unchanged, an emptied one is cleared. With a catalogue a field that is hidden
    because of what kind of application this is counts as not in the form.
    """
    asked = {name: value for name, value in form.items() if catalogue is None or _asked(catalogue, name, form)}
    titles = _titles(catalogue)
    found: list[Change] = []
    for view, table in VIEWS.items():
        found += _fields(view, table, asked, base, titles)
    for view, table in ROWS.items():
        if view in asked:
            found += _rows(view, table, asked[view] or [], base.get(view) or [], titles)
    return tuple(found)


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same: nothing, an empty text and an unticked box do; 5.0 and 5.00 do."""
    if empty(one) or empty(other):
        return empty(one) and empty(other)
    return one == other or _amount(one) == _amount(other) is not None


def empty(value: Any) -> bool:
    return value in (None, "", [], {}) or value is False


def _fields(
    view: str, table: Table, form: Mapping[str, Any], base: Mapping[str, Any], titles: Mapping[str, str]
) -> Iterator[Change]:
    keys = KEYS.get(view, ())
    added = bool(keys) and not row_key(view, base)
    if added and not row_key(view, form):
        return
    row = row_key(view, form) or row_key(view, base) if keys else ""
    for column in fields(table):
        name = str(column.name)
        if name not in form or (name in keys and not added) or same(base.get(name), form[name]):
            continue
        kind = "added" if added else "changed"
        yield _change(view, row, column, kind, base.get(name), form[name], titles)


def _rows(
    view: str, table: Table, new: list[Mapping[str, Any]], old: list[Mapping[str, Any]], titles: Mapping[str, str]
) -> Iterator[Change]:
    columns = fields(table)
    kept = pairs(view, old, new)
    for place, row in enumerate(old):
        to = new[kept[place]] if place in kept else None
        for column in columns:
            name = str(column.name)
            if to is None and not empty(row.get(name)):
                yield _change(view, str(place + 1), column, "removed", row.get(name), None, titles)
            elif to is not None and name in to and not same(row.get(name), to[name]):
                yield _change(view, str(place + 1), column, "changed", row.get(name), to[name], titles)
    fresh = [row for place, row in enumerate(new) if place not in kept.values()]
    for count, row in enumerate(fresh, start=1):
        for column in columns:
            if not empty(row.get(str(column.name))):
                yield _change(view, f"+{count}", column, "added", None, row[str(column.name)], titles)


def _change(
    view: str, row: str, column: Column[Any], kind: str, old: Any, new: Any, titles: Mapping[str, str]
) -> Change:
    name = str(column.name)
    section = titles.get(view if view in ROWS else name) or VIEW_TITLES[view]
    return Change(view, row, name, kind, old, new, str(column.comment), section, column.info.get("mask"))


def _titles(catalogue: Catalogue | None) -> dict[str, str]:
    sections = catalogue.sections if catalogue else ()
    return {one.id: section.title for section in sections for one in section.fields}


def _asked(catalogue: Catalogue, name: str, form: Mapping[str, Any]) -> bool:
    """Whether this application could say something about the field: one of the customer's own data may hide it
    (and so clear it), a field of the application, such as its kind, may not.
    """
    one: Field | None = catalogue.fields.get(name)
    seen: set[str] = set()
    while one is not None and one.show_when and one.id not in seen:
        if not one.show_when.holds(form) and not of_customer(one.show_when.field):
            return False
        seen.add(one.id)
        one = catalogue.fields.get(one.show_when.field)
    return True


def of_customer(name: str) -> bool:
    """Whether a field of a form is the customer's own, or else one of the application."""
    return name in ("account_group", *ROWS) or any(name in COLUMNS[view] for view in VIEWS)


def _amount(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return None
    try:
        return Decimal(value) if "." in str(value) else None
    except ArithmeticError:
        return None
