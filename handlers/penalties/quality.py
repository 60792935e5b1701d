"""RP-03 申请质量: what the maintainer's register says of the applications (3.3.3): returns, rework, forms in error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from engine.clock import local
from engine.people import People
from engine.store import OBSERVED, loads, moment, stamp
from engine.transactions import Tx
from handlers.customers.tables import RESULTS
from handlers.penalties.period import Month
from handlers.reporting import Cell, Link, Report, Table, cells, columns

NUMBER, TITLE = "RP-03", "申请质量"
LISTED = 1000
_FILED = (
    "SELECT department_id, applicant_id, count(*), sum(round - 1) FROM instance"
    " WHERE started_at >= ? AND started_at < ? AND applicant_id IS NOT NULL GROUP BY department_id, applicant_id"
)
_RETURNS = (
    "SELECT r.instance_id, i.number, i.title, i.department_id, i.applicant_id, r.result, r.note, r.recorded_at, r.round"
    " FROM register r JOIN instance i ON i.id = r.instance_id"
    " WHERE r.result = ? AND r.recorded_at >= ? AND r.recorded_at < ?"
)
_FORMS = (
    "SELECT e.instance_id, i.number, i.title, i.applicant_id, e.data, e.occurred_at FROM event e"
    f" JOIN instance i ON i.id = e.instance_id WHERE {OBSERVED.replace('kind', 'e.kind')} AND e.kind = 'form.error'"
    " AND e.occurred_at >= ? AND e.occurred_at < ?"
)
COUNTED = ("filed", "incomplete", "not_new", "rounds", "form")
Line = tuple[int, str, str, int | None, int | None, str, str, str]  # case … department, person, what, note, when
Count = Counter[tuple[int | None, int | None, str]]


def quality(tx: Tx, month: Month, as_of: datetime, people: People, own: Collection[int] | None = None) -> Report:
    """A month by department and by person; `own` are the departments the reader sees (None: all)."""
    span = (stamp(month.begin), stamp(month.end))
    counts: Count = Counter()
    for department, person, filed, rounds in tx.all(_FILED, span):
        counts[department, person, "filed"] += filed
        counts[department, person, "rounds"] += int(rounds or 0)
    lines = [*_returns(tx, span), *_forms(tx, span)]
    for line in lines:
        counts[line[3], line[4], line[5]] += 1
    if own is not None:
        counts = Counter({key: count for key, count in counts.items() if key[0] in own})
        lines = [line for line in lines if line[3] in own]
    tables = (
        _grouped("按部门", counts, lambda key: (key[0], None), people),
        _grouped("按申请人", counts, lambda key: (key[0], key[1]), people),
        _lines(lines, people),
    )
    notes = ("依维护员登记簿（3.3.3）；申请表差错是考核人员复核异议时认定的（E-86），不是录入错误。",)
    return Report(NUMBER, TITLE, as_of, (("月份", month.title),), tables, notes, {"month": str(month)})


def _returns(tx: Tx, span: tuple[str, str]) -> list[Line]:
    rows = [row for result in ("incomplete", "not_new") for row in tx.all(_RETURNS, (result, *span))]
    return [(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]) for row in rows]


def _forms(tx: Tx, span: tuple[str, str]) -> list[Line]:
    found = []
    for case, number, title, applicant, text, at in tx.all(_FORMS, span):
        data = loads(text)
        told = "、".join(str(one["label"]) for one in data["fields"])
        found.append((case, number, title, data["department"], applicant, "form", told, at))
    return found


def _grouped(
    title: str, counts: Count, group: Callable[[tuple[Any, ...]], tuple[int | None, int | None]], people: People
) -> Table:
    sums: dict[tuple[int | None, int | None], Counter[str]] = {}
    for key, count in counts.items():
        sums.setdefault(group(key), Counter())[key[2]] += count
    by_person = any(person is not None for _, person in sums)
    rows = []
    for department, person in sorted(sums, key=lambda one: (_name(people, one[0]), one[1] or 0)):
        found = sums[department, person]
        who = (_name(people, department), people.person(person).name if person else None)
        rows.append(cells(*(who if by_person else who[:1]), *_figures(found)))
    whole: Counter[str] = Counter()
    for found in sums.values():
        whole.update(found)
    head = ("部门", "申请人") if by_person else ("部门",)
    titled = columns(
        *head, ("提出", "count"), ("资料不全退回", "count"), ("非新增退回", "count"), ("返工轮次", "count"),
        ("申请表差错", "count"), ("退回率", "share"),
    )  # fmt: skip
    end = cells(*(("合计", None) if by_person else ("合计",)), *_figures(whole))
    return Table(title, titled, tuple(rows), end if rows else (), "", "本月没有申请。", len(head) + 1)


def _figures(found: Counter[str]) -> Sequence[int | None]:
    back = found["incomplete"] + found["not_new"]
    return (*(found[what] for what in COUNTED), back * 1000 // found["filed"] if found["filed"] else None)


def _lines(lines: Sequence[Line], people: People) -> Table:
    words = {**RESULTS, "form": "申请表差错"}
    listed = sorted(lines, key=lambda line: (line[7], line[0]))
    rows = [
        cells(f"{local(moment(at)):%Y-%m-%d %H:%M}", Cell(number, Link("case", case)), title, _name(people, department),
              people.person(person).name if person else None, Cell(words[what], None, note))
        for case, number, title, department, person, what, note, at in listed[:LISTED]
    ]  # fmt: skip
    titled = columns("时间", ("单号", "code"), "申请事项", "部门", "申请人", "结果")
    note = f"只列出 {LISTED} 条。" if len(listed) > LISTED else ""
    return Table("退回和差错", titled, tuple(rows), (), note, "没有。")


def _name(people: People, department: int | None) -> str:
    return people.department(department).name if department is not None else "（系统）"
