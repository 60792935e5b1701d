"""What a form accepts: typed and tidy, only where the person may write, with problems that say the remedy."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import FieldProblem, FormInvalid
from engine.forms import Catalogue, Context, Form, guard, read
from engine.operations import GuardContext, Registry

from .conftest import GOOD, of_kind


def problems(form: Form, posted: dict[str, Any], context: Context, current: dict[str, Any] | None = None) -> dict:
    with pytest.raises(FormInvalid) as caught:
        read(form, posted, current or {}, context)
    return {problem.field: problem.message for problem in caught.value.problems}


def test_a_good_application_is_typed_and_put_into_normal_form(apply: Form, context: Context) -> None:
    posted = GOOD | {"staff": "1,200", "founded_on": "2020年3月1日", "listed": "", "note": " 第一行\r\n第二行 "}

    submission = read(apply, posted, {}, context)

    assert submission.values["legal_name"] == "苏州恒川（集团）有限公司"
    assert submission.values["staff"] == 1200
    assert submission.values["founded_on"] == "2020-03-01"
    assert submission.values["note"] == "第一行\n第二行"
    assert submission.values["banks"] == [{"account_no": "11020207", "account_kind": "base", "currency": "CNY"}]
    assert submission.changed["staff"] == (None, 1200)


def test_a_name_of_ten_thousand_characters_is_refused_with_the_limit(apply: Form, context: Context) -> None:
    found = problems(apply, GOOD | {"legal_name": "恒" * 10_000}, context)

    assert found == {"legal_name": "最多 120 个字，现有 10000 个字；请删减"}


def test_every_required_field_left_empty_is_named_at_once(apply: Form, context: Context) -> None:
    found = problems(apply, {"banks": [{"account_kind": "base"}]}, context)

    assert found.keys() == {"legal_name", "group", "banks.0.account_no", "banks.0.currency"}


def test_what_the_check_refuses_is_said_at_the_field_of_the_row(apply: Form, context: Context) -> None:
    row = {"account_no": "1102", "account_kind": "card", "currency": "CNY"}

    found = problems(apply, GOOD | {"banks": [GOOD["banks"][0], row]}, context)

    assert found == {"banks.1.account_no": "个人卡号应以 62 开头"}


def test_a_hidden_field_is_neither_required_nor_kept(apply: Form, context: Context) -> None:
    before = {"group": "C008", "partner": "P1", "partner_note": "全资"}

    submission = read(apply, GOOD | {"partner": "P2", "stock_code": "600001"}, before, context)

    assert submission.values.keys() == {"legal_name", "group", "banks"}
    assert submission.changed["partner"] == ("P1", None)


def test_a_field_shown_by_a_ticked_box_is_required(apply: Form, context: Context) -> None:
    found = problems(apply, GOOD | {"listed": "on"}, context)

    assert found == {"stock_code": "“股票代码”必填，请填写"}


def test_unknown_fields_and_those_of_others_are_ignored_even_when_posted(apply: Form, context: Context) -> None:
    current = {"credit_limit": "100.00"}

    submission = read(apply, GOOD | {"credit_limit": "999", "status": "active", "hint": "x"}, current, context)

    assert submission.values["credit_limit"] == "100.00"
    assert "status" not in submission.values
    assert "hint" not in submission.values


def test_rights_follow_the_kind_of_the_department(view: Form, registry: Registry) -> None:
    posted = GOOD | {"credit_limit": "50000"}

    finance = read(view, posted, {}, of_kind("finance", registry))
    unit = read(view, posted, {}, of_kind("unit", registry))
    legal = read(view, posted, {}, of_kind("legal", registry))

    assert finance.values == {"credit_limit": "50000.00"}
    assert unit.values.keys() == {"legal_name", "group", "banks"}
    assert legal.values == {}
    assert (finance.signs, finance.sections) == (True, ("accounting",))
    assert legal.sections == ()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("-1", "不得小于 0"),
        ("1000000.01", "不得大于 1000000"),
        ("1.005", "最多 2 位小数"),
        ("一万", "不是数字；请只填数字，如 50000.00"),
        ("1e5", "不是数字；请只填数字，如 50000.00"),
        ("9" * 30, "整数部分最多 15 位；请核对单位"),
    ],
)
def test_an_amount_is_exact_or_refused(view: Form, registry: Registry, typed: str, message: str) -> None:
    found = problems(view, {"credit_limit": typed}, of_kind("finance", registry))

    assert found == {"credit_limit": message}


@pytest.mark.parametrize("typed", ["2026-02-29", "2026-13-01", "昨天", "20260301"])
def test_a_date_that_is_none_is_refused(apply: Form, context: Context, typed: str) -> None:
    assert problems(apply, GOOD | {"founded_on": typed}, context) == {
        "founded_on": "不是有效日期；请填年-月-日，如 2026-11-24"
    }


def test_a_choice_outside_its_options_is_refused(apply: Form, context: Context) -> None:
    assert "group" in problems(apply, GOOD | {"group": "C999"}, context)


def test_invisible_control_characters_are_refused(apply: Form, context: Context) -> None:
    assert "控制字符" in problems(apply, GOOD | {"legal_name": "恒川\u202e公司"}, context)["legal_name"]


def test_a_table_takes_no_more_rows_than_it_may(apply: Form, context: Context) -> None:
    assert problems(apply, GOOD | {"banks": GOOD["banks"] * 4}, context) == {"banks": "最多 3 行，现有 4 行；请删减"}


def test_blank_rows_of_a_table_are_dropped(apply: Form, context: Context) -> None:
    blank = {"account_no": "", "account_kind": "", "currency": "CNY"}

    submission = read(apply, GOOD | {"banks": [blank, *GOOD["banks"], blank]}, {}, context)

    assert len(submission.values["banks"]) == 1


# --- outcomes -------------------------------------------------------------------------------------------------


def test_without_an_outcome_the_buttons_are_named(check: Form, context: Context) -> None:
    assert problems(check, {}, context) == {"outcome": "没有选择办理结果；请点击：分发、直接建档、退回"}


def test_an_outcome_demands_its_fields_and_decides(check: Form, context: Context) -> None:
    posted = {"outcome": "route", "reason": "需完善", "departments": ["3", "2"]}

    submission = read(check, posted, {}, context)

    assert submission.decisions == {"check": "route", "departments": [2, 3]}
    assert "departments" in problems(check, posted | {"departments": []}, context)


def test_the_applicants_own_department_is_no_choice(check: Form, context: Context) -> None:
    assert "departments" in problems(check, {"outcome": "route", "reason": "x", "departments": ["1"]}, context)


def test_a_return_may_be_incomplete_but_needs_its_reason(check: Form, context: Context) -> None:
    assert problems(check, {"outcome": "back", "reason": ""}, context).keys() == {"comment"}

    submission = read(check, {"outcome": "back", "comment": "缺执照"}, {}, context)

    assert (submission.outcome, submission.comment) == ("back", "缺执照")


def test_what_a_step_says_is_said_anew_but_routing_of_an_earlier_round_stays(check: Form, context: Context) -> None:
    before = {"reason": "第一轮", "departments": [2]}

    assert "reason" in problems(check, {"outcome": "complete"}, context, before)
    again = read(check, {"outcome": "complete", "reason": "第二轮", "departments": []}, before, context)

    assert again.values == {"reason": "第二轮", "departments": [2]}
    assert again.decisions == {"check": "complete"}


def test_fields_of_a_step_that_is_not_kept_stay_with_the_work_item(catalogue: Catalogue, context: Context) -> None:
    text = "title: 电话\nkeep: false\nfields: [{id: called, label: 接听人}]\noutcomes: [{id: ok, label: 已接听}]"
    phone = Form.parse(text, catalogue, "forms/phone.yaml")

    submission = read(phone, {"called": "黄雅琴"}, {"legal_name": "恒川公司"}, context)

    assert submission.values == {"legal_name": "恒川公司"}
    assert submission.changed == {"called": (None, "黄雅琴")}


def test_a_guard_stops_a_submission_but_not_a_return(catalogue: Catalogue, context: Context) -> None:
    text = "title: 核对\nread: [general]\ndecision: d\nguards: [searched]\noutcomes:\n"
    text += "  - {id: ok, label: 提交}\n  - {id: back, label: 退回, skip_validation: true}"
    form = Form.parse(text, catalogue, "forms/f.yaml")
    context.registry.guards["searched"] = lambda who, values: [FieldProblem("search", "请先查重")]
    who = GuardContext(None, None, None, 7, 1, None, "Task_check")  # type: ignore[arg-type]

    guard(form, read(form, {"outcome": "back"}, {}, context), who, context.registry)
    with pytest.raises(FormInvalid) as caught:
        guard(form, read(form, {"outcome": "ok"}, {}, context), who, context.registry)

    assert [problem.message for problem in caught.value.problems] == ["请先查重"]


def test_what_was_typed_comes_back_with_the_problems(apply: Form, context: Context) -> None:
    with pytest.raises(FormInvalid) as caught:
        read(apply, GOOD | {"staff": "许多"}, {}, context)

    assert caught.value.typed["staff"] == "许多"
    assert caught.value.problems[0].label == "人数"
