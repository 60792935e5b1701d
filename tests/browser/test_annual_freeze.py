"""The yearly freeze review through the pages: three units, one disagreement, one that does not answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.colleague import Colleague
from tests.browser.conftest import Arrive
from tests.browser.site import Site
from tests.journeys.reviews import Reviews

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

YEAR = "年度冻结评审"
SIGN = "同意并签字盖章"
DISPUTE = "仍有备件订单"


@pytest.fixture
def desk(site: Site) -> Iterator[Reviews]:
    """The company with a third unit and the review, behind the pages."""
    made = Reviews(site.settings.database, site.folder, site.services.clock, found=False)  # type: ignore[arg-type]
    made.prepare()
    yield made
    made.close()


def move_clock(zhao: Colleague, moment: str) -> None:
    zhao.open("/clock")
    zhao.fill("moment", moment)
    zhao.press("拨到这一刻")
    zhao.sees("时钟已拨到")


def agree_to_all(who: Colleague) -> None:
    who.open_first(YEAR, "逐个评审")
    who.press("所列全部“同意冻结”")
    who.press("送主管领导签字")


def test_an_annual_review_with_three_units_one_disagreement_and_one_unanswered(
    site: Site, desk: Reviews, sign_in: Arrive
) -> None:
    first, second, disputed, silent = (desk.customer(unit) for unit in ("U1", "U1", "U2", "U3"))

    huang = sign_in("黄雅琴")
    huang.open("/apply")
    huang.page.locator("a.k-choice", has_text="年度冻结评审").click()
    huang.fill_form({"start_reason": "年度清理"})
    huang.press("发起评审")
    huang.page.wait_for_url("**/cases/*")
    huang.open_first("核对并提议")
    expect(huang.page.locator("[data-given] tbody tr")).to_have_count(4)
    huang.page.get_by_placeholder("理由", exact=True).fill("往来已结束")
    huang.press("填入所列的空白")
    huang.sees("已填 4 / 4")
    huang.press("送主管领导签署")
    huang.sees("下一步：签署提议")
    chen = sign_in("陈立")
    chen.open_first(YEAR)
    chen.sees(first, disputed, silent, "往来已结束")
    chen.decide(SIGN)

    sun = sign_in("孙倩")
    sun.open_first(YEAR, "逐个评审")
    expect(sun.page.locator("[data-given] tbody tr")).to_have_count(2)  # its own lines only
    sun.press("送主管领导签字")
    sun.sees("还有 2 处需要更正")
    sun.press("所列全部“同意冻结”")
    sun.sees("已填 2 / 2")
    sun.press("撤销")
    sun.sees("已填 0 / 2")
    sun.press("所列全部“同意冻结”")
    sun.press("送主管领导签字")
    sun.sees("下一步：")
    ma = sign_in("马国栋")
    ma.open_first(YEAR)
    ma.sees(first, second)
    ma.decide(SIGN)
    agree_to_all(sign_in("周敏"))
    lin = sign_in("林建平")
    lin.open_first(YEAR)
    lin.decide(SIGN)

    zheng = sign_in("郑凯")
    zheng.open_first(YEAR, "逐个评审")
    zheng.page.get_by_label("意见", exact=True).select_option("keep")
    zheng.press("送主管领导签字")
    zheng.sees("还有 1 处需要更正")  # why it is kept must be said
    zheng.page.get_by_label("理由", exact=True).last.fill(DISPUTE)
    zheng.press("送主管领导签字")
    luo = sign_in("罗雯")
    luo.open_first(YEAR)
    luo.sees(DISPUTE)
    luo.decide(SIGN)

    zhao = sign_in("赵磊")
    move_clock(zhao, "2026-12-01T08:00")
    qiu = sign_in("邱明")
    qiu.open("/notices")
    qiu.sees("催办", "“逐个评审”已到期")
    move_clock(zhao, "2026-12-14T10:00")

    sun.open_first("例行冻结", "填写冻结申请表")
    sun.sees(first, second, "全部")
    sun.page.get_by_label("往来已经完全结束").check()
    sun.page.get_by_label("估计以后也不会再发生往来").check()
    sun.press("送主管领导审批")
    sun.sees("下一步：主管领导审批")
    ma.open_first("例行冻结")
    ma.sees(first, second)
    ma.decide(SIGN)
    li = sign_in("李志强")
    li.open_first("例行冻结", "核对与分发")
    li.fill("reason_code", "ok")
    li.press("无需分发，直接维护")
    desk.imported(second, "2025-03-31", balance="880.00", day="2026-12-14")
    li.fill("entry_checked", True)
    li.press("冻结并通知")
    li.sees("下一步：申请部门确认")

    sun.open_first("例行冻结", "申请部门确认")
    sun.sees("已冻结", "未清余额 880.00")
    sun.press("确认无误")
    huang.open("/reports/RP-09")
    huang.sees("经营一部：已冻结", DISPUTE, "没有全部答复，保留")
    assert [desk.status(one) for one in (first, second, disputed, silent)] == ["frozen", "active", "active", "active"]


def test_a_unit_reviews_on_a_phone(site: Site, desk: Reviews, sign_in: Arrive) -> None:
    code = desk.customer("U1")
    case = desk.proposed()

    sun = sign_in("孙倩", viewport={"width": 390, "height": 844})
    sun.open(f"/work/{desk.item(case, 'Task_review', 'U1')}")
    sun.press("所列全部“同意冻结”")
    sun.press("送主管领导签字")

    sun.sees("下一步：")
    assert not sun.too_wide()
    assert [row["decision"] for row in desk.rows_before(case, "review_lines", "U1")] == ["agree"], code
