"""The ways an application can take through the procedure, other than the straight one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import local
from engine.errors import FormInvalid, NotAllowed, NotPossible
from tests.journeys.company import TERMINAL, Company


def test_without_routing_one_limit_covers_check_entry_and_notice(company: Company) -> None:
    """AMB-10: finance has signed in the first round, so in the second nobody else is needed."""
    case = company.ready()
    company.do(case, "Task_release", "李志强", "return", "联系人缺职务")
    company.revise(case, remarks="联系人职务：财务经理")
    company.approve(case)
    received = company.deadline(case, "T1")

    company.clock.advance(hours=1)
    company.do(case, "Task_check", "李志强", "complete", reason_code="ok")
    going_on = company.deadline(case, "T1")
    company.release(case)

    assert (going_on["node"], going_on["due"]) == ("Sub_maintain", received["due"])
    assert going_on["received_at"] == received["received_at"]
    assert company.case(case)["outcome"] == "posted"
    assert [row["status"] for row in company.deadlines(case, "T1")] == ["met", "continued", "met"]
    assert len(company.deadlines(case, "T3")) == 1, "only the first round had one"


def test_an_incomplete_application_comes_again_as_round_two(company: Company) -> None:
    case = company.sent()

    company.do(
        case, "Task_check", "李志强", "incomplete", "营业执照看不清", reason_code="data", missing_items=["attachments"]
    )
    company.revise(case, remarks="已重新扫描")
    company.approve(case)

    assert company.register(case) == ["incomplete"]
    assert company.told("孙倩", "incomplete")[0].subject == f"退回补正：{company.case(case)['title']} 的申请资料不全"
    assert company.case(case)["round"] == 2
    assert [(row["round"], row["status"]) for row in company.deadlines(case, "T1")] == [(1, "met"), (2, "open")]
    assert company.open_nodes(case).count("Task_check") == 1


def test_a_leader_refuses_and_no_other_department_is_timed(company: Company) -> None:
    """E-28."""
    case = company.apply()

    company.do(case, "Task_approve", "马国栋", "refuse", "客户来源没有写清")

    refused = company.items(case, "Task_approve")[0]
    assert (refused["comment"], refused["signature"]) == ("客户来源没有写清", None)
    assert company.inbox("孙倩") == ["CJ-2026-0001 修改申请表"]
    assert company.deadlines(case) == []


def test_a_customer_that_exists_is_returned_as_not_new_with_its_code(company: Company) -> None:
    """E-35."""
    code = company.posted()
    case = company.sent("郑凯", "U2", form=TERMINAL)

    with pytest.raises(FormInvalid) as without:
        company.do(case, "Task_check", "李志强", "not_new", "就是华为技术", reason_code="exists")
    company.do(case, "Task_check", "李志强", "not_new", "就是华为技术", reason_code="exists", existing_code=code)

    finding = company.events(case, "finding.false_new")[0]
    assert [problem.field for problem in without.value.problems] == ["existing_code"]
    assert finding["data"]["existing_code"] == code
    assert finding["data"]["department"] == company.cast.department("U2")
    assert code in company.told("郑凯", "not_new")[0].subject
    assert (company.case(case)["outcome"], company.open_items(case)) == ("not_new", [])


def test_a_late_department_is_reported_to_its_leader_and_the_case_goes_on(company: Company) -> None:
    case = company.sent()
    company.route(case, "FIN")
    due = company.deadline(case, "T2")["due"]

    company.clock.move_to(due + timedelta(hours=1))
    company.engine.sweep()
    letter = company.told("陈立", "escalate")[0]
    company.answer(case, "FIN")

    assert company.breaches(case, "T2") == [due]
    assert f"{local(due):%Y-%m-%d %H:%M} 到期" in letter.body
    assert "黄雅琴" in letter.body
    assert company.deadline(case, "T2")["status"] == "late"
    assert "CJ-2026-0001 维护" in company.inbox("李志强")


def test_the_maintainer_sends_the_form_to_a_further_department(company: Company) -> None:
    case = company.ready("FIN")
    legal = str(company.cast.department("LEG"))

    company.do(case, "Task_release", "李志强", "reroute", "请法务审核", reroute_departments=[legal])
    first = company.deadlines(case, "T3")[0]
    company.answer(case, "LEG")
    company.release(case)

    assert first["status"] == "met"
    assert [row["department_id"] for row in company.deadlines(case, "T2")][-1] == company.cast.department("LEG")
    assert company.case(case)["outcome"] == "posted"


def test_a_department_that_disagrees_keeps_the_gate_shut_until_it_is_settled(company: Company) -> None:
    case = company.sent()
    company.route(case, "FIN")
    company.complete_view(case, "FIN")
    company.sign_view(case, "FIN", "reject", "信用额度过高")

    company.release(case)
    refused = company.findings(case)
    finance = str(company.cast.department("FIN"))
    company.do(case, "Task_release", "李志强", "reroute", "额度已降", reroute_departments=[finance])
    company.complete_view(case, "FIN", credit_limit="1000000.00")
    company.sign_view(case, "FIN")
    company.release(case)

    assert "rejected" in refused
    assert company.case(case)["outcome"] == "posted"


def test_a_form_changed_after_signing_voids_signature_and_seal(company: Company) -> None:
    """AMB-36: marketing corrects what the applicant's leader has signed, and then does not sign it."""
    case = company.sent()
    company.route(case, "FIN", "MKT")
    company.answer(case, "FIN")
    company.do(
        case, "Task_complete_view", "周敏", "bounce", "门牌号已改，请原部门确认", department="MKT",
        street_address="坂田街道五和大道 2 号",
    )  # fmt: skip

    company.release(case)
    refused = company.findings(case)
    company.do(case, "Task_release", "李志强", "return", "请重新签字")
    company.revise(case)
    company.approve(case)
    company.route(case, "FIN")
    company.answer(case, "FIN")
    company.release(case)

    assert "void" in refused
    assert company.findings(case) == []
    assert company.customers() == ["1000000"]


def test_a_section_that_marketing_corrects_is_signed_anew_by_marketing(company: Company) -> None:
    """The routed department's own signature covers what it has changed; the applicant is not asked again."""
    case = company.sent()
    company.route(case, "FIN", "MKT")
    company.answer(case, "FIN")
    company.complete_view(case, "MKT", street_address="坂田街道五和大道 2 号")
    company.sign_view(case, "MKT")

    company.release(case)

    assert company.findings(case) == []
    assert company.customers() == ["1000000"]


def test_without_a_departments_signature_nothing_is_posted(company: Company) -> None:
    """Finance hands its view back without sending it to its leader."""
    case = company.sent()
    company.route(case, "FIN", "LEG")
    company.answer(case, "FIN")
    company.do(case, "Task_complete_view", "高远", "bounce", "不归法务管", department="LEG")

    company.release(case)

    assert "rejected" in company.findings(case)
    assert company.customers() == []
    assert company.events(case, "job.refused", code="GATE_FAILED")


def test_the_applicant_department_disputes_the_result(company: Company) -> None:
    case = company.ready()
    company.release(case)

    company.do(case, "Task_confirm", "孙倩", "dispute", "维护员 9 月 16 日中午已收到")

    assert company.register(case) == ["route", "posted", "disputed"]
    assert (company.case(case)["status"], company.case(case)["outcome"]) == ("ended", "posted")
    assert company.customers() == ["1000000"]


def test_an_application_can_be_withdrawn_until_it_is_posted(company: Company) -> None:
    """E-30."""
    case = company.sent()
    company.route(case, "FIN")
    company.clock.move_to(company.deadline(case, "T2")["due"] + timedelta(minutes=1))
    company.engine.withdraw(case, company.cast.person("孙倩"), "客户改由集团签约")
    posted = company.ready(form=TERMINAL)
    company.release(posted)

    with pytest.raises(NotPossible, match="已建档"):
        company.engine.withdraw(posted, company.cast.person("孙倩"), "算了")

    assert company.case(case)["status"] == "withdrawn"
    assert (company.deadline(case, "T2")["status"], company.deadline(case, "T2")["breached"]) == ("late", True)
    assert company.open_items(case) == []
    assert company.rows("key_reservation", case)[0]["released_as"] == "withdrawn"


def test_only_the_applicants_side_may_withdraw(company: Company) -> None:
    case = company.sent()

    with pytest.raises(NotAllowed):
        company.engine.withdraw(case, company.cast.person("郑凯"), "与我无关")

    assert company.case(case)["status"] == "open"
