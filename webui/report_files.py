"""A report as a file: a workbook, or CSV. Codes stay text, and nothing in them is ever taken for a formula."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine import excel
from engine.excel import writing
from handlers.report_csv import all_rows, csv_bytes, head
from handlers.reporting import Cell, Column, Kind, Report

__all__ = ["CSV", "XLSX", "csv_bytes", "xlsx_bytes"]

XLSX, CSV = writing.XLSX, "text/csv; charset=utf-8"
KINDS: Mapping[Kind, writing.Kind] = {
    "text": "text", "code": "text", "count": "number", "share": "percent", "money": "money"
}  # fmt: skip


def xlsx_bytes(report: Report) -> bytes:
    """A sheet per table, and one that says what the report is about; made at the moment it tells about."""
    sheets = [
        excel.Sheet(
            f"{number} {table.title}",
            [excel.Column(one.title, KINDS[one.kind]) for one in table.columns],
            [
                [_value(column, cell) for column, cell in zip(table.columns, row, strict=True)]
                for row in all_rows(table)
            ],
        )
        for number, table in enumerate(report.tables, start=1)
    ]
    about = excel.Sheet("说明", [excel.Column("项目", width=14), excel.Column("内容", width=80)], head(report))
    return excel.write([*sheets, about], report.title, report.as_of)


def _value(column: Column, cell: Cell) -> str | int | float | Decimal | None:
    if column.kind == "share" and isinstance(cell.value, int):
        return cell.value / 1000
    return Decimal(cell.value) if column.kind == "money" and cell.value else cell.value
