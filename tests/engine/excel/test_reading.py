"""Excel in: what people send is read as they meant it, or refused with the place and the remedy."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from engine.excel.findings import ImportRejected
from engine.excel.reading import Table, address, day_of, fault_of, headings, tables, text_of


def book(fill: Any) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        fill(made.add_worksheet("客户"))
    return buffer.getvalue()


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PLAIN = book(lambda page: page.write(0, 0, "x"))


def only(content: bytes, name: str = "客户.xlsx") -> Table:
    (table,) = tables(content, name)
    return table


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(ImportRejected) as error:
        list(tables(content, name))
    return str(error.value.findings[0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_of_any_usual_encoding_is_read(encoding: str, delimiter: str) -> None:
    text = f"客户名称{delimiter}城市\n示例（北京）有限公司{delimiter}北京\n"

    assert only(text.encode(encoding), "客户.csv").rows == [["客户名称", "城市"], ["示例（北京）有限公司", "北京"]]


@pytest.mark.parametrize(
    ("content", "name", "remedy"),
    [
        (b"", "空.xlsx", "文件是空的"),
        (with_part(PLAIN, "xl/vbaProject.bin", OLE), "宏.xlsm", "不含宏的 .xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "密码.xlsx", "去掉密码"),
        (OLE + "_VBA_PROJECT".encode("utf-16-le"), "宏.xls", "不含宏的 .xlsx"),
        (b"<html><table></table></html>", "导出.xls", "其实是网页"),
        ("名称,城市\n\"甲,北京\n".encode(), "引号.csv", "引号不成对"),
        (b"PK\x03\x04 broken", "坏.xlsx", "不是可以读取的表格文件"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_the_remedy(content: bytes, name: str, remedy: str) -> None:
    assert remedy in refusal(content, name)


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_opened() -> None:
    content = with_part(book(lambda page: page.write(0, 0, "x")), "xl/media/zeros.bin", b"")
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", bytes(60_000_000))

    assert "请分成几个文件导入" in refusal(buffer.getvalue(), "炸弹.xlsx")


def test_merged_cells_are_named_one_by_one() -> None:
    def fill(page: Any) -> None:
        page.write_row(0, 0, ["客户名称", "城市"])
        page.merge_range(1, 1, 3, 1, "北京")

    table = only(book(fill))

    assert set(table.faults) == {(1, 1), (2, 1), (3, 1)}
    assert "B2:B4 是合并单元格" in table.faults[(3, 1)]


def test_a_formula_is_read_by_its_result_and_refused_without_one() -> None:
    def fill(page: Any) -> None:
        page.write_row(0, 0, ["额度", "额度二"])
        page.write_formula(1, 0, "=1+1", None, 2)
        page.write_formula(1, 1, "=1+1", None, "")

    table = only(book(fill))

    assert text_of(table.rows[1][0]) == "2"
    assert list(table.faults) == [(1, 1)]
    assert "公式没有计算结果" in table.faults[(1, 1)]


def test_a_day_is_a_day_however_it_was_written() -> None:
    def fill(page: Any) -> None:
        page.write_datetime(0, 0, date(2026, 11, 16), None)

    serial = text_of(only(book(fill)).rows[0][0])

    assert [day_of(one) for one in (serial, "46342", "20261116", "2026-11-16")] == ["2026-11-16"] * 4
    assert day_of("下周一") == "下周一"


@given(st.dates(date(1901, 1, 1), date(2199, 12, 31)))
def test_every_serial_number_is_the_day_it_stands_for(day: date) -> None:
    assert day_of(str((day - date(1899, 12, 30)).days)) == day.isoformat()


@pytest.mark.parametrize(
    ("cell", "remedy"),
    [
        (6.222020200112233e18, "超过 15 位"),
        ("6.22202E+18", "科学计数"),
        ("#REF!", "错误值 #REF!"),
        ("=A1&B1", "写着公式"),
    ],
)
def test_what_excel_has_lost_is_named(cell: Any, remedy: str) -> None:
    assert remedy in (fault_of(cell, is_number=False) or "")


def test_codes_and_amounts_are_no_faults() -> None:
    assert [fault_of(cell, is_number=True) for cell in (1e15, 12.5, "1E+05", "－")] == [None] * 4
    assert [text_of(cell) for cell in (1000000.0, 0.1, True, None or "")] == ["1000000", "0.1", "是", ""]


def test_headings_may_stand_under_a_title() -> None:
    rows = [["客户批量新增模板"], [], ["客户名称", "城市", "其他"], ["甲", "北京"]]

    assert headings(rows, {"客户名称", "城市"}) == 2
    assert headings(rows, {"编码", "部门"}) is None
    assert [address(0, 0), address(6, 27)] == ["A1", "AB7"]
