"""设置 · 参考数据 and 校验规则: what an administrator changes there, and what the next step makes of it."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import FormInvalid
from handlers.customers.reference import reference
from handlers.customers.rules import rulebook
from handlers.customers.rules.scan import scan, told
from tests.handlers.office import FORM
from tests.webui.desk import Desk
from tests.webui.office import post, sign_in

WRONG_CARD = [{**FORM["banks"][0], "account_kind": "个人卡", "account_no": "4111111111111112"}]


def admin(desk: Desk):
    browser = desk.browser()
    sign_in(browser, "zhaolei")
    return browser


def severity(desk: Desk, rule: str) -> str:
    with desk.transactions.read() as tx:
        return rulebook(tx).severity(rule)


def test_a_code_is_added_and_closed_with_a_reason_and_both_are_audited(desk: Desk) -> None:
    browser = admin(desk)

    post(
        browser, "/settings/reference/banks/new", code="999", title="测试银行", parent="", valid_from="", reason="新设"
    )
    post(browser, "/settings/reference/banks/999", title="测试银行", valid_to="2026-11-16", reason="撤销")

    with desk.transactions.read() as tx:
        found = reference(tx, "banks").get("999")
        kinds = [row[0] for row in tx.all("SELECT kind FROM admin_log WHERE kind LIKE 'reference.%' ORDER BY id")]
    assert found is not None
    assert (found.name, found.valid_to, found.valid_on("2026-11-17")) == ("测试银行", "2026-11-16", False)
    assert kinds == ["reference.added", "reference.edited"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"code": "99"}, "3 位数字"),
        ({"code": "102"}, "已有代码 102"),
        ({"reason": ""}, "请填写理由"),
        ({"parent": "xyz"}, "没有代码 xyz"),
    ],
)
def test_a_slip_comes_back_at_its_field(desk: Desk, typed: dict[str, str], told: str) -> None:
    values = {"code": "999", "title": "测试银行", "parent": "", "valid_from": "", "reason": "新设"} | typed

    page = post(admin(desk), "/settings/reference/banks/new", **values)

    assert page.status_code == 422
    assert told in page.get_data(as_text=True)


def test_the_catalogue_is_listed_and_a_rule_is_switched_only_with_a_reason(desk: Desk) -> None:
    browser = admin(desk)

    listed = browser.get("/settings/rules").get_data(as_text=True)
    refused = post(browser, "/settings/rules/V-11", severity="warn", reason="")
    post(browser, "/settings/rules/V-11", severity="warn", reason="银行卡 BIN 过渡期，经财务部批准")

    assert "GB 32100-2015" in listed
    assert refused.status_code == 422
    assert severity(desk, "V-11") == "warn"


def test_what_the_database_enforces_cannot_be_switched(desk: Desk) -> None:
    page = post(admin(desk), "/settings/rules/V-23-1", severity="off", reason="试一试")

    assert page.status_code == 409
    assert severity(desk, "V-23-1") == "block"


def test_a_rule_that_warns_lets_the_application_pass_and_stays_on_record(desk: Desk) -> None:
    with pytest.raises(FormInvalid) as refused:
        desk.apply(banks=WRONG_CARD)
    post(admin(desk), "/settings/rules/V-11", severity="warn", reason="过渡期")

    case = desk.apply(banks=WRONG_CARD)

    assert [one.field for one in refused.value.problems] == ["banks.0.account_no"]
    with desk.transactions.read() as tx:
        data = tx.one("SELECT data FROM event WHERE instance_id = ? AND kind = 'case.started'", (case,))
    assert data is not None
    assert "V-11" in data[0]
    assert "4111111111111112" not in data[0]


def test_a_scan_counts_failures_per_rule_and_names_the_codes(desk: Desk) -> None:
    with desk.transactions.read() as tx:
        lines = list(told(scan(tx, date(2026, 11, 16))))

    assert any(line.startswith("V-01 统一社会信用代码") and "0/0" in line for line in lines)


def test_the_approver_sees_what_the_rules_point_out(desk: Desk) -> None:
    case = desk.apply(banks=[{**FORM["banks"][0], "account_name": "华为终端有限公司"}])
    browser = desk.browser()
    sign_in(browser, "maguodong")

    page = browser.get(f"/work/{desk.item(case, 'Task_approve')}").get_data(as_text=True)

    assert "户名与客户名称不一致" in page
    assert "k-doubt" in page


def test_lists_are_searched_by_code_and_name_and_closed_codes_are_marked(desk: Desk) -> None:
    browser = admin(desk)

    merged = browser.get("/settings/reference?list=regions&q=下城区").get_data(as_text=True)
    every = browser.get("/settings/reference?list=regions").get_data(as_text=True)
    unknown = browser.get("/settings/reference?list=planets")

    assert "330103" in merged
    assert "不可选" in merged
    assert "只列出前 200 条" in every
    assert unknown.status_code == 404


def test_suggestions_are_the_options_of_a_datalist(desk: Desk) -> None:
    page = admin(desk).get("/suggest/reference.districts?region_code=330000&city=杭州&district=钱")

    assert '<option value="钱塘区">' in page.get_data(as_text=True)
