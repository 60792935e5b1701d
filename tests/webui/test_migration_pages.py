"""迁移在办流程 on its pages: 郭建国 (主管领导 of the maintaining department) decides which running cases move on.

华为's case is with the departments, 腾讯's with 李志强, 阿里巴巴's with 马国栋. In the second version 李志强's step has
another id, and a phone call to the departments no longer has a clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import migration
from engine.definitions import DIAGRAM, build, publish, read_folder
from tests.webui.desk import CREATE, Desk, text

PROCESS = "customer_create"
BENCH = f"/workbench/{PROCESS}"
TENCENT = {"legal_name": "深圳市腾讯计算机系统有限公司", "tax_id": "9144030071526726XG"}
ALIBABA = {"legal_name": "阿里巴巴（中国）有限公司", "tax_id": "91330100799655058B"}


@dataclass
class Running:
    """The office with a case in each of three steps, all on the first version."""

    desk: Desk
    routed: int
    checked: int
    applied: int
    first: int
    second: int

    def version(self, case: int) -> int:
        return 1 if self.desk.column("instance", "definition_id", case) == self.first else 2

    def results(self, batch: int = 1) -> dict[int, str]:
        with self.desk.transactions.read() as tx:
            return {one.case_id: one.status for one in migration.results(tx, batch)}


def redrawn() -> dict[str, str]:
    documents = read_folder(CREATE)
    drawn = re.sub(r'(?<=[">])Task_check(?=["<])', "Task_verify", documents[DIAGRAM])
    phone = '(<bpmn:userTask id="Task_phone_departments"[^>]*) cs:clock="phone"'
    return documents | {DIAGRAM: re.sub(phone, r'\1 cs:untimed="不计时"', drawn)}


def released(desk: Desk, documents: dict[str, str]) -> int:
    with desk.transactions.write() as tx:
        return publish(tx, desk.clock.now(), None, build(PROCESS, documents), "改画")


@pytest.fixture
def running(desk: Desk) -> Running:
    routed, checked, applied = desk.routed(), desk.apply(**TENCENT), desk.apply(**ALIBABA)
    desk.do(checked, "Task_approve", "马国栋", "approve")
    first = desk.column("instance", "definition_id", routed)
    return Running(desk, routed, checked, applied, first, released(desk, redrawn()))


def perform(browser: FlaskClient, page: TestResponse, **fields: Any) -> TestResponse:
    """Press the button of a dry run: what stands in its form goes along as a browser would send it."""
    html = page.get_data(as_text=True)
    form = html[html.index('method="post" action="/workbench') :]
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    sent: dict[str, Any] = {}
    for name, value in hidden:
        sent.setdefault(name, []).append(value.replace("&gt;", ">"))
    sent["case"] = re.findall(r'name="case" value="(\d+)"[^>]* checked', form)
    sent["reason"] = "".join(re.findall(r'name="reason"[^>]*>(.*?)</textarea>', form))
    return browser.post(f"{BENCH}/migrate", data=sent | {"scope": "picked"} | fields)


def test_the_version_list_leads_to_the_dry_run_of_each_older_version(running: Running) -> None:
    browser = running.desk.browser_of("郭建国")

    page = browser.get(f"{BENCH}/versions").get_data(as_text=True)

    assert f'href="{BENCH}/migrate"' in browser.get("/workbench").get_data(as_text=True)
    assert f'href="{BENCH}/migrate?from={running.first}&amp;to={running.second}"' in page
    assert page.count("/migrate?") == 1


@pytest.mark.parametrize("url", ["migrate", "migrations", "migrations/1"])
def test_who_may_not_publish_sees_no_case_and_is_told_who_decides(running: Running, url: str) -> None:
    answer = running.desk.browser_of("李志强").get(f"{BENCH}/{url}")

    assert answer.status_code == 403
    assert "由主数据维护部门的主管领导或系统管理员决定" in text(answer)
    assert "华为" not in text(answer)


def test_the_dry_run_counts_names_what_stands_against_and_proposes_who_takes_over(running: Running) -> None:
    browser = running.desk.browser_of("郭建国")

    proposed = text(browser.get(f"{BENCH}/migrate"))
    refused = text(browser.get(f"{BENCH}/migrate?mapped=1"))

    assert "在办 3 件：可迁移 2 ，须人工判断 0 ，不迁移 1" in proposed
    assert "「电话通知各部门」时钟“电话通知”正在走，新版里不计时" in proposed
    assert "维护员审核：今天 14:30 到期，不变" in proposed
    assert "按名称或表单建议，请核对" in proposed
    assert "在办 3 件：可迁移 1 ，须人工判断 1 ，不迁移 1" in refused
    assert "「核对与分发」正等在这里，新版里已没有这个节点" in refused
    assert "有 1 件停在或办过只有旧版才有的节点" in refused


def test_the_dry_run_writes_nothing(running: Running) -> None:
    log = running.desk.log(running.applied)

    running.desk.browser_of("郭建国").get(f"{BENCH}/migrate")

    assert running.desk.log(running.applied) == log
    assert [running.version(one) for one in (running.routed, running.checked, running.applied)] == [1, 1, 1]


def test_the_chosen_cases_move_and_each_says_what_became_of_it(running: Running) -> None:
    browser = running.desk.browser_of("郭建国")
    page = browser.get(f"{BENCH}/migrate")

    answer = perform(browser, page, reason="按批文")

    assert answer.status_code == 303
    told = text(browser.get(answer.location))
    assert "选中 2 = 已迁移 2 + 留在原版 0" in told
    assert "“维护员审核”时限不变" in told
    assert [running.version(one) for one in (running.routed, running.checked, running.applied)] == [1, 2, 2]
    running.desk.do(running.checked, "Task_verify", "李志强", "complete", reason_code="ok")


def test_only_what_is_ticked_moves(running: Running) -> None:
    browser = running.desk.browser_of("郭建国")
    page = browser.get(f"{BENCH}/migrate")

    perform(browser, page, reason="先试一件", case=[str(running.applied)])

    assert running.results() == {running.applied: "moved"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": " "}, "请写明迁移的原因"),
        ({"reason": "按批文", "case": []}, "没有选中任何流程"),
        ({"reason": "按批文", "case": ["4711", "x"]}, "没有选中任何流程"),
    ],
)
def test_a_refusal_is_said_on_the_dry_run_with_what_was_typed(
    running: Running, fields: dict[str, Any], said: str
) -> None:
    browser = running.desk.browser_of("郭建国")

    answer = perform(browser, browser.get(f"{BENCH}/migrate"), **fields)

    assert answer.status_code in (409, 422)
    assert said in text(answer)
    assert f">{fields['reason'].strip()}</textarea>" in answer.get_data(as_text=True).replace("> <", "><")
    assert running.version(running.applied) == 1


def test_a_case_that_went_on_meanwhile_is_judged_anew_and_reported(running: Running) -> None:
    browser = running.desk.browser_of("郭建国")
    page = browser.get(f"{BENCH}/migrate")
    departments = [str(running.desk.cast.department("FIN"))]
    running.desk.do(running.checked, "Task_check", "李志强", "route", reason_code="views", departments=departments)

    answer = perform(browser, page, reason="按批文")

    told = text(browser.get(answer.location))
    assert "预演之后这件又有变动，已按现在的状态重新判断。「电话通知各部门」时钟“电话通知”正在走" in told
    assert running.results() == {running.checked: "stayed", running.applied: "moved"}


def test_undoing_begins_with_a_dry_run_of_the_cases_that_moved(running: Running) -> None:
    browser = running.desk.browser_of("郭建国")
    result = perform(browser, browser.get(f"{BENCH}/migrate"), reason="按批文")
    later = running.desk.apply(legal_name="小米科技有限责任公司", tax_id="91110108551385082Q")
    url = re.search(r'href="([^"]*undo=1[^"]*)"', browser.get(result.location).get_data(as_text=True))
    assert url is not None

    page = browser.get(url[1].replace("&amp;", "&"))
    back = perform(browser, page)

    assert "在办 2 件：可迁移 2" in text(page)
    assert back.status_code == 303
    assert "撤销第 1 次迁移：" in text(browser.get(back.location))
    assert running.results(2) == {running.checked: "moved", running.applied: "moved"}
    assert [running.version(one) for one in (running.checked, running.applied, later)] == [1, 1, 2]
    running.desk.do(running.checked, "Task_check", "李志强", "complete", reason_code="ok")


def test_a_done_step_may_be_said_to_have_no_counterpart_and_that_is_on_record(running: Running) -> None:
    """
    Given 阿里巴巴's application was refused and corrected, and the third version names 补正 in place of 修改申请表
    When 郭建国 chooses 没有对应 for it and moves the case
    Then dry run, result and log say so, and the case goes on.
    """
    desk, browser = running.desk, running.desk.browser_of("郭建国")
    desk.do(running.applied, "Task_approve", "马国栋", "refuse", "请写明依据")
    desk.do(running.applied, "Task_revise", "孙倩", "submit")
    documents = {path: text.replace("Task_revise", "Task_mend") for path, text in redrawn().items()}
    released(desk, documents)

    undecided = browser.get(f"{BENCH}/migrate?from={running.first}&mapped=1")
    page = browser.get(f"{BENCH}/migrate?from={running.first}&mapped=1&map=Task_revise>")
    answer = perform(browser, page, reason="按批文")

    assert "「修改申请表」这件已经办过，新版里没有这个节点" in text(undecided)
    assert re.search(r'value="Task_revise&gt;" selected', page.get_data(as_text=True))
    assert "“修改申请表”已办，在新版里没有对应：迁移后记录在案" in text(page)
    assert "Task_revise → 没有对应" in text(browser.get(answer.location))
    log = text(desk.browser_of("孙倩").get(f"/cases/{running.applied}?tab=log"))
    assert "；已办的“修改申请表”在新版里没有对应" in log
    desk.do(running.applied, "Task_approve", "马国栋", "approve")


def test_the_list_names_every_migration_with_its_figures(running: Running) -> None:
    browser = running.desk.browser_of("郭建国")
    perform(browser, browser.get(f"{BENCH}/migrate"), reason="按批文")

    page = text(browser.get(f"{BENCH}/migrations"))

    assert "第 1 次 第 2 版 按批文 2 0 郭建国 今天" in page


def test_the_log_of_a_moved_case_leads_those_who_decide_to_the_migration(running: Running) -> None:
    chief = running.desk.browser_of("郭建国")
    perform(chief, chief.get(f"{BENCH}/migrate"), reason="按批文")
    log = f"/cases/{running.checked}?tab=log"

    chiefs, others = (running.desk.browser_of(who).get(log) for who in ("郭建国", "孙倩"))

    assert "迁移到流程的第 2 版：按批文" in text(others)
    assert "迁移到流程的第 2 版：按批文" in text(running.desk.browser_of("孙倩").get(f"/cases/{running.checked}"))
    assert f'href="{BENCH}/migrations/1"' in chiefs.get_data(as_text=True)
    assert f'href="{BENCH}/migrations/1"' not in others.get_data(as_text=True)


def test_what_a_killed_process_left_is_shown_as_under_way_and_made_up_for(running: Running) -> None:
    desk, browser = running.desk, running.desk.browser_of("郭建国")
    chief, cases = desk.cast.person("郭建国"), [running.applied, running.checked]
    migration.begin(desk.engine, chief, PROCESS, running.second, cases, {"Task_check": "Task_verify"}, "按批文")

    before = browser.get(f"{BENCH}/migrations/1")
    desk.engine.sweep()
    polled = browser.get(f"{BENCH}/migrations/1", headers={"HX-Request": "true"})

    assert "迁移中 0 / 2" in text(before)
    assert "撤销" not in text(before)
    assert polled.headers["HX-Refresh"] == "true"
    assert set(running.results().values()) == {"moved"}


def test_long_lists_are_turned_page_by_page_and_all_of_them_can_move(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("dry_run", "migration_pages"):
        monkeypatch.setattr(f"webui.workbench.{module}.PAGE", 1)
    browser = running.desk.browser_of("郭建国")

    second = browser.get(f"{BENCH}/migrate?show=moves&page=2")
    result = perform(browser, second, reason="按批文", scope="all", case=[])

    assert "第 2 / 2 页" in text(second)
    assert "第 1 / 2 页" in text(browser.get(result.location))
    assert running.results() == {running.checked: "moved", running.applied: "moved"}


def test_where_a_procedure_keeps_its_cases_private_they_move_by_their_numbers(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(running.desk.engine.registry.readers, PROCESS, lambda *_asked: False)
    browser = running.desk.browser_of("郭建国")

    page = browser.get(f"{BENCH}/migrate")
    result = browser.get(perform(browser, page, reason="按批文").location)

    for one in (page, result):
        assert "CJ-2026-0003" in text(one)
        assert "阿里巴巴" not in text(one)
        assert "/cases/" not in one.get_data(as_text=True)


@pytest.mark.parametrize("query", ["to=4711", "from=x&to=y", "from=4711", "undo=4711", "map=a>b&mapped=1&page=-3"])
def test_an_address_typed_by_hand_never_breaks_the_page(running: Running, query: str) -> None:
    answer = running.desk.browser_of("郭建国").get(f"{BENCH}/migrate?{query}")

    assert answer.status_code in (200, 404)
