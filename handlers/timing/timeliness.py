"""RP-02 环节时效: how many steps of each department were in time, how long they took, which were late (4.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.clock import local
from engine.people import People
from engine.snapshots import Snapshot
from engine.store import moment, stamp
from engine.transactions import Tx
from engine.wording import overrun_text
from handlers.reporting import Cell, Link, Report, Table, cells, columns, rate
from handlers.timing.months import CASES, LONGEST, mean, percentile, shown, spent

NUMBER, TITLE = "RP-02", "环节时效"
MOST = 2000  # late steps listed one by one
DUE = (
    "SELECT d.instance_id, i.number, i.title, d.clock, d.department_id, d.urgent, d.received_at, d.due, d.closed_at,"
    f" d.status, d.breached, d.calendar, d.kind, d.id FROM {CASES} CROSS JOIN deadline d"
    " WHERE d.instance_id = i.id AND d.due >= ? AND d.due < ? AND d.status <> 'continued'"
    " AND (d.status <> 'void' OR d.breached) AND (d.closed_at IS NOT NULL OR d.breached)"
)
HOLDER = (
    "SELECT p.name FROM work_item w JOIN person p ON p.id = coalesce(w.holder_id, w.done_by)"
    " WHERE w.instance_id = ? AND w.deadline_id = ? ORDER BY w.opened_at DESC LIMIT 1"
)


@dataclass
class _Sum:
    count: int = 0
    late: int = 0
    took: list[timedelta] = field(default_factory=list)


def timeliness(tx: Tx, company: Snapshot, as_of: datetime, title: str, begin: datetime, end: datetime) -> Report:
    """The steps due within [begin, end): all clocks of the policy, those without a penalty too."""
    people, calendars = company.people, company.calendars
    names = clock_names(company)
    span = stamp(end), stamp(begin - LONGEST), stamp(end), stamp(begin), stamp(end)
    sums: dict[tuple[int | None, str], _Sum] = defaultdict(_Sum)
    late = []
    for row in tx.all(DUE, span):
        one = sums[row[4], row[3]]
        one.count += 1
        one.late += bool(row[10])
        if row[8]:
            one.took.append(spent(calendars, row[11], row[12], row[6], row[8]))
        if row[10]:
            late.append(row)
    order = sorted(sums, key=lambda key: (_code(people, key[0]), key[1]))
    lines = tuple(_line(key, sums[key], people, names) for key in order)
    listed = tuple(_late(tx, row, company, names, as_of) for row in sorted(late, key=lambda r: (r[7], r[13]))[:MOST])
    note = f"共 {len(late)} 件，列出最早的 {MOST} 件。" if len(late) > MOST else ""
    tables = (
        Table("按部门和时钟", _columns(), lines, _total(list(sums.values())), empty="这个月没有到期的环节。"),
        Table("超时环节", columns(
            ("单号", "code"), "申请事项", "环节", "紧急", "收到", "应完成", "实际完成",
            ("超时（工作时:分:秒）", "code"), "经办人",
        ), listed, note=note, empty="这个月没有超时。"),
    )  # fmt: skip
    notes = ("按应完成时间归月；用时按各自的工作日历计，含本部门归口人员和主管领导两步；百分位取最近秩。",)
    return Report(NUMBER, TITLE, as_of, (("到期月份", title),), tables, notes)


def _columns() -> Any:
    return columns(
        "部门", "时钟", ("环节数", "count"), ("按时", "count"), ("及时率", "share"), ("超时", "count"),
        "平均用时", "中位", "九成以内", "最长",
    )  # fmt: skip


def _code(people: People, department: int | None) -> str:
    return people.department(department).code if department is not None else ""


def _line(key: tuple[int | None, str], one: _Sum, people: People, names: Mapping[str, str]) -> tuple[Cell, ...]:
    department, clock = key
    name = people.department(department).name if department is not None else None
    took = one.took
    return cells(
        name, names.get(clock, clock), one.count, one.count - one.late, rate(one.count - one.late, one.count), one.late,
        shown(mean(took)), shown(percentile(took, 50)), shown(percentile(took, 90)), shown(max(took, default=None)),
    )  # fmt: skip


def _total(found: list[_Sum]) -> tuple[Cell, ...]:
    count, late = sum(one.count for one in found), sum(one.late for one in found)
    return (
        cells("合计", None, count, count - late, rate(count - late, count), late, None, None, None, None)
        if found
        else ()
    )


def _late(tx: Tx, row: Any, company: Snapshot, names: Mapping[str, str], as_of: datetime) -> tuple[Cell, ...]:
    case, number, title, clock, department, urgent, received, due, closed, _status, _late, code, kind, key = row
    over = spent(company.calendars, code, kind, due, closed or stamp(as_of))
    who = tx.one(HOLDER, (case, key))
    name = company.people.department(department).name if department is not None else ""
    step = f"{names.get(clock, clock)} {name}"
    return cells(
        Cell(number, Link("case", case)), title, step, "紧急" if urgent else "正常", _at(received), _at(due),
        _at(closed) if closed else "未完成", overrun_text(over), who[0] if who else "（未签收）",
    )  # fmt: skip


def _at(stored: str) -> str:
    return f"{local(moment(stored)):%Y-%m-%d %H:%M}"


def clock_names(company: Snapshot) -> dict[str, str]:
    """What people call the clocks: `T1 维护员审核`; those without a number by their name alone."""
    policies = [version.policy for versions in company.policies.values() for version in versions[::-1]]
    return {
        clock: f"{clock} {rule.name}" if clock.startswith("T") else rule.name
        for policy in policies for clock, (rule, _urgent) in policy.clocks.items()
    }  # fmt: skip
