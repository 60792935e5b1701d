"""RP-10 冻结/解冻清单: which customers are frozen, how, why, where and since when, and which were set free again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.clock import local
from engine.store import moment, placeholders, stamp
from engine.transactions import Tx
from handlers.customers.changes.states import scope_text
from handlers.customers.changes.tables import BLOCKS, FREEZE_KINDS
from handlers.reporting import Cell, Link, Report, Table, cells, columns

NUMBER, TITLE = "RP-10", "冻结/解冻清单"
_BLOCKED = (
    "SELECT a.customer_code, n.name, d.name, b.freeze_kind, b.scope, b.kind, b.reason, b.since, b.instance_id, i.number"
    " FROM account_block b JOIN account a ON a.id = b.account_id JOIN department d ON d.id = a.department_id"
    " JOIN party_name n ON n.party_id = a.party_id AND n.kind = 'current' AND n.valid_to IS NULL"
    " JOIN instance i ON i.id = b.instance_id WHERE b.since <= ? ORDER BY b.since, a.customer_code, b.scope, b.kind"
)
_TURNED = (
    "SELECT a.customer_code, n.name, r.kind, r.reason, r.posted_at, r.instance_id, i.number, d.name"
    " FROM change_request r JOIN account a ON a.id = r.account_id JOIN instance i ON i.id = r.instance_id"
    " JOIN department d ON d.id = i.department_id"
    " JOIN party_name n ON n.party_id = a.party_id AND n.kind = 'current' AND n.valid_to IS NULL"
    " WHERE r.kind IN ('freeze', 'unfreeze') AND r.posted_at IS NOT NULL AND r.posted_at <= ?"
    " ORDER BY r.posted_at DESC, a.customer_code"
)
SCOPES = {"central": "全部业务", "company": "公司代码", "area": "销售范围"}
TOLD = {"letter": "函件", "remaining": "通知其余部门"}
_SENT = (
    "SELECT n.instance_id, n.kind, l.number, d.name, p.name, n.created_at, n.read_at FROM notice n"
    " JOIN person p ON p.id = n.person_id LEFT JOIN department d ON d.id = p.department_id"
    " LEFT JOIN formal_letter l ON l.instance_id = n.instance_id AND n.kind = 'letter' AND l.issued_at = n.created_at"
    " WHERE n.instance_id IN ({marks}) AND n.channel = 'inbox' AND n.kind IN ('letter', 'remaining') ORDER BY n.id"
)
_NOTICES = (
    "SELECT instance_id, count(*) FROM notice WHERE instance_id IN ({marks}) GROUP BY instance_id ORDER BY instance_id"
)


def freezes(tx: Tx, as_of: datetime, kind: str = "", scope: str = "") -> Report:
    """Freezes in force at the moment, of one kind and scope (`SCOPES`) or of all; what each told to whom and who has
    read it; what was frozen and unfrozen until then.
    """
    rows = [
        row for row in tx.all(_BLOCKED, (stamp(as_of),))
        if kind in ("", row[3]) and scope in ("", row[4].partition(":")[0])
    ]  # fmt: skip
    turned = tx.all(_TURNED, (stamp(as_of),))
    told = _told(tx, sorted({row[8] for row in rows}))
    filters = (("冻结类别", FREEZE_KINDS.get(kind, "全部")), ("冻结范围", SCOPES.get(scope, "全部")))
    notes = ("范围“全部”指在所有公司代码和销售范围冻结；未写明的范围不受影响。",)
    asked = {name: value for name, value in (("kind", kind), ("scope", scope)) if value}
    tables = (_frozen(rows, told), _receipts(tx, rows), _history(turned))
    return Report(NUMBER, TITLE, as_of, filters, tables, notes, asked)


def _frozen(rows: list[Any], told: dict[int, int]) -> Table:
    """One line per customer, scope and request: the kinds of blocks stand together."""
    grouped: dict[tuple[Any, ...], list[str]] = {}
    for code, name, department, kind, scope, block, reason, since, instance, number in rows:
        key = (code, name, department, kind, scope, reason, since, instance, number)
        grouped.setdefault(key, []).append(block)
    lines = tuple(
        cells(
            Cell(code, Link("customer", code)),
            name,
            department,
            FREEZE_KINDS.get(kind, kind),
            scope_text(scope),
            "、".join(title.removesuffix("冻结") for block, title in BLOCKS.items() if block in blocks),
            reason,
            f"{local(moment(since)):%Y-%m-%d %H:%M}",
            Cell(number, Link("case", instance)),
            told.get(instance, 0),
        )
        for (code, name, department, kind, scope, reason, since, instance, number), blocks in grouped.items()
    )
    heads = columns(
        ("客户编码", "code"),
        "客户名称",
        "归属单位",
        "类别",
        "范围",
        "冻结项",
        "原因",
        "自",
        "依据",
        ("函件和通知", "count"),
    )
    customers = len({key[0] for key in grouped})
    note = f"{customers} 个客户，{len(lines)} 项" if lines else ""
    return Table("现有冻结", heads, lines, note=note, empty="截至这一时点没有冻结的客户")


def _receipts(tx: Tx, rows: list[Any]) -> Table:
    """One line per person told of a freeze in force: by which letter or notice, when it was sent and read."""
    frozen = {row[8]: row for row in rows}
    marks = placeholders(frozen)
    sent = tx.all(_SENT.format(marks=marks), sorted(frozen)) if frozen else []
    lines = tuple(
        cells(
            Cell(frozen[case][9], Link("case", case)),
            Cell(frozen[case][0], Link("customer", frozen[case][0])),
            frozen[case][1],
            number or TOLD[kind],
            department,
            person,
            f"{local(moment(at)):%Y-%m-%d %H:%M}",
            f"{local(moment(read)):%Y-%m-%d %H:%M}" if read else "未阅知",
        )
        for case, kind, number, department, person, at, read in sent
    )
    heads = columns("依据", ("客户编码", "code"), "客户名称", "函件或通知", "部门", "收件人", "发出", "阅知")
    unread = sum(1 for line in lines if line[-1].value == "未阅知")
    note = f"{len(lines)} 人次，{unread} 人次未阅知" if lines else ""
    return Table("函件、通知与阅知", heads, lines, note=note, empty="这些冻结没有发过函件或通知")


def _history(turned: list[Any]) -> Table:
    lines = tuple(
        cells(
            f"{local(moment(posted)):%Y-%m-%d %H:%M}",
            {"freeze": "冻结", "unfreeze": "解冻"}[kind],
            Cell(code, Link("customer", code)),
            name,
            department,
            reason,
            Cell(number, Link("case", instance)),
        )
        for code, name, kind, reason, posted, instance, number, department in turned
    )
    heads = columns("生效", "动作", ("客户编码", "code"), "客户名称", "申请单位", "原因", "申请单")
    return Table("冻结与解冻记录", heads, lines, empty="截至这一时点没有冻结或解冻过客户")


def _told(tx: Tx, instances: list[int]) -> dict[int, int]:
    """How many notices and letters each request has sent."""
    if not instances:
        return {}
    marks = placeholders(instances)
    return {row[0]: int(row[1]) for row in tx.all(_NOTICES.format(marks=marks), instances)}
