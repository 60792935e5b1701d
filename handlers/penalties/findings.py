"""Findings: breaches of SD-010 4.1, 4.2 and 4.3 as the event log shows them. None exists without its event.

A finding is named after the event that constitutes it: `CS-412-37` is event 37 of case 412. CS 超时, SB 申报不实,
LR 录入错误.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from engine.clock import local
from engine.errors import NotFound
from engine.policy import Policy
from engine.store import ASSESSED, loads, moment, stamp
from engine.timeline import Timeline, timeline
from engine.transactions import Tx
from handlers.penalties import facts, liability
from handlers.penalties.basis import Basis
from handlers.penalties.facts import Clocked
from handlers.penalties.liability import Payer
from handlers.penalties.period import Month

OVERTIME, FALSE_NEW, ENTRY_ERROR = "overtime", "false_new", "entry_error"
PREFIX = {OVERTIME: "CS", FALSE_NEW: "SB", ENTRY_ERROR: "LR"}
CLAUSE = {OVERTIME: "4.1", FALSE_NEW: "4.2", ENTRY_ERROR: "4.3"}
TITLE = {OVERTIME: "处理超时", FALSE_NEW: "申报不实", ENTRY_ERROR: "录入错误"}
EVENT = {"deadline.breached": OVERTIME, "finding.false_new": FALSE_NEW, "finding.entry_error": ENTRY_ERROR}
KIND_OF = {"CS": OVERTIME, "SB": FALSE_NEW, "LR": ENTRY_ERROR}
NAME = re.compile(r"(?P<prefix>CS|SB|LR)-(?P<case>\d+)-(?P<seq>\d+)")

# ASSESSED, word for word, lets SQLite take the partial index over these few kinds: a month is cheap to find.
IN_PERIOD = (
    f"SELECT instance_id, seq, kind, occurred_at FROM event WHERE {ASSESSED}"
    " AND kind = ? AND occurred_at >= ? AND occurred_at < ? ORDER BY occurred_at, instance_id, seq"
)
BREACHES = (
    "SELECT instance_id, seq, data FROM event WHERE kind = 'deadline.breached' AND occurred_at >= ? AND occurred_at < ?"
)

OF_DEPARTMENT = (
    "SELECT e.instance_id, e.seq, d.clock, d.urgent, p.version FROM event e"
    " JOIN deadline d ON d.instance_id = e.instance_id AND d.id = e.subject JOIN policy p ON p.id = d.policy_id"
    " WHERE e.kind = 'deadline.breached' AND e.occurred_at >= ? AND e.occurred_at < ? AND d.department_id = ?"
    " ORDER BY e.occurred_at, e.instance_id, e.seq"
)

Positions = dict[int, int]  # case → how many of its events count


class Ref(NamedTuple):
    """Where a finding stands in the log."""

    case_id: int
    seq: int
    kind: str

    @property
    def name(self) -> str:
        return f"{PREFIX[self.kind]}-{self.case_id}-{self.seq}"


def ref(name: str) -> Ref:
    """The place a finding's name points to; raises NotFound for what is no such name."""
    match = NAME.fullmatch(name.strip().upper())
    if match is None:
        raise NotFound(what=f"考核事项“{name}”（写法如 CS-412-37）")
    return Ref(int(match["case"]), int(match["seq"]), KIND_OF[match["prefix"]])


@dataclass(frozen=True)
class Finding:
    """One breach: whose department, who pays, when it counts; `data` is what its kind adds."""

    ref: Ref
    at: datetime  # due moment, delivery of the return, confirmation
    department: int | None
    payer: Payer  # 归口人员 or 维护员, 责任人
    leader: Payer | None  # 4.1 only
    policy: str  # version that prices it
    seqs: tuple[int, ...]
    deadline: Clocked | None = None
    overrun: timedelta = timedelta(0)
    proposal: str = ""  # why the system itself proposes an exemption
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.ref.name

    @property
    def kind(self) -> str:
        return self.ref.kind

    @property
    def clause(self) -> str:
        return CLAUSE[self.kind]


def timeline_of(deadline: Clocked, basis: Basis) -> Timeline:
    """The kind of time a deadline is counted in, on the calendar it was given."""
    return timeline(deadline.kind, basis.calendar(deadline.calendar))  # type: ignore[arg-type]


def listed(tx: Tx, kind: str, since: datetime, until: datetime, positions: Positions | None) -> list[Ref]:
    """The findings of a kind of event within [since, until), up to the positions (None: all)."""
    rows = tx.all(IN_PERIOD, (kind, stamp(since), stamp(until)))
    found = [Ref(row[0], row[1], EVENT[kind]) for row in rows]
    return found if positions is None else [one for one in found if one.seq <= positions.get(one.case_id, 0)]


def overtime(tx: Tx, month: Month, basis: Basis, positions: Positions | None = None) -> list[Finding]:
    """The breaches of 4.1 of a month, by due moment (AMB-16)."""
    refs = _charged(tx, month, basis, positions)
    found = [one for one in _overtime(tx, refs, basis, positions) if one is not None]
    return sorted(found, key=lambda one: (one.at, one.ref))


def _charged(tx: Tx, month: Month, basis: Basis, positions: Positions | None) -> list[Ref]:
    """The breaches whose clock some version penalises: a late phone call (AMB-08) need not be read any further."""
    clocks = {name for policy in basis.policies.versions for name, rules in policy.clocks.items()
              if any(rule.penalised for rule in rules)}  # fmt: skip
    rows = tx.all(BREACHES, (stamp(month.begin), stamp(month.end)))
    charged = [Ref(case, seq, OVERTIME) for case, seq, data in rows if loads(data)["clock"] in clocks]
    return [one for one in charged if positions is None or one.seq <= positions.get(one.case_id, 0)]


def _overtime(tx: Tx, refs: Iterable[Ref], basis: Basis, positions: Positions | None) -> Iterator[Finding | None]:
    wanted: dict[int, list[Ref]] = {}
    for one in refs:
        wanted.setdefault(one.case_id, []).append(one)
    up_to = ((case, None if positions is None else positions.get(case, 0)) for case in sorted(wanted))
    for case in facts.of_cases(tx, up_to):
        for one in wanted[case.case_id]:
            deadline = case.breach(one.seq)
            yield None if deadline is None else _late(one, deadline, basis)


def _late(one: Ref, deadline: Clocked, basis: Basis) -> Finding | None:
    policy = basis.policies.version(deadline.policy)
    rule = policy.limit(deadline.clock, deadline.urgent)
    overtime_rule = policy.penalty.overtime
    if rule is None or not rule.penalised or (_maintains(deadline, basis) and not overtime_rule.include_maintainer):
        return None
    counted = timeline_of(deadline, basis)
    return Finding(
        one, deadline.due, deadline.department,
        liability.focal(deadline, basis.people, counted, overtime_rule.person),
        liability.leader(deadline, basis.people),
        policy.version, tuple(sorted(set(deadline.seqs))), deadline, overrun(deadline, counted, basis.as_of),
        deadline.exemption,
    )  # fmt: skip


def _maintains(deadline: Clocked, basis: Basis) -> bool:
    department = deadline.department
    return department is not None and basis.people.department(department).kind == "maintaining"


def overrun(deadline: Clocked, counted: Timeline, as_of: datetime) -> timedelta:
    """How much longer than its limit a deadline ran, in its own time; pauses after the due moment do not count."""
    end = deadline.closed_at or as_of
    total = counted.between(deadline.due, end)
    for since, until in deadline.pauses:
        a, b = max(since, deadline.due), min(until or end, end)
        total -= counted.between(a, b) if b > a else timedelta(0)
    return total


def false_new(
    tx: Tx, since: datetime, until: datetime, basis: Basis, positions: Positions | None = None
) -> list[Finding]:
    """The applications for customers that were not new (4.2), by delivery of the return (AMB-20)."""
    return [_false_new(one, row, basis) for one, row in _told(tx, "finding.false_new", since, until, positions)]


def _false_new(one: Ref, row: Any, basis: Basis) -> Finding:
    data, at = loads(row[1]), moment(row[0])
    return Finding(
        one, at, data["department"], Payer(data["person"], None, "提出申请的人"), None, _in_force(basis, at),
        (one.seq,), data=data,
    )  # fmt: skip


def entry_errors(
    tx: Tx, since: datetime, until: datetime, basis: Basis, positions: Positions | None = None
) -> list[Finding]:
    """The maintainer's entry errors (4.3), by confirmation (AMB-42), one per customer and posting (AMB-19)."""
    found: dict[tuple[Any, Any], Finding] = {}
    for one, row in _told(tx, "finding.entry_error", since, until, positions):
        data, at = loads(row[1]), moment(row[0])
        finding = Finding(
            one, at, data["department"], Payer(data["person"], None, "录入的维护员"), None, _in_force(basis, at),
            (one.seq,), data=data,
        )  # fmt: skip
        found.setdefault((data.get("posting"), data["customer_code"]), finding)
    return list(found.values())


def _told(
    tx: Tx, kind: str, since: datetime, until: datetime, positions: Positions | None
) -> Iterator[tuple[Ref, Any]]:
    for one in listed(tx, kind, since, until, positions):
        row = tx.one("SELECT occurred_at, data FROM event WHERE instance_id = ? AND seq = ?", (one.case_id, one.seq))
        yield one, row


def _in_force(basis: Basis, at: datetime) -> str:
    return basis.policies.at(local(at).date()).version


def late_of(tx: Tx, month: Month, basis: Basis, department: int) -> list[str]:
    """The names of a department's breaches of 4.1 of a month, as `overtime` finds them, told from the rows alone."""
    rows = tx.all(OF_DEPARTMENT, (stamp(month.begin), stamp(month.end), department))
    maintains = basis.people.department(department).kind == "maintaining"
    found = []
    for case, seq, clock, urgent, version in rows:
        policy = basis.policies.version(version)
        rule = policy.limit(clock, bool(urgent))
        if rule is not None and rule.penalised and (policy.penalty.overtime.include_maintainer or not maintains):
            found.append(Ref(case, seq, OVERTIME).name)
    return found


def found(tx: Tx, name: str, basis: Basis, positions: Positions | None = None) -> Finding:
    """The finding of that name, by its log up to the positions (None: all there is).

    Raises NotFound when the log holds no such event, or one that is not charged.
    """
    one = ref(name)
    event = next(kind for kind, finding in EVENT.items() if finding == one.kind)
    row = tx.one("SELECT kind, occurred_at FROM event WHERE instance_id = ? AND seq = ?", (one.case_id, one.seq))
    if row is None or row[0] != event:
        raise NotFound(what=f"考核事项 {one.name}（日志里没有这条事件）")
    at = moment(row[1])
    if one.kind == OVERTIME:
        late = next(_overtime(tx, [one], basis, positions))
        if late is None:
            raise NotFound(what=f"考核事项 {one.name}（该时限不计考核）")
        return late
    read = false_new if one.kind == FALSE_NEW else entry_errors
    return next(
        finding for finding in read(tx, at, at + timedelta(milliseconds=1), basis) if finding.ref.case_id == one.case_id
    )


def window(policy: Policy, at: datetime) -> datetime:
    """Since when “第一次、第二次” are counted for a finding at a moment (AMB-18)."""
    day = local(at)
    if policy.penalty.false_new.window == "calendar_year":
        return day.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return day.replace(year=day.year - 1, day=min(day.day, 28) if (day.month, day.day) == (2, 29) else day.day)


def day_of(at: datetime) -> date:
    return local(at).date()
