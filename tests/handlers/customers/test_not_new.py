"""Applications for "new" customers that are not new: the register, the return, and when 4.2 applies."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.operations import GuardContext, registry
from tests.handlers.office import ACCOUNTING, FORM, HUAWEI, TENCENT, Office, other


def refused(office: Office, case: int, code: str = "1000000") -> None:
    """The maintainer finds the customer and returns the application."""
    office.done(
        case, "Task_check", "李志强", ("MDM", "maintainer"), "not_new",
        existing_code=code, reason_code="exists", check_note="税号相同，2019 年已建档",
    )  # fmt: skip
    office.run(case, "customers.refuse_not_new")


def test_the_return_is_registered_delivered_and_recorded_as_a_finding(office: Office) -> None:  # E-35
    office.posted()
    office.clock.advance(days=1)
    case = office.apply("周敏", "MKT")

    refused(office, case)

    line = office.read("SELECT result, reason_code, note, existing_code, person_id, done_at FROM register")[-1]
    assert line[:4] == ("not_new", "exists", "税号相同，2019 年已建档", "1000000")
    assert line[4] == office.cast.person("李志强")
    assert line[5] is not None
    finding = office.of_kind("finding.false_new")[0]
    assert finding["clause"] == "4.2"
    assert finding["department"] == office.cast.department("MKT")
    assert finding["existing_code"] == "1000000"
    notice = office.read("SELECT person_id, subject FROM notice WHERE kind = 'not_new' AND channel = 'inbox'")
    assert [row[0] for row in notice] == [office.cast.person("周敏")]
    assert "1000000" in notice[0][1]


def test_the_key_is_free_again(office: Office) -> None:
    office.posted(other("深圳市腾讯计算机系统有限公司", TENCENT))
    case = office.apply()
    office.run(case, "customers.reserve")

    refused(office, case)

    assert office.read("SELECT 1 FROM key_reservation WHERE released_at IS NULL") == []


def test_a_frozen_customer_counts_by_the_text(office: Office) -> None:  # E-36
    office.posted()
    with office.write() as tx:
        tx.run("UPDATE account SET status = 'frozen'")
    case = office.apply("周敏", "MKT")

    refused(office, case)

    assert office.of_kind("finding.false_new")[0]["existing_status"] == "frozen"


def test_a_customer_posted_after_the_search_is_no_finding(office: Office) -> None:  # E-37
    case = office.apply("周敏", "MKT")
    office.clock.advance(minutes=5)
    office.posted()

    refused(office, case)

    assert office.of_kind("finding.false_new") == []
    assert "查重之后才建档" in office.of_kind("finding.exempt")[0]["why"]
    assert "不按 SD-010 第 4.2 条登记" in office.read("SELECT body FROM notice WHERE kind = 'not_new'")[0][0]
    assert office.read("SELECT result FROM register ORDER BY id")[-1] == ("not_new",)


def test_a_declared_exception_that_finance_approved_is_no_finding(office: Office) -> None:  # E-38
    office.posted()
    case = office.apply("周敏", "MKT", {**FORM, "separate_reason": "reconciliation"})
    office.done(case, "Task_sign_view", "陈立", ("FIN", "leader"), "approve", signs=["accounting"], **ACCOUNTING)

    refused(office, case)

    assert office.of_kind("finding.false_new") == []
    assert "财务审批" in office.of_kind("finding.exempt")[0]["why"]


def test_a_declared_exception_that_finance_did_not_approve_is_a_finding(office: Office) -> None:
    office.posted()
    case = office.apply("周敏", "MKT", {**FORM, "separate_reason": "reconciliation"})
    office.done(case, "Task_sign_view", "陈立", ("FIN", "leader"), "reject", comment="无必要")

    refused(office, case)

    assert len(office.of_kind("finding.false_new")) == 1


def test_a_return_rests_on_a_code_that_exists(office: Office) -> None:
    case = office.apply("周敏", "MKT")

    with pytest.raises(NotFound, match="1000009"):
        refused(office, case, "1000009")

    assert office.read("SELECT count(*) FROM register") == [(0,)]


@pytest.mark.parametrize(("code", "problems"), [("", 0), ("1000000", 0), ("1000009", 1)])
def test_the_check_form_does_not_take_a_code_that_is_not_there(office: Office, code: str, problems: int) -> None:
    office.posted()
    with office.transactions.read() as tx:
        ctx = GuardContext(tx, office.clock.now(), office.cast.people, 1, 1, 1, "Task_check")

        found = registry.guards["customers.existing_code"](ctx, {"existing_code": code})

    assert len(found) == problems


def test_trying_again_registers_once(office: Office) -> None:
    office.posted()
    case = office.apply("周敏", "MKT")
    refused(office, case)
    job = office.read("SELECT job FROM register WHERE result = 'not_new'")[0][0]

    office.run(case, "customers.refuse_not_new", job=job)

    assert office.read("SELECT count(*) FROM register WHERE result = 'not_new'") == [(1,)]
    assert office.read("SELECT count(*) FROM notice WHERE kind = 'not_new' AND channel = 'inbox'") == [(1,)]


def test_every_check_is_registered_with_the_maintainers_time(office: Office) -> None:  # 3.3.3
    case = office.apply()
    office.approve(case)
    office.done(
        case, "Task_check", "李志强", ("MDM", "maintainer"), "route",
        departments=[office.cast.department("FIN")], reason_code="views",
    )  # fmt: skip

    office.run(case, "customers.register_check")

    line = office.read("SELECT result, reason_code, person_id, received_at, done_at FROM register")[0]
    assert line[:3] == ("route", "views", office.cast.person("李志强"))
    assert line[3] <= line[4]
    assert office.of_kind("check.registered")[0]["result"] == "route"


def test_a_return_for_missing_data_keeps_the_key(office: Office) -> None:
    case = office.apply()
    office.run(case, "customers.reserve")
    office.done(
        case, "Task_check", "李志强", ("MDM", "maintainer"), "incomplete",
        reason_code="evidence", check_note="缺营业执照",
    )  # fmt: skip

    office.run(case, "customers.register_return")

    assert office.read("SELECT result, note FROM register") == [("incomplete", "缺营业执照")]
    assert office.read("SELECT key FROM key_reservation WHERE released_at IS NULL") == [(f"CN/{HUAWEI}",)]


def test_a_dispute_of_the_applicant_is_registered(office: Office) -> None:
    case = office.ready()
    office.run(case, "customers.post")
    office.done(case, "Task_confirm", "孙倩", ("U1", "focal"), "dispute", comment="处理时间与电话记录不符")

    office.run(case, "customers.register_dispute")

    assert office.read("SELECT result, note, person_id FROM register")[-1] == (
        "disputed",
        "处理时间与电话记录不符",
        office.cast.person("孙倩"),
    )
