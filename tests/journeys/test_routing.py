"""Which departments are asked, and what they owe (SD-010 2.2, 3.1)."""

from __future__ import annotations

import pytest

from engine import company as changes
from engine.errors import FormInvalid
from engine.people import People
from tests.journeys.company import Company


def test_the_gate_stops_a_maintainer_who_forgot_finance(company: Company) -> None:
    """E-75."""
    case = company.sent()
    company.do(case, "Task_check", "李志强", "complete", reason_code="ok")

    company.release(case)

    result = company.rows("gate_result", case, "checked_at")[-1]["findings"]
    assert {finding["code"] for finding in result} == {"missing"}
    assert all("会计成本视图" in finding["where"] for finding in result)
    assert all("退回部门补充" in finding["remedy"] for finding in result)
    assert company.customers() == []
    assert "Task_release" in company.open_nodes(case)


def test_a_department_with_nothing_to_add_signs_all_the_same(company: Company) -> None:
    """E-78: legal only approves."""
    case = company.sent()
    company.route(case, "FIN", "LEG")
    company.answer(case, "FIN")

    company.complete_view(case, "LEG")
    unsigned = company.open_nodes(case)
    company.sign_view(case, "LEG")
    company.release(case)

    signed = next(row for row in company.items(case, "Task_sign_view") if row["done_by"] == company.cast.person("沈静"))
    assert "Task_release" not in unsigned
    assert '"sections":["identity"]' in signed["signature"]
    assert company.case(case)["outcome"] == "posted"


def test_an_approval_only_department_cannot_write_into_the_form(company: Company) -> None:
    """E-78: what legal posts beside its right is not taken over."""
    case = company.sent()
    company.route(case, "FIN", "LEG")

    company.complete_view(case, "LEG", credit_limit="99999999.00", legal_name="改名有限公司")

    assert "credit_limit" not in company.form(case)
    assert company.form(case)["legal_name"] == "华为技术有限公司"


def test_the_applicants_own_department_is_not_asked_a_second_time(company: Company) -> None:
    """E-80: its view is signed with the application; it is not offered for routing."""
    case = company.sent()

    with pytest.raises(FormInvalid) as error:
        company.route(case, "FIN", "U1")
    company.route(case, "FIN")
    company.answer(case, "FIN")
    company.release(case)

    assert [problem.field for problem in error.value.problems] == ["departments"]
    assert company.case(case)["outcome"] == "posted"


def test_only_departments_with_a_focal_post_can_be_asked(company: Company) -> None:
    """E-90: neither the maintainer's own department nor one that has named nobody."""
    audit = company.changed(changes.add_department, code="AUD", name="审计部", kind="other")
    case = company.sent()
    offered = company.bench.registry.sources["people.departments_to_route"]

    with company.transactions.read() as tx:
        names = [label for _, label in offered(People.load(tx), company.clock.now())]
    with pytest.raises(FormInvalid):
        company.do(case, "Task_check", "李志强", "route", reason_code="views", departments=[str(audit)])

    assert "财务部（黄雅琴）" in names
    assert not any(name.startswith(("审计部", "信息中心", "客户主数据")) for name in names)


def test_a_call_that_nobody_answers_is_noted_and_counts(company: Company) -> None:
    """E-89."""
    case = company.sent()
    call = {"called": "李志强", "called_number": "8001"}

    with pytest.raises(FormInvalid) as error:
        company.do(case, "Task_phone_maintainer", "孙倩", "no_answer", **call)
    company.do(case, "Task_phone_maintainer", "孙倩", "no_answer", call_note="已发短信", **call)

    done = company.items(case, "Task_phone_maintainer")[0]
    assert [problem.field for problem in error.value.problems] == ["call_note"]
    assert (done["status"], done["outcome"]) == ("done", "no_answer")
    assert "已发短信" in done["submission"]
    assert company.deadline(case, "phone")["status"] == "met"


def test_a_call_that_was_never_made_holds_nobody_up_and_is_missed_on_record(company: Company) -> None:
    """R-043, R-088: a duty without a price."""
    case = company.ready()
    company.release(case)

    company.do(case, "Task_confirm", "孙倩", "confirm")

    missed = sorted(event["node"] for event in company.events(case, "duty.missed"))
    assert missed == ["Task_phone_departments", "Task_phone_maintainer"]
    assert company.case(case)["status"] == "ended"
