"""Writing what changes a customer: merged fields, freeze and unfreeze; with `posting.py` the only code that does.

Each leaves a new immutable version behind, and happens once per application and account (E-82).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update

from engine.operations import Case
from engine.store import stamp
from engine.transactions import Tx
from handlers.customers import posting
from handlers.customers.changes import claims, places
from handlers.customers.changes.differences import Change
from handlers.customers.changes.merging import Merged
from handlers.customers.changes.tables import BLOCKS, CENTRAL, account_block
from handlers.customers.matching import in_flight
from handlers.customers.posting import Posted, Release
from handlers.customers.tables import account, party
from handlers.customers.values.keys import key_of
from handlers.customers.view_tables import KEYS, ROWS, VIEWS

_PARTY = ("customer_type", "country", "tax_id_type", "tax_id")
_NAMES = {"legal_name": "current", "short_name": "short", "name_en": "english", "name_trad": "traditional"}
_AREA_BLOCKS, _COMPANY_BLOCKS = ("order", "delivery", "billing"), ("posting",)


def lock(tx: Tx, code: str) -> None:
    """Nobody else changes this customer until the transaction ends."""
    tx.run("UPDATE account SET status = status WHERE customer_code = ?", (code,))


# --- changed fields ---------------------------------------------------------------------------------


def apply(tx: Tx, now: datetime, account_id: int, merged: Merged, current: Mapping[str, Any]) -> None:
    """Write merged changes: fields into the rows of their views, tables of rows anew, names and identity too."""
    for view in VIEWS:
        _write_view(tx, account_id, view, [change for change in merged.changes if change.view == view])
    for view, rows in merged.rows.items():
        _write_rows(tx, account_id, view, rows)
    general = {change.field: change for change in merged.changes if change.view == "general"}
    place = places.place_key({**current, **{name: change.new for name, change in general.items()}})
    tx.core(update(account).where(account.c.id == account_id).values(place_key=place))
    party_id = int(tx.all("SELECT party_id FROM account WHERE id = ?", (account_id,))[0][0])
    _write_names(tx, now, account_id, party_id, general)
    identity = {name: general[name].new for name in _PARTY if name in general}
    if identity:
        key = key_of({**current, **identity})
        tx.core(update(party).where(party.c.id == party_id).values(key=key, **identity))


def siblings(tx: Tx, account_id: int) -> list[int]:
    """The other accounts of the same legal person, which share its name and number."""
    rows = tx.all(
        "SELECT o.id FROM account a JOIN account o ON o.party_id = a.party_id AND o.id != a.id"
        " WHERE a.id = ? AND o.status != 'merged' ORDER BY o.id",
        (account_id,),
    )
    return [int(row[0]) for row in rows]


def share(tx: Tx, account_id: int, changes: Sequence[Change]) -> None:
    """Bring a change of the legal person's name or number into another of its accounts."""
    _write_view(tx, account_id, "general", changes)


def _write_view(tx: Tx, account_id: int, view: str, changes: Sequence[Change]) -> None:
    if not changes:
        return
    table, values = VIEWS[view], {change.field: change.new for change in changes}
    row = changes[0].row
    where = [table.c.account_id == account_id]
    keys = dict(zip(KEYS.get(view, ()), row.split("/"), strict=False))
    where += [table.c[name] == part for name, part in keys.items()]
    changed = tx.core(update(table).where(*where).values(**_stored(values)).returning(table.c.account_id)).all()
    if not changed:
        tx.core(insert(table).values(account_id=account_id, **keys | _stored(values)))


def _write_rows(tx: Tx, account_id: int, view: str, rows: Sequence[Mapping[str, Any]]) -> None:
    table = ROWS[view]
    tx.core(delete(table).where(table.c.account_id == account_id))
    for line, row in enumerate(rows, start=1):
        tx.core(insert(table).values(account_id=account_id, line=line, **posting.values_of(table, row)))


def _write_names(tx: Tx, now: datetime, account_id: int, party_id: int, general: Mapping[str, Change]) -> None:
    """A changed name keeps the old one with its validity: a former legal name stays searchable as 曾用名."""
    for field, kind in _NAMES.items():
        if field not in general:
            continue
        was = "former" if kind == "current" else kind
        tx.run(
            "UPDATE party_name SET kind = ?, valid_to = ? WHERE party_id = ? AND kind = ? AND valid_to IS NULL",
            (was, stamp(now), party_id, kind),
        )
        if name := general[field].new:
            posting.write_name(tx, now, party_id, kind, str(name))
    if "legal_name" in general:
        view = VIEWS["general"]
        row = tx.core(view.select().where(view.c.account_id == account_id)).mappings().one()
        former = [*(row["former_names"] or []), str(general["legal_name"].old)]
        tx.core(update(view).where(view.c.account_id == account_id).values(former_names=former))


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value in ("", []) else value for name, value in values.items()}


# --- freeze and unfreeze ----------------------------------------------------------------------------


def freeze(
    tx: Tx, now: datetime, account_id: int, instance_id: int, *, kind: str, reason: str, scopes: Sequence[str]
) -> None:
    """Block the account: everywhere, in all four ways, which makes it frozen; or in the named scopes only."""
    for scope in scopes:
        for block in _blocks_of(scope):
            tx.run(
                "INSERT INTO account_block (account_id, scope, kind, freeze_kind, reason, instance_id, since)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (account_id, scope, block, kind, reason, instance_id, stamp(now)),
            )
    if CENTRAL in scopes:
        values = {"freeze_kind": kind, "freeze_reason": reason, "freeze_request_id": instance_id, "frozen_at": now}
        tx.core(update(account).where(account.c.id == account_id).values(status="frozen", **values))


def unfreeze(tx: Tx, account_id: int) -> None:
    """Lift every block of the account."""
    tx.core(delete(account_block).where(account_block.c.account_id == account_id))
    values = dict.fromkeys(("freeze_kind", "freeze_reason", "freeze_request_id", "frozen_at"))
    tx.core(update(account).where(account.c.id == account_id).values(status="active", **values))


def _blocks_of(scope: str) -> Sequence[str]:
    if scope == CENTRAL:
        return tuple(BLOCKS)
    return _AREA_BLOCKS if scope.startswith("area:") else _COMPANY_BLOCKS


# --- the new version --------------------------------------------------------------------------------


def settle(tx: Tx, now: datetime, case: Case, job: str, account_id: int, code: str, released: Release) -> Posted:
    """Close a change: the next version of the account, the proof of posting, the request noted as posted."""
    version = write_next_version(tx, now, case.id, account_id, released.person_id)
    posting.write_posting(tx, now, case, job, account_id, code, released)
    claims.note_posting(tx, now, case.id, account_id, version)
    in_flight.forget(tx, case.id)
    return Posted(code, account_id, released.person_id)


def write_next_version(tx: Tx, now: datetime, instance_id: int, account_id: int, person_id: int) -> int:
    """Keep the account as it is now under the next number."""
    row = tx.one("UPDATE account SET version = version + 1 WHERE id = ? RETURNING version", (account_id,))
    assert row is not None
    posting.write_version(tx, now, instance_id, account_id, person_id, int(row[0]))
    return int(row[0])
