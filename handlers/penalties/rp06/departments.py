"""表一: each department's steps, its findings, what they come to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from handlers.penalties.month import Assessed
from handlers.reporting import Cell, Link, Table, cells, columns, money_text, rate

ZERO = Decimal(0)


@dataclass
class Row:
    """A department's row of 表一, before it is written down."""

    steps: int = 0
    in_time: int = 0
    late: int = 0
    exempt: int = 0
    untrue: list[int] = field(default_factory=list)
    wrong: int = 0
    sums: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    parts: dict[str, list[Decimal]] = field(default_factory=lambda: defaultdict(list))

    @property
    def personal(self) -> Decimal:
        return sum((self.sums[role] for role in ("focal", "leader", "responsible", "maintainer", "cap")), ZERO)

    @property
    def own(self) -> Decimal:
        return self.sums["extra"] + self.sums["department"]


def rows(assessed: Assessed) -> dict[int, Row]:
    """What 表一 says of each department: those with steps, findings or amounts."""
    found: dict[int, Row] = defaultdict(Row)
    for department, count in assessed.met.items():
        if department is not None:
            found[department].steps += count
            found[department].in_time += count
    for one in assessed.late:
        if one.department is not None:
            _count_late(found[one.department], assessed.counts(one))
    for one, ordinal in assessed.untrue:
        if one.department is not None and assessed.counts(one):
            found[one.department].untrue.append(ordinal)
        elif one.department is not None:
            found[one.department].exempt += 1
    for one in assessed.wrong:
        if one.department is not None:
            found[one.department].wrong += assessed.counts(one)
            found[one.department].exempt += not assessed.counts(one)
    for line in assessed.lines:
        if line.department is not None:
            found[line.department].sums[line.role] += line.amount
            found[line.department].parts[line.role].append(line.amount)
    return dict(found)


def _count_late(row: Row, counts: bool) -> None:
    row.steps += 1
    row.late += counts
    row.in_time += not counts  # exempted, or the appeal was upheld
    row.exempt += not counts


def departments(assessed: Assessed) -> Table:
    """表一, by department code; every figure leads to what it counts."""
    basis, policy = assessed.basis, assessed.basis.rules(assessed.month.last_day)
    rule, wrong = policy.penalty.overtime, policy.penalty.entry_error
    titled = columns(
        ("序", "count"), "责任部门", ("处理环节数", "count"), ("按时数", "count"), ("及时率", "share"),
        ("超时次数n", "count"), (f"归口人员扣{rule.focal}×n", "money"), (f"分管领导扣{rule.leader}×n", "money"),
        (f"满{rule.every}次另扣⌊n/{rule.every}⌋×{rule.department_extra}", "money"), ("申报不实次数", "count"),
        ("扣责任人", "money"), ("扣部门", "money"), ("录入错误条数k", "count"),
        (f"扣维护员{wrong.maintainer}×k", "money"), ("豁免次数", "count"), ("个人小计", "money"),
        ("部门小计", "money"), ("合计", "money"),
    )  # fmt: skip
    found = rows(assessed)
    order = sorted(found, key=lambda one: basis.people.department(one).code)
    lines = [_department(number, one, found[one], assessed) for number, one in enumerate(order, start=1)]
    return Table("表一 部门汇总", titled, tuple(lines), _total(list(found.values())),
                 "金额单位：元。每个数字都可打开它的事件。", "本月没有到期的考核环节。")  # fmt: skip


def _department(number: int, department: int, row: Row, assessed: Assessed) -> tuple[Cell, ...]:
    basis = assessed.basis
    ordinals = "第 " + "、".join(map(str, row.untrue)) + " 次" if row.untrue else ""
    return cells(
        number, basis.people.department(department).name, *_steps(row), _drill(row.late, "late", department),
        *(money_text(row.sums[role]) for role in ("focal", "leader", "extra")),
        Cell(len(row.untrue) or None, _link("untrue", department) if row.untrue else None, ordinals),
        *(_amount(row, role) if row.untrue else None for role in ("responsible", "department")),
        Cell(row.wrong or None, _link("wrong", department) if row.wrong else None),
        money_text(row.sums["maintainer"]) if row.wrong else None,
        _drill(row.exempt, "exempt", department), money_text(row.personal), money_text(row.own),
        money_text(row.personal + row.own),
    )  # fmt: skip


def _steps(row: Row) -> tuple[int, int, int | None]:
    return row.steps, row.in_time, rate(row.in_time, row.steps)


def _amount(row: Row, role: str) -> Cell:
    """A sum with what it adds up from: 20＋40."""
    parts = row.parts[role]
    return Cell(money_text(row.sums[role]), None, "＋".join(map(money_text, parts)) if len(parts) > 1 else "")


def _total(found: list[Row]) -> tuple[Cell, ...]:
    steps, in_time = sum(row.steps for row in found), sum(row.in_time for row in found)

    def summed(role: str) -> str:
        return money_text(sum((row.sums[role] for row in found), ZERO))

    personal, own = (sum((getattr(row, name) for row in found), ZERO) for name in ("personal", "own"))
    return cells(
        None, "合计", steps, in_time, rate(in_time, steps), sum(row.late for row in found), summed("focal"),
        summed("leader"), summed("extra"), sum(len(row.untrue) for row in found), summed("responsible"),
        summed("department"), sum(row.wrong for row in found), summed("maintainer"),
        sum(row.exempt for row in found), money_text(personal), money_text(own), money_text(personal + own),
    )  # fmt: skip


def _drill(count: int, what: str, department: int) -> Cell:
    return Cell(count, _link(what, department) if count else None)


def _link(what: str, department: int) -> Link:
    return Link("findings", {"kind": what, "department": str(department)})
