"""自检: what must hold of a month's report, worked out anew each time it is shown, from other records where there are.

None of it asks the code that made the report: amounts are added up from its cells, slices against the calendar, late
deadlines against their rows, a locked month against its stored lines and bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise

from sqlalchemy import select

from engine.store import dumps, moment, stamp
from engine.transactions import Tx
from engine.wording import duration_text
from handlers.penalties import explain, ledger
from handlers.penalties.basis import Basis
from handlers.penalties.facts import Clocked
from handlers.penalties.findings import ENTRY_ERROR, OVERTIME, Finding, timeline_of
from handlers.penalties.ledger import Locked
from handlers.penalties.month import LONGEST, Assessed
from handlers.penalties.pricing import Line
from handlers.penalties.tables import penalty_line
from handlers.report_csv import csv_bytes
from handlers.reporting import Cell, Report, money_text

STEPS, IN_TIME, LATE, PERSONAL, OWN, WHOLE = 2, 3, 5, 15, 16, 17  # columns of 表一
LARGE = 2000  # cases; a month of more is not read whole each time its page is opened
SWEPT = timedelta(minutes=5)  # how long a sweep may take until an expired deadline has its event
ZERO = timedelta(0)

EXPIRED = (
    "SELECT i.id FROM instance i JOIN deadline d ON d.instance_id = i.id"
    " WHERE i.started_at < ? AND (i.ended_at IS NULL OR i.ended_at >= ?) AND d.due >= ? AND d.due < ?"
    " AND d.breached AND d.status <> 'continued'"
)
BREACHES = (
    "SELECT instance_id, occurred_at, recorded_at FROM event WHERE kind = 'deadline.breached' AND occurred_at >= ?"
    " ORDER BY occurred_at, instance_id, seq"
)
OVERLOOKED = (
    "SELECT count(*) FROM deadline WHERE status = 'open' AND next_at < ? AND NOT breached AND due < ?"
)  # fmt: skip


@dataclass(frozen=True)
class Invariant:
    """Something that must hold; `shown` are its figures, `applies` False when there is nothing to hold yet."""

    title: str
    holds: bool
    shown: str
    applies: bool = True


def invariants(tx: Tx, assessed: Assessed, report: Report, now: datetime, kept: Locked | None) -> list[Invariant]:
    """All of them, in the order in which the page shows them; `kept` is the month when it is locked."""
    return [
        sums(report, assessed.lines), steps(report), lines(tx, assessed, kept), slices(assessed.late, assessed.basis),
        breaches(tx, assessed), timers(tx, assessed, now), recomputed(tx, report, kept),
    ]  # fmt: skip


def sums(report: Report, priced: Sequence[Line]) -> Invariant:
    """部门合计＝个人＋部门: every row, the total row, and all of it the sum of the priced lines."""
    rows, total = report.tables[0].rows, report.tables[0].total
    per_row = all(_amount(row[PERSONAL]) + _amount(row[OWN]) == _amount(row[WHOLE]) for row in [*rows, total])
    per_column = all(sum((_amount(row[at]) for row in rows), Decimal(0)) == _amount(total[at])
                     for at in (PERSONAL, OWN, WHOLE))  # fmt: skip
    whole = sum((one.amount for one in priced), Decimal(0))
    shown = f"{_sum(row[WHOLE] for row in rows)}＝{total[PERSONAL].value}＋{total[OWN].value}＝{money_text(whole)}"
    return Invariant("部门合计＝个人＋部门", per_row and per_column and whole == _amount(total[WHOLE]), shown)


def steps(report: Report) -> Invariant:
    """处理＝按时＋超时, in every row and in total."""
    rows, total = report.tables[0].rows, report.tables[0].total
    holds = all(_count(row[STEPS]) == _count(row[IN_TIME]) + _count(row[LATE]) for row in [*rows, total])
    added = all(sum(_count(row[at]) for row in rows) == _count(total[at]) for at in (STEPS, IN_TIME, LATE))
    return Invariant(
        "处理＝按时＋超时", holds and added, f"{total[STEPS].value}＝{total[IN_TIME].value}＋{total[LATE].value}"
    )


def lines(tx: Tx, assessed: Assessed, kept: Locked | None) -> Invariant:
    """台账一致: every finding that counts has its lines and no other has; those of a locked month are as stored."""
    expected = Counter(pair for one in assessed.findings if assessed.counts(one) for pair in _owed(one))
    there = Counter(
        (name, one.role) for one in assessed.lines if one.role not in ("extra", "cap") for name in one.findings
    )
    holds = expected == there and _extras(assessed)
    if kept is not None:
        holds = holds and _stored(tx, assessed) == Counter(_key(one) for one in assessed.lines)
    counted = sum(assessed.counts(one) for one in assessed.findings)
    shown = f"事件 {counted}，分录 {len(assessed.lines)}，{money_text(assessed.total)} 元"
    return Invariant("事件与台账分录一致", holds, shown)


def _owed(one: Finding) -> list[tuple[str, str]]:
    """The roles a finding is charged to."""
    if one.kind == OVERTIME:
        payers = (("focal", one.payer), ("leader", one.leader))
        return [(one.name, role) for role, payer in payers if payer is not None and payer.person is not None]
    return (
        [(one.name, "maintainer")] if one.kind == ENTRY_ERROR else [(one.name, "responsible"), (one.name, "department")]
    )


def _extras(assessed: Assessed) -> bool:
    """另扣: one line per department with every full number, over just its findings."""
    late: dict[int | None, set[str]] = {}
    for one in assessed.late:
        if assessed.counts(one):
            late.setdefault(one.department, set()).add(one.name)
    rule = assessed.basis.rules(assessed.month.last_day).penalty.overtime
    expected = {
        (department, len(names) // rule.every * rule.department_extra, frozenset(names))
        for department, names in late.items()
        if department is not None and len(names) >= rule.every
    }
    found = [(one.department, one.amount, frozenset(one.findings)) for one in assessed.lines if one.role == "extra"]
    return len(found) == len(expected) and set(found) == expected


def _key(one: Line) -> tuple[object, ...]:
    return one.clause, one.role, one.department, one.person, str(one.amount), dumps(list(one.findings))


def _stored(tx: Tx, assessed: Assessed) -> Counter[tuple[object, ...]]:
    c, month = penalty_line.c, str(assessed.month)
    columns = (c.clause, c.role, c.department_id, c.person_id, c.amount, c.findings)
    return Counter(tuple(row) for row in tx.core(select(*columns).where(c.month == month, c.of_month == month)))


def slices(late: Iterable[Finding], basis: Basis) -> Invariant:
    """分段之和＝用时: the slices of every late finding, none negative, add up to limit, overrun and the whole."""
    found = list(late)
    good = sum(_adds_up(one, basis) for one in found)
    return Invariant("无负时长，分段之和＝用时", good == len(found), f"{good} / {len(found)}")


def _adds_up(one: Finding, basis: Basis) -> bool:
    hands = explain.hands(one, basis)
    assert one.deadline is not None
    whole, spent = used(one.deadline, basis), explain.total(hands)
    end_to_end = all(a.until == b.since for a, b in pairwise(hands))
    no_less = all(each.counted >= ZERO and each.since <= each.until for each in hands)
    return end_to_end and no_less and spent == whole and explain.total(hands, late=True) == one.overrun


def used(deadline: Clocked, basis: Basis) -> timedelta:
    """How long a deadline ran in its own kind of time, without its pauses."""
    counted = timeline_of(deadline, basis)
    end = deadline.closed_at or basis.as_of
    paused = sum(
        (counted.between(since, min(until or end, end)) for since, until in deadline.pauses if since < end), ZERO
    )
    return counted.between(deadline.received_at, end) - paused


def breaches(tx: Tx, assessed: Assessed) -> Invariant:
    """超时事件无缺: the rows of expired deadlines have their events, and the events are the findings listed."""
    begin, end = stamp(assessed.month.begin), stamp(assessed.month.end)
    since = stamp(assessed.month.begin - LONGEST)
    rows = Counter(row[0] for row in tx.all(EXPIRED, (end, since, begin, end)))
    events = Counter(row[0] for row in tx.all(BREACHES, (since,)))
    missing = sum((rows - events).values())
    told = f"，{missing} 个到期的时限没有事件" if missing else ""
    listed = sum(one.deadline is not None and one.deadline.breached_seq == one.ref.seq for one in assessed.late)
    return Invariant("超时事件与时限一致", not missing and listed == len(assessed.late),
                     f"到期未办 {sum(rows.values())}，计考核 {len(assessed.late)}{told}")  # fmt: skip


def timers(tx: Tx, assessed: Assessed, now: datetime) -> Invariant:
    """到期计时无漏发: no deadline is past due without its event; how late, in working time, an event came at most."""
    before = stamp(now - SWEPT)
    overlooked = int(tx.all(OVERLOOKED, (before, before))[0][0])
    end = stamp(assessed.month.end)
    calendar = assessed.basis.calendar("company")
    lags = [calendar.between(moment(row[1]), moment(row[2]))
            for row in tx.all(BREACHES, (stamp(assessed.month.begin),)) if row[1] < end]  # fmt: skip
    told = f"，最迟 {duration_text(max(lags))}" if lags else ""
    return Invariant("到期计时无漏发", not overlooked, f"漏发 {overlooked}{told}")


def recomputed(tx: Tx, report: Report, kept: Locked | None) -> Invariant:
    """重算逐字节一致: a locked month gives the bytes it was locked with, from logs that nobody has touched."""
    if kept is None:
        digest = sha256(csv_bytes(report)).hexdigest()
        return Invariant("重算逐字节一致", True, f"锁定后核对；现为 {short(digest)}", applies=False)
    if len(kept.positions) > LARGE:
        same = csv_bytes(report) == kept.report
        return Invariant(
            "重算逐字节一致", same, f"与锁定时{'相同' if same else '不同'}；全部重算用 countersign recompute"
        )
    fault = ledger.recompute(tx, kept)
    return Invariant("重算逐字节一致", fault is None, f"CSV {short(kept.digest)}" if fault is None else str(fault))


def short(digest: str) -> str:
    """A digest as people compare it."""
    return f"{digest[:4]}…{digest[-4:]}"


def _amount(cell: Cell) -> Decimal:
    return Decimal(str(cell.value or 0))


def _count(cell: Cell) -> int:
    return int(cell.value or 0)


def _sum(cells: Iterable[Cell]) -> str:
    return "＋".join(str(cell.value) for cell in cells) or "0"
