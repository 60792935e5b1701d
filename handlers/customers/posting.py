"""Posting a new customer, once per application (SD-010 2.3, R-030, E-82). What changes it later: `changes/writing.py`.

Party, names, account, views, version and the proof of posting are written in the transaction of the step that
follows; a failure leaves nothing behind, and a second attempt finds the first and gives the same code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pypinyin import Style, lazy_pinyin
from sqlalchemy import Table, insert

from engine.errors import NotAllowed, Refused
from engine.operations import Case
from engine.transactions import Tx
from handlers.customers import numbering, requests
from handlers.customers.changes import places
from handlers.customers.changes.partners import completed
from handlers.customers.matching import in_flight
from handlers.customers.matching.name_index import CUSTOMERS
from handlers.customers.matching.naming import ParsedName, parse
from handlers.customers.matching.pinyin import initials
from handlers.customers.records import snapshot
from handlers.customers.reports.grams import grams
from handlers.customers.tables import account, account_version, name_gram, party, party_name, posting
from handlers.customers.values.keys import DOMESTIC, key_of
from handlers.customers.values.secrets import digest, stored_key
from handlers.customers.view_tables import ROWS, VIEWS, fields

OWN_CODE = "customer_code"  # the stated code of an external number range
OWNER = "owner_department"  # of a customer of the opening load: the unit it belongs to
_PARTY = "SELECT id FROM party WHERE key = ? AND status = 'active'"
_NAME_FIELDS = {
    "legal_name": "current",
    "short_name": "short",
    "name_en": "english",
    "name_trad": "traditional",
}


@dataclass(frozen=True)
class Posted:
    """What an application has written: the customer, its account, by whose release."""

    customer_code: str
    account_id: int
    posted_by: int
    again: bool = False  # an earlier attempt had already posted it


@dataclass(frozen=True)
class Release:
    """The maintainer's completed step on which posting rests."""

    work_item_id: str
    person_id: int


def posted(tx: Tx, instance_id: int, account_id: int | None = None) -> Posted | None:
    """What an application has posted, on this account or on whichever."""
    row = tx.one(
        "SELECT customer_code, account_id, posted_by FROM posting WHERE instance_id = ? AND (? = 0 OR account_id = ?)",
        (instance_id, account_id or 0, account_id or 0),
    )
    return Posted(row[0], row[1], row[2], again=True) if row else None


def post(tx: Tx, now: datetime, case: Case, job: str, released: Release) -> Posted:
    """Write the customer of an application for a new one and give it its code.

    Raises Refused KEY_TAKEN when the key has gone to somebody else, NotAllowed without a maintainer's
    release, Misconfigured when the number range is used up.
    """
    if earlier := posted(tx, case.id):
        return earlier
    made = post_one(tx, now, case, job, released)
    requests.release(tx, case.id, now, "posted")
    in_flight.forget(tx, case.id)
    return made


def post_one(tx: Tx, now: datetime, case: Case, job: str, released: Release, existing: str | None = None) -> Posted:
    """Write one customer with what hangs on it: `case.form` says which; the caller sees to it that it is once.

    `existing` is the code of a customer of the opening load, which it keeps. Raises as `post` does.
    """
    require_release(tx, case.id, released)
    if place := places.objections(tx, case.form):
        raise Refused("KEY_TAKEN", place[0][1])
    party_id = _party(tx, now, case)
    account_id, code = _account(tx, now, case, party_id, existing)
    partners = completed(code, str(case.form["account_group"]), case.form.get("partners") or [])
    _views(tx, account_id, {**case.form, "partners": partners})
    write_version(tx, now, case.id, account_id, released.person_id)
    write_posting(tx, now, case, job, account_id, code, released)
    return Posted(code, account_id, released.person_id)


def write_posting(tx: Tx, now: datetime, case: Case, job: str, account_id: int, code: str, released: Release) -> None:
    """The proof that this application has been posted on this account."""
    tx.core(
        insert(posting).values(
            instance_id=case.id,
            account_id=account_id,
            job=job,
            customer_code=code,
            work_item_id=released.work_item_id,
            posted_by=released.person_id,
            posted_at=now,
        )
    )


def require_release(tx: Tx, instance_id: int, released: Release) -> None:
    """No import, no interface, no other role may write: only a maintainer's completed step of this case."""
    row = tx.one(
        "SELECT 1 FROM work_item w JOIN post p ON p.id = w.post_id WHERE w.id = ? AND w.instance_id = ?"
        " AND w.done_by = ? AND w.status = 'done' AND p.kind = 'maintainer'",
        (released.work_item_id, instance_id, released.person_id),
    )
    if row is None:
        raise NotAllowed(what="写入客户主数据", why="没有客户主数据维护员办结的建档步骤（SD-010 2.3）")


# --- who -------------------------------------------------------------------------------------------


def _party(tx: Tx, now: datetime, case: Case) -> int:
    """The party: new, or for an approved exception the existing one (one legal person, several accounts)."""
    key = key_of(case.form)
    if key is not None:
        requests.must_be_free(tx, case.id, key, excepted=bool(case.form.get("separate_reason")))
        if row := tx.one(_PARTY, (stored_key(tx.vault, key),)):
            return int(row[0])
    party_id = insert_row(
        tx,
        party,
        key=key,
        customer_type=str(case.form.get("customer_type") or ""),
        country=str(case.form.get("country") or DOMESTIC),
        tax_id_type=str(case.form.get("tax_id_type") or ""),
        tax_id=case.form.get("tax_id"),
        status="active",
        created_at=now,
    )
    for field, kind in _NAME_FIELDS.items():
        if name := case.form.get(field):
            write_name(tx, now, party_id, kind, str(name))
    return party_id


def write_name(tx: Tx, now: datetime, party_id: int, kind: str, name: str) -> None:
    """Give a party a name of a kind, with what the matcher and the search of the list find it by."""
    parsed = parse(name)
    said = _initials(parsed)
    name_id = insert_row(
        tx,
        party_name,
        party_id=party_id,
        kind=kind,
        name=name,
        normal=parsed.normal,
        brand=parsed.brand,
        initials=said,
        valid_from=now,
    )
    CUSTOMERS.add(tx, name_id, parsed)
    tx.core(insert(name_gram), [{"gram": key, "name_id": name_id} for key in sorted(grams(parsed.normal, said))])


def _initials(name: ParsedName) -> str:
    """Pinyin initials to find a name by: of the whole as a reader would say it, and of the 字号 in every reading."""
    whole = "".join(lazy_pinyin(name.normal.replace(" ", ""), style=Style.FIRST_LETTER)).lower()
    return " ".join(dict.fromkeys((whole, *initials(name.brand.replace(" ", "")))))[:200]


def _account(tx: Tx, now: datetime, case: Case, party_id: int, existing: str | None) -> tuple[int, str]:
    group = str(case.form["account_group"])
    if existing:
        code = existing
        if tx.one("SELECT 1 FROM account WHERE customer_code = ?", (code,)):
            raise Refused("KEY_TAKEN", f"客户编码 {code} 已被使用，编码不得重复发放；请核对原系统的编码")
        numbering.move_beyond(tx, group, code)
    elif numbering.range_of(tx, group).external:
        code = str(case.form.get(OWN_CODE) or "")
        if problem := numbering.stated_problem(tx, group, code):
            raise Refused("KEY_TAKEN", problem)
    else:
        code = numbering.next_code(tx, group)
    account_id = insert_row(
        tx,
        account,
        customer_code=code,
        account_group=group,
        party_id=party_id,
        department_id=int(case.form.get(OWNER) or case.department_id) if existing else case.department_id,
        status="active",
        version=1,
        place_key=places.place_key(case.form),
        created_at=now,
    )
    return account_id, code


# --- what ------------------------------------------------------------------------------------------


def _views(tx: Tx, account_id: int, form: Mapping[str, Any]) -> None:
    """Copy every form field into the column of its name; a view nobody filled in is not created."""
    for table in VIEWS.values():
        values = values_of(table, form)
        if values:
            tx.core(insert(table).values(account_id=account_id, **values))
    for field, table in ROWS.items():
        for line, row in enumerate(form.get(field) or [], start=1):
            tx.core(insert(table).values(account_id=account_id, line=line, **values_of(table, row)))


def values_of(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of these values those that a view has columns for, without the empty ones."""
    known = {column.name for column in fields(table)}
    return {name: value for name, value in values.items() if name in known and value not in (None, "")}


def write_version(tx: Tx, now: datetime, instance_id: int, account_id: int, person_id: int, number: int = 1) -> None:
    """Keep the account as it is now, for good."""
    content = snapshot(tx, account_id)
    tx.core(
        insert(account_version).values(
            account_id=account_id,
            number=number,
            instance_id=instance_id,
            posted_by=person_id,
            posted_at=now,
            snapshot=content,
            hash=digest(tx.vault, content),
        )
    )


def insert_row(tx: Tx, table: Table, **values: Any) -> int:
    return int(tx.core(insert(table).values(**values).returning(table.c.id)).scalar_one())
