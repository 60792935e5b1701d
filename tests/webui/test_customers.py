"""客户: finding them, looking at one now and as it was, and sensitive values only for a stated purpose."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.handlers.office import ACCOUNTING
from tests.webui.desk import Desk, press, text

ACCOUNT_NO, MASKED = "4000021209200012345", "***************2345"


@pytest.fixture
def posted(desk: Desk) -> Desk:
    """华为 is customer 1000000 since 09:00 of 16 November, posted by 李志强."""
    case = desk.approved()
    departments = [str(desk.cast.department("FIN"))]
    desk.do(case, "Task_check", "李志强", "route", reason_code="views", departments=departments)
    desk.do(case, "Task_complete_view", "黄雅琴", "complete", **ACCOUNTING)
    desk.do(case, "Task_sign_view", "陈立", "approve")
    desk.do(case, "Task_release", "李志强", "post", entry_checked=True)
    return desk


def revealed(desk: Desk) -> list[Any]:
    with desk.transactions.read() as tx:
        return tx.all("SELECT actor_id, subject, data FROM admin_log WHERE kind = 'customer.revealed'")


@pytest.mark.parametrize("query", ["华为", "hwjs", "914403001922038216", "9144 0300 1922 0382 16"])
def test_a_customer_is_found_by_name_initials_and_number(posted: Desk, query: str) -> None:
    page = posted.browser_of("何晓雯").get("/customers", query_string={"q": query})

    assert "华为技术有限公司" in text(page)
    assert "1000000" in text(page)


def test_a_number_typed_in_full_leads_straight_to_what_it_names(posted: Desk) -> None:
    browser = posted.browser_of("孙倩")

    case, customer = browser.get("/customers?q=cj-2026-0001"), browser.get("/customers?q=1000000")

    assert (case.location, customer.location) == ("/cases/1", "/customers/1000000")


def test_what_is_not_found_may_be_under_way(desk: Desk) -> None:
    desk.apply()

    page = text(desk.browser_of("周敏").get("/customers?q=华为"))

    assert "没有找到“华为”" in page
    assert "CJ-2026-0001 华为技术有限公司" in page


@pytest.mark.parametrize("query", ["%", "_", "'; DROP TABLE account; --", "华" * 300, "无\x00此", "（）"])
def test_odd_searches_find_nothing_and_break_nothing(posted: Desk, query: str) -> None:
    page = posted.browser_of("孙倩").get("/customers", query_string={"q": query, "page": "-1", "status": "x"})

    assert page.status_code == 200
    assert "没有找到" in text(page)


def test_a_status_nobody_has_leaves_the_list_empty(posted: Desk) -> None:
    page = text(posted.browser_of("孙倩").get("/customers?status=frozen"))

    assert "华为技术有限公司" not in page
    assert "没有符合筛选条件的客户" in page


def test_the_customer_is_shown_whole_and_masked(posted: Desk) -> None:
    page = text(posted.browser_of("何晓雯").get("/customers/1000000"))

    assert "会计成本视图" in page
    assert "138****8000" in page
    assert MASKED in page
    assert ACCOUNT_NO not in page


def test_nobody_sees_more_without_saying_what_for(posted: Desk) -> None:
    browser = posted.browser_of("黄雅琴")

    answer = press(browser, "/customers/1000000/reveal", "/customers/1000000/reveal", purpose=" 看 ")

    assert answer.status_code == 422
    assert ACCOUNT_NO not in text(answer)
    assert revealed(posted) == []


def test_who_says_what_for_sees_it_once_and_is_on_record(posted: Desk) -> None:
    browser = posted.browser_of("黄雅琴")

    answer = text(press(browser, "/customers/1000000/reveal", "/customers/1000000/reveal", purpose="核对打款账号"))

    assert ACCOUNT_NO in answer
    assert ACCOUNT_NO not in text(browser.get("/customers/1000000"))
    actor, subject, data = revealed(posted)[0]
    assert (actor, subject) == (posted.cast.person("黄雅琴"), "1000000 华为技术有限公司")
    assert "核对打款账号" in data
    assert "核对打款账号" in text(posted.browser_of("赵磊").get("/settings/audit"))


def test_who_holds_no_post_is_told_whom_to_ask(posted: Desk) -> None:
    browser = posted.browser_of("何晓雯")

    answer = press(browser, "/customers", "/customers/1000000/reveal", purpose="核对打款账号")

    assert answer.status_code == 403
    assert "归口人员" in text(answer)
    assert revealed(posted) == []


def test_the_history_says_who_wrote_what_by_which_application(posted: Desk) -> None:
    page = text(posted.browser_of("孙倩").get("/customers/1000000?tab=history"))

    assert "v1" in page
    assert "CJ-2026-0001" in page
    assert "李志强" in page


def test_on_an_earlier_day_the_customer_was_not_there(posted: Desk) -> None:
    posted.at("2026-11-18", "09:00")
    browser = posted.browser_of("孙倩")

    before = text(browser.get("/customers/1000000?at=2026-11-15"))
    after = text(browser.get("/customers/1000000?at=2026-11-17"))

    assert "这一天还没有建档" in before
    assert "会计成本视图" not in before
    assert "日终时的资料" in after
    assert "会计成本视图" in after


def test_a_code_nobody_has_is_not_found(posted: Desk) -> None:
    answer = posted.browser_of("孙倩").get("/customers/7777777")

    assert answer.status_code == 404


def test_money_is_written_with_separators(posted: Desk) -> None:
    page = text(posted.browser_of("黄雅琴").get("/customers/1000000"))

    assert re.search(r"信用额度 \d{1,3}(,\d{3})+\.\d\d", page), page
