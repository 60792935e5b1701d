"""Modify and freeze of SD-010 with the real handlers: old → new, urgency, bank accounts, freezes that go first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine import casefile, history, prefill
from engine.engine import Application
from engine.errors import FormInvalid, NotAllowed, NotPossible
from engine.store import loads
from handlers.customers import queries
from handlers.customers.changes.differences import current
from handlers.customers.matching import search
from handlers.customers.matching.score import Candidate
from handlers.customers.rules.publishing import switch
from handlers.notices import formal
from tests.cast import moment
from tests.handlers.office import other
from tests.journeys.company import FORM, MODIFY, Company

BANK = {**FORM["banks"][0], "account_no": "6222021234567890123"}


@pytest.fixture
def code(company: Company) -> str:
    """华为 is a customer of 经营一部."""
    return company.posted()


def urgent(company: Company, *departments: str) -> dict[str, Any]:
    """The fields of an urgent application: a legal dispute, with the letter and whom it goes to."""
    to = [str(company.cast.department(one)) for one in departments or ("FIN", "MKT")]
    return {
        "urgent_reason": "legal_dispute", "urgent_note": "法院已受理", "letter_facts": "客户已被起诉。",
        "letter_request": "请停止发货。", "letter_to": to,
    }  # fmt: skip


def finish(company: Company, case: int, *departments: str, applicant: str = "U1") -> None:
    """Approve, route, complete, release: whatever the procedure."""
    company.approve(case, applicant)
    if departments:
        company.route(case, *departments)
        for one in departments:
            company.answer(case, one)
    else:
        company.do(case, "Task_check", "李志强", "complete", reason_code="ok")
    company.release(case)


def clocks(company: Company, case: int) -> dict[str, Any]:
    return {row["clock"]: row for row in company.rows("deadline", case, "received_at")}


def status(company: Company, code: str) -> str:
    with company.transactions.read() as tx:
        return str(tx.all("SELECT status FROM account WHERE customer_code = ?", (code,))[0][0])


def snapshot(company: Company, code: str) -> dict[str, Any]:
    sql = (
        "SELECT v.snapshot FROM account_version v JOIN account a ON a.id = v.account_id"
        " WHERE a.customer_code = ? ORDER BY v.number DESC LIMIT 1"
    )
    with company.transactions.read() as tx:
        found: dict[str, Any] = loads(tx.vault.reveal(tx.all(sql, (code,))[0][0]))
    return found


# --- modify ---------------------------------------------------------------------------------------------------------


def test_a_change_is_posted_with_old_and_new_on_record(company: Company, code: str) -> None:
    case = company.modify(code, city="东莞")

    finish(company, case)

    assert snapshot(company, code)["general"][0]["city"] == "东莞"
    with company.transactions.read() as tx:
        file = casefile.read(tx, company.engine.definitions, case)
    assert (file.case.base or {})["city"] == "深圳"
    assert file.case.subject == code
    assert "T3" not in clocks(company, case), "nobody was routed: one clock covers it all"


def test_a_form_filled_in_over_values_that_changed_meanwhile_is_handed_back(company: Company, code: str) -> None:
    with company.transactions.read() as tx:
        seen = prefill.seal(tx, current(tx, code))
    finish(company, company.modify(code, city="东莞"))
    values = {**MODIFY, "phone": "0769 2222 3333", "outcome": "submit"}
    person, department = company.cast.person("孙倩"), company.cast.department("U1")

    with pytest.raises(FormInvalid) as refused:
        company.engine.start(Application("customer_modify", person, department, values, None, code, seen))

    assert "已有变更" in refused.value.problems[0].message


def test_an_incomplete_change_or_freeze_goes_back_with_a_letter(company: Company, code: str) -> None:
    change = company.modify(code, city="东莞")
    freeze = company.freeze(code)

    for case, applicant in ((change, "U1"), (freeze, "FIN")):
        company.approve(case, applicant)
        lacking = {"reason_code": "evidence", "missing_items": ["evidence"]}
        company.do(case, "Task_check", "李志强", "incomplete", "证明材料看不清", **lacking)

    for case, who in ((change, "孙倩"), (freeze, "黄雅琴")):
        assert "Task_revise" in company.open_nodes(case)
        assert company.told(who, "incomplete")[0].subject == f"退回补正：{company.case(case)['title']} 的申请资料不全"


def test_finance_may_not_file_a_modification(company: Company, code: str) -> None:
    with pytest.raises(NotAllowed, match="营销"):
        company.modify(code, "黄雅琴", "FIN", city="东莞")


def test_a_change_of_bank_accounts_goes_through_finance_and_is_called_back(company: Company, code: str) -> None:
    with pytest.raises(FormInvalid) as without_evidence:  # E-57
        company.modify(code, change_kind="bank", banks=[BANK])
    case = company.modify(code, change_kind="bank", banks=[BANK], evidence=[company.attach("孙倩")])
    company.approve(case)
    with pytest.raises(FormInvalid) as without_finance:
        company.do(case, "Task_check", "李志强", "complete", reason_code="ok")
    company.route(case, "FIN")
    company.answer(case, "FIN")

    called = {"callback_number": "0755 2878 0808", "callback_person": "王会计", "callback_note": "确认已换行"}
    company.do(case, "Task_callback", "李志强", "verified", **called)
    company.release(case)

    assert "证明" in str(without_evidence.value.problems)
    assert "财务" in str(without_finance.value.problems)
    assert snapshot(company, code)["banks"][0]["account_no"] == BANK["account_no"]


def test_a_bank_change_the_customer_knows_nothing_of_goes_back(company: Company, code: str) -> None:
    case = company.modify(code, change_kind="bank", banks=[BANK], evidence=[company.attach("孙倩")])
    company.approve(case)
    company.route(case, "FIN")
    company.answer(case, "FIN")
    called = {"callback_number": "0755 2878 0808", "callback_person": "王会计", "callback_note": "客户并未换行"}

    company.do(case, "Task_callback", "李志强", "refuted", "疑似诈骗", **called)

    assert "Task_revise" in company.open_nodes(case)
    assert snapshot(company, code)["banks"][0]["account_no"] != BANK["account_no"]


def test_an_urgent_change_has_two_hours_a_step_and_a_numbered_letter(company: Company, code: str) -> None:
    company.clock.move_to(moment("2026-09-17", "09:00"))
    case = company.modify(code, city="东莞", **urgent(company))
    company.approve(case)

    assert clocks(company, case)["T1"]["due"] == moment("2026-09-17", "11:00")
    with company.transactions.read() as tx:
        letters = formal.of_case(tx, case)
        receipts = formal.receipts(tx, case, "letter")
    assert [letter.number for letter in letters] == ["经营一部函〔2026〕1 号"]
    assert [receipt.person for receipt in receipts] == ["黄雅琴", "周敏"]
    assert "请停止发货" in letters[0].body


def test_urgent_without_its_letter_is_not_handed_in(company: Company, code: str) -> None:  # E-63
    with pytest.raises(FormInvalid) as refused:
        company.modify(code, city="东莞", urgent_reason="legal_dispute", urgent_note="法院已受理")

    assert {problem.field for problem in refused.value.problems} == {"letter_facts", "letter_request", "letter_to"}


def test_our_own_salesperson_is_no_reason_for_urgency(company: Company, code: str) -> None:  # E-58
    with pytest.raises(FormInvalid) as refused:
        company.modify(code, city="东莞", urgent_reason="salesperson_change")

    assert [problem.field for problem in refused.value.problems] == ["urgent_reason"]


def test_two_changes_of_one_field_bring_the_later_back_to_the_check(company: Company, code: str) -> None:
    first, second = company.modify(code, city="东莞"), company.modify(code, city="惠州")
    finish(company, first)

    finish(company, second)

    assert "Task_check" in company.open_nodes(second)
    with company.transactions.read() as tx:
        base = casefile.read(tx, company.engine.definitions, second).case.base or {}
    assert base["city"] == "东莞", "old is what the customer holds now"
    company.do(second, "Task_check", "李志强", "complete", reason_code="ok")
    company.release(second)
    assert snapshot(company, code)["general"][0]["city"] == "惠州"


def test_a_name_change_keeps_the_former_name(company: Company, code: str) -> None:
    name = "华为技术（深圳）有限公司"
    case = company.modify(code, change_kind="identity", legal_name=name, evidence=[company.attach("孙倩")])

    finish(company, case)

    with company.transactions.read() as tx:
        names = tx.all("SELECT name, kind FROM party_name ORDER BY id")
    assert (name, "current") in [tuple(row) for row in names]
    assert any(row[1] == "former" for row in names)


def doubts(company: Company, case: int) -> list[tuple[str, str]]:
    """The rules that had a doubt about an application when it was handed in, with the field."""
    with company.transactions.read() as tx:
        started = next(event for event in history.read(tx, case) if event.kind == "case.started")
    return [(one["rule"], one["field"]) for one in started.data.get("warnings", ())]


def test_a_modification_is_judged_by_the_rules_about_what_it_changes(company: Company) -> None:
    """
    Given a customer with an account in another name, which finance forbids from now on
    When its telephone, its accounts and its city are changed
    Then a telephone that cannot be one and the account are refused, and stand in nobody else's way.
    """
    elsewhere = {**FORM["banks"][0], "account_name": "华为终端有限公司"}
    code = company.posted(form={**FORM, "banks": [elsewhere]})
    company.changed(switch, rule_id="V-22-1", severity="block", reason="财务部要求")
    banks = [{**elsewhere, "branch_name": "深圳高新支行"}]

    with pytest.raises(FormInvalid) as refused:
        company.modify(code, change_kind="bank", phone="123", banks=banks, evidence=[company.attach("孙倩")])
    case = company.modify(code, city="深圳市")
    finish(company, case)

    assert [one.field for one in refused.value.problems] == ["phone", "banks.0.account_name"]
    assert snapshot(company, code)["general"][0]["city"] == "深圳市"


def test_an_account_is_pointed_out_with_another_party_not_with_itself(company: Company, code: str) -> None:
    second = company.posted(form=other("深圳市腾讯计算机系统有限公司", "9144030071526726XG", banks=[BANK]))
    evidence = [company.attach("孙倩")]
    renamed = [{**BANK, "branch_name": "深圳高新支行"}]

    own = company.modify(second, change_kind="bank", banks=renamed, evidence=evidence)
    company.engine.withdraw(own, company.cast.person("孙倩"), "不改了")
    shared = company.modify(second, change_kind="bank", banks=FORM["banks"], evidence=[company.attach("孙倩")])

    assert ("V-23-3", "banks.0.account_no") not in doubts(company, own)
    assert ("V-23-3", "banks.0.account_no") in doubts(company, shared)


def test_a_rule_that_blocks_meanwhile_keeps_the_gate_shut_for_a_modification_too(company: Company, code: str) -> None:
    title = "华为技术有限公司深圳分公司"
    case = company.modify(code, invoice_title=title)
    company.approve(case)
    company.route(case, "FIN")
    company.complete_view(case, "FIN", invoice_title=title)
    company.sign_view(case, "FIN")
    company.changed(switch, rule_id="V-22-2", severity="block", reason="财务部要求")

    company.release(case)

    assert company.findings(case) == ["rule"]
    assert "Task_release" in company.open_nodes(case)


def test_a_new_name_is_found_while_it_is_applied_for_and_afterwards_as_the_customers(
    company: Company, code: str
) -> None:
    """
    Given 孙倩 applies for a new name of 华为
    When 郑凯 of another unit searches for that name: meanwhile, after the posting, and after a withdrawn application
    Then he finds the application with its department, the customer, and nothing.
    """

    def found(name: str) -> list[tuple[str, bool]]:
        with company.transactions.read() as tx:
            return [(hit.candidate, hit.instance_id is not None) for hit in search.find(tx, Candidate(name), None)]

    name, other_name = "深圳昇腾智算科技有限公司", "深圳鸿蒙生态软件有限公司"
    case = company.modify(code, change_kind="identity", legal_name=name, evidence=[company.attach("孙倩")])
    meanwhile = found(name)
    finish(company, case)
    again = company.modify(code, change_kind="identity", legal_name=other_name, evidence=[company.attach("孙倩")])
    applied = found(other_name)
    company.engine.withdraw(again, company.cast.person("孙倩"), "不改了")

    assert meanwhile == [(company.case(case)["number"], True)]
    assert (code, False) in found(name)
    assert (company.case(case)["number"], True) not in found(name)
    assert applied == [(company.case(again)["number"], True)]
    assert found(other_name) == []


def test_the_customer_knows_its_applications_from_the_moment_they_are_handed_in(company: Company, code: str) -> None:
    modify, freeze = company.modify(code, city="东莞"), company.freeze(code)

    with company.transactions.read() as tx:
        customer = queries.customer(tx, code)

    assert customer is not None
    assert [one.instance_id for one in customer.open_requests] == [modify, freeze]


# --- freeze ---------------------------------------------------------------------------------------------------------


def test_the_remaining_departments_know_of_a_freeze_before_its_leader_decides(company: Company, code: str) -> None:
    case = company.freeze(code)

    assert company.open_nodes(case) == ["Task_approve"]
    assert company.told("孙倩", "remaining"), "the unit that owns the customer"
    assert company.told("周敏", "remaining"), "marketing"
    assert not company.told("黄雅琴", "remaining"), "finance filed it"


def test_a_freeze_blocks_the_customer_and_an_unfreezing_lifts_it(company: Company, code: str) -> None:
    finish(company, company.freeze(code), applicant="FIN")
    assert status(company, code) == "frozen"
    with pytest.raises(FormInvalid) as refused:  # E-54
        company.modify(code, city="东莞")
    assert "先办理解冻" in str(refused.value.problems)

    evidence = [company.attach("孙倩")]
    case = company.modify(code, change_kind="unfreeze", change_reason="欠款已清", evidence=evidence)
    finish(company, case)

    assert status(company, code) == "active"


def test_a_freeze_of_one_sales_area_is_seen_by_the_approver_and_leaves_the_rest_alone(
    company: Company, code: str
) -> None:
    area = {"sales_organisation": "1000", "distribution_channel": "10", "division": "01"}
    with pytest.raises(FormInvalid) as elsewhere:
        company.freeze(code, freeze_scope="area", freeze_sales_areas=[{**area, "division": "03"}])

    case = company.freeze(code, freeze_scope="area", freeze_sales_areas=[area])

    form = company.form(case)
    assert (form["existing_areas"], form["freeze_sales_areas"]) == ("1000/10/01", [area])
    finish(company, case, applicant="FIN")
    assert "没有销售范围 1000/10/03；现有" in elsewhere.value.problems[0].message
    assert status(company, code) == "active"
    assert {block["scope"] for block in snapshot(company, code)["blocks"]} == {"area:1000/10/01"}
    evidence = [company.attach("孙倩")]
    finish(company, company.modify(code, change_kind="unfreeze", change_reason="已谈妥", evidence=evidence))
    assert snapshot(company, code)["blocks"] == []


def test_an_urgent_freeze_overtakes_a_modification_that_then_goes_on(company: Company, code: str) -> None:  # E-53
    modify = company.modify(code, city="东莞")
    company.approve(modify)
    freeze = company.freeze(code, **urgent(company, "U1", "MKT"))
    company.approve(freeze, "FIN")

    row = company.case(modify)
    assert row["status"] == "suspended"
    assert {one["status"] for one in company.rows("deadline", modify, "id")} <= {"paused", "met", "void"}
    assert company.told("孙倩", "overtaken")

    company.do(freeze, "Task_check", "李志强", "complete", reason_code="ok")
    company.release(freeze)
    assert status(company, code) == "frozen"
    company.engine.withdraw(modify, company.cast.person("孙倩"), "客户已冻结，不改了")
    assert company.case(modify)["status"] == "withdrawn"


def overtaken(company: Company, code: str) -> int:
    """A modification that finance is at work on when a freeze overtakes it, is posted, and lifted again."""
    case = company.modify(code, city="东莞")
    company.approve(case)
    company.route(case, "FIN")
    finish(company, company.freeze(code), applicant="FIN")
    evidence = [company.attach("孙倩")]
    finish(company, company.modify(code, change_kind="unfreeze", change_reason="已清偿", evidence=evidence))
    return case


def test_a_modification_resumed_after_a_freeze_goes_back_to_the_check_on_what_the_customer_holds_now(
    company: Company, code: str
) -> None:  # E-53
    case = overtaken(company, code)
    told = [notice.body for who in ("孙倩", "李志强") for notice in company.told(who, "overtaken")[:1]]
    received = company.clock.now()

    company.engine.resume(case, company.cast.person("李志强"), "仍须修改")
    company.engine.settle(case)

    assert ["恢复" in text and "撤回" in text for text in told] == [True, True]
    assert "Task_check" in company.open_nodes(case)
    assert "Task_complete_view" not in company.open_nodes(case)
    assert company.form(case)["base_version"] == 3
    last = company.rows("deadline", case, "received_at")[-1]
    assert (last["clock"], last["received_at"], last["status"]) == ("T1", received, "open")
    company.do(case, "Task_check", "李志强", "complete", reason_code="ok")
    company.release(case)
    assert snapshot(company, code)["general"][0]["city"] == "东莞"


def test_a_modification_overtaken_by_a_freeze_can_be_taken_back_instead(company: Company, code: str) -> None:
    case = overtaken(company, code)

    company.engine.withdraw(case, company.cast.person("孙倩"), "不改了")

    assert company.case(case)["status"] == "withdrawn"
    assert snapshot(company, code)["general"][0]["city"] == "深圳"


def test_a_modification_resumed_over_an_unchanged_customer_goes_on_where_it_stood(company: Company, code: str) -> None:
    case = company.modify(code, city="东莞")
    company.approve(case)
    company.route(case, "FIN")
    maintainer = company.cast.person("李志强")
    company.engine.suspend(case, maintainer, "其他", "等客户回函")

    company.engine.resume(case, maintainer)

    assert "Task_complete_view" in company.open_nodes(case)


def give_up(company: Company, freeze: int, how: str) -> None:
    """A freeze that never freezes anybody: finance takes it back, or the administrator voids it."""
    if how == "withdraw":
        company.engine.withdraw(freeze, company.cast.person("黄雅琴"), "客户已付款")
    else:
        company.engine.cancel(freeze, company.cast.person("赵磊"), "报错了客户")


@pytest.mark.parametrize("how", ["withdraw", "cancel"])
def test_a_modification_goes_on_by_itself_when_the_freeze_that_overtook_it_comes_to_nothing(
    each_company: Company, how: str
) -> None:  # E-53
    company, code = each_company, each_company.posted()
    case = company.modify(code, city="东莞")
    company.approve(case)
    before = left(company, case)
    freeze = company.freeze(code)
    company.approve(freeze, "FIN")
    company.clock.advance(minutes=20)

    give_up(company, freeze, how)

    assert company.case(case)["status"] == "open"
    assert "Task_check" in company.open_nodes(case)
    assert left(company, case) == before, "each clock runs on with what it had left"
    number = company.case(freeze)["number"]
    assert reasons(company, case, "case.resumed") == [f"冻结 {number} 未执行，恢复"]
    for who in ("孙倩", "李志强"):
        assert number in company.told(who, "resumed")[0].subject
    company.do(case, "Task_check", "李志强", "complete", reason_code="ok")
    company.release(case)
    assert snapshot(company, code)["general"][0]["city"] == "东莞"


def test_a_freeze_that_has_frozen_the_customer_cannot_be_withdrawn(company: Company, code: str) -> None:
    freeze = company.freeze(code)
    finish(company, freeze, applicant="FIN")

    with pytest.raises(NotPossible, match="更正请另提申请"):
        give_up(company, freeze, "withdraw")

    assert status(company, code) == "frozen"


def test_a_freeze_taken_back_after_it_froze_the_customer_lets_nothing_go_on(company: Company, code: str) -> None:
    case = company.modify(code, city="东莞")
    company.approve(case)
    freeze = company.freeze(code)
    finish(company, freeze, applicant="FIN")

    give_up(company, freeze, "cancel")

    assert company.case(case)["status"] == "suspended"
    assert company.told("孙倩", "resumed") == []


def test_a_modification_somebody_has_seen_to_meanwhile_is_left_alone(company: Company, code: str) -> None:
    resumed, halted, ended, before = (company.modify(code, city=city) for city in ("东莞", "佛山", "惠州", "珠海"))
    for one in (resumed, halted, ended, before):
        company.approve(one)
    maintainer = company.cast.person("李志强")
    company.engine.suspend(before, maintainer, "补正材料", "等客户回函")
    freeze = company.freeze(code)
    company.approve(freeze, "FIN")
    for one in (resumed, halted):
        company.engine.resume(one, maintainer, "先办")
    company.engine.suspend(halted, maintainer, "争议待裁定", "地址有争议")
    company.engine.withdraw(ended, company.cast.person("孙倩"), "不改了")

    give_up(company, freeze, "withdraw")

    found = [company.case(one)["status"] for one in (resumed, halted, ended, before)]
    assert found == ["open", "suspended", "withdrawn", "suspended"]
    assert company.told("孙倩", "resumed") == []
    assert reasons(company, resumed, "case.resumed") == ["先办"]


def left(company: Company, case: int) -> dict[str, timedelta]:
    """What each running clock of a case has left."""
    clocks = company.rows("deadline", case, "received_at")
    return {row["clock"]: row["due"] - company.clock.now() for row in clocks if row["status"] == "open"}


def reasons(company: Company, case: int, kind: str) -> list[str]:
    return [loads(row["data"])["reason"] for row in company.rows("event", case, "seq") if row["kind"] == kind]


def test_two_customers_are_frozen_and_numbered_apart(company: Company, code: str) -> None:
    second = company.posted(form=other("深圳市腾讯计算机系统有限公司", "9144030071526726XG"))
    for one in (code, second):
        company.approve(company.freeze(one, **urgent(company, "U1")), "FIN")

    with company.transactions.read() as tx:
        numbers = [row[0] for row in tx.all("SELECT number FROM formal_letter ORDER BY id")]
    assert numbers == ["财务部函〔2026〕1 号", "财务部函〔2026〕2 号"]
