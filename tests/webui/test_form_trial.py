"""The preview of a form reacts like the real one and keeps nothing: 李志强 hands forms in on trial."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.webui.desk import Desk, text
from tests.webui.test_form_pages import NAMES, PAGE, browser, documents, press  # noqa: F401 - the fixture


@pytest.mark.parametrize("name", NAMES)
def test_a_preview_raises_no_doubts_about_its_samples(browser: FlaskClient, name: str) -> None:  # noqa: F811
    page = browser.get(f"{PAGE}/forms/{name}").text

    assert "k-trial" in page
    assert "k-doubt" not in page


def test_what_the_form_demands_is_said_at_its_fields_and_stays_typed(browser: FlaskClient) -> None:  # noqa: F811
    page = press(browser, f"{PAGE}/forms/check/try", outcome="incomplete", existing_code="1000001")

    assert page.status_code == 422
    assert "选择“资料不全，退回申请部门”时必填" in text(page)
    assert "选择“资料不全，退回申请部门”时须写明原因" in text(page)
    assert 'value="1000001"' in page.text


def test_a_valid_trial_says_what_would_go_to_the_diagram_and_keeps_nothing(desk: Desk, browser: FlaskClient) -> None:  # noqa: F811
    before = documents(desk)
    filled = {"reason_code": "data", "missing_items": ["attachments"], "comment": "看不清"}

    page = press(browser, f"{PAGE}/forms/check/try", outcome="incomplete", **filled)

    assert "校验通过，办理结果是“资料不全，退回申请部门”。" in text(page)
    assert "流程图的变量 check 得到 incomplete。" in text(page)
    assert documents(desk) == before
    with desk.transactions.read() as tx:
        assert tx.one("SELECT count(*) FROM instance")[0] == 0


def test_files_and_searches_are_not_asked_for(browser: FlaskClient) -> None:  # noqa: F811
    page = press(browser, f"{PAGE}/forms/apply/try", outcome="submit")

    assert "客户名称”必填" in text(page)
    assert "请上传" not in text(page)
    assert "请先查重" not in text(page)


def test_a_condition_hides_what_it_hides_for_the_applicant(browser: FlaskClient) -> None:  # noqa: F811
    page = browser.get(f"{PAGE}/forms/apply").text

    assert 'data-show-field="account_group"' in page
    assert "inert" not in page
