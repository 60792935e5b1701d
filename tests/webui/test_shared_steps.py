"""共用环节 on the pages of 流程工作台: listed, drawn, checked, compared, played, published for every caller, restored.

李志强 (维护员) draws 异议复核, 郭建国 (主管领导 of the maintaining department) publishes it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import workbench
from engine.definitions import DIAGRAM, build, publish, read_folder
from tests.webui.desk import Desk, text
from tests.webui.office import token

SHARED = "shared_review"
PAGE = f"/workbench/{SHARED}"
PLACE = f"called/{SHARED}.bpmn"
OLD, NEW = 'name="登记并比对"', 'name="逐项比对并登记"'
CALLERS = ("customer_create", "customer_freeze")
STORY = "scenarios/按时.yaml"


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Create and freeze are in force, without their scenarios, which take seconds to run."""
    for caller in CALLERS:
        kept = read_folder(Path("processes") / caller)
        kept = {path: one for path, one in kept.items() if not path.startswith("scenarios/")}
        with desk.transactions.write() as tx:
            publish(tx, desk.clock.now(), None, build(caller, kept), "不带情景")
    return desk


def press(browser: FlaskClient, url: str, **fields: Any) -> TestResponse:
    return browser.post(url, data=fields | {"csrf_token": token(browser.get(PAGE))}, follow_redirects=True)


def send(browser: FlaskClient, url: str, body: Any) -> TestResponse:
    headers = {"X-CSRFToken": token(browser.get(PAGE)), "Accept": "application/json"}
    return browser.post(f"{PAGE}/{url}", json=body, headers=headers)


def drawn(desk: Desk, *changes: tuple[str, str]) -> tuple[FlaskClient, int]:
    """李志强's browser and the revision of a draft with these changes."""
    browser = desk.browser_of("李志强")
    press(browser, f"{PAGE}/draft")
    diagram = browser.get(f"{PAGE}/diagram.bpmn").get_data(as_text=True)
    for old, new in changes:
        assert old in diagram
        diagram = diagram.replace(old, new)
    return browser, send(browser, "save", {"revision": 1, "documents": {DIAGRAM: diagram}}).json["revision"]


def published(desk: Desk) -> TestResponse:
    browser, revision = drawn(desk, (OLD, NEW))
    proposed = press(browser, f"{PAGE}/propose", revision=revision, reason="叫法更准")
    assert "已提请发布" in text(proposed)
    return press(desk.browser_of("郭建国"), f"{PAGE}/publish", revision=revision, opinion="同意")


def test_the_list_names_shared_steps_with_the_procedures_that_call_them(office: Desk) -> None:
    page = text(office.browser_of("李志强").get("/workbench"))

    assert "异议复核 shared_review 已发布 客户主数据创建、客户主数据冻结 –" in page


def test_without_a_draft_they_are_read_only_and_say_who_calls_them(office: Desk) -> None:
    page = text(office.browser_of("李志强").get(PAGE))

    assert "由客户主数据创建、客户主数据冻结引用" in page
    assert "开始修改" in page


def test_the_panel_is_offered_the_forms_and_the_policy_of_the_callers(office: Desk) -> None:
    page = office.browser_of("李志强").get(PAGE).get_data(as_text=True)

    assert '"value": "dispute_review"' in page
    assert '"policy": "SD-010"' in page


def test_they_are_checked_in_every_caller_and_the_message_names_it(office: Desk) -> None:
    browser, _revision = drawn(office, ('cs:form="dispute_review"', 'cs:form="letter"'))
    diagram = browser.get(f"{PAGE}/diagram.bpmn").get_data(as_text=True)

    found = send(browser, "check", {"revision": 2, "documents": {DIAGRAM: diagram}}).json["problems"]

    assert [(one["node"], one["what"]) for one in found if one["level"] == "error"] == [
        ("Task_review", "在“客户主数据创建”、“客户主数据冻结”里都：没有表单 forms/letter.yaml")
    ]


def test_the_changes_page_shows_what_it_means_for_each_caller(office: Desk) -> None:
    browser, _revision = drawn(office, (OLD, NEW))

    page = text(browser.get(f"{PAGE}/changes"))

    assert "名称 登记并比对 → 逐项比对并登记" in page
    assert "客户主数据创建 第 2 版 → 第 3 版" in page
    assert "没有在办流程" in text(browser.get(f"{PAGE}/impact?caller=customer_create"))


def test_published_by_a_second_person_they_are_in_force_in_every_caller(office: Desk) -> None:
    answer = published(office)

    assert "已发布" in text(answer)
    assert "第 2 稿" in text(answer)
    with office.transactions.read() as tx:
        for caller in CALLERS:
            newest = workbench.versions(tx, caller)[0]
            assert NEW in workbench.documents_of(tx, caller, newest.id)[PLACE]
            assert newest.reason == "叫法更准"
    assert "叫法更准" in text(office.browser_of("李志强").get("/workbench/customer_freeze/versions"))


def test_a_scenario_of_a_caller_is_played_on_its_text_as_it_will_be(office: Desk) -> None:
    """Given a scenario of create that goes otherwise, when 李志强 proposes, then it is played and stands against it."""
    with office.transactions.write() as tx:
        now = workbench.versions(tx, CALLERS[0])[0]
        story = "标题: 只提出\n经过:\n  - 孙倩 撤回: {单: 没有}\n"
        documents = {**workbench.documents_of(tx, CALLERS[0], now.id), STORY: story}
        publish(tx, office.clock.now(), None, build(CALLERS[0], documents), "带情景")
    browser, revision = drawn(office, (OLD, NEW))

    refused = press(browser, f"{PAGE}/propose", revision=revision, reason="叫法更准")

    assert refused.status_code == 409
    assert "客户主数据创建：情景“按时”不符合预期" in text(refused)


def test_an_old_drawing_comes_back_as_a_draft_for_all_callers(office: Desk) -> None:
    published(office)
    browser = office.browser_of("李志强")
    rows = browser.get(f"{PAGE}/versions").get_data(as_text=True)
    restore = re.findall(r'action="([^"]+/restore)"', rows)

    press(browser, restore[-1], revision=0)

    assert OLD in browser.get(f"{PAGE}/diagram.bpmn").get_data(as_text=True)
    compared = re.search(r'href="([^"]+/compare\?[^"]+)"', rows)
    assert compared
    assert "第 1 稿 → 第 2 稿" in text(browser.get(compared[1].replace("&amp;", "&")))


def test_an_old_version_of_a_caller_keeps_the_steps_in_force_and_says_so(office: Desk) -> None:
    published(office)
    browser = office.browser_of("李志强")
    with office.transactions.read() as tx:
        first = workbench.versions(tx, CALLERS[0])[-1]

    answer = press(browser, f"/workbench/{CALLERS[0]}/versions/{first.id}/restore", revision=0)

    assert "共用环节“异议复核”仍是现行的一稿，没有随旧版恢复" in text(answer)


def test_callers_that_differ_make_the_base_a_choice(office: Desk) -> None:
    with office.transactions.write() as tx:
        documents = workbench.documents_of(tx, CALLERS[1], workbench.versions(tx, CALLERS[1])[0].id)
        documents[PLACE] = documents[PLACE].replace(OLD, 'name="冻结自己的"')
        publish(tx, office.clock.now(), None, build(CALLERS[1], documents), "自己的")
    browser = office.browser_of("李志强")

    page = browser.get(PAGE)
    assert "各流程不一致" in text(browser.get("/workbench"))
    assert "现用的稿子不同" in text(page)
    assert press(browser, f"{PAGE}/draft").status_code == 409
    press(browser, f"{PAGE}/draft", like=CALLERS[1])

    assert 'name="冻结自己的"' in browser.get(f"{PAGE}/diagram.bpmn").get_data(as_text=True)
    assert "发布后也换成这一稿" in text(browser.get(f"{PAGE}/changes"))


def test_others_do_not_enter(office: Desk) -> None:
    assert office.browser_of("孙倩").get(PAGE).status_code == 403


def test_a_scenario_that_passes_a_renamed_step_is_published_together_with_it(office: Desk) -> None:
    """Given a draft of create, when 李志强 ticks it, then both are judged and shown as one, and go at once."""
    browser, revision = drawn(office, (OLD, NEW))
    own = f"/workbench/{CALLERS[0]}"
    press(browser, f"{own}/draft")
    documents = {
        "process.bpmn": browser.get(f"{own}/diagram.bpmn").get_data(as_text=True).replace("核对与分发", "核对")
    }
    with office.transactions.read() as tx:
        documents = {**workbench.read(tx, CALLERS[0]).documents, **documents}
    headers = {"X-CSRFToken": token(browser.get(PAGE)), "Accept": "application/json"}
    browser.post(f"{own}/save", json={"revision": 1, "documents": documents}, headers=headers)

    before = browser.get(f"{PAGE}/changes")
    page = press(browser, f"{PAGE}/join", revision=revision, caller=CALLERS[0])

    assert "与“客户主数据创建”的草稿一起发布" in text(before)
    assert "与共用环节一起检查、一起发布" in text(page)
    assert "在那里提请： 异议复核" in text(browser.get(f"{own}/changes"))
    press(browser, f"{PAGE}/propose", revision=revision + 1, reason="一起改")
    press(office.browser_of("郭建国"), f"{PAGE}/publish", revision=revision + 1, opinion="同意")
    with office.transactions.read() as tx:
        assert workbench.find(tx, CALLERS[0]) is None
        newest = workbench.documents_of(tx, CALLERS[0], workbench.versions(tx, CALLERS[0])[0].id)
    assert "核对与分发" not in newest[DIAGRAM]
    assert NEW in newest[PLACE]
