"""The report as a whole: its head, its tables, what it says about its own reckoning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.policy_readings import readings
from engine.transactions import Tx
from handlers.penalties.decisions import STATUS
from handlers.penalties.duties import Duty
from handlers.penalties.month import Assessed
from handlers.penalties.rp06.adjustments import Adjustment, adjusted
from handlers.penalties.rp06.departments import departments
from handlers.penalties.rp06.events import duties, entry_errors, false_new, overtime
from handlers.penalties.rp06.persons import persons
from handlers.penalties.rp06.words import titles
from handlers.penalties.tables import MONTH_STATUS
from handlers.reporting import Report

TITLE = "客户主数据维护考核月报（考核建议）"
LEGAL = (
    "本表为考核建议（绩效扣减），由人力资源部依法审定后执行；1982 年《企业职工奖惩条例》已于 2008 年废止，"
    "赔偿性扣减不得超过当月工资的 20％且剩余部分不得低于当地最低工资（工资支付暂行规定第十六条）。"
    "本注不是法律意见。锁定后不改，差错在次月以调整行更正。"
)


def report(
    tx: Tx, assessed: Assessed, adjustments: Sequence[Adjustment], before: Mapping[int, Decimal], status: str,
    number: str = "", missed: Sequence[Duty] = (),
) -> Report:  # fmt: skip
    """The whole month; `before` is what each person was charged earlier in the year, `status` one of MONTH_STATUS."""
    basis = assessed.basis
    told = titles(tx, assessed, [one.case_id for one in missed])
    tables = [
        departments(assessed), persons(assessed, before), overtime(assessed, told), false_new(assessed, told),
        entry_errors(assessed, told), duties(missed, assessed, told),
    ]  # fmt: skip
    if adjustments:
        tables.append(adjusted(adjustments, basis))
    policy = basis.rules(assessed.month.last_day)
    head = (
        ("考核期间", assessed.month.title),
        ("编号", number or f"KH-{assessed.month}-01"),
        ("状态", MONTH_STATUS[status]),
        ("制度", f"{policy.id} {policy.version} 版（{policy.effective_from} 起）"),
        ("工作日历", basis.calendar("company").version),
    )
    return Report("RP-06", TITLE, basis.as_of, head, tuple(tables), _notes(assessed))


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
