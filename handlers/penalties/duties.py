"""Duties without a price (3.1, 3.2, 2.1.4, 3.3.2, 3.3.3, R-088): what the log shows of them, nothing charged.

The rules are those the clauses are bound to (engine/conformance), as pinned with the month. Only cases in which
something may be amiss are read, and of those only the kinds of events that the rules look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import conformance
from engine.conformance import VIOLATED, RuleSet, Verdict
from engine.history import Recorded
from engine.people import People
from engine.store import ASSESSED, OBSERVED, loads, moment, placeholders, stamp
from engine.transactions import Tx
from handlers.penalties.basis import Basis
from handlers.penalties.facts import CHUNK
from handlers.penalties.findings import Positions
from handlers.penalties.liability import in_office
from handlers.penalties.period import Month

TITLES = {
    "phone": "电话通知", "letter": "发函", "notice": "通知其余部门", "urgent_mark": "紧急标识", "search": "查重记录",
    "register": "登记检查结果", "raising": "及时提出", "incomplete": "资料齐全",
}  # fmt: skip
FRAME = ("case.started", "case.ended", "case.withdrawn", "case.cancelled", "case.upgraded", "case.downgraded")
_COLUMNS = "instance_id, seq, kind, occurred_at, recorded_at, actor_id, node, subject, data"
_RUNNING = " i.started_at < ? AND (i.ended_at IS NULL OR i.ended_at >= ?)"
# Where something may be amiss: more than that is harmless, for the rules judge; less would hide something.
_CALLS = (
    f"SELECT DISTINCT instance_id FROM event WHERE {ASSESSED} AND kind = 'deadline.breached'"
    " AND occurred_at >= ? AND occurred_at < ? AND node IN ('Task_phone_maintainer', 'Task_phone_departments')"
)
_OBSERVED = (
    f"SELECT DISTINCT instance_id FROM event WHERE {OBSERVED} AND kind = ? AND occurred_at >= ? AND occurred_at < ?"
)
_RAISED = (
    f"SELECT instance_id, data FROM event WHERE {OBSERVED} AND kind = 'customer.change_claimed'"
    " AND occurred_at >= ? AND occurred_at < ?"
)
_RETURNED = (
    "SELECT DISTINCT instance_id FROM register WHERE result = 'incomplete' AND recorded_at >= ? AND recorded_at < ?"
)
_FREEZES = (
    "SELECT i.id FROM instance i JOIN definition d ON d.id = i.definition_id"
    f" WHERE (i.urgent OR d.process = 'customer_freeze') AND{_RUNNING}"
)
_FAILED = "SELECT DISTINCT instance_id FROM incident WHERE instance_id IS NOT NULL AND opened_at >= ? AND opened_at < ?"
_RUNNING_CASES = f"SELECT i.id FROM instance i WHERE{_RUNNING} ORDER BY i.id"


@dataclass(frozen=True)
class Duty:
    """A duty that was not, or not in time, done: whose it was, what the log shows."""

    case_id: int
    seq: int
    duty: str  # TITLES
    clause: str
    department: int | None
    person: int | None
    says: str
    why: str
    at: datetime
    done: bool = False  # after all, only late

    @property
    def name(self) -> str:
        return f"YW-{self.case_id}-{self.seq}"


@dataclass(frozen=True)
class Judged:
    """A duty that fell due in a month, whatever became of it."""

    duty: Duty
    broken: bool


def rules(basis: Basis) -> RuleSet:
    """The rules of the unpriced duties, as this basis has them."""
    return (
        _unpriced(conformance.parse(basis.rules_text, "SD-010.rules.yaml")) if basis.rules_text else RuleSet("", (), "")
    )


def _unpriced(every: RuleSet) -> RuleSet:
    return every.only(rule.id for rule in every.rules.values() if rule.duty)


def duties(tx: Tx, month: Month, basis: Basis, positions: Positions | None = None) -> list[Duty]:
    """The duties missed in a month, by clause and time, up to the positions (None: all that is there)."""
    known = rules(basis)
    if not known.rules:
        return []
    cases = _suspects(tx, month)
    if positions is not None:
        cases = [case for case in cases if case in positions]
    found = {
        (one.duty.name, one.duty.duty): one.duty
        for one in judged(tx, cases, known, month, basis.people, positions)
        if one.broken
    }
    return sorted(found.values(), key=lambda one: (_order(one.clause), one.at, one.case_id, one.seq, one.duty))


def _order(clause: str) -> tuple[int, ...]:
    return tuple(int(part) for part in clause.split("."))


def _suspects(tx: Tx, month: Month) -> list[int]:
    begin, end = stamp(month.begin), stamp(month.end)
    found: set[int] = {row[0] for row in tx.all(_CALLS, (begin, end))}
    for kind in ("duty.missed", "case.upgraded", "case.downgraded"):
        found |= {row[0] for row in tx.all(_OBSERVED, (kind, begin, end))}
    found |= {case for case, data in tx.all(_RAISED, (begin, end)) if '"known_on"' in data}
    found |= {row[0] for sql in (_RETURNED, _FAILED) for row in tx.all(sql, (begin, end))}
    found |= {row[0] for row in tx.all(_FREEZES, (end, begin))}
    return sorted(found)


def running(tx: Tx, month: Month) -> list[int]:
    """Every case that ran in a month."""
    return [row[0] for row in tx.all(_RUNNING_CASES, (stamp(month.end), stamp(month.begin)))]


def judged(
    tx: Tx, cases: Sequence[int], known: RuleSet, month: Month, people: People, positions: Positions | None = None
) -> Iterator[Judged]:
    """Every demand of these rules that was decided in a month, case by case: a month of any size is a stream."""
    for events in _logs(tx, cases, known, positions):
        for verdict in conformance.judge(events, known):
            if month.begin <= verdict.at < month.end and verdict.outcome != conformance.NOT_TESTABLE:
                yield Judged(_duty(verdict, known, events, people), verdict.outcome == VIOLATED)


def _logs(tx: Tx, cases: Sequence[int], known: RuleSet, positions: Positions | None) -> Iterator[list[Recorded]]:
    kinds = sorted({*known.kinds, *FRAME})
    for begin in range(0, len(cases), CHUNK):
        part = cases[begin : begin + CHUNK]
        marks, wanted = placeholders(part), placeholders(kinds)
        sql = f"SELECT {_COLUMNS} FROM event WHERE instance_id IN ({marks}) AND kind IN ({wanted})"
        by_case: dict[int, list[Recorded]] = {}
        for row in tx.all(f"{sql} ORDER BY instance_id, seq", (*part, *kinds)):
            if positions is None or row[1] <= positions.get(row[0], 0):
                by_case.setdefault(row[0], []).append(_recorded(row))
        yield from by_case.values()


def _recorded(row: Sequence[object]) -> Recorded:
    case, seq, kind, occurred, recorded, actor, node, subject, data = row
    return Recorded(
        kind=str(kind), occurred_at=moment(str(occurred)), actor_id=actor, node=node, subject=subject,  # type: ignore[arg-type]
        data={**loads(str(data)), _CASE: case}, seq=seq, recorded_at=moment(str(recorded)), hash="",  # type: ignore[arg-type]
    )  # fmt: skip


_CASE = "\0case"  # the case an event belongs to, carried along beside its data


# --- whose ----------------------------------------------------------------------------------------------------


def _duty(verdict: Verdict, known: RuleSet, events: Sequence[Recorded], people: People) -> Duty:
    rule = known.rule(verdict.rule)
    by_seq = {event.seq: event for event in events}
    about = [by_seq[seq] for seq in verdict.seqs]
    case = int(events[0].data[_CASE])
    department, person, done = _whose(rule.duty, about, events, people, verdict.at)
    # Named after the event that broke it, not after what came later: the name stays.
    seq = next((one.seq for one in reversed(about) if one.occurred_at == verdict.at), verdict.seqs[-1])
    return Duty(case, seq, rule.duty, rule.clause, department, person, rule.says, verdict.why,
                verdict.at, done)  # fmt: skip


def _whose(
    duty: str, about: Sequence[Recorded], events: Sequence[Recorded], people: People, at: datetime
) -> tuple[int | None, int | None, bool]:
    """Department, person, and whether it was done after all."""
    if duty == "phone":
        return _caller(about[0], events, people, at)
    if duty == "register":
        checked = about[0]
        person = people.find_person(checked.actor_id) if checked.actor_id is not None else None
        return (person.department_id if person else None), checked.actor_id, False
    start = next((one for one in events if one.kind == "case.started"), None)
    applicant = start.actor_id if start else None
    return (start.data.get("department") if start else None), applicant, duty == "raising"


def _caller(
    opened: Recorded, events: Sequence[Recorded], people: People, at: datetime
) -> tuple[int | None, int | None, bool]:
    """A call falls on who made it, while nobody has on who held the post."""
    made = _done(opened, events)
    post = opened.data.get("post")
    person = made.actor_id if made else in_office(people, post, at) if post is not None else None
    return opened.data.get("department"), person, made is not None


def _done(opened: Recorded, events: Iterable[Recorded]) -> Recorded | None:
    return next((one for one in events if one.kind == "item.completed" and one.subject == opened.subject), None)
