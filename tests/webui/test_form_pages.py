"""表单与函件 on their pages: 李志强 (维护员) edits the forms of a draft; what the reader refuses is not kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import workbench
from engine.forms.yaml import load
from tests.webui.desk import Desk, text
from tests.webui.office import token

PROCESS = "customer_create"
PAGE = f"/workbench/{PROCESS}"
NAMES = sorted(one.stem for one in Path(f"processes/{PROCESS}/forms").glob("*.yaml") if one.stem != "fields")


@pytest.fixture
def browser(desk: Desk) -> FlaskClient:
    """李志强's browser, with a draft begun."""
    found = desk.browser_of("李志强")
    press(found, f"{PAGE}/draft")
    return found


def press(browser: FlaskClient, url: str, **fields: Any) -> TestResponse:
    return browser.post(url, data=fields | {"csrf_token": token(browser.get(PAGE))}, follow_redirects=True)


def documents(desk: Desk) -> tuple[int, dict[str, str]]:
    with desk.transactions.read() as tx:
        draft = workbench.read(tx, PROCESS)
    return draft.revision, dict(draft.documents)


def test_the_matrix_shows_every_form_and_field(browser: FlaskClient) -> None:
    page = text(browser.get(f"{PAGE}/forms"))

    assert "字段目录与权限" in page
    assert "核对与分发" in page


@pytest.mark.parametrize("name", NAMES)
def test_every_form_has_its_page_with_a_preview(browser: FlaskClient, name: str) -> None:
    page = browser.get(f"{PAGE}/forms/{name}")

    assert page.status_code == 200
    assert "预览" in text(page)
    assert "表单有错时不画预览" not in text(page)


def test_a_field_is_added_and_stands_in_the_text_beside_what_was_there(desk: Desk, browser: FlaskClient) -> None:
    revision, before = documents(desk)

    press(browser, f"{PAGE}/forms/check/item?at=fields", revision=revision, label="法务意见", kind="textarea")
    refused = documents(desk)
    item = {"id": "legal_note", "label": "法务意见", "kind": "textarea", "max": "500"}
    press(browser, f"{PAGE}/forms/check/item?at=fields", revision=revision, **item)

    _, after = documents(desk)
    assert refused[1] == before  # without an id
    assert load(after["forms/check.yaml"], "")["fields"][-1] == item | {"max": 500}
    assert set(before["forms/check.yaml"].splitlines()) <= set(after["forms/check.yaml"].splitlines())


def test_what_the_reader_refuses_is_named_and_what_was_typed_stays(desk: Desk, browser: FlaskClient) -> None:
    revision, before = documents(desk)

    item = {"id": "legal_note", "label": "法务意见", "kind": "text", "max": "很多"}
    page = press(browser, f"{PAGE}/forms/check/item?at=fields", revision=revision, **item)

    assert page.status_code == 422
    assert "字段 legal_note：max 的值 '很多' 类型不对" in text(page)
    assert 'value="很多"' in page.text
    assert documents(desk) == (revision, before)


def test_a_field_that_forms_still_name_is_not_taken_out(desk: Desk, browser: FlaskClient) -> None:
    revision, before = documents(desk)
    catalogue = load(before["forms/fields.yaml"], "")
    section = catalogue["sections"][0]["id"]

    page = press(browser, f"{PAGE}/forms/fields/change", revision=revision, at="sections", id=section, do="remove")

    assert f"字段目录里没有栏目或字段 {section}" in text(page)
    assert documents(desk)[1] == before


def test_a_form_that_steps_use_is_not_removed_and_the_steps_are_named(desk: Desk, browser: FlaskClient) -> None:
    revision, before = documents(desk)

    asked = press(browser, f"{PAGE}/forms/check/remove", revision=revision)
    insisted = press(browser, f"{PAGE}/forms/check/remove", revision=revision, sure="1")

    assert "核对与分发（Task_check） 没有表单 forms/check.yaml" in text(asked)
    assert "表达式“check == 'not_new'”里的 check 没有任何步骤给出" in text(asked)
    assert "仍然删去" not in text(asked)
    assert "“核对与分发”还用这张表单" in text(insisted)
    assert documents(desk)[1] == before


def test_a_field_that_the_diagram_reads_goes_only_after_its_uses_were_shown(desk: Desk, browser: FlaskClient) -> None:
    """A field `sealed` decides what a condition that 李志强 has drawn reads."""
    with desk.transactions.read() as tx:
        draft = workbench.read(tx, PROCESS)
    drawn = draft.documents["process.bpmn"].replace("check == 'not_new'", "check == 'not_new' and sealed == 'yes'")
    saved = {"documents": {**draft.documents, "process.bpmn": drawn}, "revision": draft.revision}
    browser.post(f"{PAGE}/save", json=saved, headers={"X-CSRFToken": token(browser.get(PAGE))})
    revision, _ = documents(desk)
    item = {"id": "sealed", "label": "盖章", "kind": "text", "decide": "sealed"}
    press(browser, f"{PAGE}/forms/check/item?at=fields", revision=revision, **item)
    revision, before = documents(desk)
    taken = {"at": "fields", "id": "sealed", "do": "remove", "revision": revision}

    asked = press(browser, f"{PAGE}/forms/check/change", **taken)
    kept = documents(desk)[1]
    press(browser, f"{PAGE}/forms/check/change", **taken, sure="1")

    assert "里的 sealed 没有任何步骤给出" in text(asked)
    assert "件留在原来的版本，照旧使用" in text(asked)
    assert 'name="sure"' in asked.text
    assert kept == before
    assert "sealed" not in [one["id"] for one in load(documents(desk)[1]["forms/check.yaml"], "")["fields"]]


def test_a_field_that_a_letter_shows_is_not_taken_out_and_the_letter_is_named(desk: Desk, browser: FlaskClient) -> None:
    revision, before = documents(desk)
    letter = before["letters/result.j2"] + "{{ form.missing_items }}\n"
    press(browser, f"{PAGE}/text/letters/result.j2", revision=revision, text=letter)
    revision, before = documents(desk)

    taken = {"at": "fields", "id": "missing_items", "do": "remove", "revision": revision}
    asked = press(browser, f"{PAGE}/forms/check/change", **taken)
    insisted = press(browser, f"{PAGE}/forms/check/change", **taken, sure="1")

    assert "没有字段 missing_items（form.missing_items）" in text(asked)
    assert "草稿不能保存" in text(asked)
    assert "letters/result.j2" in text(insisted)
    assert documents(desk)[1] == before


def test_all_uses_of_a_field_of_the_catalogue_are_listed_at_once(desk: Desk, browser: FlaskClient) -> None:
    """Whether other fields are shown depends on 账户组; the forms, the letters and the diagram read it as well."""
    revision, before = documents(desk)
    letter = before["letters/result.j2"] + "{{ form.account_group }}\n"
    press(browser, f"{PAGE}/text/letters/result.j2", revision=revision, text=letter)
    revision, before = documents(desk)
    section = next(
        one["id"]
        for one in load(before["forms/fields.yaml"], "")["sections"]
        if any(field["id"] == "account_group" for field in one["fields"])
    )

    taken = {"at": f"sections/{section}/fields", "id": "account_group", "do": "remove", "revision": revision}
    asked = text(press(browser, f"{PAGE}/forms/fields/change", **taken))

    assert "条件里的字段 account_group 不存在" in asked
    assert "没有字段 account_group（form.account_group）" in asked
    assert documents(desk)[1] == before


def test_a_letter_that_is_sent_and_not_there_stands_on_the_list(desk: Desk, browser: FlaskClient) -> None:
    with desk.transactions.read() as tx:
        draft = workbench.read(tx, PROCESS)
    kept = {path: text for path, text in draft.documents.items() if path != "letters/incomplete.j2"}
    saved = {"documents": kept, "revision": draft.revision}
    browser.post(f"{PAGE}/save", json=saved, headers={"X-CSRFToken": token(browser.get(PAGE))})

    page = text(browser.get(f"{PAGE}/forms"))

    assert "incomplete.j2 图上用到，还没有 登记资料不全" in page


def test_a_field_nobody_else_uses_goes_without_a_question(desk: Desk, browser: FlaskClient) -> None:
    revision, _ = documents(desk)
    item = {"id": "legal_note", "label": "法务意见", "kind": "textarea"}
    press(browser, f"{PAGE}/forms/check/item?at=fields", revision=revision, **item)
    revision, _ = documents(desk)

    page = press(browser, f"{PAGE}/forms/check/change", at="fields", id="legal_note", do="remove", revision=revision)

    assert "已从草稿删去" in text(page)
    assert "legal_note" not in documents(desk)[1]["forms/check.yaml"]


def test_a_letter_is_shown_filled_and_names_nobody_knows_are_told(desk: Desk, browser: FlaskClient) -> None:
    revision, _ = documents(desk)
    letter = "主题：{{ case.number }} 办结\n客户 {{ case.title }}，{{ nobody_knows }}\n"

    page = press(browser, f"{PAGE}/text/letters/result.j2", revision=revision, text=letter, show="1")

    assert "XZ-2026-0001 办结" in text(page)
    assert "不认识的变量：nobody_knows" in text(page)


def test_a_letter_looked_at_on_an_old_page_does_not_go_over_what_another_saved(
    desk: Desk, browser: FlaskClient
) -> None:
    url, (revision, before) = f"{PAGE}/text/letters/result.j2", documents(desk)
    mine, theirs = before["letters/result.j2"] + "\n谢谢。", before["letters/result.j2"] + "\n此致。"
    press(browser, url, revision=revision, text=theirs)

    shown = press(browser, url, revision=revision, text=mine, show=1)
    told = press(browser, url, revision=revision, text=mine)
    press(browser, url, revision=revision + 1, over=1, text=mine)

    assert f'name="revision" value="{revision}"' in shown.text
    assert told.status_code == 409
    assert documents(desk)[1]["letters/result.j2"].endswith("谢谢。\n")
    with desk.transactions.read() as tx:
        (aside,) = workbench.asides.read(tx, PROCESS)
        assert "此致" in workbench.asides.documents_of(tx, PROCESS, aside.id)["letters/result.j2"]


def test_the_second_of_two_keeps_what_he_typed(desk: Desk, browser: FlaskClient) -> None:
    revision, _ = documents(desk)
    item = {"id": "first_note", "label": "甲", "kind": "text"}
    press(browser, f"{PAGE}/forms/check/item?at=fields", revision=revision, **item)

    page = press(browser, f"{PAGE}/forms/check/item?at=fields", revision=revision, **item | {"id": "second_note"})

    assert "草稿在您打开之后又有改动" in text(page)
    assert 'value="second_note"' in page.text
