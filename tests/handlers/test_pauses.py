"""RP-05P: what stood still, why, on what evidence, and the working time that took out of whose limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.clock import ManualClock
from engine.errors import CountersignError
from handlers.reporting import Report
from handlers.timing.pauses import pauses
from tests.cast import moment
from tests.journeys.company import Company


@pytest.fixture
def company(sqlite_database: str, tmp_path: Path, clock: ManualClock) -> Any:
    made = Company(sqlite_database, tmp_path, clock)
    yield made
    made.close()


def report(company: Company, category: str = "") -> Report:
    with company.transactions.read() as tx:
        return pauses(tx, company.clock.now(), category)


def rows(report: Report, title: str) -> list[list[Any]]:
    table = next(one for one in report.tables if one.title == title)
    return [[cell.value for cell in row] for row in (*table.rows, *([table.total] if table.total else []))]


def paused_over_night(company: Company) -> int:
    """Finance and marketing are at it when 李志强 stops the case from 16:30 to 09:00 the next day, with a letter."""
    company.clock.move_to(moment("2026-11-17", "16:00"))
    case = company.sent()
    company.route(case, "FIN", "MKT")
    company.clock.move_to(moment("2026-11-17", "16:30"))
    letter = company.attach("李志强")
    company.engine.suspend(case, company.cast.person("李志强"), "等待法院或外部机关", "等法院裁定", [letter])
    company.clock.move_to(moment("2026-11-18", "09:00"))
    company.engine.resume(case, company.cast.person("李志强"))
    return case


def test_each_department_sees_the_working_time_that_was_taken_out_of_its_limits(company: Company) -> None:
    paused_over_night(company)

    told = report(company)

    by_department = {row[0]: row[1:] for row in rows(told, "按部门")}
    assert by_department["财务部"] == [1, "1.5 小时"]
    assert by_department["营销部"] == [1, "1.5 小时"]
    line = rows(told, "明细")[0]
    assert line[1:4] == ["李志强", "等待法院或外部机关", "等法院裁定"]
    assert line[4:6] == ["2026-11-17 16:30", "2026-11-18 09:00"]


def test_the_evidence_belongs_to_the_case_and_is_named(company: Company) -> None:
    case = paused_over_night(company)

    told = report(company)

    detail = next(one for one in told.tables if one.title == "明细").rows[0]
    assert detail[3].note == "依据：营业执照.pdf"
    assert company.read("SELECT count(*) FROM attachment WHERE instance_id = ? AND uploaded_by = ?",
                        case, company.cast.person("李志强")) == [(1,)]  # fmt: skip
    assert company.events(case, "case.suspended")[0]["data"]["evidence"][0]["name"] == "营业执照.pdf"


def test_a_pause_that_lasts_counts_until_now(company: Company) -> None:
    company.clock.move_to(moment("2026-11-17", "09:00"))
    case = company.sent()
    company.engine.suspend(case, company.cast.person("李志强"), "系统故障", "银企直连不通")
    company.clock.move_to(moment("2026-11-17", "11:00"))

    told = report(company)

    assert rows(told, "明细")[0][5] == "未恢复"
    assert {row[0]: row[2] for row in rows(told, "按部门")}["信息中心"] == "2 小时"
    assert rows(report(company, "其他"), "明细") == []


def test_a_category_the_policy_does_not_list_and_somebody_elses_file_are_refused(company: Company) -> None:
    case = company.sent()
    keeper = company.cast.person("李志强")

    with pytest.raises(CountersignError, match="没有“午休”这种暂停类别"):
        company.engine.suspend(case, keeper, "午休", "累了")
    with pytest.raises(CountersignError, match="不是您上传的"):
        company.engine.suspend(case, keeper, "其他", "见附件", [company.attach("孙倩")])

    assert company.events(case, "case.suspended") == []
