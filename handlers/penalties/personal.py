"""RP-07 个人月度考核明细: what is charged to each person. RP-08 业绩考核依据: the year's false-new on record (4.2)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from engine.clock import local
from engine.snapshots import Snapshot
from engine.transactions import Tx
from engine.wording import overrun_text
from handlers.penalties import basis as bases
from handlers.penalties import decisions, findings, ledger, pricing
from handlers.penalties.access import Viewer
from handlers.penalties.decisions import STATUS
from handlers.penalties.period import Month
from handlers.penalties.pricing import ROLES, Line
from handlers.reporting import Cell, Link, Report, Table, cells, columns, money_text

PERSONAL, PERSONAL_TITLE = "RP-07", "个人月度考核明细"
RECORD, RECORD_TITLE = "RP-08", "业绩考核依据（申报不实记录）"
ZERO = Decimal(0)


def personal(tx: Tx, snapshot: Snapshot, which: Month, who: Viewer, now: datetime) -> Report:
    """Every line that falls on a person, with its finding; only what the viewer may see (E-99)."""
    assessed, whole = ledger.build(tx, which, snapshot, now)
    people, named = assessed.basis.people, {one.name: one for one in assessed.findings}
    by_person: dict[int, list[Line]] = defaultdict(list)
    for line in assessed.lines:
        if line.person is not None and who.sees_line(line):
            by_person[line.person].append(line)
    rows = []
    for person in sorted(by_person, key=lambda one: people.person(one).login):
        for line in by_person[person]:
            one = named.get(line.findings[0]) if line.findings else None
            deadline = one.deadline if one else None
            department = people.department(line.department).name if line.department is not None else None
            rows.append(cells(
                people.person(person).name, people.person(person).login, department, ROLES[line.role], line.clause,
                Cell(one.name, Link("finding", one.name)) if one else None,
                f"{deadline.clock} {department}" if deadline else findings.TITLE[one.kind] if one else None,
                f"{local(one.at):%Y-%m-%d %H:%M}" if one else None,
                overrun_text(one.overrun) if deadline and one else None, line.formula, money_text(line.amount),
                STATUS[assessed.status(one.name)] if one else None,
            ))  # fmt: skip
        total = sum((line.amount for line in by_person[person]), ZERO)
        rows.append(cells(
            people.person(person).name, people.person(person).login, None, "小计", None, None, None, None, None,
            f"{len(by_person[person])} 项", money_text(total), None,
        ))  # fmt: skip
    titled = columns(
        "姓名", ("工号", "code"), "部门", "岗位", ("条款", "code"), ("事件号", "code"), "环节", "应完成/成立",
        ("超时（工作时:分:秒）", "code"), "计算", ("金额", "money"), "结论",
    )  # fmt: skip
    table = Table("个人明细", titled, tuple(rows), empty="这个月没有您可以查看的个人考核事项。")
    return Report(
        PERSONAL, PERSONAL_TITLE, assessed.basis.as_of, (("考核月份", which.title), *_status(whole)), (table,)
    )


def _status(whole: Report) -> tuple[tuple[str, str], ...]:
    return tuple(one for one in whole.filters if one[0] in ("状态", "编号"))


def record(tx: Tx, snapshot: Snapshot, year: int, who: Viewer, now: datetime) -> Report:
    """4.2 将相关记录作为业绩考核依据: the year's false-new findings, those that were dropped too."""
    basis = bases.live(tx, snapshot, now)
    first, last = Month(year, 1), Month(year, 12)
    decided = decisions.read(tx, first.begin)
    found = findings.false_new(tx, first.begin, last.end, basis)
    counted = [one for one in found if one.name not in decided or decided[one.name].counts]
    ordinal = {one.name: number for one, number in pricing.ordinals(counted, basis)}
    people, rows = basis.people, []
    for one in found:
        if not who.sees(one):
            continue
        code = one.data["existing_code"]
        number, title = tx.all("SELECT number, title FROM instance WHERE id = ?", (one.ref.case_id,))[0]
        rule = basis.policies.version(one.policy).penalty.false_new
        times = pricing.multiple(basis.policies.version(one.policy), ordinal[one.name]) if one.name in ordinal else 0
        status = decided[one.name].status if one.name in decided else "proposed"
        rows.append(cells(
            Cell(one.name, Link("finding", one.name)), Cell(number, Link("case", one.ref.case_id)), title,
            people.department(one.department).name if one.department is not None else None,
            people.person(one.payer.person).name if one.payer.person is not None else None,
            Cell(code, Link("customer", code)), f"{local(one.at):%Y-%m-%d %H:%M}",
            ordinal.get(one.name), money_text(rule.person * times), money_text(rule.department * times), STATUS[status],
        ))  # fmt: skip
    titled = columns(
        ("事件号", "code"), ("单号", "code"), "申请客户", "申报部门", "责任人", ("已有编码", "code"), "退回送达",
        ("本年第几次", "count"), ("扣责任人", "money"), ("扣部门", "money"), "结论",
    )  # fmt: skip
    table = Table(f"{year} 年申报不实记录", titled, tuple(rows), empty="这一年没有您可以查看的申报不实。")
    notes = ("查重记录、退回单和送达时间见各事件的证据；申诉成立或豁免的列出备查，不计次数。",)
    return Report(RECORD, RECORD_TITLE, now, (("年份", str(year)),), (table,), notes)
