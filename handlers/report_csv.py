"""A report as CSV: the same report always gives the same bytes, and nothing in them is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

from engine.clock import local
from engine.excel import writing
from handlers.reporting import Cell, Column, Report, Table, share_text

FORMULA = writing.DANGEROUS  # what a spreadsheet may take a text for when it opens CSV


def csv_bytes(report: Report) -> bytes:
    """UTF-8 with a mark, so that Excel reads the characters."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    for line in head(report):
        write([safe(one) for one in line])
    for table in report.tables:
        write([])
        write([safe(table.title)])
        write_table(write, table)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def table_text(table: Table) -> str:
    """One table with its header row."""
    out = io.StringIO()
    write_table(csv.writer(out, lineterminator="\n").writerow, table)
    return out.getvalue()


def write_table(write: Callable[[list[str]], object], table: Table) -> None:
    write([safe(column.title) for column in table.columns])
    for row in all_rows(table):
        write([safe(text_of(column, cell)) for column, cell in zip(table.columns, row, strict=True)])


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


def all_rows(table: Table) -> Iterator[tuple[Cell, ...]]:
    yield from table.rows
    if table.total:
        yield table.total
