"""Keeping what is held against a posting, and what the assessor made of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.store import stamp
from engine.transactions import Tx
from handlers.customers.entry.comparing import Compared, Posting

_ADD = (
    "INSERT INTO entry_check (instance_id, posting_id, account_id, customer_code, source, field, label, claimed,"
    " applied, posted, differs, found_by, found_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
_OF_CASE = (
    "SELECT k.id, k.posting_id, k.account_id, k.customer_code, k.source, k.field, k.label, k.claimed, k.applied,"
    " k.posted, k.differs, k.found_by, k.verdict, i.number, i.department_id, p.posted_by, p.posted_at"
    " FROM entry_check k JOIN instance i ON i.id = k.posting_id"
    " JOIN posting p ON p.instance_id = k.posting_id AND p.account_id = k.account_id"
    " WHERE k.instance_id = ? ORDER BY k.customer_code, k.id"
)
_CLAIM = (
    "INSERT INTO entry_error (posting_id, account_id, instance_id, confirmed_by, confirmed_at)"
    " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True)
class Check:
    """One field held against one posting."""

    id: int
    posting_id: int
    account_id: int
    customer_code: str
    source: str
    field: str
    label: str
    claimed: str
    applied: str
    posted: str
    differs: bool
    found_by: int | None
    verdict: str | None
    posting: str  # number of the case that posted
    department_id: int  # that had applied
    posted_by: int
    posted_at: str

    @property
    def key(self) -> str:
        """What tells it apart for people: `1000012 银行账户·银行账号`."""
        return f"{self.customer_code} {self.label}"


def propose(
    tx: Tx, now: datetime, case_id: int, one: Posting, source: str, found: Iterable[Compared], by: int | None
) -> None:
    """Keep the fields held against a posting in a case; a field is kept once."""
    for each in found:
        told = (each.field, each.label, each.claimed, each.applied, each.posted, each.differs)
        head = (case_id, one.instance_id, one.account_id, one.customer_code, source)
        tx.run(_ADD, (*head, *told, by, stamp(now)))


def of_case(tx: Tx, case_id: int) -> list[Check]:
    """Everything held against postings in a case, customer by customer."""
    return [_check(list(row)) for row in tx.all(_OF_CASE, (case_id,))]


def _check(row: list[Any]) -> Check:
    row[10] = bool(row[10])  # one database has no truth values of its own
    return Check(*row)


def decide(tx: Tx, check_id: int, verdict: str) -> None:
    tx.run("UPDATE entry_check SET verdict = ? WHERE id = ?", (verdict, check_id))


def claim(tx: Tx, now: datetime, checks: Sequence[Check], case_id: int, by: int) -> bool:
    """Make it the one entry error of this customer and posting; False when it has been found already (AMB-19)."""
    first = checks[0]
    return tx.run(_CLAIM, (first.posting_id, first.account_id, case_id, by, stamp(now))) == 1


def known(tx: Tx, one: Posting) -> bool:
    """Whether this posting's error on this customer has been confirmed already."""
    where = (one.instance_id, one.account_id)
    return bool(tx.one("SELECT 1 FROM entry_error WHERE posting_id = ? AND account_id = ?", where))
