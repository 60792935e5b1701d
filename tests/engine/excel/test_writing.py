"""Excel out: it opens as it was written, and nothing in it runs."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from engine.excel import Column, Note, Sheet, write

NOW = datetime(2026, 11, 16, 1, tzinfo=UTC)


def rows(content: bytes, name: str = "客户") -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}


def test_codes_stay_text_dates_are_dates_and_amounts_are_numbers() -> None:
    columns = [Column("客户编码"), Column("建档日期", "date"), Column("时间", "moment"), Column("额度", "money")]
    row = ["0012", "2026-11-16", NOW, Decimal("1234.50")]

    content = write([Sheet("客户", columns, [row])], "客户清单", NOW)

    assert rows(content) == [
        ["客户编码", "建档日期", "时间", "额度"],
        ["0012", date(2026, 11, 16), datetime(2026, 11, 16, 9), 1234.5],  # noqa: DTZ001 - as a spreadsheet keeps it
    ]
    assert 'state="frozen"' in parts(content)["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://x","y")', "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "http://a.example"]
)
def test_a_text_that_looks_like_a_formula_is_only_text(text: str) -> None:
    content = write([Sheet("客户", [Column("名称")], [[text]])], "客户清单", NOW)

    page = parts(content)["xl/worksheets/sheet1.xml"]
    assert "<f>" not in page
    assert "hyperlink" not in page
    assert ('quotePrefix="1"' in parts(content)["xl/styles.xml"]) == (not text.startswith("http"))


@settings(deadline=None, max_examples=50)  # each example writes and reads a workbook
@given(st.text(st.characters(min_codepoint=32, exclude_categories=("Cs",)), min_size=1, max_size=40))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    content = write([Sheet("客户", [Column("名称")], [["x"], [text]])], "客户清单", NOW)

    assert rows(content)[2][0] == text


def test_a_number_too_long_for_a_spreadsheet_is_kept_as_text() -> None:
    content = write([Sheet("客户", [Column("账号", "number")], [[6222020200112233445], [12]])], "客户清单", NOW)

    assert rows(content)[1:] == [["6222020200112233445"], [12.0]]


def test_a_cell_can_carry_a_comment() -> None:
    sheet = Sheet("客户", [Column("税号")], [["9144"]], {(0, 0): Note("税号应为 18 位")})

    assert "税号应为 18 位" in parts(write([sheet], "校验结果", NOW))["xl/comments1.xml"]
