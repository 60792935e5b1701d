"""A posting laid beside the signed and sealed form it rests on: which fields differ, and how pages show both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Column

from engine.store import loads
from engine.transactions import Tx
from handlers.customers.changes.differences import (
    BASE,
    CODE,
    COLUMNS,
    base_of,
    empty,
    flat,
    of,
    row_keys,
    same,
)
from handlers.customers.changes.forms import is_freeze, scopes_of
from handlers.customers.changes.states import scope_text
from handlers.customers.values.masking import mask, veiled
from handlers.customers.values.show import Show
from handlers.customers.values.text import unify
from handlers.customers.versions import content_of
from handlers.customers.view_tables import ROWS, VIEW_TITLES

OWN_CODE, SCOPE = "account.customer_code", "account.blocks"
NOTHING, BY_MAINTAINER, UNCHANGED = "（空）", "（由维护员填写）", "（本单没有申请修改）"
COMPLETED = ("partners", "relations")  # the system adds to what was applied for
_POSTINGS = (
    "SELECT p.instance_id, p.account_id, p.customer_code, p.posted_by, p.posted_at, i.number, i.department_id, v.number"
    " FROM posting p JOIN instance i ON i.id = p.instance_id"
    " JOIN account_version v ON v.instance_id = p.instance_id AND v.account_id = p.account_id"
)


@dataclass(frozen=True)
class Posting:
    """One customer as one case wrote it."""

    instance_id: int
    account_id: int
    customer_code: str
    posted_by: int
    posted_at: str
    number: str  # of the case
    department_id: int  # that had applied
    version: int


@dataclass(frozen=True)
class Named:
    """A field somebody names: what it should be, and what he found recorded (empty: what stands in the store)."""

    field: str
    should_be: str = ""
    found: str = ""


@dataclass(frozen=True)
class Compared:
    """A field of a posting, as pages show it; `differs` says whether the record is not what was approved."""

    field: str
    label: str
    claimed: str
    applied: str
    posted: str
    differs: bool


def postings(tx: Tx, instance_id: int, code: str = "") -> list[Posting]:
    """What a case has posted, by customer."""
    where, more = ("", ()) if not code else (" AND p.customer_code = ?", (code,))
    rows = tx.all(f"{_POSTINGS} WHERE p.instance_id = ?{where} ORDER BY p.customer_code", (instance_id, *more))
    return [Posting(*row) for row in rows]


def posting_of(tx: Tx, number: str, code: str) -> Posting | None:
    """The posting of a case, by its number, on a customer."""
    row = tx.one(f"{_POSTINGS} WHERE i.number = ? AND p.customer_code = ?", (number.strip().upper(), code.strip()))
    return Posting(*row) if row else None


def approved(tx: Tx, one: Posting) -> dict[str, Any]:
    """The form that was signed and sealed for a posting; of a batch the line of this customer."""
    row = tx.one(
        "SELECT r.form FROM import_row r JOIN import_batch b ON b.id = r.batch_id"
        " WHERE b.instance_id = ? AND r.account_id = ?",
        (one.instance_id, one.account_id),
    ) or tx.one("SELECT form FROM instance WHERE id = ?", (one.instance_id,))
    found: dict[str, Any] = loads(tx.vault.reveal(row[0])) if row and row[0] else {}
    return {**_before(tx, found), **found}


def _before(tx: Tx, form: Mapping[str, Any]) -> dict[str, Any]:
    """What a modification left as it was: the customer it started from."""
    return base_of(tx, form) if form.get(BASE) and form.get(CODE) else {}


def compare(tx: Tx, one: Posting, named: Iterable[Named]) -> list[Compared]:
    """The named fields, then whatever else differs between the form and the posted version."""
    form, content = approved(tx, one), content_of(tx, one.account_id, one.version)
    if is_freeze(form):
        return [_scope(form, content)]
    stored, changed = flat(content, *row_keys(form)), _changed(tx, one)
    found = [_named(each, one, form, stored, changed) for each in named]
    known = {each.field for each in found}
    for change in of(form, stored):
        path = f"{change.view}.{change.field}"
        if path not in known and change.view not in COMPLETED and (changed is None or path in changed):
            known.add(path)
            found.append(_named(Named(path), one, form, stored, changed))
    return found


def _changed(tx: Tx, one: Posting) -> frozenset[str] | None:
    """The fields a modification applied for; None for a new customer, whose form applies for all it has.

    What others changed meanwhile is on the posted version too, and no error of this posting.
    """
    if not tx.one("SELECT 1 FROM change_request WHERE instance_id = ?", (one.instance_id,)):
        return None
    rows = tx.all(
        "SELECT DISTINCT view, path FROM change_item WHERE instance_id = ? AND account_id = ?",
        (one.instance_id, one.account_id),
    )
    return frozenset(_field(view, path) for view, path in rows)


def _field(view: str, path: str) -> str:
    """`banks.2.account_no` → `banks.account_no`."""
    return f"{view}.{path.rpartition('.')[2]}"


def _scope(form: Mapping[str, Any], content: Mapping[str, Any]) -> Compared:
    wanted = scopes_of(form)
    made = list(dict.fromkeys(str(block["scope"]) for block in content.get("blocks") or ()))
    applied, posted = ("、".join(scope_text(scope) for scope in several) or NOTHING for several in (wanted, made))
    return Compared(SCOPE, "冻结范围", "", applied, posted, set(wanted) != set(made))


def _named(
    one: Named, posting: Posting, form: Mapping[str, Any], stored: Mapping[str, Any], changed: frozenset[str] | None
) -> Compared:
    if one.field == OWN_CODE:
        return _code(one, posting)
    view, _, name = one.field.partition(".")
    column = COLUMNS[view][name]
    wanted, made = (_values(view, name, values) for values in (form, stored))
    found = [one.found.strip()] if one.found.strip() else None
    if changed is not None and one.field not in changed and not found:
        return Compared(one.field, label(one.field), shown_typed(column, one.should_be), UNCHANGED,
                        _text(column, made), False)  # fmt: skip
    differs = not _alike(wanted, found) if found else not _same(wanted, made)
    posted = shown_typed(column, one.found) if found else _text(column, made)
    return Compared(one.field, label(one.field), shown_typed(column, one.should_be), _text(column, wanted), posted,
                    differs)  # fmt: skip


def _code(one: Named, posting: Posting) -> Compared:
    """The code of an internal customer is what the maintainer types himself: the form says nothing of it."""
    posted = one.found.strip() or posting.customer_code
    return Compared(OWN_CODE, label(OWN_CODE), one.should_be, BY_MAINTAINER, posted, one.should_be.strip() != posted)


def _values(view: str, name: str, values: Mapping[str, Any]) -> list[Any]:
    if view in ROWS:
        return [row.get(name) for row in values.get(view) or () if not empty(row.get(name))]
    return [] if empty(values.get(name)) else [values[name]]


def _same(one: list[Any], other: list[Any]) -> bool:
    return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))


def _alike(values: list[Any], typed: list[str]) -> bool:
    """Whether what somebody typed is (one of) the values: width, case and spaces aside, amounts as amounts."""
    return any(alike(value, one) for value in values for one in typed)


def alike(value: Any, typed: str) -> bool:
    """Whether typed text means a stored value, its code or its label."""
    texts = {_plain(str(value)), _plain("是" if value is True else "否" if value is False else str(value))}
    return _plain(typed) in texts or _amount(typed) == _amount(value) is not None


def _plain(text: str) -> str:
    return "".join(unify(text).upper().split())


def _amount(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value).replace(",", "")) if not isinstance(value, bool) else None
    except InvalidOperation:
        return None


# --- as pages show it -----------------------------------------------------------------------------------------


def label(path: str) -> str:
    """What a field is called, with its view."""
    if path == OWN_CODE:
        return "客户编码"
    view, _, name = path.partition(".")
    return f"{VIEW_TITLES[view]}·{COLUMNS[view][name].comment}"


def _text(column: Column[Any], values: list[Any]) -> str:
    return "、".join(Show().value(column, value).text for value in values) or NOTHING


def shown_typed(column: Column[Any], text: str) -> str:
    """What somebody typed about a field, fit to be kept: masked as the field itself is."""
    kind = column.info.get("mask")
    return mask(kind, text) if kind and text else veiled(text)


def key_fields(tx: Tx, one: Posting) -> list[str]:
    """What is typed back from the ERP: what a modification applied for, of a new customer its key fields."""
    changed = _changed(tx, one)
    area = row_keys(approved(tx, one)) if changed is not None else ("", "")  # a new customer has but one of each
    stored = flat(content_of(tx, one.account_id, one.version), *area)
    wanted = KEY_FIELDS if changed is None else sorted(changed)
    return [path for path in wanted if _values(path.partition(".")[0], path.partition(".")[2], stored)]


KEY_FIELDS = (
    "general.legal_name", "general.tax_id", "general.short_name", "general.city", "sales.sales_organisation",
    "sales.price_group", "accounting.company_code", "accounting.payment_terms", "accounting.credit_limit",
    "accounting.invoice_title", "banks.account_no",
)  # fmt: skip
