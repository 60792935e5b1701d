"""The frame around every page: who is offered what, and what an error page says."""

from __future__ import annotations

import logging
import re

import pytest

from tests.webui.desk import Desk, text
from tests.webui.office import token


def entries(page: str) -> set[str]:
    """The entries of the side navigation."""
    side = page[page.index('aria-label="主导航"') : page.index('class="k-me"')]
    return set(re.findall(r'class="k-nav-label">([^<]+)<', side))


def test_the_navigation_offers_what_a_person_may_enter(desk: Desk) -> None:
    pages = {who: entries(desk.browser_of(who).get("/").get_data(as_text=True)) for who in ("孙倩", "李志强", "赵磊")}

    assert pages["孙倩"] == {"待办", "发起", "我发起的", "已办", "客户", "批量", "考核", "报表", "制度", "手册"}
    assert pages["李志强"] == pages["孙倩"] | {"流程", "异常"}
    assert pages["赵磊"] == pages["孙倩"] | {"流程", "试算", "异常", "设置"}


def test_every_entry_leads_to_a_page(desk: Desk) -> None:
    admin = desk.browser_of("赵磊")
    page = admin.get("/").get_data(as_text=True)
    side = page[page.index('aria-label="主导航"') : page.index('class="k-me"')]

    answers = {
        address: admin.get(address, follow_redirects=True).status_code
        for address in re.findall(r'<a href="([^"]+)"', side)
    }

    assert set(answers.values()) == {200}


def test_a_page_that_is_not_there_says_where_to_look(desk: Desk) -> None:
    answer = desk.browser_of("孙倩").get("/nowhere")

    assert answer.status_code == 404
    assert "没有这个页面" in text(answer)
    assert "请从列表重新进入" in text(answer)


def test_a_defect_gives_a_number_to_report_and_no_secrets(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> str:
        raise RuntimeError("secret of the house")

    desk.app.add_url_rule("/broken", view_func=broken)
    browser = desk.browser_of("孙倩")

    with caplog.at_level(logging.ERROR):
        answer = browser.get("/broken")

    reference = re.search(r"报修时请提供编号 ([0-9a-f]{8})", text(answer))
    assert answer.status_code == 500
    assert "secret" not in text(answer)
    assert reference is not None
    assert reference.group(1) in [getattr(record, "reference", "") for record in caplog.records]


def test_a_form_that_has_become_too_large_is_refused_with_the_limit(desk: Desk) -> None:
    item, leader = desk.item(desk.apply(), "Task_approve"), desk.browser_of("马国栋")
    form = {"csrf_token": token(leader.get("/")), "comment-approve": "长" * 1_400_000}

    answer = leader.post(f"/work/{item}/complete/approve", data=form)

    assert answer.status_code == 413
    assert "每个附件不超过 10 MB" in text(answer)


def test_a_stale_form_brings_its_page_back(desk: Desk) -> None:
    item, leader = desk.item(desk.apply(), "Task_approve"), desk.browser_of("马国栋")

    answer = leader.post(f"/work/{item}/complete/approve", headers={"Referer": f"http://localhost/work/{item}"})

    assert (answer.status_code, answer.location) == (303, f"/work/{item}")
    assert "页面停留太久或登录已更换" in text(leader.get(answer.location))


def test_nobody_is_led_to_another_site(desk: Desk) -> None:
    item, deputy = desk.item(desk.approved(), "Task_check"), desk.browser_of("吴晓东")
    form = {"csrf_token": token(deputy.get("/"))}

    answer = deputy.post(f"/work/{item}/claim", data=form, headers={"Referer": "http://evil.example/"})

    assert answer.location == f"/work/{item}"


def test_a_script_gets_its_error_as_json_and_a_fragment_as_a_fragment(desk: Desk) -> None:
    browser = desk.browser_of("孙倩")

    data = browser.get("/cases/4711", headers={"Accept": "application/json"})
    part = browser.get("/cases/4711", headers={"HX-Request": "true"})

    assert data.json is not None
    assert (data.status_code, data.json["title"]) == (404, "没有找到")
    assert "<html" not in part.get_data(as_text=True)
