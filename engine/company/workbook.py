"""Reading a workbook that administrators have filled in: rows by sheet, and what is wrong with its form."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from engine.company.administration import iso_date
from engine.company.sheets import SHEETS, SheetColumn, Sheets
from engine.errors import CountersignError

LARGEST = 50_000_000  # bytes after unpacking
MOST_ROWS = 5_000  # per sheet


@dataclass(frozen=True)
class Finding:
    """One cell (or row, or sheet) that keeps a workbook from being imported."""

    sheet: str
    row: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        row = f"第 {self.row} 行" if self.row else ""
        column = f"“{self.column}”列" if self.column else ""
        return f"“{self.sheet}”表{row}{column}：{self.message}"


class ImportRejected(CountersignError):
    """导入的文件有错误；`findings` 逐格说明，什么都没有写入。"""

    template = "文件有 {count} 处需要更正，什么都没有写入。请按下列说明改正后重新导入。"
    status = 422

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(count=len(self.findings))


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
    for name, table in _tables(content, filename, sheets):
        if name not in sheets or not table:
            continue
        if len(table) > MOST_ROWS:
            found.findings.append(Finding(name, None, None, f"超过 {MOST_ROWS} 行，请分成几个文件导入"))
            continue
        _read_sheet(name, sheets[name], [[_text(cell) for cell in line] for line in table], found)
    if not found.rows and not found.findings:
        names = "、".join(f"“{name}”" for name in sheets)
        raise ImportRejected([Finding(filename, None, None, f"没有找到{names}表，请用模板填写")])
    return found


def _tables(content: bytes, filename: str, sheets: Sheets) -> Iterator[tuple[str, list[list[Any]]]]:
    if filename.lower().endswith(".csv"):
        table: list[list[Any]] = list(csv.reader(io.StringIO(_decoded(content, filename))))
        yield _recognised(table, sheets), table
        return
    _refuse_bomb(content, filename)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            yield name.strip(), book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        text = "不是可以读取的表格文件；请另存为 .xlsx 后重试，或下载模板填写"
        raise ImportRejected([Finding(filename, None, None, text)]) from error


def _refuse_bomb(content: bytes, filename: str) -> None:
    """A few kilobytes of .xlsx can unpack to gigabytes; look at the directory of the archive first."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
            text = f"展开后超过 {LARGEST // 1_000_000} MB，请分成几个文件导入"
            raise ImportRejected([Finding(filename, None, None, text)])


def _decoded(content: bytes, filename: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    text = "看不出文字编码；请另存为“CSV UTF-8”或 .xlsx 后重试"
    raise ImportRejected([Finding(filename, None, None, text)])


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


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():  # spreadsheets keep every number as a float
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
