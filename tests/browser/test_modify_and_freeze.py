"""Modify and freeze through the pages: a freeze that overtakes, a bank change, a new name, 解冻."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.colleague import Colleague
from tests.browser.conftest import Arrive
from tests.browser.site import Site
from tests.journeys.company import FORM

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NAME = FORM["legal_name"]
LETTER = {"urgent_note": "法院已受理", "letter_facts": "客户已被起诉。", "letter_request": "请停止发货。"}


@pytest.fixture
def code(site: Site) -> str:
    """华为 is a customer already."""
    with site.desk() as desk:
        return desk.posted()


def begin(who: Colleague, code: str, procedure: str) -> None:
    """From the customer's page."""
    who.open(f"/customers/{code}")
    who.follow(procedure)


def approve(who: Colleague, *seen: str) -> None:
    who.open_first(NAME)
    who.sees(*seen)
    who.decide("同意并签字盖章")


def check_and_post(who: Colleague, button: str) -> None:
    """The maintainer finds all in order and needs no other department."""
    who.open_first(NAME, "核对与分发")
    who.fill("reason_code", "ok")
    who.press("无需分发，直接维护")
    who.fill("entry_checked", True)
    who.press(button)
    who.sees("下一步：申请部门确认")


def test_a_name_is_changed_and_the_former_one_kept(site: Site, sign_in: Arrive, code: str, licence: Path) -> None:
    new = "华为技术（深圳）有限公司"
    sun = sign_in("孙倩")
    begin(sun, code, "申请修改")
    sun.fill_form({"change_kind": "identity", "change_reason": "工商更名", "legal_name": new})
    sun.attach(licence)
    sun.press("提交主管领导审批")
    sun.page.wait_for_url("**/cases/*")

    ma = sign_in("马国栋")
    ma.open("/")
    ma.page.locator("tr.k-row", has_text=new).first.locator("td.k-customer a").click()
    panel = ma.page.locator("#s-differences")
    expect(panel).to_contain_text(NAME)
    expect(panel).to_contain_text(new)
    ma.decide("同意并签字盖章")

    li = sign_in("李志强")
    li.open("/")
    li.page.locator("tr.k-row", has_text=new).filter(has_text="核对与分发").first.locator("td.k-customer a").click()
    li.fill("reason_code", "ok")
    li.press("无需分发，直接维护")
    li.fill("entry_checked", True)
    li.press("维护并通知")
    li.sees("下一步：申请部门确认")

    sun.open(f"/customers/{code}")
    sun.sees(new, NAME)


def test_an_account_is_changed_on_evidence_after_finance_and_a_call(
    site: Site, sign_in: Arrive, code: str, licence: Path
) -> None:
    sun = sign_in("孙倩")
    begin(sun, code, "申请修改")
    sun.fill_form({"change_kind": "bank", "change_reason": "客户换行", "banks-0-account_no": "6222021234567890123"})
    sun.press("提交主管领导审批")
    sun.sees("证明材料")  # refused without it, everything typed is still there
    sun.attach(licence)
    sun.press("提交主管领导审批")
    sun.page.wait_for_url("**/cases/*")
    approve(sign_in("马国栋"), "本单改动")

    li = sign_in("李志强")
    li.open_first(NAME, "核对与分发")
    li.fill("reason_code", "views")
    li.page.get_by_label("财务部").check()
    li.press("分发各部门")
    huang = sign_in("黄雅琴")
    huang.open_first(NAME)
    huang.press("送主管领导签字")
    huang.sees("陈立")
    approve(sign_in("陈立"))

    li.open_first(NAME, "回拨核实")
    called = {"callback_number": "0755 2878 0808", "callback_person": "王会计", "callback_note": "确认已换行"}
    li.fill_form(called)
    li.press("属实，继续维护")
    li.sees("下一步：维护")
    li.open_first(NAME, "维护")
    li.fill("entry_checked", True)
    li.press("维护并通知")
    li.sees("下一步：申请部门确认")


def test_an_urgent_freeze_overtakes_a_change_and_the_customer_is_unfrozen_later(
    site: Site, sign_in: Arrive, code: str, licence: Path
) -> None:
    with site.desk() as desk:
        modify = desk.modify(code, city="东莞")
        desk.approve(modify)
    huang = sign_in("黄雅琴")
    begin(huang, code, "申请冻结")
    huang.fill_form({"freeze_reason": "拖欠货款，已起诉", "urgent_reason": "legal_dispute"})
    huang.fill_form(LETTER)
    for department in ("经营一部", "营销部"):
        huang.page.get_by_label(department).check()
    huang.press("通知相关部门并送主管领导审批")
    huang.page.wait_for_url("**/cases/*")
    huang.sees("（紧急处理）", "特殊冻结通知", "孙倩")
    approve(sign_in("陈立"), "（紧急处理）", "已起诉")

    sun = sign_in("孙倩")
    sun.open(f"/cases/{modify}")
    sun.sees("挂起")
    huang.page.reload()
    huang.sees("财务部函〔2026〕1 号")
    li = sign_in("李志强")
    li.sees("紧急")
    check_and_post(li, "冻结并通知")
    sun.open(f"/customers/{code}")
    sun.sees("冻结")

    with site.desk() as desk:
        desk.engine.withdraw(modify, desk.cast.person("孙倩"), "客户已冻结")
    begin(sun, code, "申请解冻")
    sun.fill_form({"change_kind": "unfreeze", "change_reason": "欠款已清"})
    sun.attach(licence)
    sun.press("提交主管领导审批")
    sun.page.wait_for_url("**/cases/*")
    approve(sign_in("马国栋"))
    li.open("/")
    check_and_post(li, "维护并通知")
    sun.open(f"/customers/{code}")
    sun.sees("正常")
