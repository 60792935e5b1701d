"""The empty workbooks that administrators fill in and import."""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter

from engine.company.sheets import SHEETS, Sheets
from engine.company.workbook import MOST_ROWS

TITLE = "组织、岗位与工作日历导入模板"


def template(now: datetime, sheets: Sheets = SHEETS, title: str = TITLE) -> bytes:
    """An empty workbook to fill in: headings, drop-down choices, and a sheet that explains the columns."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": title, "created": now.replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
        texts = book.add_format({"num_format": "@"})  # codes such as 007 must stay text
        notes = [("表", "列", "必填", "说明")]
        for name, columns in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(columns) - 1, 18, texts)
            sheet.write_row(0, 0, [column.title for column in columns], bold)
            for index, column in enumerate(columns):
                if column.choices:
                    rule = {"validate": "list", "source": list(column.choices)}
                    sheet.data_validation(1, index, MOST_ROWS, index, rule)
                notes.append((name, column.title, "是" if column.required else "", column.note))
        sheet = book.add_worksheet("说明")
        sheet.set_column(3, 3, 60)
        for number, note in enumerate(notes):
            sheet.write_row(number, 0, note, bold if number == 0 else None)
    return buffer.getvalue()
