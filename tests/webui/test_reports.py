"""报表: figures that re-add, drill down and look the same on the page, in the workbook and in CSV."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from handlers.report_csv import safe
from handlers.reporting import shares
from tests.handlers.office import other
from tests.webui.desk import Desk, press, text

TENCENT = "9144030071526726XG"
NUMBERS = ("RP-01", "RP-02", "RP-07", "RP-08", "RP-09", "RP-10", "RP-12", "RP-13", "RP-14", "RP-16")


@pytest.fixture
def stocked(desk: Desk) -> Desk:
    """华为 and 长安, both with the same bank account, since Monday 16 November."""
    desk.posted()
    desk.posted(**other("重庆长安汽车股份有限公司", TENCENT, region_code="500000", cooperation_mode="indirect"))
    return desk


def downloaded(desk: Desk, address: str, who: str = "黄雅琴") -> bytes:
    answer = press(desk.browser_of(who), "/reports", address)
    assert answer.status_code == 200, text(answer)
    return answer.data


def test_every_report_opens_from_the_list_with_its_moment_and_its_filter(stocked: Desk) -> None:
    browser = stocked.browser_of("何晓雯")
    index = browser.get("/reports").get_data(as_text=True)

    for number in NUMBERS:
        assert f'href="/reports/{number}"' in index
        page = text(browser.get(f"/reports/{number}"))
        assert "截至 2026-11-16" in page
    assert browser.get("/reports/RP-99").status_code == 404


def test_the_composition_counts_each_customer_once_and_leads_to_it(stocked: Desk) -> None:
    """
    Given 华为 in Guangdong by direct, 长安 in Chongqing by indirect cooperation
    When 何晓雯 opens the composition and follows the count of Chongqing
    Then it says one of two, half, and the list shows 长安 alone.
    """
    browser = stocked.browser_of("何晓雯")

    page = browser.get("/reports/RP-16")
    listed = text(browser.get("/customers?region=50"))

    assert "重庆市 1 50.0%" in text(page)
    assert "合计 2 100.0%" in text(page)
    assert 'href="/customers?region=50"' in page.get_data(as_text=True)
    assert "长安汽车" in listed
    assert "华为" not in listed


def test_on_a_day_before_the_first_posting_there_was_nobody(stocked: Desk) -> None:
    stocked.at("2026-11-18", "09:00")
    browser = stocked.browser_of("孙倩")

    before = text(browser.get("/reports/RP-16?at=2026-11-15"))
    after = text(browser.get("/reports/RP-16?at=2026-11-17"))

    assert "客户数 0" in before
    assert "客户数 2" in after
    assert "截至 2026-11-17 23:59" in after


def test_the_past_gives_the_same_bytes_and_the_same_figures_as_the_page(stocked: Desk) -> None:
    """
    Given the composition as of a past day
    When it is taken as CSV twice, with time passing in between, and as a workbook
    Then both CSV files are the same bytes, and the workbook holds the same figures.
    """
    stocked.at("2026-11-18", "09:00")
    first = downloaded(stocked, "/reports/RP-16/csv?at=2026-11-17")
    stocked.at("2026-11-19", "15:00")
    second = downloaded(stocked, "/reports/RP-16/csv?at=2026-11-17")
    book = CalamineWorkbook.from_filelike(io.BytesIO(downloaded(stocked, "/reports/RP-16/xlsx?at=2026-11-17")))

    lines = list(csv.reader(io.StringIO(first.decode("utf-8-sig"))))
    assert first == second
    assert ["重庆市", "1", "50.0%"] in lines
    assert lines[1] == ["截至", "2026-11-17 23:59"]
    assert ["重庆市", 1.0, 0.5] in book.get_sheet_by_name("3 按地区（省级）").to_python()


def test_accounts_shared_by_two_customers_are_listed_masked(stocked: Desk) -> None:
    page = text(stocked.browser_of("李志强").get("/reports/RP-12"))

    assert "***************2345" in page
    assert "4000021209200012345" not in page
    assert page.index("共用的银行账号") < page.index("***************2345")


def test_who_holds_no_post_takes_no_file_and_everybody_else_is_on_record(stocked: Desk) -> None:
    refused = press(stocked.browser_of("何晓雯"), "/reports", "/reports/RP-12/xlsx")
    downloaded(stocked, "/reports/RP-12/csv", "李志强")

    assert refused.status_code == 403
    with stocked.transactions.read() as tx:
        rows = tx.all("SELECT actor_id, subject FROM admin_log WHERE kind = 'report.exported'")
    assert [tuple(row) for row in rows] == [(stocked.cast.person("李志强"), "RP-12 一码多物/多码一物")]


def test_signs_are_read_by_those_who_assess_and_lead_and_by_nobody_else(stocked: Desk) -> None:
    """
    Given 马国栋 and 陈立, who signed in November without opening what they signed
    When 韩志远 (分管领导) and 赵磊 (管理员) open the report of that month and of the one before, and 李志强 tries to
    Then they see each signature with its case, nothing for October, and he sees neither the entry nor the report.
    """
    executive, maintainer = stocked.browser_of("韩志远"), stocked.browser_of("李志强")

    november, october = executive.get("/reports/RP-20"), text(executive.get("/reports/RP-20?month=2026-10"))
    refused = maintainer.get("/reports/RP-20")

    assert "异常办理迹象" in text(executive.get("/reports"))
    assert "没有打开过就签字" in text(november)
    assert "马国栋" in text(november)
    assert 'href="/cases/1"' in november.get_data(as_text=True)
    assert "不计价、不扣款" in text(november)
    assert "没有打开过就签字" not in october
    assert "2026年10月" in october
    assert refused.status_code == 403
    assert press(maintainer, "/reports", "/reports/RP-20/csv").status_code == 403
    assert "异常办理迹象" not in text(maintainer.get("/reports"))
    assert "没有打开过就签字" in downloaded(stocked, "/reports/RP-20/csv", "赵磊").decode("utf-8-sig")


def test_odd_parameters_ask_for_nothing(stocked: Desk) -> None:
    browser = stocked.browser_of("孙倩")

    for address in (
        "/reports/RP-16?at=never",
        "/reports/RP-16?at=2999-01-01",
        "/reports/RP-09?months=x",
        "/reports/RP-10?kind='",
        "/reports/RP-16?month=x",
    ):
        assert browser.get(address).status_code == 200, address


@pytest.mark.parametrize("text_", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1"])
def test_nothing_in_csv_is_taken_for_a_formula(text_: str) -> None:
    assert safe(text_) == f"'{text_}"
    assert safe("华为") == "华为"


@given(st.lists(st.integers(0, 10_000), max_size=30))
def test_shares_always_re_add(counts: list[int]) -> None:
    parts = shares(counts)

    assert sum(parts) == (1000 if sum(counts) else 0)
    assert all(abs(part - 1000 * count / (sum(counts) or 1)) < 1 for part, count in zip(parts, counts, strict=True))
