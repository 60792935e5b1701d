"""Files as people send them: lines of customers under the template's headings, as text or as a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter
from stdnum.cn import uscc

from engine.forms import Catalogue
from handlers.customers.batch.columns import FileColumn, columns_of
from tests.handlers.office import ACCOUNTING, FORM, other

STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒"


def number(place: int) -> str:
    """A valid 统一社会信用代码 of its own for every place."""
    body = f"91440300{place:09d}"
    return body + uscc.calc_check_digit(body)


def customer(place: int, **more: Any) -> dict[str, Any]:
    """A complete customer, unlike every other one."""
    base = len(STEMS)
    brand = "".join(STEMS[place // base**power % base] for power in range(3))
    made = other(f"{brand}{brand[::-1]}机械有限公司", number(place), **ACCOUNTING)
    phone = f"0755 {20000000 + place}"
    return {**made, "phone": phone, "street_address": f"创业路 {place} 号", "legal_representative": "张伟", **more}


def line(form: Mapping[str, Any], columns: Sequence[FileColumn]) -> list[str]:
    """The form as a line of the file."""
    found = []
    for column in columns:
        table, _, rest = column.id.partition(".")
        place, _, name = rest.partition(".")
        rows = form.get(table) or []
        value = form.get(column.id) if not rest else (rows[int(place)].get(name) if int(place) < len(rows) else None)
        found.append("" if value is None else "是" if value is True else str(value))
    return found


def columns(catalogue: Catalogue, kind: str = "new") -> tuple[FileColumn, ...]:
    return columns_of(kind, catalogue)


def as_csv(forms: Iterable[Mapping[str, Any]], catalogue: Catalogue, encoding: str = "gbk", kind: str = "new") -> bytes:
    buffer, known = io.StringIO(), columns(catalogue, kind)
    writer = csv.writer(buffer)
    writer.writerow([column.title for column in known])
    writer.writerows(line(form, known) for form in forms)
    return buffer.getvalue().encode(encoding)


def as_xlsx(forms: Iterable[Mapping[str, Any]], catalogue: Catalogue, kind: str = "new", fill: Any = None) -> bytes:
    """A workbook; `fill(page)` may spoil it afterwards."""
    buffer, known = io.BytesIO(), columns(catalogue, kind)
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet("客户")
        page.write_row(0, 0, [column.title for column in known])
        for place, form in enumerate(forms, start=1):
            for at, text in enumerate(line(form, known)):
                page.write_string(place, at, text)
        if fill:
            fill(page)
    return buffer.getvalue()


__all__ = ["FORM", "as_csv", "as_xlsx", "columns", "customer", "line", "number"]
