"""Reading a workbook that administrators have filled in: rows by sheet, and what is wrong with its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.company.administration import iso_date
from engine.company.sheets import SHEETS, SheetColumn, Sheets
from engine.excel.findings import Finding, ImportRejected
from engine.excel.reading import Table, tables, text_of

MOST_ROWS = 5_000  # per sheet

__all__ = ["MOST_ROWS", "SHEETS", "Finding", "ImportRejected", "SheetRow", "Workbook", "read_workbook"]


@dataclass(frozen=True)
class SheetRow:
    """A filled row: its number as the spreadsheet shows it, and its trimmed texts by field."""

    number: int
    values: Mapping[str, str]


@dataclass
class Workbook:
    """What a file contains: rows by sheet, and what is wrong with its form."""

    rows: dict[str, list[SheetRow]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_workbook(content: bytes, filename: str, sheets: Sheets = SHEETS) -> Workbook:
    """Read an .xlsx/.xls/.ods workbook, or a .csv file holding one of its sheets, known by its headings.

    Raises ImportRejected when the file cannot be read at all; smaller faults are findings of the result.
    """
    found = Workbook()
    for name, table in _named(tables(content, filename), sheets):
        if name not in sheets or not table.rows:
            continue
        if len(table.rows) > MOST_ROWS:
            found.findings.append(Finding(name, None, None, f"超过 {MOST_ROWS} 行，请分成几个文件导入"))
            continue
        _read_sheet(name, sheets[name], [[text_of(cell) for cell in line] for line in table.rows], found)
        for (row, _column), message in sorted(table.faults.items()):
            found.findings.append(Finding(name, row + 1, None, message))
    if not found.rows and not found.findings:
        names = "、".join(f"“{name}”" for name in sheets)
        raise ImportRejected([Finding(filename, None, None, f"没有找到{names}表，请用模板填写")])
    return found


def _named(found: Iterator[Table], sheets: Sheets) -> Iterator[tuple[str, Table]]:
    """The tables with their names; a text file has none and is known by its headings."""
    for table in found:
        yield table.name or _recognised(table.rows, sheets), table


def _recognised(table: Sequence[Sequence[str]], sheets: Sheets) -> str:
    """Which sheet the headings of a CSV file belong to: the one that knows most of them."""
    headings = {cell.strip() for cell in table[0]} if table else set()
    matches = {name: len(headings & {c.title for c in columns}) for name, columns in sheets.items()}
    best = max(matches, key=lambda name: matches[name])
    return best if matches[best] >= 2 else ""


def _read_sheet(name: str, known: Sequence[SheetColumn], table: list[list[str]], found: Workbook) -> None:
    columns = {column.title: column for column in known}
    headings = table[0]
    for title in columns:
        if columns[title].required and title not in headings:
            found.findings.append(Finding(name, 1, title, "缺少这一列，请按模板补上"))
    for title in headings:
        if title and title not in columns:
            text = f"不认识的列；可用的列：{'、'.join(columns)}"
            found.findings.append(Finding(name, 1, title, text))
    rows = found.rows.setdefault(name, [])
    for number, line in enumerate(table[1:], start=2):
        if not any(line):
            continue
        given = {columns[title]: cell for title, cell in zip(headings, line, strict=False) if title in columns}
        cells = {one.field: iso_date(cell) if one.is_date else cell for one, cell in given.items()}
        rows.append(SheetRow(number, cells))
        for column in columns.values():
            if column.required and column.title in headings and not cells.get(column.field):
                found.findings.append(Finding(name, number, column.title, f"必填；{column.note}"))
