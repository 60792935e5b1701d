"""The lines of a file: found under our headings, read cell by cell, with what the file has lost of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.excel.findings import Finding, ImportRejected, refused
from engine.excel.reading import Table, address, day_of, fault_of, headings, tables, text_of
from handlers.customers.batch.columns import FileColumn

if TYPE_CHECKING:
    pass


MOST_ROWS = 50_000
UNPACKED = 400_000_000  # bytes: 50,000 rows of eighty columns
NUMBERS = ("money", "number")


@dataclass(frozen=True)
class Line:
    """A filled line: its number as the spreadsheet shows it, its cells by column, what the file has lost of it."""

    number: int
    cells: dict[str, str]
    faults: list[list[str]]


def lines(content: bytes, filename: str, columns: Sequence[FileColumn]) -> Iterator[Line]:
    """The filled lines of the first sheet that has our headings.

    Raises ImportRejected with the place and the remedy when there is none, a column is unknown or missing, or there
    are more than MOST_ROWS lines.
    """
    by_title = {column.title: column for column in columns}
    for table in tables(content, filename, UNPACKED):
        top = headings(table.rows, set(by_title))
        if top is None:
            continue
        named = [text_of(cell) for cell in table.rows[top]]
        _require(named, by_title, table.name or filename, top + 1)
        yield from _filled(table, top, [by_title.get(title) for title in named], filename)
        return
    raise refused(filename, "没有找到列标题；请下载模板，按模板的列填写，列标题放在第一行")


def _filled(table: Table, top: int, columns: list[FileColumn | None], filename: str) -> Iterator[Line]:
    count = 0
    for number, row in enumerate(table.rows[top + 1 :], start=top + 1):
        if not any(text_of(cell) for cell in row):
            continue
        count += 1
        if count > MOST_ROWS:
            total = sum(any(text_of(cell) for cell in one) for one in table.rows[top + 1 :])
            raise refused(filename, f"有 {total:,} 行，一次最多 {MOST_ROWS:,} 行；请分成几个文件导入")
        cells, faults = {}, []
        for place, (column, cell) in enumerate(zip(columns, row, strict=False)):
            if column is None:
                continue
            text = text_of(cell)
            cells[column.id] = day_of(text) if column.field.kind == "date" else text
            fault = table.faults.get((number, place)) or fault_of(cell, column.field.kind in NUMBERS)
            if fault:
                faults.append([column.id, f"{address(number, place)}：{fault}"])
        yield Line(number + 1, {name: text for name, text in cells.items() if text}, faults)


def _require(named: list[str], known: dict[str, FileColumn], sheet: str, row: int) -> None:
    findings = [
        Finding(sheet, row, title, "不认识的列；请改成模板中的列名，或删去这一列")
        for title in named
        if title and title not in known
    ]
    findings += [
        Finding(sheet, row, title, "这一列出现了两次；请删去一列") for title in known if named.count(title) > 1
    ]
    findings += [
        Finding(sheet, row, column.title, "缺少这一列；请按模板补上")
        for column in known.values()
        if column.field.required is True and "." not in column.id and column.title not in named
    ]
    if findings:
        raise ImportRejected(findings[:50])
