"""What a button says will follow, before anybody presses it."""

from __future__ import annotations

import re

from engine import policy_tables
from tests.webui.desk import POLICY, Desk, text
from tests.webui.test_masked_forms import NEW, begin, hand_in, settle


def check_page(desk: Desk, case: int) -> str:
    return text(desk.browser_of("李志强").get(f"/work/{desk.item(case, 'Task_check')}"))


def publish_revision(desk: Desk, revised: dict[str, str]) -> None:
    """A new version of SD-010 in which these words read otherwise."""
    words = POLICY.read_text(encoding="utf-8")
    for old, new in revised.items():
        assert words.count(old) == 1, old
        words = words.replace(old, new)
    with desk.transactions.write() as tx:
        policy_tables.publish(tx, desk.clock.now(), words)


def test_a_clock_that_goes_on_is_told_with_what_is_left_of_it(desk: Desk) -> None:
    """无需完善，直接建档: T3 continues T1 (no_route_single_clock), due at 14:30 after four hours from 09:00."""
    case = desk.approved()
    desk.at("2026-11-16", "11:00")

    page = check_page(desk, case)

    assert "无需完善，直接建档 送李志强，时限接着计，今天 14:30 前" in page


def test_a_clock_that_is_overdue_gives_no_new_time(desk: Desk) -> None:
    case = desk.approved()
    desk.at("2026-11-16", "15:00")

    page = check_page(desk, case)

    assert "无需完善，直接建档 送李志强，已超时，时限不另计" in page
    assert "分发各部门完善 送各部门完善，限 4 小时，明天 10:00 前" in page


def test_two_clocks_by_policy_give_the_posting_four_hours_of_its_own(desk: Desk) -> None:
    """The other reading of the policy: no_route_single_clock is off, T3 begins anew."""
    revised = {'2004-04"': '2026-11"', "2004-04-01": "2026-11-01", "single_clock: true": "single_clock: false"}
    publish_revision(desk, revised)
    case = desk.approved()
    desk.at("2026-11-16", "11:00")

    page = check_page(desk, case)

    assert "无需完善，直接建档 送李志强，限 4 小时，今天 16:30 前" in page


def test_what_follows_is_the_way_this_case_goes_when_all_agree(desk: Desk) -> None:
    """
    Given 孙倩 has filed a change of 华为's bank account, which 马国栋 refused and she filed again
    When 马国栋 opens it
    Then the account will be confirmed by telephone (回拨核实), and nobody is told of another correction.
    """
    browser = settle(desk).browser_of("孙倩")
    answer = hand_in(desk, begin(browser), browser, change_kind="bank", **{"banks-0-account_no": NEW})
    case = int(answer.location.rpartition("/")[2])
    desk.do(case, "Task_approve", "马国栋", "refuse", "请写明依据")
    desk.do(case, "Task_revise", "孙倩", "submit")

    page = desk.browser_of("马国栋").get(f"/work/{desk.item(case, 'Task_approve')}").get_data(as_text=True)

    future = re.findall(r'<li class="is-future.*?<b>(.*?)</b>', page, re.S)
    assert future == ["核对与分发", "各部门完善", "回拨核实", "维护", "申请部门确认"]
