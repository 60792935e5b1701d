"""A report as a file: a workbook, or CSV. Codes stay text, and nothing in them is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal

from engine import excel
from engine.clock import local
from engine.excel import writing
from handlers.reporting import Cell, Column, Kind, Report, Table, share_text

XLSX, CSV = writing.XLSX, "text/csv; charset=utf-8"
KINDS: Mapping[Kind, writing.Kind] = {
    "text": "text", "code": "text", "count": "number", "share": "percent", "money": "money"
}  # fmt: skip
FORMULA = writing.DANGEROUS  # what a spreadsheet may take a text for when it opens CSV


def csv_bytes(report: Report) -> bytes:
    """UTF-8 with a mark, so that Excel reads the characters; the same report always gives the same bytes."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    for line in head(report):
        write([safe(one) for one in line])
    for table in report.tables:
        write([])
        write([safe(table.title)])
        write([safe(column.title) for column in table.columns])
        for row in _all(table):
            write([safe(text_of(column, cell)) for column, cell in zip(table.columns, row, strict=True)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_bytes(report: Report) -> bytes:
    """A sheet per table, and one that says what the report is about; made at the moment it tells about."""
    sheets = [
        excel.Sheet(
            f"{number} {table.title}",
            [excel.Column(one.title, KINDS[one.kind]) for one in table.columns],
            [[_value(column, cell) for column, cell in zip(table.columns, row, strict=True)] for row in _all(table)],
        )
        for number, table in enumerate(report.tables, start=1)
    ]
    about = excel.Sheet("说明", [excel.Column("项目", width=14), excel.Column("内容", width=80)], head(report))
    return excel.write([*sheets, about], report.title, report.as_of)


def _value(column: Column, cell: Cell) -> str | int | float | Decimal | None:
    if column.kind == "share" and isinstance(cell.value, int):
        return cell.value / 1000
    return Decimal(cell.value) if column.kind == "money" and cell.value else cell.value


def head(report: Report) -> list[list[str]]:
    """What stands above the tables in every file."""
    return [
        [report.number, report.title],
        ["截至", f"{local(report.as_of):%Y-%m-%d %H:%M}"],
        *([label, value] for label, value in report.filters),
        *(["说明", note] for note in report.notes),
    ]


def text_of(column: Column, cell: Cell) -> str:
    """A cell as text; what does not apply is empty."""
    if cell.value is None:
        return ""
    if column.kind == "share" and isinstance(cell.value, int):
        return share_text(cell.value)
    return str(cell.value)


def safe(text: str) -> str:
    """The text with a mark before it where a spreadsheet would calculate."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _all(table: Table) -> Iterator[tuple[Cell, ...]]:
    yield from table.rows
    if table.total:
        yield table.total
