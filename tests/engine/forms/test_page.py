"""What a form shows: the shape the templates take, and never more than may be seen or written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.errors import FieldProblem, FormInvalid
from engine.forms import Catalogue, Context, Form, read, render, values_from_html
from engine.forms.filled import visible
from engine.operations import Registry

from .conftest import APPLY, CHECK, FIELDS, GOOD, VIEW, card, of_kind, tidy


def drawn(sections: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {field["id"]: field for section in sections for field in section["fields"]}


def test_a_section_says_who_owns_it_and_how_much_is_filled_in(apply: Form, context: Context) -> None:
    section = render(apply, {"legal_name": "恒川公司", "group": "C008"}, context)[0]

    assert (section["title"], section["owner"], section["readonly"]) == ("一般视图", "由申请部门填写", False)
    assert (section["filled"], section["total"]) == (2, 8)


def test_defaults_are_offered_only_where_nothing_is_said(apply: Form, context: Context) -> None:
    assert drawn(render(apply, {}, context))["group"]["value"] == "C001"
    assert drawn(render(apply, {"group": "C008"}, context))["group"]["value"] == "C008"


def test_what_was_typed_and_its_problems_come_back(apply: Form, context: Context) -> None:
    row = {"account_no": "x", "account_kind": "card", "currency": "CNY"}
    problem = FieldProblem("banks.0.account_no", "个人卡号应以 62 开头")

    fields = drawn(render(apply, {}, context, typed={"banks": [row]}, problems=[problem]))

    assert fields["banks"]["rows"] == [row | {"errors": {"account_no": "个人卡号应以 62 开头"}}]
    assert [column["id"] for column in fields["banks"]["columns"]] == ["account_no", "account_kind", "currency"]


def test_stored_sensitive_values_are_masked_for_writers_too_what_was_just_typed_is_not(
    view: Form, registry: Registry
) -> None:
    stored = {"account_no": "110202071234", "account_kind": "base", "currency": "CNY"}
    typed = {"banks": [stored | {"account_no": "62220000"}]}

    reader = drawn(render(view, {"banks": [stored]}, of_kind("finance", registry)))["banks"]
    writer = drawn(render(view, {"banks": [stored]}, of_kind("unit", registry)))["banks"]
    typing = drawn(render(view, {"banks": [stored]}, of_kind("unit", registry), typed=typed))["banks"]

    assert reader["rows"][0]["account_no"] == writer["rows"][0]["account_no"] == "•••• 1234"
    assert writer["masked"]
    assert typing["rows"][0]["account_no"] == "62220000"


def test_a_condition_the_page_can_change_is_left_to_it_the_others_are_decided(
    apply: Form, check: Form, context: Context
) -> None:
    writing = drawn(render(apply, {"group": "C001"}, context))
    reading = drawn(render(check, {"group": "C001"}, context))

    assert writing["partner"]["show_when"] == {"field": "group", "values": ["C008"]}
    assert writing["stock_code"]["show_when"] == {"field": "listed", "values": ["1"]}
    assert "partner" not in reading


@pytest.mark.parametrize(
    ("condition", "shown"),
    [
        ("values: [C008]", {"C008"}),
        ("except: [C008]", {"", "C001"}),
        ("values: ['']", {""}),
        ("except: ['']", {"C001", "C008"}),
        ("values: ['', C001]", {"", "C001"}),
    ],
)
def test_a_condition_says_one_of_none_of_empty_or_filled_in(condition: str, shown: set[str]) -> None:
    text = FIELDS.replace("values: [C008]", condition, 1)
    form = Form.parse(APPLY, Catalogue.parse(text), "forms/apply.yaml")
    partner = form.fields["partner"]

    assert {one for one in ("", "C001", "C008") if visible(partner, form.fields, {"group": one or None})} == shown


def test_a_changed_field_shows_its_old_value(apply: Form, context: Context) -> None:
    before, current = {"legal_name": "恒川", "group": "C001"}, {"legal_name": "恒川公司", "group": "C008"}

    fields = drawn(render(apply, current, context, before=before))

    assert fields["legal_name"]["changed"] == "恒川"
    assert fields["group"]["changed"] == "外部"
    assert fields["note"]["changed"] is None


def test_options_from_a_source_are_text_like_the_value(check: Form, context: Context) -> None:
    field = drawn(render(check, {}, context, typed={"departments": [2]}))["departments"]

    assert field["value"] == ["2"]
    assert {option["value"] for option in field["options"]} == {"2", "3"}


def test_rows_and_boxes_come_back_from_html_names(apply: Form, context: Context) -> None:
    posted = {
        "outcome": ["submit"],
        "legal_name": ["恒川公司"],
        "banks-7-account_no": ["1102"],
        "banks-7-account_kind": ["base"],
        "banks-2-account_no": ["6222"],
        "banks-2-evil": ["x"],
        "banks-x-account_no": ["y"],
        "banks-9-currency": ["CNY"],
        "credit_limit": ["9"],
    }

    values = values_from_html(apply, posted, context)

    assert values["banks"] == [{"account_no": "6222"}, {"account_no": "1102", "account_kind": "base"}]
    assert values["listed"] == ""
    assert values["outcome"] == "submit"
    assert "credit_limit" not in values


def test_the_evidence_of_a_search_comes_back_from_html_names() -> None:
    text = "sections: [{id: a, title: A, fields: [{id: search, label: 查重, kind: search}]}]"
    form = Form.parse(APPLY.replace("general", "a"), Catalogue.parse(text), "forms/apply.yaml")
    posted = {
        "search-search_ids": ["12", "15"],
        "search-dismissals-CJ-2026-0412-reason": ["法人不同"],
        "search-dismissals-CJ-2026-0412-evidence": ["执照"],
        "search-dismissals-100482-evidence": ["没有理由的不算"],
    }

    submission = read(form, values_from_html(form, posted), {})

    assert submission.values["search"] == {
        "search_ids": ["12", "15"],
        "dismissals": {"CJ-2026-0412": {"reason": "法人不同", "evidence": "执照"}},
    }
    assert (
        drawn(render(form, submission.values))["search"]["value"] == "已查重 2 次；排除 CJ-2026-0412：法人不同（执照）"
    )


# --- page and validator are one -------------------------------------------------------------------------------

REGISTRY = Registry()
REGISTRY.checks = {"tidy": tidy, "card": card, "digits": lambda number: number.replace(" ", "")}
REGISTRY.sources = {"departments": lambda people, now: [("1", "华东事业部"), ("2", "财务部")]}
CATALOGUE = Catalogue.parse(FIELDS)
FORMS = [Form.parse(text, CATALOGUE, f"forms/f{n}.yaml") for n, text in enumerate((APPLY, CHECK, VIEW))]
SAMPLES = {
    "legal_name": "新公司", "group": "C008", "partner": "P1", "partner_note": "全资", "founded_on": "2020-01-02",
    "staff": 7, "listed": True, "stock_code": "600001", "note": "备注", "credit_limit": "5.00", "terms": "Z030",
    "banks": [{"account_no": "6222", "account_kind": "card", "currency": "USD"}], "departments": [2], "reason": "齐",
    "hint": "改写说明",
}  # fmt: skip


@given(form=st.sampled_from(FORMS), kind=st.sampled_from(["finance", "unit", "legal", ""]))
def test_exactly_what_the_page_shows_as_writable_is_read(form: Form, kind: str) -> None:
    context = of_kind(kind, REGISTRY)
    everything = SAMPLES | {"outcome": form.outcomes[0].id}

    shown = drawn(render(form, SAMPLES, context))
    accepted = read(form, everything, {}, context).changed.keys()

    assert {name for name, field in shown.items() if not field["readonly"]} - {"hint"} == accepted


simple = st.one_of(st.text(max_size=60), st.integers(), st.booleans(), st.none(), st.lists(st.text(max_size=9)))
posts = st.dictionaries(
    st.sampled_from([*SAMPLES, "comment", "junk"]),
    st.one_of(simple, st.lists(st.dictionaries(st.sampled_from(["account_no", "account_kind", "currency"]), simple))),
)


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(form=st.sampled_from(FORMS), posted=posts, good=st.booleans(), data=st.data())
def test_whatever_is_posted_is_read_or_refused_and_what_is_read_is_stable(
    form: Form, posted: dict[str, Any], good: bool, data: st.DataObject
) -> None:
    context = of_kind("unit", REGISTRY)
    outcome = data.draw(st.sampled_from(form.outcomes)).id
    posted = {**(SAMPLES if good else GOOD), **posted, "outcome": outcome, "comment": "缺资料"}

    try:
        first = read(form, posted, {}, context)
    except FormInvalid:
        assume(False)
    again = read(form, {**first.values, "outcome": outcome, "comment": "缺资料"}, first.values, context)

    assert again.values == first.values
    assert {name: pair for name, pair in again.changed.items() if name not in form.own_ids} == {}
