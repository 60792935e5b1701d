"""RP-13 紧急处理使用情况: how often, by whom, why; letters; what was downgraded (3.2)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from engine.clock import local
from engine.people import People
from engine.store import loads, moment, stamp
from engine.transactions import Tx
from handlers.reporting import Cell, Link, Report, Table, cells, columns, rate

NUMBER, TITLE = "RP-13", "紧急处理使用情况"
ALLOWED = "('customer_modify', 'customer_freeze')"  # 3.2: changes and freezes only
COUNTED = (
    "SELECT department_id, urgent, count(*) FROM instance WHERE started_at >= ? AND started_at < ?"
    f" AND process IN {ALLOWED} GROUP BY department_id, urgent"
)
CASES = (
    "SELECT i.id, i.number, i.title, i.department_id, i.started_at, i.urgent, i.form, i.status FROM instance i"
    f" WHERE i.started_at >= ? AND i.started_at < ? AND i.process IN {ALLOWED} AND (i.urgent OR EXISTS (SELECT 1"
    " FROM event e WHERE e.instance_id = i.id AND e.kind IN ('case.upgraded', 'case.downgraded')))"
    " ORDER BY i.started_at, i.id"
)
TOLD = (
    "SELECT kind, occurred_at, data FROM event WHERE instance_id = ?"
    " AND kind IN ('letter.issued', 'case.upgraded', 'case.downgraded') ORDER BY seq"
)
REASONS = {"legal_dispute": "法律纠纷", "customer_personnel_change": "客户内部人员变更"}


def urgent(tx: Tx, people: People, as_of: datetime, title: str, begin: datetime, end: datetime) -> Report:
    """The urgent applications handed in within [begin, end), and the ones up- or downgraded later."""
    span = stamp(begin), stamp(end)
    listed = [_case(tx, row) for row in tx.all(CASES, span)]
    totals: Counter[int] = Counter()
    for department, _urgent, count in tx.all(COUNTED, span):
        totals[department] += count
    tables = (_departments(people, totals, listed), _list(people, listed))
    notes = ("只有修改和冻结、且因法律纠纷或客户内部人员变更的可以紧急处理（3.2）；被维护员降级的视为标识不当。",)
    return Report(NUMBER, TITLE, as_of, (("报送月份", title),), tables, notes)


def _case(tx: Tx, row: Any) -> dict[str, Any]:
    """What is told of a case that is or was urgent."""
    told = {kind: loads(data) for kind, _at, data in tx.all(TOLD, (row[0],))}
    upgraded, downgraded = told.get("case.upgraded"), told.get("case.downgraded")
    ground = loads(tx.vault.reveal(row[6])).get("urgent_reason")
    if ground not in REASONS and upgraded:
        ground = upgraded.get("ground")
    reason = REASONS.get(str(ground), "未写明")
    letter = told.get("letter.issued")
    return {"row": row, "reason": reason, "letter": letter, "downgraded": downgraded, "upgraded": upgraded}


def _departments(people: People, totals: Counter[int], listed: list[dict[str, Any]]) -> Table:
    by: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in listed:
        by[one["row"][3]].append(one)
    rows = []
    for department in sorted({*totals, *by}, key=lambda one: people.department(one).code):
        cases, total = by[department], totals[department]
        rows.append(cells(
            people.department(department).name, total, len(cases), rate(len(cases), total),
            *(sum(one["reason"] == name for one in cases) for name in REASONS.values()),
            sum(one["letter"] is not None for one in cases), sum(one["downgraded"] is not None for one in cases),
        ))  # fmt: skip
    titled = columns(
        "部门", ("修改和冻结", "count"), ("紧急", "count"), ("占比", "share"), ("法律纠纷", "count"),
        ("客户内部人员变更", "count"), ("已发函", "count"), ("被降级", "count"),
    )  # fmt: skip
    return Table("按部门", titled, tuple(rows), empty="这个月没有修改和冻结申请。")


def _list(people: People, listed: list[dict[str, Any]]) -> Table:
    rows = []
    for one in listed:
        case, number, title, department, started, now_urgent, _form, _status = one["row"]
        turned = one["downgraded"] or one["upgraded"] or {}
        word = "降为正常" if one["downgraded"] else "升为紧急" if one["upgraded"] else "报送时标明"
        rows.append(cells(
            Cell(number, Link("case", case)), title, people.department(department).name,
            f"{local(moment(started)):%Y-%m-%d %H:%M}", one["reason"], "紧急" if now_urgent else "正常",
            Cell(word, note=turned.get("reason", "")), one["letter"].get("number") if one["letter"] else "未发函",
        ))  # fmt: skip
    titled = columns(("单号", "code"), "申请事项", "部门", "报送", "原因", "现为", "标识", "函件")
    return Table("紧急处理的申请", titled, tuple(rows), empty="这个月没有紧急处理。")
