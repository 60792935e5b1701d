"""RP-09 年度冻结评审表: who is a candidate of the yearly freeze, by what figures, and what was decided (2.1.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.clock import local
from engine.transactions import Tx
from handlers.customers.annual.candidates import months_before
from handlers.customers.annual.decisions import Decision, decisions, newest
from handlers.customers.changes.states import ONE_TIME
from handlers.customers.figures import figures
from handlers.customers.tables import ACCOUNT_STATUS
from handlers.reporting import Cell, Link, Report, Table, cells, columns

NUMBER, TITLE = "RP-09", "年度冻结评审表"
MONTHS = (6, 12, 18, 24)
DEFAULT = 12
# The newest day any figures are of says how long ago the last business was; the index leads to the silent ones.
_SILENT = (
    "SELECT a.id, a.customer_code, n.name, d.name, a.status, max(f.last_transaction_on) FROM account_figures f"
    " JOIN account a ON a.id = f.account_id JOIN department d ON d.id = a.department_id"
    " JOIN party_name n ON n.party_id = a.party_id AND n.kind = 'current' AND n.valid_to IS NULL"
    " WHERE a.status IN ('active', 'frozen') AND a.account_group != ? GROUP BY a.id, a.customer_code, n.name, d.name,"
    " a.status HAVING max(f.last_transaction_on) < ? ORDER BY a.customer_code"
)
_ONE = (
    "SELECT a.id, a.customer_code, n.name, d.name, a.status,"
    " (SELECT max(f.last_transaction_on) FROM account_figures f WHERE f.account_id = a.id) FROM account a"
    " JOIN department d ON d.id = a.department_id"
    " JOIN party_name n ON n.party_id = a.party_id AND n.kind = 'current' AND n.valid_to IS NULL WHERE a.id = ?"
)


def annual_review(tx: Tx, as_of: datetime, months: int = DEFAULT) -> Report:
    """Customers without business for so many months and those of the newest review, with the newest imported figures.

    A customer that no review has decided on is undecided, and an undecided customer is not frozen.
    """
    decided = decisions(tx)
    before = months_before(local(as_of).date(), months)
    found = {row[1]: row for row in tx.all(_SILENT, (ONE_TIME, before.isoformat()))}
    for account_id in newest(tx):
        for row in tx.all(_ONE, (account_id,)):
            found.setdefault(row[1], row)
    rows = tuple(_line(tx, found[code], decided.get(code)) for code in sorted(found))
    heads = columns(
        ("客户编码", "code"), "客户名称", "归属单位", "状态", "最后交易", ("未清余额", "money"), ("未清单据", "count"),
        "数据日期", "能否例行冻结", "财务建议", "单位意见", "结果", "依据",
    )  # fmt: skip
    filters = (("无交易", f"{months} 个月以上（最后交易早于 {before}）"),)
    notes = (
        "最后交易、余额和单据取自最近一次导入的往来数据；没有导入过数据的客户不在表内。",
        "还有余额或单据的客户不能例行冻结（2.1.3）；财务没有建议、单位没有意见的一律不冻结。",
    )
    table = Table(
        "评审名单", heads, rows, note=f"{len(rows)} 个客户" if rows else "",
        empty="没有符合条件的客户。往来数据由财务部导入后，名单会列在这里",
    )  # fmt: skip
    return Report(NUMBER, TITLE, as_of, filters, (table,), notes, {"months": str(months)})


def _line(tx: Tx, row: Any, decided: Decision | None) -> tuple[Cell, ...]:
    account_id, code, name, department, status, last = row
    known = figures(tx, account_id)
    open_items = known is not None and known.open_items
    return cells(
        Cell(code, Link("customer", code)),
        name,
        department,
        ACCOUNT_STATUS[status],
        last,
        f"{known.open_balance:.2f}" if known and known.open_balance is not None else None,
        known.open_orders if known else None,
        known.as_of if known else None,
        "已冻结" if status == "frozen" else "往来未结束，不能" if open_items else "可以",
        decided.proposal if decided else None,
        decided.opinions if decided else None,
        decided.result if decided else "未评审",
        Cell(decided.number, Link("case", decided.instance_id)) if decided else None,
    )
