"""What people take away from the list of customers: searches they keep, and the list as a workbook, on record."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from engine.clock import local
from engine.transactions import Tx
from handlers.customers.reports import listing
from handlers.reporting import Report, Table, cells, columns
from webui.customers.filters import ORDERS, Filters
from webui.customers.listing import place_text

MOST_ROWS = 100_000  # a worksheet holds a little more than a million


def as_report(tx: Tx, filters: Filters, at: datetime, by: str) -> Report:
    """The whole list as a table, numbers of persons masked, in the order of the page; it says who took it (E-102)."""
    rows = tuple(
        cells(
            row.code,
            row.name,
            row.tax_id,
            row.status_text,
            filters.label("group", row.group),
            filters.label("customer_type", row.customer_type),
            place_text(row, filters),
            filters.label("industry", row.industry[:1]),
            "、".join(filters.label("mode", mode) for mode in row.modes),
            "、".join(row.salespersons),
            row.department,
            row.abc_class or None,
            row.under_way,
            f"{local(row.created_at):%Y-%m-%d}",
            f"{local(row.changed_at):%Y-%m-%d %H:%M}",
        )
        for row in listing.every(tx, filters.criteria, filters.order, MOST_ROWS)
    )
    heads = columns(
        ("编码", "code"), "客户名称", ("统一社会信用代码/税号", "code"), "状态", "账户组", "客户类型", "地区", "行业",
        "合作方式", "业务员", "归属单位", "ABC 分类", ("在办申请", "count"), "建档日期", "最近维护",
    )  # fmt: skip
    said = (*filters.said(), (_("排序"), _(ORDERS[filters.order])), (_("条数"), str(len(rows))), (_("导出人"), by))
    return Report("", _("客户清单"), at, said, (Table(_("客户"), heads, rows),), asked=filters.parameters())
