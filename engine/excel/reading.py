"""Spreadsheets in: .xlsx, .xls, .ods or text in GBK or UTF-8 become rows of cells, and nothing is lost silently.

Excel loses digits, merges cells and keeps dates as numbers; what it lost is named with its row and column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from engine.excel import files
from engine.excel.findings import refused

_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets, with their leap year 1900
_SERIALS = range(366, 110_000)  # 1901 to 2201: a number in a column of dates is a day
_EXACT = 10**15  # larger whole numbers have lost digits in a spreadsheet
_ERROR = re.compile(r"#(REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
_SCIENTIFIC = re.compile(r"[+-]?\d(\.\d+)?[eE]\+?\d{2,}")


@dataclass
class Table:
    """A sheet as it was filled in; `faults` names cells by (row, column) from 0 that cannot be read as meant."""

    name: str
    rows: list[list[Any]]
    faults: dict[tuple[int, int], str] = field(default_factory=dict)


def tables(content: bytes, filename: str, limit: int = files.LARGEST) -> Iterator[Table]:
    """The sheets of a workbook, or the one table of a text file (its name is empty).

    Raises ImportRejected when the file cannot be read at all.
    """
    files.refuse(content, filename, limit)
    if files.is_text(content, filename):
        yield Table("", list(_split(decoded(content, filename), filename)))
        return
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            table = Table(name.strip(), sheet.to_python(skip_empty_area=False))
            table.faults |= _merged(sheet) | _uncomputed(content, name.strip())
            yield table
    except (CalamineError, OSError, ValueError) as error:
        raise refused(filename, "不是可以读取的表格文件；请另存为 .xlsx 后重试，或下载模板填写") from error


def decoded(content: bytes, filename: str) -> str:
    """The text of a file in UTF-8 (with or without mark), UTF-16 with mark, or GBK."""
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and any(mark in text for mark in ",\t;\n"):
            return text
    raise refused(filename, "看不出文字编码；请另存为“CSV UTF-8”或 .xlsx 后重试")


def _split(text: str, filename: str) -> Iterator[list[Any]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise refused(filename, "引号不成对，分不清各列；请用 Excel 打开核对后另存为 .xlsx 重试") from error


# --- cells ---------------------------------------------------------------------------------------------------


def text_of(cell: Any) -> str:
    """What a cell says: numbers without the `.0` that spreadsheets add, days in ISO form."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def day_of(text: str) -> str:
    """A day written as a number — a spreadsheet's serial or 20260930 — in ISO form; other texts as they are."""
    if text.isascii() and text.isdigit():
        if len(text) == 8:
            return f"{text[:4]}-{text[4:6]}-{text[6:]}"
        if int(text) in _SERIALS:
            return (_EPOCH + timedelta(days=int(text))).isoformat()
    return text


def fault_of(cell: Any, is_number: bool) -> str | None:
    """Why a cell does not say what was meant, with the remedy; `is_number` for amounts, which may be rounded."""
    if isinstance(cell, float) and abs(cell) >= _EXACT and not is_number:
        return "以数字保存，超过 15 位的部分已被 Excel 改掉；请把这一列设为“文本”格式后重新填写"
    if isinstance(cell, str):
        if _ERROR.fullmatch(cell.strip()):
            return f"公式结果是错误值 {cell.strip()}；请改正公式，或直接填写内容"
        if not is_number and _SCIENTIFIC.fullmatch(cell.strip()):
            return f"“{cell.strip()}”是科学计数，原来的数字已丢失；请把这一列设为“文本”格式后重新填写"
        if cell.lstrip().startswith("=") and len(cell.strip()) > 1:
            return "写着公式而不是内容；请填写公式的结果"
    return None


def _merged(sheet: Any) -> dict[tuple[int, int], str]:
    """A merged area keeps only its first cell: every other one is empty though it looks filled."""
    found: dict[tuple[int, int], str] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        area = f"{address(top, left)}:{address(bottom, right)}"
        message = f"{area} 是合并单元格，只有左上角一格有内容；请取消合并，每格分别填写"
        found |= {(row, column): message for row in range(top, bottom + 1) for column in range(left, right + 1)}
        if len(found) > 100_000:  # a whole column merged: enough to say so
            break
    return found


def _uncomputed(content: bytes, sheet: str) -> dict[tuple[int, int], str]:
    message = "公式没有计算结果；请在 Excel 中打开并保存一次，或用“选择性粘贴—数值”换成内容"
    return {_place(one): message for one in files.uncomputed(content, sheet)}


def address(row: int, column: int) -> str:
    """The cell as spreadsheets name it: (6, 2) is C7."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _place(name: str) -> tuple[int, int]:
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(name[len(letters) :]) - 1, column - 1


def headings(rows: Sequence[Sequence[Any]], known: set[str], deepest: int = 10) -> int | None:
    """The row that holds the headings: the first of the top ones that knows at least two; None without one."""
    for number, row in enumerate(rows[:deepest]):
        if len(known & {text_of(cell) for cell in row}) >= min(2, len(known)):
            return number
    return None
