"""RP-05 流程合规: the unpriced duties and the signatures of a month, how many fell due, were done, late or missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from engine import policy_texts
from engine.clock import local
from engine.people import People
from engine.store import placeholders
from engine.transactions import Tx
from handlers.penalties.basis import POLICY
from handlers.penalties.duties import TITLES, Duty, Judged, judged, running
from handlers.penalties.period import Month
from handlers.reporting import Cell, Link, Report, Table, cells, columns

NUMBER, TITLE = "RP-05", "流程合规"
SIGNED = ("approved-and-signed", "departments-signed", "complete-before-posting")
LISTED = 1000  # lines of the second table
_NAMES = "SELECT id, number, title FROM instance WHERE id IN ({marks})"
WORDS = {**TITLES, "": "签字盖章与核验"}
Count = Counter[tuple[int | None, str, str]]  # department, duty, due done late missed


def compliance(
    tx: Tx, month: Month, as_of: datetime, people: People, own: Collection[int] | None = None, duty: str = "all"
) -> Report:
    """A month of duties by department; `own` are the departments the reader sees (None: all), `duty` one of WORDS.

    Judged case by case: only counts and the first lines of what is amiss are kept.
    """
    every = policy_texts.rules(tx, POLICY)
    wanted = [one.id for one in every.rules.values() if one.duty or one.id in SIGNED]
    known = every.only(one for one in wanted if duty == "all" or every.rule(one).duty == duty)
    counts: Count = Counter()
    amiss: list[Duty] = []
    for one in judged(tx, running(tx, month), known, month, people):
        if own is None or one.duty.department in own:
            counts.update((one.duty.department, one.duty.duty, what) for what in ("due", _became(one)))
            if one.broken and len(amiss) <= LISTED:
                amiss.append(one.duty)
    asked = {"month": str(month), "duty": duty}
    filters = (("月份", month.title), ("义务", "全部" if duty == "all" else WORDS[duty]))
    tables = (_summary(counts, people, asked), _lines(tx, amiss, people))
    notes = ("由事件日志按条文绑定的规则逐件判定；制度没有定价，只登记，不扣款（R-088）。",)
    return Report(NUMBER, TITLE, as_of, filters, tables, notes, asked)


def _became(one: Judged) -> str:
    return "done" if not one.broken else "late" if one.duty.done else "missed"


def _summary(counts: Count, people: People, asked: Mapping[str, str]) -> Table:
    keys = {(department, duty) for department, duty, _ in counts}
    order = sorted(keys, key=lambda key: (_code(people, key[0]), list(WORDS).index(key[1])))
    rows = []
    for department, duty in order:
        due, done, late, missed = (counts[department, duty, what] for what in ("due", "done", "late", "missed"))
        link = Link("report", {"number": NUMBER, **asked, "duty": duty}) if duty else None
        rows.append(cells(_name(people, department), Cell(WORDS[duty], link), due, done, late, missed,
                          done * 1000 // due if due else None))  # fmt: skip
    total = [sum(counts[key] for key in counts if key[2] == what) for what in ("due", "done", "late", "missed")]
    titled = columns("部门", "义务", ("应做", "count"), ("做到", "count"), ("迟做", "count"), ("未做", "count"),
                     ("完成率", "share"))  # fmt: skip
    end = cells("合计", None, *total, total[1] * 1000 // total[0]) if total[0] else ()
    return Table("按部门和义务", titled, tuple(rows), end, "", "本月没有到期的义务。", 5)


def _lines(tx: Tx, amiss: Iterable[Duty], people: People) -> Table:
    listed = sorted(amiss, key=lambda one: (one.at, one.case_id, one.seq))
    titles = {}
    if ids := sorted({one.case_id for one in listed}):
        titles = {row[0]: row[1:] for row in tx.all(_NAMES.format(marks=placeholders(ids)), ids)}
    rows = [
        cells(
            Cell(one.name, Link("events", one.case_id)), one.clause,
            Cell(titles[one.case_id][0], Link("case", one.case_id)), titles[one.case_id][1],
            _name(people, one.department), people.person(one.person).name if one.person else None,
            WORDS[one.duty], one.why, f"{local(one.at):%Y-%m-%d %H:%M}",
        )
        for one in listed[:LISTED]
    ]  # fmt: skip
    titled = columns(("事件号", "code"), ("条款", "code"), ("单号", "code"), "申请事项", "部门", "责任人", "应尽义务",
                     "情况", "时间")  # fmt: skip
    note = f"只列出 {LISTED} 条。" if len(listed) > LISTED else ""
    return Table("未做和迟做的", titled, tuple(rows), (), note, "没有。")


def _name(people: People, department: int | None) -> str:
    return people.department(department).name if department is not None else "（系统）"


def _code(people: People, department: int | None) -> str:
    return people.department(department).code if department is not None else ""
