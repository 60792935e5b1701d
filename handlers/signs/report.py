"""RP-20 异常办理迹象: the signs of a month, each with its case, people, moment and figures; nothing of it is priced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from engine.calendar import Calendar
from engine.clock import local
from engine.definitions import Definitions
from engine.people import People
from engine.transactions import Tx
from handlers.penalties.period import Month as Period
from handlers.reporting import Cell, Link, Report, Table, cells, columns
from handlers.signs import rules
from handlers.signs.reading import Company, stories
from handlers.signs.rules import Sign
from handlers.signs.thresholds import Thresholds

NUMBER, TITLE = "RP-20", "异常办理迹象"
NOW_INCLUDED = timedelta(milliseconds=1)  # what has just happened belongs to it
READERS = ("assessor", "admin", "executive")  # kinds of posts that may read it


def signs_report(
    tx: Tx, definitions: Definitions, people: People, calendars: Mapping[str, Calendar], at: datetime, period: Period,
    limits: Thresholds,
) -> Report:  # fmt: skip
    """The signs of a month up to a moment."""
    until = min(period.end, at + NOW_INCLUDED)
    month = rules.Month(
        list(stories(Company(tx, definitions, calendars), period.begin, until)), period.begin, until, limits
    )
    found = rules.all_signs(month, lambda who, whose, then: _focal(people, who, whose, then))
    tables = [_summary(found)]
    tables += [_table(people, kind, [one for one in found if one.kind == kind]) for kind in rules.TITLES]
    shown = tuple(one for one in tables[1:] if one.rows)
    filters = (("月份", period.title), ("流程", f"{len(month.stories)} 件在办或办结"))
    return Report(NUMBER, TITLE, at, filters, (tables[0], *shown), _notes(limits), {"month": str(period)})


def _focal(people: People, who: int, department: int, at: datetime) -> bool:
    """Whether somebody held or deputised the focal post of a department at a moment."""
    post = people.post("focal", department)
    return post is not None and any(one.person_id == who and one.valid(at) for one in people.appointments(post.id))


def _summary(found: Sequence[Sign]) -> Table:
    rows = []
    for kind, title in rules.TITLES.items():
        own = [one for one in found if one.kind == kind]
        persons = {person for one in own for person in one.persons}
        rows.append(cells(title, len(own), len({one.case for one in own}), len(persons)))
    heads = columns("迹象", ("条数", "count"), ("涉及流程", "count"), ("涉及人员", "count"))
    total = cells("合计", len(found), len({one.case for one in found}), len({p for one in found for p in one.persons}))
    return Table("一览", heads, tuple(rows), total, note="同一件流程、同一人可以出现在几种迹象里，合计按去重计", bar=1)


def _table(people: People, kind: str, found: Sequence[Sign]) -> Table:
    lines = tuple(
        cells(
            Cell(one.number, Link("case", one.case)), one.title, one.step or "整件流程",
            "、".join(people.person(person).name for person in one.persons),
            f"{local(one.at):%Y-%m-%d %H:%M:%S}", one.figures, f"第 {one.seq} 条",
        )
        for one in found
    )  # fmt: skip
    heads = columns("单号", "申请", "环节", "人员", "时间", "情形", "依据事件")
    return Table(rules.TITLES[kind], heads, lines)


def _notes(limits: Thresholds) -> tuple[str, ...]:
    last, percent, paused = limits.last_minutes, limits.return_percent, limits.paused_percent
    return (
        "迹象只供考核人员核实，不计价、不扣款，也不表示有人违规；全部由事件日志算出，点单号可查看流转记录。",
        f"秒批：签字时从未打开，或首次打开不到 {limits.quick_seconds} 秒。",
        f"临期：按该时限自己的计时，剩余不到 {last} 分钟。临期退回：用去限期 {percent}% 以后退回，"
        f"同一人当月 {limits.returns} 次起列出。",
        f"挂起异常：临期挂起，同一人当月挂起 {limits.pauses} 次起，或一件流程 {paused}% 以上的时间在挂起；"
        "被另一件流程取代而挂起的不算。",
        f"临期集中签批：同一人同一天 {limits.cluster} 件起。"
        f"连续签批：{limits.burst_minutes} 分钟内 {limits.burst} 件起。",
        "这些界限在 config.yaml 的 signs_ 各项里调整。",
    )
