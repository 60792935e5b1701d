"""The national arrangement of a year from a file: complete and right, or refused cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from engine import company
from engine.calendar_seed import Special
from engine.company.sheets import ARRANGEMENT
from tests.cast import MONDAY
from tests.engine.company.test_importing import xlsx

HEADINGS = ["日期", "类别", "名称", "调整原因"]
NOTICE = "国办发明电〔2026〕7 号"
FESTIVALS = [
    ("2027-01-01", "元旦"),
    ("2027-02-06", "春节"),
    ("2027-04-05", "清明节"),
    ("2027-05-01", "劳动节"),
    ("2027-06-09", "端午节"),
    ("2027-09-15", "中秋节"),
    ("2027-10-01", "国庆节"),
]
YEAR: list[list[str]] = [[day, "放假", name, ""] for day, name in FESTIVALS]
SATURDAY = ["2027年1月9日", "调休上班", "元旦调休上班", NOTICE]


def refused(*rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> list[str]:
    """The findings with which a file of these rows for 2027 is refused."""
    content = xlsx({"工作日历": rows}, {"工作日历": headings})
    with pytest.raises(company.ImportRejected) as rejected:
        company.read_arrangement(content, "放假.xlsx", 2027)
    return [str(finding) for finding in rejected.value.findings]


def test_a_complete_year_is_read_with_its_notice() -> None:
    content = xlsx({"工作日历": [*YEAR, SATURDAY]}, {"工作日历": HEADINGS})

    found = company.read_arrangement(content, "放假.xlsx", 2027)

    assert len(found.days) == 8
    assert found.days[date(2027, 2, 6)] == Special("holiday", "春节")
    assert found.days[date(2027, 1, 9)] == Special("makeup", "元旦调休上班")
    assert found.reason == NOTICE


def test_it_may_come_as_csv_without_the_notice() -> None:
    lines = ["日期,类别,名称", *(f"{day},放假,{name}" for day, name in FESTIVALS)]

    found = company.read_arrangement("\n".join(lines).encode("gb18030"), "放假.csv", 2027)

    assert (len(found.days), found.reason) == (7, "")


@pytest.mark.parametrize(
    ("row", "finding"),
    [
        (["除夕", "放假", "春节", ""], "“日期”列：“除夕”不是日期，请写成 2027-01-01 这样的形式"),
        (
            ["2026-12-31", "放假", "元旦", ""],
            "“日期”列：2026-12-31 不在 2027 年，请删去这一行；别的年份的日子可在“导入”页作为公司调整导入",
        ),
        (
            ["2027-01-05", "工作日", "元旦", ""],
            "“类别”列：“工作日”不在可选范围：放假、调休上班；其余日子按星期计，不必列出",
        ),
        (
            ["2027-01-08", "调休上班", "元旦", ""],
            "“日期”列：2027-01-08 是星期五，本来就上班；调休上班只会在周末，请核对日期",
        ),
        (["2027/1/1", "放假", "元旦", ""], "“日期”列：与第 2 行重复，请删去一行"),
        (["2027-01-02", "放假", "", ""], "“名称”列：必填；节日名称，如：春节、春节调休上班"),
        (["2027-01-02", "放假", "元" * 81, ""], "“名称”列：名称有 81 个字，最多 80 个字，请缩短"),
    ],
)
def test_a_faulty_row_is_named_with_its_remedy(row: list[str], finding: str) -> None:
    assert refused(*YEAR, row) == [f"“工作日历”表第 9 行{finding}"]


def test_all_faults_are_told_at_once_in_the_order_of_the_rows() -> None:
    findings = refused(["2027-01-01", "放假", "", ""], ["x", "y", "元旦", ""], ["2026-01-01", "放假", "元旦", ""])

    assert [text.split("：")[0] for text in findings] == [
        "“工作日历”表第 2 行“名称”列",
        "“工作日历”表第 3 行“类别”列",
        "“工作日历”表第 3 行“日期”列",
        "“工作日历”表第 4 行“日期”列",
    ]


@pytest.mark.parametrize(("day", "festival"), FESTIVALS)
def test_a_festival_without_a_day_off_is_missed(day: str, festival: str) -> None:
    """The file replaces the estimate of the whole year: what it forgets would become a working day."""
    (finding,) = refused(*(row for row in YEAR if row[0] != day))

    assert f"没有{festival}（" in finding


def test_new_years_day_itself_must_be_off() -> None:
    """A bridge day called 元旦 is not enough."""
    (finding,) = refused(["2027-01-04", "放假", "元旦", ""], *YEAR[1:])

    assert "没有元旦（2027-01-01）的放假" in finding


def test_working_hours_are_no_matter_of_the_national_arrangement() -> None:
    findings = refused(*YEAR, headings=["日期", "类别", "名称", "工作时间"])

    assert findings == ["“工作日历”表第 1 行“工作时间”列：不认识的列；可用的列：日期、类别、名称、调整原因"]


def test_an_empty_template_is_refused_for_what_it_lacks() -> None:
    content = company.template(MONDAY, ARRANGEMENT, "放假安排导入模板")

    with pytest.raises(company.ImportRejected) as rejected:
        company.read_arrangement(content, "模板.xlsx", 2027)

    assert len(rejected.value.findings) == 7
