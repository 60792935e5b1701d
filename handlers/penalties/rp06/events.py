"""表三 to 表六: one event a line, with whom it fell to, what was said against it and what was decided."""

from __future__ import annotations

from collections.abc import Iterable

from engine.wording import overrun_text
from handlers.penalties.decisions import STATUS
from handlers.penalties.duties import Duty
from handlers.penalties.findings import Finding
from handlers.penalties.month import Assessed
from handlers.penalties.pricing import multiple
from handlers.penalties.rp06.words import Titles, department_name, history, month_text, time_text, who
from handlers.reporting import Cell, Link, Table, cells, columns, money_text


def overtime(assessed: Assessed, titles: Titles) -> Table:
    """表三: every deadline that was missed."""
    lines = [_late(one, assessed, titles) for one in assessed.late]
    titled = columns(
        ("事件号", "code"), ("申请单号", "code"), "申请事项", "环节", "正常/紧急", "收到时间", "应完成", "实际完成",
        ("超时（工作时:分:秒）", "code"), "当时办理人", "代理", "分管领导", ("轮次", "count"), ("证据", "count"),
        "申诉/豁免", "结论",
    )  # fmt: skip
    return Table("表三 超时事件明细", titled, tuple(lines), (), "按应完成时间归月；每个限期超时计一次。",
                 "本月没有超时。")  # fmt: skip


def _late(one: Finding, assessed: Assessed, titles: Titles) -> tuple[Cell, ...]:
    deadline, basis = one.deadline, assessed.basis
    assert deadline is not None
    number, title = titles[one.ref.case_id]
    deputy = f"代{basis.people.person(one.payer.on_behalf_of).name}" if one.payer.on_behalf_of else "否"
    step = f"{deadline.clock} {department_name(one.department, basis) or ''}"
    leader = one.leader.person if one.leader else None
    return cells(
        Cell(one.name, Link("finding", one.name)), Cell(number, Link("case", one.ref.case_id)), title, step,
        "紧急" if deadline.urgent else "正常", time_text(deadline.received_at), time_text(deadline.due),
        time_text(deadline.closed_at) if deadline.closed_at else "未完成", overrun_text(one.overrun),
        who(one.payer.person, basis), deputy, who(leader, basis), deadline.round, len(one.seqs),
        *_fate(one, assessed),
    )  # fmt: skip


def false_new(assessed: Assessed, titles: Titles) -> Table:
    """表四: every application for a customer that was there already."""
    basis = assessed.basis
    lines = []
    for one, ordinal in assessed.untrue:
        code = one.data["existing_code"]
        policy = basis.policies.version(one.policy)
        rule, times = policy.penalty.false_new, multiple(policy, ordinal) if ordinal else 0
        number, title = titles[one.ref.case_id]
        lines.append(cells(
            Cell(one.name, Link("finding", one.name)), Cell(number, Link("case", one.ref.case_id)), title,
            department_name(one.department, basis),
            Cell(code, Link("customer", code)), one.data.get("basis", "已有编码"),
            ordinal or None, money_text(rule.person * times), money_text(rule.department * times), time_text(one.at),
            who(one.payer.person, basis), *_fate(one, assessed),
        ))  # fmt: skip
    titled = columns(
        ("事件号", "code"), ("单号", "code"), "申请客户", "申报部门", ("查出的已有编码", "code"), "判定依据",
        ("本年第几次", "count"), ("扣责任人", "money"), ("扣部门", "money"), "退回送达", "责任人", "申诉/豁免", "结论",
    )  # fmt: skip
    return Table("表四 申报不实明细", titled, tuple(lines), (), "", "本月没有申报不实。")


def entry_errors(assessed: Assessed, titles: Titles) -> Table:
    """表五: every field entered wrongly."""
    basis, lines = assessed.basis, []
    for one in assessed.wrong:
        number, _title = titles[one.ref.case_id]
        for wrong in one.data.get("fields") or [{}]:
            lines.append(cells(
                Cell(one.name, Link("finding", one.name)),
                Cell(one.data["customer_code"], Link("customer", one.data["customer_code"])),
                wrong.get("label", wrong.get("field")), wrong.get("applied"), wrong.get("posted"),
                who(one.data.get("found_by"), basis), time_text(one.at), who(one.data.get("confirmed_by"), basis),
                Cell(one.data.get("posting") or number, Link("case", one.ref.case_id)),
                month_text(one.data.get("posted_at")), one.data.get("correction"),
                *_fate(one, assessed),
            ))  # fmt: skip
    titled = columns(
        ("事件号", "code"), ("客户编码", "code"), "字段", "申请值", "录入值", "发现人", "确认时间", "确认人",
        ("过账单号", "code"), ("过账月份", "code"), ("更正单号", "code"), "申诉/豁免", "结论",
    )  # fmt: skip
    note = "一次过账中的一个客户算一条，不论几个字段；计入确认当月。"
    return Table("表五 录入错误明细", titled, tuple(lines), (), note, "本月没有录入错误。")


def duties(missed: Iterable[Duty], assessed: Assessed, titles: Titles) -> Table:
    """表六: duties without a price that were missed."""
    basis = assessed.basis
    lines = [
        cells(
            Cell(one.name, Link("case", one.case_id)), one.clause,
            Cell(titles[one.case_id][0], Link("case", one.case_id)),
            department_name(one.department, basis),
            who(one.person, basis), one.says, one.why, time_text(one.at),
        )
        for one in missed
    ]  # fmt: skip
    titled = columns(
        ("事件号", "code"), ("条款", "code"), ("单号", "code"), "部门", "责任人", "应尽义务", "情况", "时间",
    )  # fmt: skip
    return Table("表六 不扣款但须整改", titled, tuple(lines), (), "制度没有定价的义务，只登记，不扣款（R-088）。",
                 "本月没有须整改的事项。")  # fmt: skip


def _fate(one: Finding, assessed: Assessed) -> tuple[str | None, str]:
    """What was said against a finding, and what it has come to."""
    return history(one.name, assessed), STATUS[assessed.status(one.name)]
