"""RP-01 主数据维护申请台账: every application with the times of T1, T2 and T3, its outcome and its code (3.3.3)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from engine.clock import local
from engine.store import UNTIMED, moment, stamp
from engine.transactions import Tx
from handlers.reporting import Cell, Link, Report, Table, cells, columns

NUMBER, TITLE = "RP-01", "主数据维护申请台账"
MOST = 5000  # applications on one page; more are told as a number
LEDGER = (
    "SELECT i.id, i.number, i.process, i.title, d.name, p.name, i.urgent, i.started_at, i.ended_at, i.status,"
    " i.outcome, i.round, i.subject FROM instance i JOIN department d ON d.id = i.department_id"
    " LEFT JOIN person p ON p.id = i.applicant_id"
    " WHERE i.started_at >= ? AND i.started_at < ? AND i.process LIKE 'customer%' ORDER BY i.started_at, i.id LIMIT ?"
)
COUNT = "SELECT count(*) FROM instance WHERE started_at >= ? AND started_at < ? AND process LIKE 'customer%'"
CLOCKS = (
    "SELECT l.instance_id, l.clock, d.name, l.received_at, l.due, l.closed_at, l.status, l.breached FROM deadline l"
    " LEFT JOIN department d ON d.id = l.department_id JOIN instance i ON i.id = l.instance_id"
    " WHERE i.started_at >= ? AND i.started_at < ? AND l.clock IN ('T1', 'T2', 'T3') AND l.status <> 'continued'"
    " ORDER BY l.instance_id, l.received_at, l.id"
)
CODES = (
    "SELECT v.instance_id, a.customer_code FROM account_version v JOIN account a ON a.id = v.account_id"
    " JOIN instance i ON i.id = v.instance_id WHERE i.started_at >= ? AND i.started_at < ? ORDER BY v.instance_id, v.id"
)
STATUS = {
    "open": "在办", "suspended": "挂起", "ended": "办结", "withdrawn": "撤回", "cancelled": "作废",
}  # fmt: skip


def request_ledger(tx: Tx, as_of: datetime, title: str, begin: datetime, end: datetime) -> Report:
    """The applications handed in within [begin, end); `title` names the span."""
    span = stamp(begin), stamp(end)
    clocks: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in tx.all(CLOCKS, span):
        clocks[row[0]][row[1]].append(row)
    codes: dict[int, list[str]] = defaultdict(list)
    for case, code in tx.all(CODES, span):
        codes[case].append(code)
    names = dict[str, str]((row[0], row[1]) for row in tx.all("SELECT process, name FROM definition ORDER BY version"))
    found = tx.all(LEDGER, (*span, MOST))
    rows = tuple(_row(row, names, clocks[row[0]], codes[row[0]]) for row in found)
    count = tx.all(COUNT, span)[0][0]
    note = f"共 {count} 件，本页列出最早的 {MOST} 件。" if count > MOST else f"共 {count} 件。"
    titled = columns(
        ("单号", "code"), "业务", "申请事项", "申请部门", "申请人", "紧急", "报送", "T1 收到→完成", "T2 各部门",
        "T3 收到→完成", ("轮次", "count"), "状态", ("客户编码", "code"),
    )  # fmt: skip
    tables = (Table("申请台账", titled, rows, note=note, empty="这个月没有申请。"),)
    return Report(NUMBER, TITLE, as_of, (("报送月份", title),), tables)


def _row(row: Any, names: dict[str, str], clocks: dict[str, list[Any]], codes: list[str]) -> tuple[Cell, ...]:
    case, number, process, title, department, person, urgent, started, _ended, status, _outcome, rounds, subject = row
    shown = list(dict.fromkeys(codes)) or ([subject] if subject else [])
    code = Cell(shown[0], Link("customer", shown[0])) if len(shown) == 1 else Cell("、".join(shown[:3]) or None)
    return cells(
        Cell(number, Link("case", case)), names.get(process, process), title, department, person,
        "紧急" if urgent else "正常", _at(started), _told(clocks["T1"]), _told(clocks["T2"], whose=True),
        _told(clocks["T3"]), rounds, STATUS.get(status, status), code,
    )  # fmt: skip


def _told(clocks: list[Any], whose: bool = False) -> Cell:
    """Receipt and end of each deadline of a clock, with what became of it as a second line."""
    if not clocks:
        return Cell(None)
    parts = [f"{f'{row[2]} ' if whose else ''}{_at(row[3])}→{_at(row[5]) if row[5] else '…'}" for row in clocks]
    late = sum(bool(row[7]) for row in clocks)
    return Cell("；".join(parts), note=f"超时 {late} 次" if late else "")


def _at(stored: str) -> str:
    return "" if stored == UNTIMED else f"{local(moment(stored)):%m-%d %H:%M}"
