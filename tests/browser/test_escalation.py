"""A case is left lying: what the pages say when its time runs out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_step_left_untouched_is_shown_as_overdue_and_reported_to_the_leader(site: Site, sign_in: Arrive) -> None:
    with site.desk() as desk:
        desk.sent()  # before 李志强 since Monday 09:00; four working hours end at 14:30

    zhao = sign_in("赵磊")
    zhao.follow("前拨时钟")
    zhao.fill("moment", "2026-11-16T15:00")
    zhao.press("拨到这一刻")
    zhao.sees("时钟已拨到 今天 15:00")

    li = sign_in("李志强")
    overdue = li.page.locator("tr.k-row", has_text="华为技术有限公司")
    expect(overdue).to_contain_text(re.compile("已超 (29|30) 分"))
    expect(overdue).to_contain_text("到期今天 14:30")
    li.open_first("华为技术有限公司")
    timeline = li.page.get_by_role("listitem").filter(has_text="核对与分发")
    expect(timeline).to_contain_text("到期提醒")
    expect(timeline).to_contain_text("催办与上报函送达郭建国")
    li.follow("流转记录", exact=False)
    breach = li.page.locator("tr", has_text="“维护员审核”到期未办")
    expect(breach).to_contain_text("今天 14:30")
    expect(breach).to_contain_text("超时")

    guo = sign_in("郭建国")
    guo.follow("通知，1 条未读")
    guo.sees("催办", "“核对与分发”已到期")
    guo.press("已阅")
    expect(guo.page.get_by_role("link", name="通知", exact=True)).to_be_visible()
    guo.sees("今天 15:00 已读")
    guo.follow("“核对与分发”已到期", exact=False)
    guo.sees("李志强", "已超")
