"""制度试算: what last months would have come to under other hours, amounts, calendar or ladder, before publishing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from engine.calendar import Calendar
from engine.clock import local
from engine.policy import Policies, Policy
from engine.policy_rules import Ladder
from engine.transactions import Tx
from engine.wording import overrun_text
from handlers.penalties import findings, ledger, month, pricing, replay
from handlers.penalties.basis import Basis
from handlers.penalties.decisions import Decision, read
from handlers.penalties.findings import Finding
from handlers.penalties.month import Assessed
from handlers.penalties.period import Month
from handlers.penalties.pricing import Line
from handlers.penalties.replay import Replayed
from handlers.reporting import Cell, Link, Report, Table, cells, columns

LISTED = 500  # flips shown one by one
TURNS = {True: "按时→超时", False: "超时→按时"}
ZERO = Decimal(0)


@dataclass(frozen=True)
class Outcome:
    """The months as they were and as they would have been."""

    months: tuple[Month, ...]
    now: tuple[Assessed, ...]
    steps: tuple[Replayed, ...]
    late: tuple[Finding, ...]  # by the other rules, those that count
    lines: tuple[Line, ...]  # what they would cost, 4.2 and 4.3 included
    other: Policy
    basis: Basis

    @property
    def flips(self) -> list[Replayed]:
        return [one for one in self.steps if one.flips]


def play(tx: Tx, months: tuple[Month, ...], basis: Basis, other: Policy, calendars: Mapping[str, Calendar]) -> Outcome:
    """Replay the months under a policy and calendars that are in force nowhere yet; nothing is written."""
    alone = Policies([replace(other, effective_from=date(1900, 1, 1))])
    sandbox = replace(basis, policies=alone, calendars=calendars)
    now = tuple(_as_it_was(tx, one, basis) for one in months)
    steps = tuple(replay.replay(tx, months[0], months[-1], other, calendars, basis.as_of))
    decided = read(tx, months[0].begin)
    late = replay.findings(tx, [one for one in steps if one.other_late], sandbox)
    counting = [one for one in late if _counts(one, decided) and _applies(one, sandbox, other)]
    lines = [line for one in months for line in _priced(tx, one, sandbox, counting, decided)]
    return Outcome(months, now, steps, tuple(counting), tuple(lines), other, sandbox)


def _as_it_was(tx: Tx, which: Month, basis: Basis) -> Assessed:
    kept = ledger.locked(tx, which)
    return month.assess(tx, which, kept.basis if kept else basis, steps=False)


def _counts(one: Finding, decided: Mapping[str, Decision]) -> bool:
    return one.name not in decided or decided[one.name].counts


def _applies(one: Finding, basis: Basis, other: Policy) -> bool:
    if other.penalty.overtime.include_maintainer or one.department is None:
        return True
    return basis.people.department(one.department).kind != "maintaining"


def _priced(tx: Tx, which: Month, basis: Basis, late: list[Finding], decided: Mapping[str, Decision]) -> list[Line]:
    since = min(findings.window(basis.policies.versions[0], which.begin), which.begin)
    untrue = [one for one in findings.false_new(tx, since, which.end, basis) if _counts(one, decided)]
    wrong = [one for one in findings.entry_errors(tx, which.begin, which.end, basis) if _counts(one, decided)]
    return pricing.price(which, basis, [one for one in late if which.begin <= one.at < which.end], untrue, wrong)


# --- what it comes to ---------------------------------------------------------------------------------------------


def report(tx: Tx, outcome: Outcome, changed: tuple[tuple[str, str], ...]) -> Report:
    """The outcome as tables; `changed` says in words what differs from the rules in force."""
    span = f"{outcome.months[0].title}至{outcome.months[-1].title}"
    notes = (
        "试算只读日志，不写任何数据；发布新版本之后收到的环节才按新版本计时。",
        "试算按每个时限自己的经过重放：收到、暂停、延期、升降级照旧，只换时限、工作时间和金额；人员行为不会因此改变是试算的前提。",
    )
    tables = (_whole(outcome), _by_department(outcome), _by_person(outcome), _flipped(tx, outcome))
    return Report("WHAT-IF", "制度试算", outcome.basis.as_of, (("期间", span), *changed), tables, notes)


def _whole(outcome: Outcome) -> Table:
    was, would = [line for one in outcome.now for line in one.lines], outcome.lines
    late = sum(sum(map(one.counts, one.late)) for one in outcome.now)
    warned, told = (_reached(outcome, outcome.other.ladder)[at] for at in (0, 1))
    rows = [
        _compared("超时次数", late, len(outcome.late)),
        _compared("金额合计（元）", _sum(was), _sum(would)),
        _compared("其中个人", _sum(was, personal=True), _sum(would, personal=True)),
        _compared("其中部门", _sum(was, personal=False), _sum(would, personal=False)),
        cells("到期前提醒（按新的阶梯）", None, warned, None),
        cells("到期后上报（按新的阶梯）", None, told, None),
    ]
    titled = columns("项目", ("现行", "count"), ("试算", "count"), ("增减", "text"))
    return Table(f"合计（{len(outcome.steps)} 个考核环节）", titled, tuple(rows))


def _compared(title: str, was: int | Decimal, would: int | Decimal) -> tuple[Cell, ...]:
    return cells(title, _number(was), _number(would), _signed(would - was))


def _number(amount: int | Decimal) -> int | str:
    return amount if isinstance(amount, int) else f"{amount.normalize():f}" if amount else 0


def _signed(amount: int | Decimal) -> str:
    size = -amount if amount < 0 else amount
    return f"{'＋' if amount > 0 else '－'}{_number(size)}" if amount else "0"


def _sum(lines: list[Line] | tuple[Line, ...], personal: bool | None = None) -> Decimal:
    return sum((one.amount for one in lines if personal is None or one.personal is personal), ZERO)


def _reached(outcome: Outcome, ladder: Ladder) -> tuple[int, int]:
    """How many warnings and escalations there would be."""
    warned = sum(one.shares >= share for one in outcome.steps for share in ladder.warn_at)
    told = sum(
        one.other_late and (after is None or one.overrun > after.span)
        for one in outcome.steps for after in ladder.escalate
    )  # fmt: skip
    return warned, told


def _by_department(outcome: Outcome) -> Table:
    before = Counter(one.department for each in outcome.now for one in each.late if each.counts(one))
    after = Counter(one.department for one in outcome.late)
    was, would = _amounts(outcome, lambda line: line.department)
    people, rows = outcome.basis.people, []
    for department in sorted(key for key in {*before, *after, *was, *would} if key is not None):
        rows.append(cells(
            people.department(department).name, before[department], after[department],
            _signed(after[department] - before[department]), _number(was[department]), _number(would[department]),
            _signed(would[department] - was[department]),
        ))  # fmt: skip
    titled = columns("部门", ("超时现行", "count"), ("超时试算", "count"), "增减", ("金额现行", "count"),
                     ("金额试算", "count"), "增减（元）")  # fmt: skip
    return Table("按部门", titled, tuple(rows), empty="两种口径下都没有考核事项。")


def _by_person(outcome: Outcome) -> Table:
    was, would = _amounts(outcome, lambda line: line.person)
    people = outcome.basis.people
    rows = [
        cells(people.person(one).name, people.person(one).login, _number(was[one]), _number(would[one]),
              _signed(would[one] - was[one]))
        for one in sorted(key for key in {*was, *would} if key is not None)
    ]  # fmt: skip
    titled = columns("姓名", ("工号", "code"), ("金额现行", "count"), ("金额试算", "count"), "增减（元）")
    return Table("按个人", titled, tuple(rows), empty="两种口径下都没有个人考核。")


def _amounts(
    outcome: Outcome, whose: Callable[[Line], int | None]
) -> tuple[dict[int | None, Decimal], dict[int | None, Decimal]]:
    was: dict[int | None, Decimal] = defaultdict(Decimal)
    would: dict[int | None, Decimal] = defaultdict(Decimal)
    for line in (line for one in outcome.now for line in one.lines):
        was[whose(line)] += line.amount
    for line in outcome.lines:
        would[whose(line)] += line.amount
    return was, would


def _flipped(tx: Tx, outcome: Outcome) -> Table:
    people, rows = outcome.basis.people, []
    for one in outcome.flips[:LISTED]:
        number, title = tx.all("SELECT number, title FROM instance WHERE id = ?", (one.case_id,))[0]
        department = people.department(one.department).name if one.department is not None else ""
        over = overrun_text(one.overrun) if one.overrun > timedelta(0) else None
        rows.append(cells(
            Cell(number, Link("case", one.case_id)), title, f"{one.clock} {department}", _at(one.due),
            _at(one.other_due), _at(one.closed_at) if one.closed_at else "未完成", TURNS[one.other_late], over,
        ))  # fmt: skip
    titled = columns(
        ("申请单号", "code"), "申请事项", "环节", "现行应完成", "试算应完成", "实际完成", "变化", "试算超时"
    )
    more = len(outcome.flips) - LISTED
    note = f"只列前 {LISTED} 件，另有 {more} 件。" if more > 0 else ""
    return Table(
        f"结论改变的环节（{len(outcome.flips)}）", titled, tuple(rows), note=note, empty="没有环节的结论改变。"
    )


def _at(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"
