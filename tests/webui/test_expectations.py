"""What a button says will follow, before anybody presses it."""

from __future__ import annotations

from engine import policy_tables
from tests.webui.desk import POLICY, Desk, text


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
