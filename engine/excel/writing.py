"""Excel out: tables with Chinese headings, codes as text, dates as dates, and no cell that could run as a formula.

Whoever writes sensitive values masks them first: nothing here knows what they mean.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from engine.clock import local

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Kind = Literal["text", "number", "money", "percent", "date", "moment", "hours"]
Tone = Literal["", "bad", "warn", "head", "quiet"]

_NUMBER_FORMATS: Mapping[Kind, str] = {
    "text": "@",
    "number": "#,##0",
    "money": "#,##0.00",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "hours": "0.00",
}
_WIDTHS: Mapping[Kind, float] = {"number": 10, "money": 15, "percent": 9, "date": 12, "moment": 17, "hours": 9}
_FILLS: Mapping[Tone, str] = {"bad": "#FBE3E1", "warn": "#FDF1D7", "head": "#E8EEF7", "quiet": "#F3F4F6"}
_LONGEST = 32_767  # characters in a cell
_EXACT = 15  # digits a spreadsheet can hold; longer numbers are written as text
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that another program might run


@dataclass(frozen=True)
class Column:
    """A column: its Chinese heading, what its cells are, its width in characters (0: what suits the kind)."""

    title: str
    kind: Kind = "text"
    width: float = 0


@dataclass(frozen=True)
class Note:
    """What is said about one cell: a comment beside it, a colour behind it."""

    text: str
    tone: Tone = "bad"


@dataclass
class Sheet:
    """One sheet; `rows` may be a generator of any length.

    `notes` names cells by (row, column), both counted from 0, the row without the headings.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]] = ()
    notes: Mapping[tuple[int, int], Note] = field(default_factory=dict)


def write(sheets: Sequence[Sheet], title: str, now: datetime) -> bytes:
    """The workbook as a file; rows are written one by one, so that large tables stay small in memory."""
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": title, "created": local(now).replace(tzinfo=None)})
        formats = _Formats(book)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(_sheet_name(sheet.name)), sheet, formats)
    return buffer.getvalue()


class _Formats:
    """The few cell formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book, self._made = book, {}  # type: ignore[var-annotated]

    def of(self, kind: Kind, tone: Tone = "", quoted: bool = False) -> Format:
        key = (kind, tone, quoted)
        if key not in self._made:
            look: dict[str, Any] = {"num_format": _NUMBER_FORMATS[kind], "valign": "top"}
            if tone:
                look["bg_color"] = _FILLS[tone]
            if tone == "head":
                look |= {"bold": True, "border": 1, "border_color": "#C6CEDB", "text_wrap": True}
            if quoted:
                look["quote_prefix"] = True
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _write_sheet(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    page.freeze_panes(1, 0)
    for index, column in enumerate(sheet.columns):
        width = column.width or _WIDTHS.get(column.kind) or _title_width(column.title)
        page.set_column(index, index, max(width, _title_width(column.title)), formats.of(column.kind))
        page.write_string(0, index, column.title, formats.of("text", "head"))
    last = 0
    for number, row in enumerate(sheet.rows):
        for index, column in enumerate(sheet.columns):
            note = sheet.notes.get((number, index))
            value = row[index] if index < len(row) else None
            put(page, number + 1, index, column.kind, value, formats, note.tone if note else "")
            if note:
                page.write_comment(number + 1, index, note.text, {"x_scale": 2, "y_scale": 1.2})
        last = number + 1
    if last and sheet.columns:
        page.autofilter(0, 0, last, len(sheet.columns) - 1)


def put(page: Worksheet, row: int, column: int, kind: Kind, value: Any, formats: _Formats, tone: Tone = "") -> None:
    """Write one cell as what its column is; whatever is not that is written as text."""
    if value is None or value == "":
        if tone:
            page.write_blank(row, column, None, formats.of(kind, tone))
    elif kind in ("date", "moment") and (day := _day(value)) is not None:
        page.write_datetime(row, column, day, formats.of(kind, tone))
    elif kind not in ("text", "date", "moment") and (number := _number(value)) is not None:
        page.write_number(row, column, number, formats.of(kind, tone))
    else:
        text = str(value)[:_LONGEST]
        page.write_string(row, column, text, formats.of("text", tone, text.startswith(DANGEROUS)))


def _day(value: Any) -> datetime | None:
    """A moment in local time, without the zone that spreadsheets do not know."""
    if isinstance(value, datetime):
        return (local(value) if value.tzinfo else value).replace(tzinfo=None)
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return None
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else None  # noqa: DTZ001 - a day


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    exact = len(Decimal(str(value)).normalize().as_tuple().digits) <= _EXACT
    return float(value) if exact else None


def _title_width(title: str) -> float:
    """Room for a heading, Chinese characters counted twice, and for the filter's arrow."""
    wide = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in title)
    return min(max(wide + 4, 12), 40)


def _sheet_name(name: str) -> str:
    """A name that spreadsheets accept: 31 characters, none of `[]:*?/\\`."""
    return "".join("_" if one in "[]:*?/\\" else one for one in name)[:31].strip("'") or "表"
