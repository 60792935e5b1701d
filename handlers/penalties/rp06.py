"""RP-06 客户主数据维护考核月报: the tables of a month, the same for the page, print, workbook and CSV."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.clock import local
from engine.policy_readings import readings
from engine.store import moment as instant
from engine.transactions import Tx
from engine.wording import overrun_text
from handlers.penalties.basis import Basis
from handlers.penalties.decisions import APPEALED, EXEMPTED, STATUS, WITHDRAWN
from handlers.penalties.duties import Duty
from handlers.penalties.findings import Finding
from handlers.penalties.month import Assessed
from handlers.penalties.period import Month
from handlers.penalties.pricing import Line, multiple, role_name
from handlers.penalties.tables import MONTH_STATUS
from handlers.reporting import Cell, Link, Report, Table, cells, columns, rate

TITLE = "客户主数据维护考核月报（考核建议）"
LEGAL = (
    "本表为考核建议（绩效扣减），由人力资源部依法审定后执行；1982 年《企业职工奖惩条例》已于 2008 年废止，"
    "赔偿性扣减不得超过当月工资的 20％且剩余部分不得低于当地最低工资（工资支付暂行规定第十六条）。"
    "本注不是法律意见。锁定后不改，差错在次月以调整行更正。"
)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Adjustment:
    """What a report adds to, or takes off, an earlier month that is locked."""

    of_month: Month
    line: Line


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


def report(
    tx: Tx, assessed: Assessed, adjustments: Sequence[Adjustment], before: Mapping[int, Decimal], status: str,
    number: str = "", missed: Sequence[Duty] = (),
) -> Report:  # fmt: skip
    """The whole month; `before` is what each person was charged earlier in the year, `status` one of MONTH_STATUS."""
    basis = assessed.basis
    told = titles(tx, assessed, [one.case_id for one in missed])
    tables = [
        departments(assessed), persons(assessed, before), _overtime(assessed, told), _false_new(assessed, told),
        _entry_errors(assessed, told), _duties(missed, assessed, told),
    ]  # fmt: skip
    if adjustments:
        tables.append(_adjusted(adjustments, basis))
    policy = basis.rules(assessed.month.last_day)
    head = (
        ("考核期间", assessed.month.title),
        ("编号", number or f"KH-{assessed.month}-01"),
        ("状态", MONTH_STATUS[status]),
        ("制度", f"{policy.id} {policy.version} 版（{policy.effective_from} 起）"),
        ("工作日历", basis.calendar("company").version),
    )
    return Report("RP-06", TITLE, basis.as_of, head, tuple(tables), _notes(assessed))


# --- 表一 ---------------------------------------------------------------------------------------------------------


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
        *(money(row.sums[role]) for role in ("focal", "leader", "extra")),
        Cell(len(row.untrue) or None, _link("untrue", department) if row.untrue else None, ordinals),
        *(_amount(row, role) if row.untrue else None for role in ("responsible", "department")),
        Cell(row.wrong or None, _link("wrong", department) if row.wrong else None),
        money(row.sums["maintainer"]) if row.wrong else None,
        _drill(row.exempt, "exempt", department), money(row.personal), money(row.own),
        money(row.personal + row.own),
    )  # fmt: skip


def _steps(row: Row) -> tuple[int, int, int | None]:
    return row.steps, row.in_time, rate(row.in_time, row.steps)


def _amount(row: Row, role: str) -> Cell:
    """A sum with what it adds up from: 20＋40."""
    parts = row.parts[role]
    return Cell(money(row.sums[role]), None, "＋".join(map(money, parts)) if len(parts) > 1 else "")


def _total(found: list[Row]) -> tuple[Cell, ...]:
    steps, in_time = sum(row.steps for row in found), sum(row.in_time for row in found)

    def summed(role: str) -> str:
        return money(sum((row.sums[role] for row in found), ZERO))

    personal, own = (sum((getattr(row, name) for row in found), ZERO) for name in ("personal", "own"))
    return cells(
        None, "合计", steps, in_time, rate(in_time, steps), sum(row.late for row in found), summed("focal"),
        summed("leader"), summed("extra"), sum(len(row.untrue) for row in found), summed("responsible"),
        summed("department"), sum(row.wrong for row in found), summed("maintainer"),
        sum(row.exempt for row in found), money(personal), money(own), money(personal + own),
    )  # fmt: skip


def _drill(count: int, what: str, department: int) -> Cell:
    return Cell(count, _link(what, department) if count else None)


def _link(what: str, department: int) -> Link:
    return Link("findings", {"kind": what, "department": str(department)})


# --- 表二 ---------------------------------------------------------------------------------------------------------


def persons(assessed: Assessed, before: Mapping[int, Decimal]) -> Table:
    """Per person, post and clause: how often, at what price; what the year comes to with this month."""
    people = assessed.basis.people
    grouped: dict[tuple[int, str, str], list[Line]] = defaultdict(list)
    totals: dict[int, Decimal] = defaultdict(Decimal)
    for line in assessed.lines:
        if line.person is not None:
            grouped[line.person, line.role, line.clause].append(line)
            totals[line.person] += line.amount
    lines = []
    for person, role, clause in sorted(grouped, key=lambda key: (people.person(key[0]).login, key[1], key[2])):
        of_group = grouped[person, role, clause]
        whole, who = sum((one.amount for one in of_group), ZERO), people.person(person)
        prices = "、".join(dict.fromkeys(str(one.amount) for one in of_group))
        lines.append(cells(
            Cell(who.name, Link("findings", {"person": str(person)})), who.login,
            people.department(of_group[0].department).name if of_group[0].department else None,
            role_name(of_group[0], people), clause,
            len(of_group), prices, money(whole), money(before.get(person, ZERO) + totals[person]), None,
        ))  # fmt: skip
    titled = columns(
        "姓名", ("工号", "code"), "部门", "岗位", ("事由条款", "code"), ("次数", "count"), ("单价", "code"),
        ("金额", "money"), ("本年累计", "money"), "签收",
    )  # fmt: skip
    total = sum((line.amount for line in assessed.lines if line.person is not None), ZERO)
    end = cells("合计", None, None, None, None, None, None, money(total), None, None)
    return Table("表二 个人明细", titled, tuple(lines), end if lines else (), "本年累计含本月，未锁定的月份除外。",
                 "本月没有个人考核事项。")  # fmt: skip


# --- 表三至表五 ---------------------------------------------------------------------------------------------------


def _overtime(assessed: Assessed, titles: Mapping[int, tuple[str, str]]) -> Table:
    lines = [_late(one, assessed, titles) for one in assessed.late]
    titled = columns(
        ("事件号", "code"), ("申请单号", "code"), "申请事项", "环节", "正常/紧急", "收到时间", "应完成", "实际完成",
        ("超时（工作时:分:秒）", "code"), "当时办理人", "代理", "分管领导", ("轮次", "count"), ("证据", "count"),
        "申诉/豁免", "结论",
    )  # fmt: skip
    return Table("表三 超时事件明细", titled, tuple(lines), (), "按应完成时间归月；每个限期超时计一次。",
                 "本月没有超时。")  # fmt: skip


def _late(one: Finding, assessed: Assessed, titles: Mapping[int, tuple[str, str]]) -> tuple[Cell, ...]:
    deadline, people = one.deadline, assessed.basis.people
    assert deadline is not None
    number, title = titles[one.ref.case_id]
    deputy = f"代{people.person(one.payer.on_behalf_of).name}" if one.payer.on_behalf_of else "否"
    department = people.department(one.department).name if one.department is not None else ""
    return cells(
        Cell(one.name, Link("finding", one.name)), Cell(number, Link("case", one.ref.case_id)), title,
        f"{deadline.clock} {department}", "紧急" if deadline.urgent else "正常", _at(deadline.received_at),
        _at(deadline.due), _at(deadline.closed_at) if deadline.closed_at else "未完成", overrun_text(one.overrun),
        _who(one.payer.person, assessed.basis), deputy,
        _who(one.leader.person if one.leader else None, assessed.basis), deadline.round, len(one.seqs),
        _history(one.name, assessed), STATUS[assessed.status(one.name)],
    )  # fmt: skip


def _false_new(assessed: Assessed, titles: Mapping[int, tuple[str, str]]) -> Table:
    basis = assessed.basis
    lines = []
    for one, ordinal in assessed.untrue:
        code = one.data["existing_code"]
        policy = basis.policies.version(one.policy)
        rule, times = policy.penalty.false_new, multiple(policy, ordinal) if ordinal else 0
        number, title = titles[one.ref.case_id]
        lines.append(cells(
            Cell(one.name, Link("finding", one.name)), Cell(number, Link("case", one.ref.case_id)), title,
            basis.people.department(one.department).name if one.department is not None else None,
            Cell(code, Link("customer", code)), one.data.get("basis", "已有编码"),
            ordinal or None, money(rule.person * times), money(rule.department * times), _at(one.at),
            _who(one.payer.person, basis), _history(one.name, assessed), STATUS[assessed.status(one.name)],
        ))  # fmt: skip
    titled = columns(
        ("事件号", "code"), ("单号", "code"), "申请客户", "申报部门", ("查出的已有编码", "code"), "判定依据",
        ("本年第几次", "count"), ("扣责任人", "money"), ("扣部门", "money"), "退回送达", "责任人", "申诉/豁免", "结论",
    )  # fmt: skip
    return Table("表四 申报不实明细", titled, tuple(lines), (), "", "本月没有申报不实。")


def _entry_errors(assessed: Assessed, titles: Mapping[int, tuple[str, str]]) -> Table:
    basis, lines = assessed.basis, []
    for one in assessed.wrong:
        number, _title = titles[one.ref.case_id]
        for wrong in one.data.get("fields") or [{}]:
            lines.append(cells(
                Cell(one.name, Link("finding", one.name)),
                Cell(one.data["customer_code"], Link("customer", one.data["customer_code"])),
                wrong.get("label", wrong.get("field")), wrong.get("applied"), wrong.get("posted"),
                _who(one.data.get("found_by"), basis), _at(one.at), _who(one.data.get("confirmed_by"), basis),
                Cell(one.data.get("posting") or number, Link("case", one.ref.case_id)),
                _month(one.data.get("posted_at")), one.data.get("correction"),
                _history(one.name, assessed), STATUS[assessed.status(one.name)],
            ))  # fmt: skip
    titled = columns(
        ("事件号", "code"), ("客户编码", "code"), "字段", "申请值", "录入值", "发现人", "确认时间", "确认人",
        ("过账单号", "code"), ("过账月份", "code"), ("更正单号", "code"), "申诉/豁免", "结论",
    )  # fmt: skip
    note = "一次过账中的一个客户算一条，不论几个字段；计入确认当月。"
    return Table("表五 录入错误明细", titled, tuple(lines), (), note, "本月没有录入错误。")


def _duties(missed: Iterable[Duty], assessed: Assessed, titles: Mapping[int, tuple[str, str]]) -> Table:
    basis = assessed.basis
    lines = [
        cells(
            Cell(one.name, Link("case", one.case_id)), one.clause,
            Cell(titles[one.case_id][0], Link("case", one.case_id)),
            basis.people.department(one.department).name if one.department is not None else None,
            _who(one.person, basis), one.says, one.why, _at(one.at),
        )
        for one in missed
    ]  # fmt: skip
    titled = columns(
        ("事件号", "code"), ("条款", "code"), ("单号", "code"), "部门", "责任人", "应尽义务", "情况", "时间",
    )  # fmt: skip
    return Table("表六 不扣款但须整改", titled, tuple(lines), (), "制度没有定价的义务，只登记，不扣款（R-088）。",
                 "本月没有须整改的事项。")  # fmt: skip


def _adjusted(adjustments: Iterable[Adjustment], basis: Basis) -> Table:
    people, listed = basis.people, list(adjustments)
    lines = [
        cells(
            str(one.of_month), one.line.clause, role_name(one.line, people),
            people.department(one.line.department).name if one.line.department is not None else None,
            _who(one.line.person, basis) if one.line.person is not None else None, money(one.line.amount),
            one.line.formula, "、".join(one.line.findings),
        )
        for one in listed
    ]  # fmt: skip
    titled = columns("所属月份", ("条款", "code"), "角色", "部门", "姓名", ("金额", "money"), "计算", "事由")
    total = sum((one.line.amount for one in listed), ZERO)
    end = cells("合计", None, None, None, None, money(total), None, None)
    return Table("表七 以前月份调整", titled, tuple(lines), end, "已锁定的月份不改，差错在本月更正。")


# --- small words --------------------------------------------------------------------------------------------------


def titles(tx: Tx, assessed: Assessed, others: Iterable[int] = ()) -> dict[int, tuple[str, str]]:
    """Number and title of every case with a finding, and of others: as pinned, else as they are now."""
    found = dict(assessed.basis.titles)
    for case in {*others, *(one.ref.case_id for one in assessed.findings)} - set(found):
        row = tx.one("SELECT number, title FROM instance WHERE id = ?", (case,))
        assert row is not None, f"events of case {case} without the case"
        found[case] = (row[0], row[1])
    return found


def _who(person: int | None, basis: Basis) -> str:
    return basis.people.person(person).name if person is not None else "（空缺）"


def _at(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M:%S}" if moment.second else f"{local(moment):%Y-%m-%d %H:%M}"


def _month(posted_at: str | None) -> str | None:
    return f"{local(instant(posted_at)):%Y-%m}" if posted_at else None


def money(amount: Decimal) -> str:
    """An amount as tables and files write it: exact, without superfluous noughts."""
    return f"{amount.normalize():f}" if amount else "0"


def _history(name: str, assessed: Assessed) -> str | None:
    """What was said about a finding: 申诉 10-09，申诉不成立 10-12."""
    decision = assessed.decided.get(name)
    if decision is None:
        return None
    told = []
    for at, kind, _actor, data, _case in decision.steps:
        told.append(f"{_said(kind, data)} {local(at):%m-%d}")
    return "，".join(told)


def _said(kind: str, data: Mapping[str, object]) -> str:
    if kind == EXEMPTED:
        return "豁免" if data.get("exempt", True) else "撤销豁免"
    if kind in WITHDRAWN:
        return "撤回申诉"
    return "申诉" if kind == APPEALED else STATUS[str(data["outcome"])]


def _notes(assessed: Assessed) -> tuple[str, ...]:
    """计算说明: the rules in force, how open questions are read, what was exempted and why."""
    policy = assessed.basis.rules(assessed.month.last_day)
    p = policy.penalty
    sums = (
        f"处理超时（4.1）：每次扣归口人员 {p.overtime.focal} 元、分管领导 {p.overtime.leader} 元；部门当月每满"
        f" {p.overtime.every} 次另扣 {p.overtime.department_extra} 元，按应完成时间归月",
        f"申报不实（4.2）：第一次扣责任人 {p.false_new.person} 元、责任部门 {p.false_new.department} 元，"
        f"第二次起 {p.false_new.factor} 倍",
        f"录入错误（4.3）：每条扣维护员 {p.entry_error.maintainer} 元",
        "各环节的时限和金额按收到时有效的制度版本；部门另扣按当月最后一日有效的版本",
    )
    read = tuple(f"{one.number} {one.question}：{one.answer}" for one in readings(policy))
    spared = tuple(
        f"{one.name} 不计：{STATUS[assessed.status(one.name)]}" for one in assessed.findings if not assessed.counts(one)
    )
    return (*sums, *read, *spared, LEGAL)
