"""Company days from the sheet 工作日历 of the company workbook: all of it, or nothing and a finding per cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import calendar_tables, company, store
from engine.company.importing import Summary
from engine.company.workbook import Workbook
from engine.transactions import Transactions
from tests.cast import MONDAY, Cast
from tests.engine.company.test_importing import read, rejected

HALF_DAY = [date(2026, 11, 20), "工作日", "年会，下午放假", "08:30–12:00", "总办 37 号"]
CLOSURE = ["2026/12/25", "放假", "厂庆", "", "总办 38 号"]
SATURDAY = ["2026年12月26日", "调休上班", "厂庆调休上班", "8:30至12:00，13：30-17：30", "总办 38 号"]


def days(*rows: Sequence[Any]) -> Workbook:
    return read({"工作日历": rows})


def take(transactions: Transactions, cast: Cast, workbook: Workbook, later: int = 0) -> Summary:
    with transactions.write() as tx:
        return company.import_company(tx, MONDAY + timedelta(days=later), cast.person("赵磊"), workbook)


def entries(transactions: Transactions) -> list[tuple[Any, ...]]:
    day = store.calendar_day.c
    with transactions.read() as tx:
        rows = tx.core(select(day.day, day.kind, day.name, day.hours, day.source).order_by(day.day))
        return [tuple(row) for row in rows]


def test_days_arrive_however_their_date_and_hours_are_written(transactions: Transactions, cast: Cast) -> None:
    summary = take(transactions, cast, days(HALF_DAY, CLOSURE, SATURDAY))

    assert summary.added == {"工作日历": 3}
    assert entries(transactions) == [
        ("2026-11-20", "workday", "年会，下午放假", ["08:30-12:00"], "company"),
        ("2026-12-25", "holiday", "厂庆", None, "company"),
        ("2026-12-26", "makeup", "厂庆调休上班", ["08:30-12:00", "13:30-17:30"], "company"),
    ]


def test_imported_days_are_working_time_at_once_and_on_the_audit_list(transactions: Transactions, cast: Cast) -> None:
    take(transactions, cast, days(HALF_DAY, SATURDAY))

    with transactions.read() as tx:
        calendar = calendar_tables.load_calendars(tx)["company"]
        subjects = tx.core(select(store.admin_log.c.subject)).scalars().all()
    assert [len(calendar.day(date(2026, month, day)).hours) for month, day in ((11, 20), (12, 26))] == [1, 2]
    assert {"公司日历 2026-11-20", "公司日历 2026-12-26"} <= set(subjects)


def test_the_same_file_a_month_later_changes_nothing(transactions: Transactions, cast: Cast) -> None:
    """What is past by then cannot be changed any more, and need not be."""
    take(transactions, cast, days(HALF_DAY, CLOSURE))

    summary = take(transactions, cast, days(HALF_DAY, CLOSURE), later=30)

    assert summary.unchanged == {"工作日历": 2}
    assert not summary.changed


def test_a_changed_row_changes_the_day(transactions: Transactions, cast: Cast) -> None:
    take(transactions, cast, days(HALF_DAY))

    summary = take(transactions, cast, days([HALF_DAY[0], "放假", "年会", "", "改为全天"]))

    assert summary.changed == {"工作日历": 1}
    assert entries(transactions) == [("2026-11-20", "holiday", "年会", None, "company")]


def test_every_faulty_cell_of_a_day_is_named(transactions: Transactions, cast: Cast) -> None:
    workbook = days(
        ["明天", "放假", "盘点", "", "例行"],
        ["2026-11-13", "放假", "补假", "", "补"],
        ["2026-11-23", "半天", "盘点", "", "例行"],
        ["2026-11-24", "工作日", "盘点", "上午", "例行"],
        ["2026-11-25", "放假", "盘点", "08:30-12:00", "例行"],
        ["2026-11-26", "放假", "盘点", "", ""],
        ["2026-11-27", "放假", "盘点", "", "例行"],
        ["2026/11/27", "休息", "盘点", "", "例行"],
    )

    findings = rejected(transactions, cast, workbook)

    assert findings == [
        "“工作日历”表第 2 行“日期”列：日期请写成 2026-10-09 这样的形式",
        "“工作日历”表第 3 行“日期”列：过去的日子不能再改：已发生的逾期不因改日历而消失；确属日历有误的，请走免责申请",
        "“工作日历”表第 4 行“类别”列：“半天”不在可选范围：工作日、休息、放假、调休上班",
        "“工作日历”表第 5 行“工作时间”列：工作时间“上午”有误：看不出起止时刻。"
        "请写成 08:30-12:00 这样的时段，按先后排列，互不重叠。",
        "“工作日历”表第 6 行“工作时间”列：休息或放假的日子没有工作时间；半天班请把类别选为“工作日”",
        "“工作日历”表第 7 行“调整原因”列：必填；写明批准文号，记入变更记录",
        "“工作日历”表第 9 行“日期”列：与第 8 行重复，请删去一行",
    ]
    assert entries(transactions) == []


def test_a_fault_in_another_sheet_keeps_the_days_out_too(transactions: Transactions, cast: Cast) -> None:
    workbook = read({"部门": [["U2", "经营二部", "经营"]], "工作日历": [HALF_DAY]})

    assert len(rejected(transactions, cast, workbook)) == 1

    assert entries(transactions) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_days_may_come_as_csv(transactions: Transactions, cast: Cast, encoding: str) -> None:
    content = "日期,类别,名称,调整原因\n2026-12-25,放假,厂庆,总办 38 号\n".encode(encoding)

    take(transactions, cast, company.read_workbook(content, "日子.csv"))

    assert entries(transactions) == [("2026-12-25", "holiday", "厂庆", None, "company")]
