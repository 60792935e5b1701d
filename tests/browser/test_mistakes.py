"""What people get wrong, do twice or do at the same time: the page says so and keeps what was typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from engine import company
from tests.browser.conftest import Arrive
from tests.browser.site import Site
from tests.handlers.office import FORM

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NAME = "华为技术有限公司"
SUBMIT = "提交主管领导审批"


def test_a_double_click_and_the_way_back_hand_in_one_application(site: Site, sign_in: Arrive) -> None:
    draft = site.drafted("孙倩", FORM)
    sun = sign_in("孙倩")
    sun.open(draft)

    sun.page.get_by_role("button", name=SUBMIT).dblclick()

    sun.sees("CJ-2026-0001 已提交")
    sun.page.go_back()
    sun.sees("CJ-2026-0001", "办理过程")  # the finished application is not offered for another submission
    assert site.cases() == 1


def test_whoever_comes_second_reads_who_was_first_and_keeps_the_typing(site: Site, sign_in: Arrive) -> None:
    with site.desk() as desk:
        case = desk.sent()
        li = sign_in("李志强")
        li.open_first(NAME)
        li.fill("reason_code", "evidence")
        li.page.get_by_label("附件", exact=True).check()
        desk.do(
            case, "Task_check", "吴晓东", "incomplete", "开票资料未盖章", reason_code="evidence", missing_items=["bank"]
        )

    li.decide("资料不全，退回申请部门", "营业执照不清晰")

    li.sees("这一步已由吴晓东于 11-16 09:0", "您的填写没有提交")
    expect(li.control("reason_code")).to_have_value("evidence")
    expect(li.page.get_by_label("附件", exact=True)).to_be_checked()
    expect(li.page.get_by_role("button", name="资料不全，退回申请部门")).to_have_count(0)


def test_a_missing_leader_is_named_and_the_typing_stays(site: Site, sign_in: Arrive) -> None:
    draft = site.drafted("孙倩", FORM)
    with site.desk() as desk:
        post = desk.cast.post("U1", "leader")
        appointment = desk.cast.people.appointments(post)[0].id
        desk.changed(company.end_appointment, appointment_id=appointment, at=None)
    sun = sign_in("孙倩")
    sun.open(draft)

    sun.press(SUBMIT)

    sun.sees("没有提交", "主管领导")
    expect(sun.control("legal_name")).to_have_value(NAME)
    assert site.cases() == 0


def test_what_is_no_document_is_not_taken_in(site: Site, sign_in: Arrive, tmp_path: Path) -> None:
    program = tmp_path / "营业执照.pdf"
    program.write_bytes(b"MZ\x90\x00 this is a program")
    draft = site.drafted("孙倩", FORM)
    sun = sign_in("孙倩")
    sun.open(draft)

    sun.page.locator("input[type=file]").set_input_files(program)

    sun.sees("“营业执照.pdf”不是可以上传的文件，没有上传；只收 PDF")
    expect(sun.page.locator(".k-files li")).to_have_count(1)


def test_a_number_read_wrongly_is_told_by_its_position(site: Site, sign_in: Arrive) -> None:
    sun = sign_in("孙倩")

    sun.search_for(NAME, "9144 0300 1922 O382 I6")

    sun.sees("不使用字母 I、O、S、V、Z：第 13 位“O”可能是 0、第 17 位“I”可能是 1")
    sun.fill("tax_id", "９１４４ 0300 1922-0382-16")  # copied from somewhere: full width, blanks, hyphens
    sun.press("查重")
    sun.sees("没有相近的客户或在办申请，可以申请新增")


def test_an_endless_name_is_refused_and_breaks_no_page(site: Site, sign_in: Arrive) -> None:
    draft = site.drafted("孙倩", FORM)
    sun = sign_in("孙倩", viewport={"width": 390, "height": 844})
    sun.open(draft)
    endless = "长" * 10_000
    sun.control("legal_name").evaluate("(control, text) => { control.value = text; }", endless)  # past its maxlength

    sun.press(SUBMIT)

    sun.sees("处需要更正")
    expect(sun.page.locator("#e-legal_name")).to_contain_text("120")
    expect(sun.control("legal_name")).to_have_value(endless)
    assert sun.too_wide() == []


def test_an_inbox_that_refreshes_itself_keeps_what_was_picked(site: Site, sign_in: Arrive) -> None:
    with site.desk() as desk:
        desk.sent()
        li = sign_in("李志强")
        li.page.clock.install()
        li.open("/")
        li.page.get_by_label("选择 CJ-2026-0001").check()
        desk.sent(legal_name="腾讯科技（深圳）有限公司", tax_id="9144030071526726XG")

    li.page.clock.fast_forward("00:21")

    li.sees("CJ-2026-0002")
    expect(li.page.get_by_label("选择 CJ-2026-0001")).to_be_checked()
    expect(li.page.get_by_label("选择 CJ-2026-0002")).not_to_be_checked()
    li.sees("已选 1 项")


def test_an_inbox_is_worked_by_keyboard(site: Site, sign_in: Arrive) -> None:
    with site.desk() as desk:
        desk.apply()
        desk.apply(legal_name="腾讯科技（深圳）有限公司", tax_id="9144030071526726XG")
    ma = sign_in("马国栋")
    keyboard = ma.page.keyboard

    for key in ("j", "j", "k", "j", "Enter"):
        keyboard.press(key)
    ma.page.wait_for_url(re.compile("/work/"))
    ma.sees("第 2 / 2 件")
    keyboard.press("a")
    expect(ma.page.locator("dialog[open]")).to_contain_text("同意并签字盖章")
    keyboard.press("Control+Enter")

    ma.sees("已办：同意并签字盖章")


def test_without_scripts_the_leader_can_still_sign(site: Site, sign_in: Arrive) -> None:
    with site.desk() as desk:
        desk.apply()
    ma = sign_in("马国栋", java_script_enabled=False)
    ma.open_first(NAME)

    ma.press("同意并签字盖章")

    ma.sees("CJ-2026-0001", "下一步：核对与分发（李志强）")
