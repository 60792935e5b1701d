"""Class A, B or C of a customer (O-69, E-107): computed from the imported annual turnover, never typed.

The policy's A customers are those with 销售额占公司总销售额的70%以上. Two readings: each of them alone has 70 % (then
hardly ever anybody), or all of them together. Classes follow the second: A is the smallest set that together
reaches 70 %, B goes on to 90 %, C is the rest. Who alone reaches 70 % is then class A by both readings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from engine.store import Instant, metadata, stamp
from engine.transactions import Tx
from handlers.customers.changes.states import INTERNAL
from handlers.customers.figures import Figures, newest
from handlers.customers.view_tables import Money

A_TO, B_TO = Decimal("0.7"), Decimal("0.9")
UNRATED = "none"  # no turnover was ever imported
CLASSES = {"A": "A 类", "B": "B 类", "C": "C 类", UNRATED: "未分类"}

account_class = Table(  # derived from `account_figures` by `rate`, anew with every import of figures
    "account_class",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("letter", String(1), nullable=False),  # A B C
    Column("turnover", Money, nullable=False, comment="年度交易额"),
    Column("share", Integer, nullable=False),  # of all turnover, in thousandths, rounded down
    Column("cumulative", Integer, nullable=False),  # the same of this customer and all larger ones
    Column("as_of", String(10), nullable=False),  # the local day of the figures
    Column("rated_at", Instant, nullable=False),
    Index("ix_account_class_letter", "letter"),
)

_RATED = "SELECT c.letter, c.turnover, c.share, c.cumulative, c.as_of FROM account_class c WHERE c.account_id = ?"
_ENTER = (
    "INSERT INTO account_class (account_id, letter, turnover, share, cumulative, as_of, rated_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_COUNTED = "SELECT id FROM account WHERE account_group != ?"


@dataclass(frozen=True)
class Rating:
    """Where a customer stands: `share` of all turnover and `cumulative` share in thousandths, figures of `as_of`."""

    name: str  # A B C
    turnover: Decimal
    share: int
    cumulative: int
    as_of: str


def ranked(turnovers: Mapping[int, Decimal]) -> dict[int, tuple[str, int, int]]:
    """Class, share and cumulative share by account; equal turnovers by account, so that the sets are the same again.

    Without turnover (nothing, or returns only) a customer is C.
    """
    ordered = sorted(turnovers.items(), key=lambda one: (-one[1], one[0]))
    total = sum((value for _, value in ordered if value > 0), Decimal(0))
    found, before = {}, Decimal(0)
    for account, value in ordered:
        earned = max(value, Decimal(0))
        name = "C" if not earned or before >= B_TO * total else "B" if before >= A_TO * total else "A"
        before += earned
        found[account] = (name, _thousandths(earned, total), _thousandths(before, total))
    return found


def rated(tx: Tx, at: datetime) -> dict[int, Rating]:
    """The classes by the figures that had been imported at that moment; internal customers are not rated (O-69 is about
    the sales of the company, and theirs are eliminated from them).
    """
    counted = {row[0] for row in tx.all(_COUNTED, (INTERNAL,))}
    known: dict[int, Figures] = {account: one for account, one in newest(tx, at).items() if account in counted}
    turnovers = {account: one.annual_turnover for account, one in known.items() if one.annual_turnover is not None}
    return {
        account: Rating(name, turnovers[account], share, cumulative, known[account].as_of)
        for account, (name, share, cumulative) in ranked(turnovers).items()
    }


def rate(tx: Tx, now: datetime) -> None:
    """Compute all classes anew; the import of figures does, in the transaction that completes it."""
    tx.run("DELETE FROM account_class")
    rows = [
        (account, one.name, str(one.turnover), one.share, one.cumulative, one.as_of, stamp(now))
        for account, one in rated(tx, now).items()
    ]
    if rows:
        tx.many(_ENTER, rows)


def rating(tx: Tx, account_id: int) -> Rating | None:
    """The class of an account; None when no turnover of it was ever imported."""
    row = tx.one(_RATED, (account_id,))
    return Rating(row[0], Decimal(row[1]), row[2], row[3], row[4]) if row else None


def _thousandths(part: Decimal, total: Decimal) -> int:
    return int(part * 1000 / total) if total else 0
