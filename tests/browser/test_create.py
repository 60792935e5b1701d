"""One customer from the duplicate search to its code, by six people on the pages of the demonstration."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.site import Site
from tests.handlers.office import ACCOUNTING, FORM, HUAWEI

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NAME = "华为技术有限公司"
CODE = re.compile(r"客户编码 (\d+)")


def test_a_customer_is_created_from_the_search_to_the_code(demo_site: Site, sign_in: Arrive, licence: Path) -> None:
    sun = sign_in("孙倩")
    sun.search_for(NAME, HUAWEI)
    sun.sees("没有相近的客户或在办申请，可以申请新增")
    sun.fill_form({name: value for name, value in FORM.items() if name != "attachments"} | {"salesperson": "郑凯"})
    sun.attach(licence)
    sun.press("提交主管领导审批")
    sun.sees("已提交，送马国栋“主管领导审批”，不计时")

    ma = sign_in("马国栋")
    ma.open_first(NAME)
    ma.sees(HUAWEI, "营业执照副本.pdf")
    ma.decide("同意并签字盖章")
    ma.sees("下一步：核对与分发（李志强）")

    sun.open_first(NAME, "电话通知维护员")
    sun.fill_form({"called": "李志强", "called_number": "0512-62887701"})
    sun.press("已接听")
    li = sign_in("李志强")
    li.open_first(NAME)
    li.fill("reason_code", "views")
    li.page.get_by_label("财务部").check()
    li.press("分发各部门完善")
    li.sees("下一步：完善视图（黄雅琴）", "电话通知各部门")
    li.fill_form({"called": "黄雅琴", "called_number": "0512-62887731"})
    li.press("已接听")

    huang = sign_in("黄雅琴")
    huang.open_first(NAME)
    huang.fill_form(ACCOUNTING)
    huang.press("送主管领导签字")
    huang.sees("陈立")
    chen = sign_in("陈立")
    chen.open_first(NAME)
    chen.sees("5,000,000.00 元")
    chen.decide("同意并签字盖章")
    chen.sees("下一步：维护（李志强）")

    li.open_first(NAME)
    li.fill("entry_checked", True)
    li.press("建档并通知")
    li.sees("下一步：申请部门确认（孙倩）")

    sun.open()
    sun.page.get_by_role("link", name=re.compile("通知，")).click()
    notice = sun.page.locator("tr", has_text=NAME).filter(has_text="处理结果")
    code = CODE.search(notice.inner_text())
    assert code is not None, notice.inner_text()
    sun.open_first(NAME)
    sun.press("确认无误")
    sun.sees("流程办结")

    sun.open(f"/customers/{code.group(1)}")
    expect(sun.page.get_by_role("heading", level=1)).to_contain_text(NAME)
    sun.sees(HUAWEI, "v1", "基本资料", "销售视图", "会计视图", "开票后 30 天", "王芳")
    sun.sees_not("4000021209200012345")  # the account number is masked
