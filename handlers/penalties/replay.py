"""What if: the deadlines of past months replayed under other hours and another calendar, from their own stories.

Nothing is written. A deadline's story (engine/due_story.py) says when it was received and what moved it; the same
moves happen again in the sandbox, so a pause keeps what was left plus what the other limit adds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engine import due_story
from engine.calendar import Calendar
from engine.limits import Due, Limit
from engine.policy import Policy
from engine.policy_rules import ClockRule
from engine.store import moment, stamp
from engine.timeline import Timeline, timeline
from engine.transactions import Tx
from handlers.penalties import facts, liability
from handlers.penalties.basis import Basis
from handlers.penalties.facts import Clocked
from handlers.penalties.findings import OVERTIME, Finding, Ref
from handlers.penalties.month import LONGEST, RUNNING
from handlers.penalties.period import Month

ROWS = (
    "SELECT d.instance_id, d.id, d.clock, d.department_id, d.urgent, d.received_at, d.due, d.calendar, d.steps,"
    f" d.closed_at, d.breached, d.paused_at FROM {RUNNING}"
    " WHERE d.instance_id = i.id AND d.due >= ? AND d.due < ? AND d.status <> 'continued'"
)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A deadline as it was and as it would have been; `shares` is how much of its other limit was used, in percent."""

    case_id: int
    key: str
    clock: str
    department: int | None
    closed_at: datetime | None
    due: datetime
    late: bool
    other_due: datetime
    other_late: bool
    shares: int
    overrun: timedelta  # by the other limit

    @property
    def flips(self) -> bool:
        return self.late is not self.other_late


def replay(
    tx: Tx, first: Month, last: Month, other: Policy, calendars: Mapping[str, Calendar], as_of: datetime
) -> Iterator[Replayed]:
    """Every penalised deadline due in the months from `first` to `last`, under the other policy and calendars."""
    span = stamp(last.end), stamp(first.begin - LONGEST), stamp(last.end), stamp(first.begin), stamp(last.end)
    for row in tx.all(ROWS, span):
        rule = other.limit(row[2], bool(row[4]))
        if rule is not None and rule.penalised:
            yield _replayed(row, rule, other, calendars.get(row[7]) or calendars["company"], as_of)


def _replayed(row: Any, rule: ClockRule, other: Policy, calendar: Calendar, as_of: datetime) -> Replayed:
    case, key, clock, department, _urgent, received, due, _code, steps, closed, breached, stopped = row
    counted = timeline(rule.kind, calendar)
    # A case that ended while it stood still was not late by the time it stood.
    ended = stopped or closed
    end = moment(ended) if ended else as_of
    if rule.limit is None:  # measured only
        return Replayed(case, key, clock, department, moment(closed) if closed else None, moment(due), bool(breached),
                        moment(due), False, 0, timedelta(0))  # fmt: skip
    at = _due(steps, moment(received), rule, other, counted, calendar)
    whole = counted.between(moment(received), at)
    used = counted.between(moment(received), end)
    return Replayed(
        case, key, clock, department, moment(closed) if closed else None, moment(due), bool(breached), at, end > at,
        int(100 * used / whole) if whole else 100, max(counted.between(at, end), timedelta(0)),
    )  # fmt: skip


def _due(
    steps: str, received: datetime, rule: ClockRule, other: Policy, counted: Timeline, calendar: Calendar
) -> datetime:
    """The due moment by the other rule: the same moves, one after the other."""
    first, moves = due_story.parts(steps)
    was, at = Due.from_json(first).at, _after(received, rule.limit, counted, calendar)
    for move in moves:
        if "extended" in move:
            at = _after(at, Limit.parse(move["extended"]), counted, calendar)
        elif "urgent" in move:
            at = _reprioritised(move, at, rule, other, counted, calendar)
        else:
            left = timedelta(seconds=move["left"]) + counted.between(was, at)
            at = counted.add(moment(move["resumed"]), max(left, timedelta(0)))
        was = moment(move["due"])
    return at


def _reprioritised(
    move: due_story.Move, before: datetime, rule: ClockRule, other: Policy, counted: Timeline, calendar: Calendar
) -> datetime:
    limit = other.limit(rule.clock, bool(move["urgent"]))
    at = _after(moment(move["from"]), limit.limit if limit else rule.limit, counted, calendar)
    return min(before, at) if move["urgent"] else at


def _after(received: datetime, limit: Limit | None, counted: Timeline, calendar: Calendar) -> datetime:
    assert limit is not None, "a clock without a limit has no due moment"
    if limit.unit == "d":
        return calendar.nth_workday_end(received, limit.amount)
    return counted.add(received, limit.span)


def findings(tx: Tx, late: list[Replayed], basis: Basis) -> list[Finding]:
    """The findings the late ones would be, with who would pay by the other due moment."""
    by_case: dict[int, list[Replayed]] = {}
    for one in late:
        by_case.setdefault(one.case_id, []).append(one)
    found = []
    for case in facts.of_cases(tx, ((case, None) for case in sorted(by_case))):
        for one in by_case[case.case_id]:
            deadline = next((each for each in case.deadlines if one.key in each.keys), None)
            if deadline is not None:
                found.append(_finding(one, deadline, basis))
    return found


def _finding(one: Replayed, deadline: Clocked, basis: Basis) -> Finding:
    policy = basis.policies.versions[0]
    moved = replace(deadline, due=one.other_due)
    rule = policy.limit(moved.clock, moved.urgent)
    assert rule is not None
    counted = timeline(rule.kind, basis.calendar(moved.calendar))
    ref = Ref(one.case_id, deadline.breached_seq or -deadline.opened_seq, OVERTIME)
    return Finding(
        ref, one.other_due, moved.department,
        liability.focal(moved, basis.people, counted, policy.penalty.overtime.person),
        liability.leader(moved, basis.people), policy.version, tuple(deadline.seqs), moved, one.overrun,
    )  # fmt: skip
