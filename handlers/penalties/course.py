"""The course of a month: 拟考核 → 公示 → 申诉 → 确认 → 锁定 (tables.MONTH_STATUS), as the assessment moves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from engine.cases import OPEN, SUSPENDED
from engine.errors import Refused
from engine.transactions import Tx
from handlers.penalties import ledger
from handlers.penalties.period import Month
from handlers.penalties.tables import penalty_month

_C = penalty_month.c
_COLUMNS = (
    _C.month, _C.number, _C.status, _C.instance_id, _C.published_at, _C.appeal_until, _C.confirmed_at, _C.locked_at,
)  # fmt: skip
_CASE = "SELECT number, status FROM instance WHERE id = ?"


@dataclass(frozen=True)
class Course:
    """Where a month stands; `case_id` is its assessment's case."""

    month: Month
    number: str
    status: str
    case_id: int | None
    published_at: datetime | None
    appeal_until: datetime | None
    confirmed_at: datetime | None
    locked_at: datetime | None


def of(tx: Tx, which: Month) -> Course | None:
    """Where a month stands; None: its assessment has not begun."""
    return _read(tx, _C.month == str(which))


def of_case(tx: Tx, case_id: int) -> Course | None:
    """The month that a case assesses."""
    return _read(tx, _C.instance_id == case_id)


def _read(tx: Tx, which: object) -> Course | None:
    row = tx.core(select(*_COLUMNS).where(which)).first()  # type: ignore[arg-type]
    if row is None:
        return None
    name, number, status, case_id, *moments = tuple(row)
    return Course(Month.parse(name), number, status, case_id, *moments)


def begin(tx: Tx, which: Month, now: datetime, case_id: int) -> str:
    """Open the month's page for a case; returns its number. One whose case was given up is taken over.

    Raises Refused `BEGUN` when another case is at it, or it is locked.
    """
    known = of(tx, which)
    if known is None:
        return ledger.begin(tx, which, now, case_id)
    if known.case_id != case_id:
        if objection := taken(tx, known):
            raise Refused("BEGUN", objection)
        _move(tx, which, instance_id=case_id, drafted_at=now)
    return known.number


def taken(tx: Tx, known: Course) -> str:
    """Why no other case may assess the month; "" when it may."""
    if known.locked_at is not None:
        return f"{known.month.title}的考核已经锁定；差错由下一个未锁定月份的调整行更正"
    row = tx.one(_CASE, (known.case_id,)) if known.case_id is not None else None
    if row is not None and row[1] in (OPEN, SUSPENDED):
        return f"{known.month.title}的考核已由 {row[0]} 办理"
    return ""


def draft(tx: Tx, which: Month) -> None:
    """Back to 拟考核: what was public is no more."""
    _move(tx, which, status="draft", published_at=None, appeal_until=None, confirmed_at=None)


def publish(tx: Tx, which: Month, now: datetime, until: datetime) -> None:
    """Make it public; appeals are in time until `until`."""
    _move(tx, which, status="public", published_at=now, appeal_until=until, confirmed_at=None)


def appeal(tx: Tx, which: Month) -> None:
    """Somebody has appealed while the month is public."""
    values = update(penalty_month).where(_C.month == str(which), _C.status == "public").values(status="appeal")
    tx.core(values)


def confirm(tx: Tx, which: Month, now: datetime) -> None:
    """Everybody the policy names has confirmed it."""
    _move(tx, which, status="confirmed", confirmed_at=now)


def _move(tx: Tx, which: Month, **values: object) -> None:
    tx.core(update(penalty_month).where(_C.month == str(which), _C.locked_at.is_(None)).values(**values))
