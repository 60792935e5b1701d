"""The list of customers as an Excel file: codes as text, dates as dates, personal numbers masked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from engine.excel import Column, Sheet, write
from engine.transactions import Tx
from handlers.customers.figures import figures
from handlers.customers.queries import Row, customers

AT_ONCE = 500
COLUMNS = (
    Column("客户编码", width=12),
    Column("客户名称", width=36),
    Column("证件号或税号", width=22),
    Column("账户组", width=10),
    Column("归属单位", width=16),
    Column("状态", width=10),
    Column("版本", "number", 8),
    Column("建档日期", "date"),
    Column("最近维护", "moment"),
    Column("未清余额", "money"),
    Column("未清单据数", "number"),
    Column("最后交易日期", "date"),
    Column("余额截止日期", "date"),
)


def customer_file(tx: Tx, now: datetime, text: str, status: str, group: str) -> bytes:
    """The customers that the list shows for this search and these filters, all pages."""
    return write([Sheet("客户", COLUMNS, _rows(tx, text, status, group))], "客户清单", now)


def _rows(tx: Tx, text: str, status: str, group: str) -> Iterator[Sequence[Any]]:
    number, pages = 1, 1
    while number <= pages:
        page = customers(tx, text, status, number, AT_ONCE, group=group)
        pages = page.pages
        for row in page.rows:
            yield _line(tx, row)
        number += 1


def _line(tx: Tx, row: Row) -> Sequence[Any]:
    account = tx.one("SELECT id FROM account WHERE customer_code = ?", (row.code,))
    known = figures(tx, account[0]) if account else None
    told = (known.open_balance, known.open_orders, known.last_transaction_on, known.as_of) if known else ()
    return (
        row.code, row.name, row.tax_id, row.group, row.department, row.status_text, row.version, row.created_at.date(),
        row.changed_at, *told,
    )  # fmt: skip
