"""Edge cases from Identity to Routing that modify and freeze owe, each with its message."""

from __future__ import annotations

import pytest

from engine.errors import FormInvalid
from handlers.customers import queries
from handlers.notices import formal
from tests.journeys.company import FORM, Company
from tests.journeys.test_modify_and_freeze import urgent
from tests.journeys.test_sensitive import ID, PERSON


@pytest.fixture
def code(company: Company) -> str:
    """华为 is a customer of 经营一部."""
    return company.posted()


def refusal(error: pytest.ExceptionInfo[FormInvalid]) -> str:
    return "；".join(one.message for one in error.value.problems)


def test_finance_files_a_special_freeze_and_the_remaining_departments_are_told(company: Company, code: str) -> None:
    """E-20."""
    case = company.freeze(code, "黄雅琴", "FIN")

    told = [company.told(who, "remaining") for who in ("孙倩", "周敏")]
    assert company.open_nodes(case) == ["Task_approve"]
    assert all(told)
    assert "冻结" in told[0][0].subject


def test_a_renamed_customer_filed_as_new_is_sent_to_the_modification(company: Company, code: str) -> None:
    """E-43: the number decides, whatever the name."""
    with pytest.raises(FormInvalid) as refused:
        company.apply("郑凯", "U2", {**FORM, "legal_name": "深圳昇腾智算科技有限公司"})

    assert f"同一税号的客户已存在：{code} 华为技术有限公司" in refusal(refused)
    assert "请改走修改" in refusal(refused)


def test_a_person_is_one_party_and_read_masked(company: Company) -> None:
    """E-47: a second account of the same ID is refused; who looks at the customer sees no number."""
    first = company.posted(form=PERSON)

    with pytest.raises(FormInvalid) as refused:
        company.apply("郑凯", "U2", {**PERSON, "legal_name": "北京市东城区桂芳百货经营部"})
    with company.transactions.read() as tx:
        seen = queries.customer(tx, first)

    assert f"同一税号的客户已存在：{first}" in refusal(refused)
    assert ID not in refusal(refused)
    assert seen is not None
    assert ID not in repr(seen.views) + seen.row.tax_id


def test_urgent_needs_its_reason_explained(company: Company, code: str) -> None:
    """E-59: the mark alone is not enough."""
    with pytest.raises(FormInvalid) as refused:
        company.modify(code, city="东莞", **{**urgent(company), "urgent_note": ""})

    assert [one.field for one in refused.value.problems] == ["urgent_note"]
    assert "“紧急事由说明”必填" in refusal(refused)


def test_a_lawsuit_makes_a_freeze_urgent_whoever_files_it(company: Company, code: str) -> None:
    """E-60: the reason itself is the mark; there is no lawsuit that is not urgent."""
    case = company.freeze(code, **urgent(company, "U1"))
    ordinary = company.posted(form={**PERSON})

    assert company.case(case)["urgent"]
    assert not company.case(company.freeze(ordinary))["urgent"]


def test_a_letter_to_the_maintaining_department_is_recorded_like_any_other(company: Company, code: str) -> None:
    """E-64."""
    case = company.modify(code, city="东莞", **urgent(company, "MDM", "FIN"))
    company.approve(case)

    with company.transactions.read() as tx:
        [letter] = formal.of_case(tx, case)
        receipts = formal.receipts(tx, case, "letter")

    assert "李志强" in [one.person for one in receipts]
    assert letter.number == "经营一部函〔2026〕1 号"
