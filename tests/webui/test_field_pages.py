"""One field on its page: options, conditions and checks chosen from what there is; 李志强 needs no YAML for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.definitions import build, publish, read_folder
from engine.forms.yaml import load
from tests.webui.desk import Desk, text
from tests.webui.forms_of import posted_by
from tests.webui.test_form_pages import PAGE, browser, documents, press  # noqa: F401 - the fixture

GENERAL = f"{PAGE}/forms/fields/item?at=sections/"


def field(desk: Desk, id_: str) -> tuple[str, dict[str, Any]]:
    """The address of a field of the catalogue, and the field."""
    for section in load(documents(desk)[1]["forms/fields.yaml"], "")["sections"]:
        for one in section["fields"]:
            if one["id"] == id_:
                return f"{GENERAL}{section['id']}/fields&id={id_}", one
    raise AssertionError(id_)


def test_an_option_is_added_renamed_moved_and_taken_out(desk: Desk, browser: FlaskClient) -> None:  # noqa: F811
    url = f"{PAGE}/forms/check/item?at=fields&id=reason_code"
    revision, before = documents(desk)
    old = next(one for one in load(before["forms/check.yaml"], "")["fields"] if one["id"] == "reason_code")
    keys, labels = list(old["options"]), list(old["options"].values())

    rows: dict[str, Any] = {"options-key": keys, "options-text": labels}
    moved = press(browser, url, revision=revision, shift="options:1:up", **rows)
    kept = documents(desk)[1]
    options = {keys[1]: labels[1], keys[0]: "新的说法", "law": "须经法务"}
    press(browser, url, revision=revision, **{"options-key": list(options), "options-text": list(options.values())})

    after = documents(desk)[1]
    new = next(one for one in load(after["forms/check.yaml"], "")["fields"] if one["id"] == "reason_code")
    assert moved.text.index(f'value="{keys[1]}" autocomplete') < moved.text.index(f'value="{keys[0]}" autocomplete')
    assert kept == before, "moving a row keeps nothing yet"
    assert list(new["options"].items()) == list(options.items())
    assert new | {"options": None} == old | {"options": None}
    gone = set(before["forms/check.yaml"].splitlines()) - set(after["forms/check.yaml"].splitlines())
    assert all(any(key in line for key in keys) for line in gone), "every other line and comment stays"


def test_a_value_written_twice_is_said_and_every_row_stays_on_the_page(desk: Desk, browser: FlaskClient) -> None:  # noqa: F811
    url, _ = field(desk, "tax_id_type")
    revision, before = documents(desk)

    rows = {"options-key": ["a", "b", "a"], "options-text": ["甲", "乙", "丙"]}
    page = press(browser, url, revision=revision, options_list="", **rows)

    assert "值 a 写了两次" in text(page)
    assert all(f'value="{label}"' in page.text for label in rows["options-text"])
    assert documents(desk)[1] == before


@pytest.mark.parametrize(
    ("relation", "chosen", "said"),
    [
        ("is", ["C001"], {"values": ["C001"]}),
        ("not", ["C001", "C005"], {"except": ["C001", "C005"]}),
        ("blank", [], {"values": [""]}),
        ("filled", ["C001"], {"except": [""]}),
    ],
)
def test_a_condition_is_chosen_from_fields_and_their_values(
    desk: Desk, browser: FlaskClient, relation: str, chosen: list[str], said: dict[str, Any]  # noqa: F811
) -> None:  # fmt: skip
    revision, _ = documents(desk)
    item: dict[str, Any] = {"id": "legal_note", "label": "法务意见", "kind": "text", "required_mode": "no"}
    when = {"show_mode": "when", "show_field": "account_group", "show_relation": relation, "show_value": chosen}

    press(browser, f"{PAGE}/forms/check/item?at=fields", revision=revision, **item, **when)

    found = load(documents(desk)[1]["forms/check.yaml"], "")["fields"][-1]
    assert found["show_when"] == {"field": "account_group", **said}
    page = browser.get(f"{PAGE}/forms/check/item?at=fields&id=legal_note")
    assert '<option value="account_group" selected>' in page.text
    assert f'<option value="{relation}" selected>' in page.text


def test_a_value_the_field_never_has_is_refused_with_those_it_can_have(desk: Desk, browser: FlaskClient) -> None:  # noqa: F811
    revision, before = documents(desk)
    when = {"show_mode": "when", "show_field": "account_group", "show_relation": "is", "show_other": "C0O1"}

    item = {"id": "legal_note", "label": "法务意见", "kind": "text"}
    page = press(browser, f"{PAGE}/forms/check/item?at=fields", revision=revision, **item, **when)

    assert "条件里的值 'C0O1' 不是字段 account_group（账户组）可能的值。可用：C001" in text(page)
    assert 'value="C0O1"' in page.text
    assert documents(desk)[1] == before


def test_a_check_chosen_by_another_field_is_shown_and_changed(desk: Desk, browser: FlaskClient) -> None:  # noqa: F811
    url, before = field(desk, "legal_name")
    revision, _ = documents(desk)

    shown = browser.get(url).text
    each = {"check_each-key": ["C005", "C009"], "check_each-text": ["customers.person_name", "customers.person_name"]}
    press(
        browser,
        url,
        revision=revision,
        check="*by",
        check_by="account_group",
        check_else="customers.company_name",
        **each,
    )

    assert before["check"] == {"by": "account_group", "C005": "customers.person_name", "*": "customers.company_name"}
    assert 'name="check_each-key" value="C005"' in shown
    assert field(desk, "legal_name")[1]["check"] == {
        "by": "account_group", "C005": "customers.person_name", "C009": "customers.person_name",
        "*": "customers.company_name",
    }  # fmt: skip


def test_saving_a_field_as_it_is_drawn_changes_nothing(desk: Desk, browser: FlaskClient) -> None:  # noqa: F811
    """Whatever controls a page draws, what they hold says what the document says."""
    before = documents(desk)[1]
    fields = ((part["id"], one) for part in load(before["forms/fields.yaml"], "")["sections"] for one in part["fields"])
    of_each_shape = {(one.get("kind"), *sorted(one)): f"{GENERAL}{part}/fields&id={one['id']}" for part, one in fields}
    for url in of_each_shape.values():
        press(browser, url, **posted_by(browser.get(url).text))

    assert documents(desk)[1] == before


def test_a_table_begins_with_its_first_column(desk: Desk, browser: FlaskClient) -> None:  # noqa: F811
    revision, _ = documents(desk)
    item = {"id": "papers", "label": "证明文件", "kind": "table", "column_id": "paper", "column_label": "文件"}

    press(browser, f"{PAGE}/forms/check/item?at=fields", revision=revision, **item)

    found = load(documents(desk)[1]["forms/check.yaml"], "")["fields"][-1]
    assert found["columns"] == [{"id": "paper", "label": "文件"}]


def test_settings_that_do_not_fit_the_kind_are_folded_away(desk: Desk, browser: FlaskClient) -> None:  # noqa: F811
    page = browser.get(field(desk, "legal_name")[0]).text
    fits, rest = page.split("data-rest", 1)

    assert 'name="max"' in fits
    assert 'name="decimals"' in rest
    assert 'name="options-key"' in rest


def test_a_list_of_options_is_begun_and_used_and_the_rules_stay(desk: Desk, browser: FlaskClient) -> None:  # noqa: F811
    url = f"{PAGE}/forms/catalogue"
    revision, before = documents(desk)

    listed = {"list_name": "channels", "list*-key": ["wx", "tel", ""], "list*-text": ["微信", "电话", ""]}
    press(browser, url, **posted_by(browser.get(url).text) | listed)
    revision, begun = documents(desk)
    item = {"id": "channel", "label": "渠道", "kind": "choice", "options_list": "channels", "options-key": ""}
    press(browser, f"{PAGE}/forms/check/item?at=fields", revision=revision, **item)

    catalogue = load(begun["forms/fields.yaml"], "")
    assert catalogue["lists"] == {"channels": {"wx": "微信", "tel": "电话"}}
    assert catalogue["rules"] == load(before["forms/fields.yaml"], "")["rules"]
    assert set(before["forms/fields.yaml"].splitlines()) <= set(begun["forms/fields.yaml"].splitlines())
    assert load(documents(desk)[1]["forms/check.yaml"], "")["fields"][-1]["options"] == "channels"


def test_the_catalogue_saved_as_it_is_drawn_changes_nothing(desk: Desk, browser: FlaskClient) -> None:  # noqa: F811
    before = documents(desk)[1]

    press(browser, f"{PAGE}/forms/catalogue", **posted_by(browser.get(f"{PAGE}/forms/catalogue").text))

    assert documents(desk)[1] == before


def test_sections_are_taken_from_another_procedure(desk: Desk) -> None:
    """客户主数据修改 takes sections of 客户主数据创建; giving back those its forms show is refused."""
    publish_modify(desk)
    browser = desk.browser_of("李志强")  # noqa: F811
    page = "/workbench/customer_modify"
    press(browser, f"{page}/draft")
    drawn = posted_by(browser.get(f"{page}/forms/catalogue").text)

    kept = press(browser, f"{page}/forms/catalogue", **drawn | {"use-customer_create": ["identity"]})

    assert drawn["use-customer_create"] == ["identity", "general", "contact", "bank", "sales", "accounting", "maintain"]
    assert "字段目录里没有栏目或字段 general" in text(kept)
    assert "forms/apply.yaml" in text(kept)
    assert "字段目录里没有栏目或字段 identity" not in text(kept), "it is still taken"


def publish_modify(desk: Desk) -> None:
    with desk.transactions.write() as tx:
        documents = read_folder(Path("processes/customer_modify"))
        publish(tx, desk.clock.now(), None, build("customer_modify", documents), "test")
