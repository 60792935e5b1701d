"""What the ledger and the sales system say about an account: balance, open documents, turnover, last transaction.

Imported, never typed, read-only on pages. The annual freeze picks its candidates by them (O-54) and a routine freeze
is refused over open items (E-65). Written only by the import (`batch/figures_import.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from engine.store import Instant, metadata, moment, stamp
from engine.transactions import Tx
from handlers.customers.batch import tables as _batches  # noqa: F401 - figures name the import they came with
from handlers.customers.view_tables import Money

N = TypeVar("N", Decimal, int)
WHOLE = ""  # company code of figures that a file gives for the account as a whole

account_figures = Table(  # one row per account, company code and day; an import of the same day replaces it
    "account_figures",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("company_code", String(10), primary_key=True),  # WHOLE, or the ledger it is of
    Column("as_of", String(10), primary_key=True),  # the local day the figures describe
    Column("open_balance", Money, comment="未清余额"),
    Column("open_orders", Integer, comment="未清单据数"),
    Column("annual_turnover", Money, comment="年度交易额"),
    Column("last_transaction_on", String(10), comment="最后交易日期"),
    Column("uses", Integer, comment="使用次数"),  # of a one-time customer
    Column("source_file", String(200), nullable=False),
    Column("batch_id", ForeignKey("import_batch.id")),
    Column("imported_by", ForeignKey("person.id"), nullable=False),
    Column("imported_at", Instant, nullable=False),
    Index("ix_account_figures_last_transaction_on", "last_transaction_on"),
)


@dataclass(frozen=True)
class Figures:
    """Figures of an account in one company code, or of all together; amounts in the company's own currency.

    `as_of` is the day they describe, the oldest one when several company codes are summed. None means that the files
    did not say, which is not the same as zero.
    """

    company_code: str
    as_of: str
    open_balance: Decimal | None
    open_orders: int | None
    annual_turnover: Decimal | None
    last_transaction_on: str | None
    source_file: str
    imported_at: datetime
    open_items: bool  # a balance or documents in any company code: a credit in one settles no debit in another (E-65)


_LINES = (
    "SELECT f.company_code, f.as_of, f.open_balance, f.open_orders, f.annual_turnover, f.last_transaction_on,"
    " f.source_file, f.imported_at FROM account_figures f WHERE f.account_id = ? AND f.as_of ="
    " (SELECT max(n.as_of) FROM account_figures n WHERE n.account_id = f.account_id"
    " AND n.company_code = f.company_code) ORDER BY f.company_code"
)


_NEWEST = (
    "SELECT f.account_id, f.company_code, f.as_of, f.open_balance, f.open_orders, f.annual_turnover,"
    " f.last_transaction_on, f.source_file, f.imported_at FROM account_figures f JOIN (SELECT account_id, company_code,"
    " max(as_of) AS day FROM account_figures WHERE imported_at <= ? GROUP BY account_id, company_code) n"
    " ON n.account_id = f.account_id AND n.company_code = f.company_code AND n.day = f.as_of ORDER BY f.account_id"
)


_USES = (
    "SELECT sum(f.uses) FROM account_figures f WHERE f.account_id = ? AND f.as_of ="
    " (SELECT max(n.as_of) FROM account_figures n WHERE n.account_id = f.account_id AND n.uses IS NOT NULL)"
)


def uses(tx: Tx, account_id: int) -> int:
    """How often a one-time customer has been used, by the newest file that says so (E-49)."""
    return int(tx.all(_USES, (account_id,))[0][0] or 0)


def lines(tx: Tx, account_id: int) -> tuple[Figures, ...]:
    """The newest figures of each company code."""
    return tuple(_line(*row) for row in tx.all(_LINES, (account_id,)))


def counted(found: Sequence[Figures]) -> list[Figures]:
    """The lines that hold: newer ones of the account as a whole replace older ones by company code, and vice versa."""
    newest = max(found, key=_newness, default=None)
    return [one for one in found if newest and (one.company_code == WHOLE) == (newest.company_code == WHOLE)]


def figures(tx: Tx, account_id: int) -> Figures | None:
    """The newest figures of the account over all company codes; None when none were ever imported."""
    found = lines(tx, account_id)
    return _together(found) if found else None


def newest(tx: Tx, at: datetime) -> dict[int, Figures]:
    """The figures of every account that had any at that moment, over all company codes."""
    found: dict[int, list[Figures]] = {}
    for account, *line in tx.all(_NEWEST, (stamp(at),)):
        found.setdefault(account, []).append(_line(*line))
    return {account: _together(several) for account, several in found.items()}


def _together(found: Sequence[Figures]) -> Figures:
    hold = counted(found)
    latest = max(hold, key=_newness)
    days = [one.last_transaction_on for one in found if one.last_transaction_on]
    return Figures(
        WHOLE,
        min(one.as_of for one in hold),
        _sum([one.open_balance for one in hold]),
        _sum([one.open_orders for one in hold]),
        _sum([one.annual_turnover for one in hold]),
        max(days, default=None),
        latest.source_file,
        latest.imported_at,
        any(one.open_items for one in hold),
    )


def _newness(one: Figures) -> tuple[str, bool]:
    return one.as_of, one.company_code != WHOLE


def _sum(values: list[N | None]) -> N | None:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None


def _line(
    company_code: str, as_of: str, balance: str | None, orders: int | None, turnover: str | None, last: str | None,
    file: str, at: str,
) -> Figures:  # fmt: skip
    owed = _money(balance)
    is_open = bool(owed) or bool(orders)
    return Figures(company_code, as_of, owed, orders, _money(turnover), last, file, moment(at), is_open)


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
