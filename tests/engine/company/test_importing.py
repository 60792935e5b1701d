"""A company from a workbook: all of it, or nothing and a finding per cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from engine import company, store
from engine.company.workbook import SHEETS, Workbook
from engine.people import People
from engine.transactions import Transactions
from tests.cast import MONDAY, Cast

Sheets = Mapping[str, Sequence[Sequence[Any]]]

SECOND_UNIT: dict[str, list[list[Any]]] = {
    "部门": [["U2", "经营二部", "经营单位"]],
    "人员": [["qinyu", "秦宇", "U2", "021-5555 0101", ""], ["zhengkai", "郑凯", "U2", "", "zk@example.com"]],
    "岗位任职": [
        ["U2", "归口人员", "qinyu", "", "", "", ""],
        ["U2", "主管领导", "zhengkai", "正职", date(2026, 12, 1), "", ""],
    ],
}


def xlsx(sheets: Sheets, headings: Mapping[str, Sequence[str]] | None = None) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        dates = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, (headings or {}).get(name) or [c.title for c in SHEETS[name]])
            for number, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, column, cell, dates)
                    else:
                        sheet.write(number, column, cell)
    return buffer.getvalue()


def read(sheets: Sheets, **options: Any) -> Workbook:
    return company.read_workbook(xlsx(sheets, **options), "公司.xlsx")


def rejected(transactions: Transactions, cast: Cast, workbook: Workbook) -> list[str]:
    """The findings with which the workbook is rejected, as people read them."""
    with pytest.raises(company.ImportRejected) as refused, transactions.write() as tx:
        company.import_company(tx, MONDAY, cast.person("赵磊"), workbook)
    return [str(finding) for finding in refused.value.findings]


def test_departments_people_and_posts_arrive_in_one_workbook(transactions: Transactions, cast: Cast) -> None:
    with transactions.write() as tx:
        summary = company.import_company(tx, MONDAY, cast.person("赵磊"), read(SECOND_UNIT))
        people = People.load(tx)

    unit = people.by_code("U2")
    assert unit is not None
    assert people.answering("focal", unit.id, MONDAY).acting.person.name == "秦宇"
    leader = people.post("leader", unit.id)
    assert leader is not None
    assert people.acting(leader.id, MONDAY) == ()  # from 1 December
    assert summary.added == {"部门": 1, "人员": 2, "岗位任职": 2}


def test_the_same_workbook_a_second_time_changes_nothing(transactions: Transactions, cast: Cast) -> None:
    with transactions.write() as tx:
        company.import_company(tx, MONDAY, cast.person("赵磊"), read(SECOND_UNIT))

    with transactions.write() as tx:
        summary = company.import_company(tx, MONDAY, cast.person("赵磊"), read(SECOND_UNIT))

    assert summary.unchanged == {"部门": 1, "人员": 2, "岗位任职": 2}
    assert not summary.added
    assert not summary.changed


def test_a_changed_row_changes_what_is_there(transactions: Transactions, cast: Cast) -> None:
    moved = {"人员": [["hexiaowen", "何晓雯", "MKT", "", ""]]}

    with transactions.write() as tx:
        summary = company.import_company(tx, MONDAY, cast.person("赵磊"), read(moved))
        person = People.load(tx).by_login("hexiaowen")

    assert summary.changed == {"人员": 1}
    assert person is not None
    assert person.department_id == cast.department("MKT")


def test_every_faulty_cell_is_named_with_sheet_row_column_and_remedy(transactions: Transactions, cast: Cast) -> None:
    faulty: Sheets = {
        "部门": [["U2", "经营二部", "经营"], ["", "三部", "其他"]],
        "人员": [["qinyu", "秦宇", "U9", "", ""], ["a b", "", "MKT", "", ""], ["zk", "郑凯", "MKT", "?", ""]],
        "岗位任职": [
            ["MKT", "经理", "zhoumin", "", "", "", ""],
            ["MKT", "归口人员", "nobody", "", "", "", ""],
            ["MKT", "归口人员", "hexiaowen", "", "明年", "", ""],
            ["MKT", "归口人员", "hexiaowen", "", "", "", ""],
        ],
    }

    findings = rejected(transactions, cast, read(faulty))

    assert findings == [
        "“部门”表第 2 行“类别”列：“经营”不在可选范围：营销、经营单位、财务、主数据维护、法务、审计考核、其他",
        "“部门”表第 3 行“编码”列：必填；字母、数字、- 或 _，定后不改",
        "“人员”表第 2 行“部门编码”列：没有编码为 U9 的部门；请先在“部门”表加上，或改正编码",
        "“人员”表第 3 行“姓名”列：必填；真实姓名",
        "“人员”表第 4 行“电话”列：电话只含数字、空格和 + - ( )，5–40 位",
        "“岗位任职”表第 2 行“岗位”列：“经理”不在可选范围："
        "归口人员、主管领导、分管领导、客户主数据维护员、执行层、考核人员、系统管理员",
        "“岗位任职”表第 3 行“登录名”列：没有登录名为 nobody 的人员；请先在“人员”表加上，或改正登录名",
        "“岗位任职”表第 4 行“生效日期”列：“明年”不是日期，请写成 2026-12-01 这样的形式",
        "“岗位任职”表第 5 行“生效日期”列：营销部归口人员的正职在此期间已是周敏（2026-11-16 至 长期），"
        "同一时间只能有一人（SD-010 3.3.1）；请先结束其任职，或改生效日期、次序",
    ]


def test_one_fault_and_nothing_at_all_is_written(transactions: Transactions, cast: Cast) -> None:
    faulty = SECOND_UNIT | {"人员": [*SECOND_UNIT["人员"], ["wang", "王芳", "U9", "", ""]]}
    with transactions.read() as tx:
        before = tx.core(select(func.count()).select_from(store.admin_log)).scalar()

    rejected(transactions, cast, read(faulty))

    with transactions.read() as tx:
        assert People.load(tx).by_code("U2") is None
        assert tx.core(select(func.count()).select_from(store.admin_log)).scalar() == before


def test_what_hangs_on_a_faulty_row_is_not_reported_again(transactions: Transactions, cast: Cast) -> None:
    faulty = SECOND_UNIT | {"部门": [["U2", "经营二部", "经营"]]}

    findings = rejected(transactions, cast, read(faulty))

    assert len(findings) == 1
    assert findings[0].startswith("“部门”表第 2 行“类别”列")


def test_a_code_twice_in_the_file_points_at_the_first(transactions: Transactions, cast: Cast) -> None:
    twice: Sheets = {"部门": [["U2", "经营二部", "经营单位"], ["U2", "经营三部", "经营单位"]]}

    assert rejected(transactions, cast, read(twice)) == ["“部门”表第 3 行“编码”列：与第 2 行重复，请删去一行"]


def test_missing_and_unknown_columns_are_named_at_the_heading(transactions: Transactions, cast: Cast) -> None:
    findings = rejected(transactions, cast, read({"部门": [["U2", "x"]]}, headings={"部门": ["编码", "部门名称"]}))

    assert [text.split("：")[0] for text in findings] == [
        "“部门”表第 1 行“名称”列",
        "“部门”表第 1 行“类别”列",
        "“部门”表第 1 行“部门名称”列",
    ]


def test_numbers_and_blank_lines_of_a_spreadsheet_are_read_as_people_meant_them(
    transactions: Transactions, cast: Cast
) -> None:
    sheets: Sheets = {"部门": [[200, "二百部", "其他"], ["", "", ""], [" 201 ", "二百零一部", "other"]]}

    with transactions.write() as tx:
        company.import_company(tx, MONDAY, cast.person("赵磊"), read(sheets))
        codes = {d.code for d in People.load(tx).departments("other")}

    assert codes == {"200", "201"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_one_sheet_may_come_as_csv_in_any_usual_encoding(transactions: Transactions, cast: Cast, encoding: str) -> None:
    content = "登录名,姓名,部门编码\nqinyu,秦宇,MKT\n".encode(encoding)

    with transactions.write() as tx:
        workbook = company.read_workbook(content, "人员.CSV")
        summary = company.import_company(tx, MONDAY, cast.person("赵磊"), workbook)

    assert summary.added == {"人员": 1}


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "remedy"),
    [
        (b"\x89PNG\r\n\x1a\n", "照片.xlsx", "另存为 .xlsx"),
        (b"\xff\xfe\xff\x80", "乱码.csv", "CSV UTF-8"),
        (b"a,b\n1,2\n", "别的.csv", "用模板填写"),
        (bomb(), "压缩炸弹.xlsx", "分成几个文件"),
    ],
)
def test_a_file_that_is_no_such_workbook_is_refused_with_the_remedy(content: bytes, name: str, remedy: str) -> None:
    with pytest.raises(company.ImportRejected) as refused:
        company.read_workbook(content, name)

    assert remedy in str(refused.value.findings[0])


def test_the_template_is_read_back_as_an_empty_company(transactions: Transactions, cast: Cast) -> None:
    content = company.template(MONDAY)

    with transactions.write() as tx:
        summary = company.import_company(tx, MONDAY, cast.person("赵磊"), company.read_workbook(content, "模板.xlsx"))

    assert not summary.added
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names == [*SHEETS, "说明"]
