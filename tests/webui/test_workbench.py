"""流程工作台 on its pages: who enters, how a draft is begun, saved, checked, compared, published and restored.

李志强 (维护员) draws, 郭建国 (主管领导 of the maintaining department) publishes.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import policy_tables, workbench
from engine.check import check_documents, rulebooks
from engine.definitions import DIAGRAM, build, publish, read_folder
from engine.operations import registry
from tests.webui.desk import Desk, text
from tests.webui.office import token

PROCESS = "customer_create"
PAGE = f"/workbench/{PROCESS}"
STORY = "scenarios/按时.yaml"
YEARLY = Path("tests/engine/processes/yearly")
BOMB = '<!DOCTYPE d [<!ENTITY a "aaaa">]><definitions>&a;</definitions>'


@pytest.fixture
def documents() -> dict[str, str]:
    return read_folder(Path("processes") / PROCESS)


def renamed(documents: dict[str, str], name: str = "核对、判断与分发") -> dict[str, str]:
    return plain(documents) | {DIAGRAM: documents[DIAGRAM].replace('name="核对与分发"', f'name="{name}"')}


def press(browser: FlaskClient, url: str, **fields: Any) -> TestResponse:
    return browser.post(url, data=fields | {"csrf_token": token(browser.get(PAGE))}, follow_redirects=True)


def send(browser: FlaskClient, url: str, body: Any) -> TestResponse:
    """What the script of the editor sends."""
    headers = {"X-CSRFToken": token(browser.get(PAGE)), "Accept": "application/json"}
    return browser.post(f"{PAGE}/{url}", json=body, headers=headers)


def drawn(desk: Desk, documents: dict[str, str], who: str = "李志强") -> FlaskClient:
    """The browser of somebody who has begun a draft, changed it and proposed it."""
    browser = desk.browser_of(who)
    press(browser, f"{PAGE}/draft")
    revision = send(browser, "save", {"revision": 1, "documents": documents}).json["revision"]
    press(browser, f"{PAGE}/propose", revision=revision, reason="名称更清楚")
    return browser


def plain(documents: dict[str, str]) -> dict[str, str]:
    """The documents without their scenarios, which take seconds to run."""
    return {path: text for path, text in documents.items() if not path.startswith("scenarios/")}


def test_a_procedure_never_published_is_called_as_it_is_drawn(desk: Desk, documents: dict[str, str]) -> None:
    browser, url = desk.browser_of("李志强"), "/workbench/supplier_create"
    diagram = documents[DIAGRAM].replace(PROCESS, "supplier_create").replace("客户主数据创建", "供应商创建")
    with desk.transactions.write() as tx:
        told = (tx, desk.clock.now(), desk.cast.people, desk.cast.person("李志强"))
        workbench.open_(*told, "supplier_create", {DIAGRAM: diagram})

    for page in ("", "/changes", "/scenarios", "/golden", "/forms"):
        assert text(browser.get(url + page)).count("供应商创建") > 1, page


def test_the_list_names_every_procedure_with_its_version_and_draft(desk: Desk, documents: dict[str, str]) -> None:
    drawn(desk, renamed(documents))

    page = text(desk.browser_of("郭建国").get("/workbench"))

    assert "客户主数据创建" in page
    assert "待复核发布 第 1 版" in page
    assert "有 1 个流程等待复核发布" in page


@pytest.mark.parametrize("who", ["孙倩", "马国栋", "黄雅琴"])
def test_others_are_told_who_draws_procedures(desk: Desk, who: str) -> None:
    browser = desk.browser_of(who)

    for url in ("/workbench", PAGE, f"{PAGE}/versions"):
        answer = browser.get(url)
        assert answer.status_code == 403
        assert "流程由主数据维护部门的维护员、主管领导和系统管理员起草" in text(answer)
    assert 'href="/workbench"' not in browser.get("/").get_data(as_text=True)


def test_without_a_draft_the_published_version_is_read_only(desk: Desk) -> None:
    page = text(desk.browser_of("李志强").get(PAGE))

    assert "现行版本，只读" in page
    assert "开始修改" in page


def test_the_panel_is_offered_operations_with_their_typed_parameters(desk: Desk) -> None:
    page = desk.browser_of("李志强").get(PAGE).get_data(as_text=True)

    assert '{"default": "Task_release", "name": "release", "needed": false, "type": "text"}' in page


def test_saving_answers_with_the_next_revision(desk: Desk, documents: dict[str, str]) -> None:
    browser = desk.browser_of("李志强")
    press(browser, f"{PAGE}/draft")

    answer = send(browser, "save", {"revision": 1, "documents": renamed(documents)})

    assert answer.json == {"revision": 2, "saved": "李志强 今天 09:00已保存"}


def test_who_saves_second_is_told_the_others_name_and_can_take_his_own_text(
    desk: Desk, documents: dict[str, str]
) -> None:
    first, second = desk.browser_of("李志强"), desk.browser_of("吴晓东")
    press(first, f"{PAGE}/draft")
    send(first, "save", {"revision": 1, "documents": renamed(documents, "李的名称")})

    answer = send(second, "save", {"revision": 1, "documents": renamed(documents, "吴的名称")})

    assert answer.status_code == 409
    assert "李志强 于 今天 09:00 保存了这份草稿。您的这一稿没有丢" in answer.json["overtaken"]
    page = text(second.get(answer.json["url"]))
    assert "李的名称 → 吴的名称" in page
    press(second, answer.json["url"] + "/take", revision=2)
    assert "吴的名称" in second.get(f"{PAGE}/diagram.bpmn").get_data(as_text=True)


def test_the_check_of_the_canvas_is_what_publish_enforces(desk: Desk, documents: dict[str, str]) -> None:
    browser = desk.browser_of("李志强")
    press(browser, f"{PAGE}/draft")
    wrong = documents | {DIAGRAM: documents[DIAGRAM].replace('cs:form="check"', 'cs:form="chek"')}

    found = send(browser, "check", {"documents": wrong}).json["problems"]

    expected = check_documents(PROCESS, wrong, rulebooks(Path("processes/policies")), registry)
    assert [(one["node"], one["what"], one["remedy"]) for one in found] == [
        (one.node, one.what, one.remedy) for one in expected
    ]
    assert "Task_check" in {one["node"] for one in found}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"revision": 1, "documents": {DIAGRAM: BOMB}}, 422),
        ({"revision": 1, "documents": {"../x": "y"}}, 422),
        ({"revision": 1, "documents": {DIAGRAM: 5}}, 400),
        ({"revision": 1, "documents": []}, 400),
        (["x"], 400),
    ],
)
def test_what_no_editor_sends_is_refused_and_changes_nothing(desk: Desk, body: Any, status: int) -> None:
    browser = desk.browser_of("李志强")
    press(browser, f"{PAGE}/draft")

    answer = send(browser, "save", body)

    assert answer.status_code == status
    with desk.transactions.read() as tx:
        assert workbench.read(tx, PROCESS).revision == 1


def test_a_diagram_that_cannot_be_parsed_is_checked_without_an_error_page(desk: Desk) -> None:
    browser = desk.browser_of("李志强")

    answer = send(browser, "check", {"documents": {DIAGRAM: "<no"}})

    assert answer.status_code == 200
    assert "不是完整的 XML" in answer.json["problems"][0]["what"]


def test_the_changes_page_lists_what_changes_and_numbers_it_on_the_diagram(
    desk: Desk, documents: dict[str, str]
) -> None:
    browser = drawn(desk, renamed(documents))

    page = browser.get(f"{PAGE}/changes")

    assert "修改 人工办理“核对、判断与分发” 名称 核对与分发 → 核对、判断与分发" in text(page)
    assert '"numbers": {"Task_check": 1}' in page.get_data(as_text=True)
    assert "等主管领导或系统管理员复核" in text(page)


def test_the_second_person_publishes_and_the_version_names_both(desk: Desk, documents: dict[str, str]) -> None:
    drawn(desk, renamed(documents))
    guo = desk.browser_of("郭建国")

    page = text(press(guo, f"{PAGE}/publish", revision=2, opinion="同意"))

    assert "已发布。新发起的流程按新版本办理" in page
    assert "第 2 版 现行" in page
    assert "李志强 批准：郭建国" in page
    assert "名称更清楚 意见：同意" in page


def test_who_has_drawn_cannot_publish_and_what_was_typed_stays(desk: Desk, documents: dict[str, str]) -> None:
    browser = drawn(desk, renamed(documents), "郭建国")

    answer = press(browser, f"{PAGE}/publish", revision=2, opinion="我自己同意")

    assert answer.status_code == 403
    assert "发布须由另一人复核后进行" in text(answer)
    assert "我自己同意" in text(answer)


def test_what_is_sent_back_says_why_in_the_editor(desk: Desk, documents: dict[str, str]) -> None:
    browser = drawn(desk, renamed(documents))

    press(desk.browser_of("郭建国"), f"{PAGE}/send-back", revision=2, opinion="名称太长")

    assert "已退回修改：名称太长" in text(browser.get(PAGE))


def test_an_old_version_is_compared_and_restored_as_a_draft(desk: Desk, documents: dict[str, str]) -> None:
    browser = drawn(desk, renamed(documents))
    press(desk.browser_of("郭建国"), f"{PAGE}/publish", revision=2, opinion="同意")
    with desk.transactions.read() as tx:
        newest, first = workbench.versions(tx, PROCESS)

    compared = text(browser.get(f"{PAGE}/compare?from={first.id}&to={newest.id}"))
    restored = text(press(browser, f"{PAGE}/versions/{first.id}/restore", revision=0))

    assert "第 1 版 → 第 2 版" in compared
    assert "核对与分发 → 核对、判断与分发" in compared
    assert "已放进草稿" in restored
    with desk.transactions.read() as tx:
        assert workbench.read(tx, PROCESS).documents == documents


def test_a_draft_that_is_given_up_can_be_taken_back(desk: Desk, documents: dict[str, str]) -> None:
    browser = drawn(desk, renamed(documents))

    page = text(press(browser, f"{PAGE}/drop", revision=2))

    assert "草稿已放弃" in page
    assert "另存的稿子 1 份" in page


@pytest.mark.parametrize("url", ["/workbench/nothing", f"{PAGE}/compare?from=1&to=99", f"{PAGE}/asides/7"])
def test_what_is_not_there_is_not_found(desk: Desk, url: str) -> None:
    answer = desk.browser_of("李志强").get(url)

    assert answer.status_code == 404


def upload(browser: FlaskClient, process: str, data: bytes) -> TestResponse:
    form = {"csrf_token": token(browser.get("/workbench/new/upload")), "process": process}
    return browser.post("/workbench/new/upload", data=form | {"file": (BytesIO(data), "drawn.bpmn")})


def test_an_uploaded_diagram_is_taken_in_with_the_list_of_repairs(desk: Desk, documents: dict[str, str]) -> None:
    browser = desk.browser_of("李志强")
    foreign = documents[DIAGRAM].replace("customer_create", "P_17")

    page = text(upload(browser, "supplier_create", foreign.encode()))

    assert "流程编号 P_17 改为 supplier_create" in page
    assert "supplier_create" in text(browser.get("/workbench"))
    assert browser.get("/workbench/supplier_create").status_code == 200


@pytest.mark.parametrize(("data", "reason"), [(b"", "没有内容"), (BOMB.encode(), "DOCTYPE"), (b"MZ", "不是 XML 文件")])
def test_a_file_that_is_no_diagram_is_refused_and_what_was_typed_stays(desk: Desk, data: bytes, reason: str) -> None:
    answer = upload(desk.browser_of("李志强"), "supplier_create", data)

    assert answer.status_code == 422
    assert reason in text(answer)
    assert 'value="supplier_create"' in answer.get_data(as_text=True)


def test_a_procedure_that_only_the_clock_starts_does_not_stop_anybody_from_applying(desk: Desk) -> None:
    with desk.transactions.write() as tx:
        publish(tx, desk.clock.now(), None, build("yearly", read_folder(YEARLY)), "test")

    page = text(desk.browser_of("孙倩").get("/apply"))

    assert "客户主数据创建" in page


def test_the_heat_map_counts_the_steps_and_leads_to_their_cases(desk: Desk) -> None:
    desk.approved()
    browser = desk.browser_of("郭建国")

    page = browser.get(f"{PAGE}/running?measure=overdue")
    assert "共用环节 各部门完善" in text(page)
    cases = browser.get(f"{PAGE}/running/Task_check")

    assert "1 件流程" in text(page)
    assert "核对与分发 1 1" in text(page)
    assert '"Task_check": "heat-0"' in page.get_data(as_text=True)
    assert "核对与分发 1 次" in text(cases)
    assert 'href="/cases/' in cases.get_data(as_text=True)


@pytest.mark.parametrize("query", ["since=x&until=2026-13-99", "measure=none&version=abc&department=-1", "version=999"])
def test_a_heat_map_asked_for_nonsense_shows_what_it_can(desk: Desk, query: str) -> None:
    answer = desk.browser_of("郭建国").get(f"{PAGE}/running?{query}")

    assert answer.status_code == 200


def test_the_check_knows_the_policies_as_they_are_published_here(desk: Desk, documents: dict[str, str]) -> None:
    """A clock that only the newest published version of the policy has, not the file it came with."""
    newer = Path("processes/policies/SD-010.yaml").read_text("utf-8")
    newer = newer.replace('"2004-04", effective_from: 2004-04-01', '"2026-10", effective_from: 2026-10-01')
    newer = newer.replace("  T1: {name: 维护员审核", "  T9: {name: 法务审核", 1)
    wrong = documents | {DIAGRAM: documents[DIAGRAM].replace('cs:clock="T1"', 'cs:clock="T9"')}
    browser = desk.browser_of("李志强")

    before = send(browser, "check", {"documents": wrong}).json["problems"]
    with desk.transactions.write() as tx:
        policy_tables.publish(tx, desk.clock.now(), newer)
    after = send(browser, "check", {"documents": wrong}).json["problems"]

    assert any("制度里没有时钟 T9" in one["what"] for one in before)
    assert not any("制度里没有时钟 T9" in one["what"] for one in after)


def played(desk: Desk, documents: dict[str, str], name: str) -> str:
    """How a scenario of a draft with these documents goes, as the page's script is told."""
    browser = desk.browser_of("李志强")
    press(browser, f"{PAGE}/draft")
    revision = send(browser, "save", {"revision": 1, "documents": documents}).json["revision"]
    headers = {"X-CSRFToken": token(browser.get(PAGE)), "Accept": "application/json"}
    answer = browser.post(f"{PAGE}/scenarios/{name}/play", data={"revision": revision}, headers=headers)
    assert answer.status_code == 200, answer.json
    wrong: str = answer.json["wrong"]
    return wrong


@pytest.mark.slow
def test_a_scenario_is_played_on_the_draft_and_its_result_is_shown(desk: Desk, documents: dict[str, str]) -> None:
    """The scenario names the step as the draft calls it, which the published version does not."""
    story = documents[STORY].replace("核对与分发", "核对、判断与分发")

    wrong = played(desk, renamed(documents) | {STORY: story}, "按时")

    assert wrong == ""
    assert "符合" in text(desk.browser_of("郭建国").get(f"{PAGE}/changes"))


@pytest.mark.slow
def test_a_scenario_that_goes_otherwise_says_what_was_expected(desk: Desk, documents: dict[str, str]) -> None:
    wrong = played(desk, renamed(documents) | {STORY: documents[STORY]}, "按时")

    assert "核对与分发" in wrong


@pytest.mark.parametrize("story", ["标题: [", "标题: 空\n经过: 5", "- 1", "", "标题: 慢\n经过: [过 很久]"])
def test_a_scenario_that_cannot_be_read_is_told_as_such(desk: Desk, documents: dict[str, str], story: str) -> None:
    assert played(desk, documents | {STORY: story}, "按时")
