"""金样 on their page: 李志强 (维护员) picks closed cases; the draft is measured by them."""

from __future__ import annotations

from tests.handlers.office import ACCOUNTING
from tests.webui.desk import Desk, press, text

PAGE = "/workbench/customer_create/golden"


def closed(desk: Desk) -> str:
    """A customer completed by 财务部 and 营销部; returns the number of the case."""
    case = desk.routed()
    desk.do(case, "Task_phone_maintainer", "孙倩", "answered", called="李志强", called_number="8001")
    desk.do(case, "Task_complete_view", "黄雅琴", "complete", **ACCOUNTING)
    desk.do(case, "Task_sign_view", "陈立", "approve")
    desk.do(case, "Task_complete_view", "周敏", "complete", short_name="华为")
    desk.do(case, "Task_sign_view", "林建平", "approve")
    desk.do(case, "Task_release", "李志强", "post", entry_checked=True)
    desk.do(case, "Task_confirm", "孙倩", "confirm")
    return str(desk.column("instance", "number", case))


def test_a_closed_case_is_picked_and_replayed(desk: Desk) -> None:
    browser = desk.browser_of("李志强")

    answer = press(browser, PAGE, PAGE, case=closed(desk), name="两个部门完善")

    assert answer.status_code == 302
    page = text(browser.get(PAGE))
    assert "两个部门完善" in page
    assert "一致" in page


def test_closed_cases_are_offered_by_how_they_ended_without_a_name(desk: Desk) -> None:
    browser, number = desk.browser_of("李志强"), closed(desk)

    before = browser.get(PAGE).get_data(as_text=True)
    press(browser, PAGE, PAGE, case=number)
    after = browser.get(PAGE).get_data(as_text=True)

    assert f'<option value="{number}">已建档，今天 09:00，提交 1 次</option>' in before
    assert f'<option value="{number}">' not in after


def test_what_cannot_be_picked_is_said_and_the_number_stays(desk: Desk) -> None:
    browser, case = desk.browser_of("李志强"), desk.apply()
    number = desk.column("instance", "number", case)

    answer = press(browser, PAGE, PAGE, case=number)

    assert answer.status_code == 409
    assert "只有办结的流程可以选" in text(answer)
    assert f'value="{number}"' in answer.get_data(as_text=True)


def test_an_owner_finds_the_way_from_the_closed_case(desk: Desk) -> None:
    number = closed(desk)

    owner, other = (desk.browser_of(name).get("/cases/1").get_data(as_text=True) for name in ("李志强", "孙倩"))

    assert f"{PAGE}?case={number}" in owner
    assert PAGE not in other
