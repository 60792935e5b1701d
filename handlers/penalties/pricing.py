"""From findings to amounts: pure arithmetic under the policy in force (SD-010 4.1, 4.2, 4.3; AMB-14 to 19)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.people import People
from engine.policy import Policy
from handlers.penalties.basis import Basis
from handlers.penalties.findings import ENTRY_ERROR, FALSE_NEW, OVERTIME, Finding, window
from handlers.penalties.period import Month

ROLES = {
    "focal": "归口人员", "leader": "分管领导", "extra": "责任部门", "responsible": "责任人",
    "department": "责任部门", "maintainer": "维护员", "cap": "个人月度上限",
}  # fmt: skip
PERSONAL = ("focal", "leader", "responsible", "maintainer", "cap")


@dataclass(frozen=True)
class Line:
    """One priced entry: who pays what for which findings, with its arithmetic.

    `department` is the department it stands under; `person` None: the department itself pays (or nobody is in office).
    """

    clause: str
    role: str
    department: int | None
    person: int | None
    amount: Decimal
    findings: tuple[str, ...]
    formula: str

    @property
    def personal(self) -> bool:
        return self.role in PERSONAL

    @property
    def key(self) -> tuple[str, str, int | None, int | None]:
        return self.clause, self.role, self.department, self.person


def price(
    month: Month, basis: Basis, late: Sequence[Finding], untrue: Sequence[Finding], wrong: Sequence[Finding]
) -> list[Line]:
    """The lines of a month from the findings that count.

    `untrue` are all of 4.2 back to the beginning of the longest window, so that ordinals can be told; only those
    of the month become lines.
    """
    lines = [line for one in late for line in _overtime(one, basis)]
    lines += _extras(month, basis, late)
    lines += [line for one, ordinal in ordinals(untrue, basis) if one.at >= month.begin
              for line in _false_new(one, ordinal, basis)]  # fmt: skip
    lines += [_entry_error(one, basis) for one in wrong]
    return [*lines, *_caps(lines, basis.rules(month.last_day))]


def _overtime(one: Finding, basis: Basis) -> list[Line]:
    rule = basis.policies.version(one.policy).penalty.overtime
    lines = []
    if one.payer.person is not None:
        lines.append(_line(one, "focal", one.payer.person, rule.focal))
    if one.leader is not None and one.leader.person is not None:
        lines.append(_line(one, "leader", one.leader.person, rule.leader))
    return lines


def _line(one: Finding, role: str, person: int | None, amount: Decimal, formula: str = "") -> Line:
    return Line(one.clause, role, one.department, person, amount, (one.name,), formula or f"{amount}×1")


def _extras(month: Month, basis: Basis, late: Iterable[Finding]) -> list[Line]:
    """另扣责任部门: per department and month of the due moment, for every full three."""
    by_department: dict[int, list[str]] = defaultdict(list)
    for one in late:
        if one.department is not None:
            by_department[one.department].append(one.name)
    return [line for department, names in sorted(by_department.items())
            for line in extras(month, basis, department, names)]  # fmt: skip


def extras(month: Month, basis: Basis, department: int, names: Sequence[str]) -> list[Line]:
    """What a department pays for that many late findings of a month: one line, or none."""
    rule = basis.rules(month.last_day).penalty.overtime
    if len(names) < rule.every:
        return []
    formula = f"⌊{len(names)}÷{rule.every}⌋×{rule.department_extra}"
    amount = extra(len(names), rule.every, rule.department_extra)
    return [Line("4.1", "extra", department, None, amount, tuple(names), formula)]


def alone(one: Finding, ordinal: int, basis: Basis) -> list[Line]:
    """What a finding costs by itself; `ordinal` is which of its window a false-new is."""
    if one.kind == OVERTIME:
        return _overtime(one, basis)
    return _false_new(one, ordinal, basis) if one.kind == FALSE_NEW else [_entry_error(one, basis)]


def extra(count: int, every: int, amount: Decimal) -> Decimal:
    """按每 3 次另扣: ⌊n/3⌋ × 200."""
    return count // every * amount


def ordinals(untrue: Iterable[Finding], basis: Basis) -> list[tuple[Finding, int]]:
    """Which of its window each false-new is, for its department or person (AMB-18); in the order of time."""
    told: list[tuple[Finding, int]] = []
    before: dict[int | None, list[Finding]] = defaultdict(list)
    for one in sorted(untrue, key=lambda f: (f.at, f.ref)):
        policy = basis.policies.version(one.policy)
        whose = one.payer.person if policy.penalty.false_new.scope == "person" else one.department
        since = window(policy, one.at)
        earlier = [other for other in before[whose] if other.at >= since]
        told.append((one, len(earlier) + 1))
        before[whose].append(one)
    return told


def multiple(policy: Policy, ordinal: int) -> int:
    """How many times the first amount the n-th costs (AMB-17).

    cap2: 1, 2, 2 … · double: 1, 2, 4 … · linear: 1, 2, 3 …
    """
    rule = policy.penalty.false_new
    if ordinal == 1:
        return 1
    if rule.escalation == "double":
        return int(rule.factor ** (ordinal - 1))
    return ordinal if rule.escalation == "linear" else rule.factor


def _false_new(one: Finding, ordinal: int, basis: Basis) -> list[Line]:
    policy = basis.policies.version(one.policy)
    rule, times = policy.penalty.false_new, multiple(policy, ordinal)
    parts = (("responsible", one.payer.person, rule.person), ("department", None, rule.department))
    return [
        Line(one.clause, role, one.department, person, amount * times, (one.name,),
             f"第 {ordinal} 次：{amount}×{times}")
        for role, person, amount in parts
    ]  # fmt: skip


def _entry_error(one: Finding, basis: Basis) -> Line:
    return _line(one, "maintainer", one.payer.person, basis.policies.version(one.policy).penalty.entry_error.maintainer)


def _caps(lines: Iterable[Line], policy: Policy) -> list[Line]:
    """What exceeds a person's monthly cap, taken back; the policy has none unless the company sets one."""
    most = getattr(getattr(policy, "cap", None), "per_person_month", None)
    if most is None:
        return []
    totals: dict[int, Decimal] = defaultdict(Decimal)
    whose: dict[int, int | None] = {}
    for line in lines:
        if line.person is not None:
            totals[line.person] += line.amount
            whose.setdefault(line.person, line.department)
    return [
        Line("4", "cap", whose[person], person, most - total, (), f"{total}－上限 {most}")
        for person, total in sorted(totals.items())
        if total > most
    ]


def role_name(line: Line, people: People) -> str:
    """In which role somebody pays; the maintainer is his department's focal person under 4.1 (AMB-14)."""
    if (
        line.role == "focal"
        and line.department is not None
        and people.department(line.department).kind == "maintaining"
    ):
        return "维护员（归口人员）"
    return ROLES[line.role]


KINDS = (OVERTIME, FALSE_NEW, ENTRY_ERROR)
