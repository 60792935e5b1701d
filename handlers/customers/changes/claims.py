"""Applications in flight about an account: who is at work on it, what they change, with what reason and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from engine.clock import local
from engine.errors import Refused
from engine.operations import Case, registry
from engine.store import dumps, moment, stamp
from engine.transactions import Tx
from handlers.customers.changes import differences
from handlers.customers.changes.differences import Change
from handlers.customers.changes.tables import CLAIM_KINDS, change_item
from handlers.customers.view_tables import VIEW_TITLES

_CLAIM = (
    "INSERT INTO account_claim (account_id, instance_id, kind, claimed_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_OPEN = (
    "SELECT c.account_id, c.instance_id, c.kind, c.claimed_at, i.number, i.status, d.name FROM account_claim c"
    " JOIN instance i ON i.id = c.instance_id JOIN department d ON d.id = i.department_id"
    " WHERE c.account_id = ? AND c.released_at IS NULL ORDER BY c.id"
)
_LET_GO = "UPDATE account_claim SET released_at = ?, released_as = ? WHERE instance_id = ? AND released_at IS NULL"
_AGAIN = "UPDATE account_claim SET released_at = NULL, released_as = NULL WHERE account_id = ? AND instance_id = ?"
_REQUEST = (
    "INSERT INTO change_request (instance_id, account_id, kind, base_version, reason, evidence, submitted_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (instance_id, account_id) DO UPDATE SET kind = excluded.kind,"
    " base_version = excluded.base_version, reason = excluded.reason, evidence = excluded.evidence"
)


@dataclass(frozen=True)
class Claim:
    """An application in flight about an account."""

    account_id: int
    instance_id: int
    kind: str  # CLAIM_KINDS
    since: datetime
    number: str
    status: str  # of the case: open suspended
    department: str

    @property
    def text(self) -> str:
        return (
            f"{self.department}的{CLAIM_KINDS[self.kind]}申请 {self.number}（{local(self.since):%m-%d %H:%M} 起在办）"
        )


def in_flight(tx: Tx, account_id: int) -> list[Claim]:
    """The applications in flight about an account, in the order in which they came."""
    return [Claim(row[0], row[1], row[2], moment(row[3]), *row[4:]) for row in tx.all(_OPEN, (account_id,))]


def claim(tx: Tx, now: datetime, instance_id: int, account_id: int, kind: str) -> None:
    """Put an application on record; again after a rework changes nothing.

    Raises Refused IN_FLIGHT when another application is already freezing (or unfreezing) the account: the database
    decides a race.
    """
    others = in_flight(tx, account_id)
    if any(one.instance_id == instance_id for one in others):
        return
    taken = next((one for one in others if one.kind == kind != "modify"), None)
    if taken is None and tx.run(_CLAIM, (account_id, instance_id, kind, stamp(now))) == 1:
        return
    if taken is None and tx.run(_AGAIN, (account_id, instance_id)) == 1:  # the same case came back
        return
    taken = taken or next(one for one in in_flight(tx, account_id) if one.kind == kind)
    raise Refused(
        "IN_FLIGHT",
        f"该客户已有{taken.text}，不能重复申请；请等其办结，或与该部门归口人员联系",
        holder=taken.number,
        department_name=taken.department,
    )


def release(tx: Tx, instance_id: int, now: datetime, outcome: str) -> None:
    """Take the application off the record (hook at the end of every case)."""
    tx.run(_LET_GO, (stamp(now), outcome[:12], instance_id))


# --- what was applied for and what was posted -------------------------------------------------------


def note_request(
    tx: Tx, now: datetime, case: Case, account_id: int, kind: str, base: int, *, reason: str, evidence: Sequence[str]
) -> None:
    """Keep why a change is wanted and on what evidence; a later round replaces it."""
    tx.run(_REQUEST, (case.id, account_id, kind, base, reason, dumps(list(evidence)), stamp(now)))


def note_posting(tx: Tx, now: datetime, instance_id: int, account_id: int, version: int) -> None:
    """Note which version the request has become; the account is free for the next application."""
    tx.run(f"{_LET_GO} AND account_id = ?", (stamp(now), "posted", instance_id, account_id))
    tx.run(
        "UPDATE change_request SET posted_at = ?, version = ? WHERE instance_id = ? AND account_id = ?",
        (stamp(now), version, instance_id, account_id),
    )


def posted(tx: Tx, instance_id: int) -> bool:
    """Whether what the application wanted has been written onto a customer."""
    return bool(tx.one("SELECT 1 FROM change_request WHERE instance_id = ? AND posted_at IS NOT NULL", (instance_id,)))


def keep_items(tx: Tx, case: Case, account_id: int, stage: str, items: Sequence[Change]) -> None:
    """Keep the changes field by field, once per stage and round."""
    where = (case.id, account_id, stage, case.round)
    known = "SELECT 1 FROM change_item WHERE instance_id = ? AND account_id = ? AND stage = ? AND round = ?"
    if not items or tx.one(known, where):
        return
    head = {"instance_id": case.id, "account_id": account_id, "stage": stage, "round": case.round}
    tx.core(insert(change_item), [head | _item(one) for one in items])


def items_of(tx: Tx, instance_id: int, stage: str = "submitted") -> list[Change]:
    """The changes of an application as it was last submitted, or as posted."""
    found = tx.core(
        change_item.select()
        .where(change_item.c.instance_id == instance_id, change_item.c.stage == stage)
        .order_by(change_item.c.round.desc(), change_item.c.id)
    ).mappings()
    rows = list(found)
    return [_change(dict(row)) for row in rows if row["round"] == rows[0]["round"]]


def _item(one: Change) -> dict[str, Any]:
    return {
        "view": one.view, "path": one.path, "label": one.label, "kind": one.kind, "sensitive": one.mask is not None,
        "old": one.old, "new": one.new,
    }  # fmt: skip


def _change(row: Mapping[str, Any]) -> Change:
    view, path = str(row["view"]), str(row["path"])
    field = path.rpartition(".")[2]
    place = path.removeprefix(view).removesuffix(field).strip(".")
    column = differences.COLUMNS[view][field]
    title = VIEW_TITLES[view]
    return Change(
        view, place, field, row["kind"], row["old"], row["new"], row["label"], title, column.info.get("mask")
    )  # fmt: skip


registry.close_after(release, "customers.reserve_change", "customers.filing_reserve")
