"""The publish gate on its page: what 李志强 (维护员) must clear, what 郭建国 (主管领导) sees, what is kept."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import workbench
from engine.definitions import DIAGRAM, read_folder
from tests.webui.desk import CREATE, Desk, text
from tests.webui.office import token
from tests.webui.test_golden_cases import PAGE as GOLDEN
from tests.webui.test_golden_cases import closed

PROCESS = "customer_create"
PAGE = f"/workbench/{PROCESS}"
STORY = "scenarios/按时.yaml"
SAID = "电话改由系统代打"
TENCENT = {"legal_name": "深圳市腾讯计算机系统有限公司", "tax_id": "9144030071526726XG"}


def press(browser: FlaskClient, url: str, **fields: Any) -> TestResponse:
    page = token(browser.get(f"{PAGE}/versions"))
    return browser.post(url, data=fields | {"csrf_token": page}, follow_redirects=True)


def drawn(desk: Desk, *changes: tuple[str, str], **more: str) -> tuple[FlaskClient, int]:
    """李志强's browser and the revision of a draft with these changes and no scenario but those given."""
    documents = {path: one for path, one in read_folder(CREATE).items() if not path.startswith("scenarios/")} | more
    for old, new in changes:
        assert old in documents[DIAGRAM]
        documents[DIAGRAM] = re.sub(rf'(?<=[">]){old}(?=["<])', new, documents[DIAGRAM])
    browser = desk.browser_of("李志强")
    press(browser, f"{PAGE}/draft")
    headers = {"X-CSRFToken": token(browser.get(PAGE)), "Accept": "application/json"}
    answer = browser.post(f"{PAGE}/save", json={"revision": 1, "documents": documents}, headers=headers)
    return browser, answer.json["revision"]


def test_what_was_not_run_is_run_when_the_draft_is_proposed(desk: Desk) -> None:
    story = read_folder(CREATE)[STORY]
    browser, revision = drawn(desk, ("核对与分发", "核对、判断与分发"), **{STORY: story})

    refused = press(browser, f"{PAGE}/propose", revision=revision, reason="名称更清楚")

    assert refused.status_code == 409
    assert "情景“按时”不符合预期" in text(refused)
    assert "名称更清楚" in text(refused)
    with desk.transactions.read() as tx:
        assert "核对与分发" in workbench.read(tx, PROCESS).played["按时"]


@pytest.fixture
def picked(desk: Desk) -> Desk:
    """A closed case of 孙倩's is a golden case."""
    press(desk.browser_of("李志强"), GOLDEN, case=closed(desk), name="两个部门完善")
    return desk


def test_a_changed_route_is_refused_until_it_is_ticked_with_a_reason(picked: Desk) -> None:
    browser, revision = drawn(picked, ("Task_phone_maintainer", "Task_call_maintainer"))

    silent = press(browser, f"{PAGE}/propose", revision=revision, reason="改画")
    blank = press(browser, f"{PAGE}/propose", revision=revision, reason="改画", intended="1", why_1=" ")
    wordy = press(browser, f"{PAGE}/propose", revision=revision, reason="  ", intended="1", why_1=SAID)
    spoken = press(browser, f"{PAGE}/propose", revision=revision, reason="改画", intended="1", why_1=SAID)

    assert silent.status_code == 409
    assert "金样“两个部门完善”走的路线与原来不同" in text(silent)
    assert "各写明理由" in text(blank)
    assert f'value="{SAID}"' in wordy.get_data(as_text=True), "what was typed stays"
    assert "已提请发布" in text(spoken)
    assert f"有意改变：{SAID}" in text(picked.browser_of("郭建国").get(f"{PAGE}/changes"))


def test_what_publishing_means_for_the_running_cases_is_shown_and_what_changed_since(desk: Desk) -> None:
    desk.approved()
    browser, revision = drawn(desk, ("Task_phone_maintainer", "Task_call_maintainer"))

    before = text(browser.get(f"{PAGE}/impact"))
    press(browser, f"{PAGE}/propose", revision=revision, reason="改画")
    desk.apply(**TENCENT)
    guo = desk.browser_of("郭建国")
    after = text(guo.get(f"{PAGE}/impact"))

    assert "在办 1 件：可迁移 0，不能迁移 0，须人工判断 1" in before
    assert "「电话通知维护员」正等在这里，新版里已没有这个节点" in before
    assert "在办 2 件：可迁移 1，不能迁移 0，须人工判断 1" in after
    assert "提请之后有变化：新增 1 件" in after
    assert "提请时：在办 1 件" in text(guo.get(f"{PAGE}/changes"))


def test_the_running_cases_are_told_without_the_names_of_customers(desk: Desk) -> None:
    case = desk.approved()
    browser, _revision = drawn(desk, ("核对与分发", "核对、判断与分发"))

    page = text(browser.get(f"{PAGE}/impact"))

    assert str(desk.column("instance", "number", case)) in page
    assert "维护员审核：今天 14:30 到期，不变" in page
    assert "华为" not in page


def test_the_version_shows_what_it_was_published_on(picked: Desk) -> None:
    browser, revision = drawn(picked, ("Task_phone_maintainer", "Task_call_maintainer"))
    press(browser, f"{PAGE}/propose", revision=revision, reason="改画", intended="1", why_1=SAID)
    guo = picked.browser_of("郭建国")

    press(guo, f"{PAGE}/publish", revision=revision, opinion="同意")

    address = re.search(r'href="([^"]+/evidence)"', guo.get(f"{PAGE}/versions").get_data(as_text=True))
    assert address
    page = text(guo.get(address[1]))
    for told in ("李志强", "郭建国", "改画", "同意", f"有意改变：{SAID}", "没有在办流程", "与管理日志一致"):
        assert told in page


def test_evidence_that_was_touched_no_longer_agrees_with_the_log(desk: Desk) -> None:
    browser, revision = drawn(desk, ("核对与分发", "核对、判断与分发"))
    press(browser, f"{PAGE}/propose", revision=revision, reason="改画")
    press(desk.browser_of("郭建国"), f"{PAGE}/publish", revision=revision, opinion="同意")
    with desk.transactions.write() as tx:
        newest = workbench.versions(tx, PROCESS)[0]
        evidence = str(tx.all("SELECT evidence FROM definition WHERE id = ?", (newest.id,))[0][0])
        tx.run("UPDATE definition SET evidence = ? WHERE id = ?", (evidence.replace("核对、", "核算、"), newest.id))

    page = text(browser.get(f"{PAGE}/versions/{newest.id}/evidence"))

    assert "管理日志里没有这个指纹" in page


@pytest.mark.parametrize("version", ["1", "99"])
def test_a_version_that_came_with_the_release_has_no_evidence(desk: Desk, version: str) -> None:
    answer = desk.browser_of("李志强").get(f"{PAGE}/versions/{version}/evidence")

    assert answer.status_code == 404
