"""The gate of SD-010 2.3: one missing approval, signature, seal or field keeps it shut, and says so with a remedy."""

from __future__ import annotations

import pytest

from engine.errors import Refused
from handlers.customers.queries import gate_findings
from tests.handlers.office import ACCOUNTING, FORM, OWN, TENCENT, Office, other


def findings(office: Office, case: int) -> dict[str, str]:
    """What keeps the gate shut: code → text with remedy; nothing when it opens."""
    try:
        office.run(case, "customers.gate")
    except Refused as refusal:
        if refusal.code != "GATE_FAILED":
            raise
        return {one["code"]: f"{one['where']}：{one['what']}。{one['remedy']}" for one in refusal.details["findings"]}
    return {}


def unsigned(office: Office, form: dict | None = None) -> int:
    """An application approved by its own department and held, not yet routed."""
    case = office.apply(form=form)
    office.approve(case)
    office.run(case, "customers.reserve")
    return case


def test_it_opens_when_all_have_approved_signed_and_sealed_complete_data(each_office: Office) -> None:
    case = each_office.ready()

    assert findings(each_office, case) == {}


def test_the_maintainer_forgot_finance(office: Office) -> None:  # E-75
    case = unsigned(office)
    office.done(case, "Task_check", "李志强", ("MDM", "maintainer"), "complete")
    office.release(case)

    found = findings(office, case)

    assert set(found) == {"missing"}
    assert "会计成本视图" in found["missing"]
    assert "退回部门补充" in found["missing"]


def test_the_maintainer_filled_in_what_finance_should_have(office: Office) -> None:  # E-75
    case = unsigned(office)
    office.write_form(case, **ACCOUNTING)
    office.release(case)

    found = findings(office, case)

    assert found == {
        "uncovered": "会计成本视图：“会计成本视图”没有任何部门签字盖章。请选“退回部门补充”，分发给应负责的部门审批"
    }


def test_a_routed_department_that_did_not_sign(office: Office) -> None:
    case = unsigned(office)
    office.route(case, "FIN")
    office.done(case, "Task_complete_view", "黄雅琴", ("FIN", "focal"), "complete", **ACCOUNTING)
    office.release(case)

    found = findings(office, case)

    assert "财务部没有审批签字盖章" in found["unsigned"]


def test_an_approval_only_department_must_sign_too(office: Office) -> None:  # E-78
    case = unsigned(office)
    office.route(case, "FIN", "MKT")
    office.finance_signs(case)
    office.done(case, "Task_complete_view", "周敏", ("MKT", "focal"), "complete")
    office.release(case)
    before = findings(office, case)

    office.done(case, "Task_sign_view", "林建平", ("MKT", "leader"), "approve", signs=["identity"])

    assert "营销部没有审批签字盖章" in before["unsigned"]
    assert findings(office, case) == {}


def test_a_leader_who_refused_is_quoted(office: Office) -> None:
    case = unsigned(office)
    office.route(case, "FIN")
    office.done(case, "Task_complete_view", "黄雅琴", ("FIN", "focal"), "complete", **ACCOUNTING)
    office.done(case, "Task_sign_view", "陈立", ("FIN", "leader"), "reject", comment="信用额度须先评审")
    office.release(case)

    assert "财务部不同意：信用额度须先评审" in findings(office, case)["rejected"]


def test_a_signature_without_a_seal(office: Office) -> None:
    case = unsigned(office)
    office.route(case, "FIN")
    office.done(
        case, "Task_sign_view", "陈立", ("FIN", "leader"), "approve", signs=["accounting"], sealed_by=None, **ACCOUNTING
    )
    office.release(case)

    assert "财务部已签字但没有盖章" in findings(office, case)["unsealed"]


def test_another_departments_seal_is_no_seal(office: Office) -> None:
    case = unsigned(office)
    office.route(case, "FIN")
    office.done(
        case,
        "Task_sign_view",
        "陈立",
        ("FIN", "leader"),
        "approve",
        signs=["accounting"],
        sealed_by="MKT",
        **ACCOUNTING,
    )
    office.release(case)

    assert "财务部的印章无法验证，或不是本部门的章" in findings(office, case)["seal"]


def test_a_signature_altered_in_the_database_fails_its_seal(office: Office) -> None:
    case = office.ready()
    with office.write() as tx:
        tx.run(
            'UPDATE work_item SET signature = replace(signature, \'"node":"Task_sign_view"\', \'"node":"Other"\')'
            " WHERE node = 'Task_sign_view'"
        )

    assert "印章无法验证" in findings(office, case)["seal"]


def test_a_signature_copied_from_another_case_is_none(office: Office) -> None:
    office.posted(other("深圳市腾讯计算机系统有限公司", TENCENT))
    case = unsigned(office)
    office.route(case, "FIN")
    office.done(case, "Task_sign_view", "陈立", ("FIN", "leader"), "approve", **ACCOUNTING)
    office.release(case)
    with office.write() as tx:
        tx.run(
            "UPDATE work_item SET signature = (SELECT w.signature FROM work_item w WHERE w.node = 'Task_sign_view'"
            " AND w.signature IS NOT NULL LIMIT 1) WHERE node = 'Task_sign_view' AND instance_id = ?",
            (case,),
        )

    assert "财务部的印章无法验证" in findings(office, case)["seal"]


@pytest.mark.parametrize(
    ("field", "value", "department", "section"),
    [
        ("legal_name", "华为终端有限公司", "经营一部", "主体信息"),
        ("apply_reason", "别的原因", "经营一部", "申请事项"),
        ("banks", [], "经营一部", "银行账户"),
        ("credit_limit", "99000000.00", "财务部", "会计成本视图"),
    ],
)
def test_a_change_after_signing_voids_signature_and_seal(
    office: Office, field: str, value: object, department: str, section: str
) -> None:
    case = office.ready()

    office.write_form(case, **{field: value})

    found = findings(office, case)["void"]
    assert found.startswith(department)
    assert f"“{section}”有改动" in found


def test_a_department_that_signs_what_it_completed_leaves_the_applicants_signature_standing(office: Office) -> None:
    case = unsigned(office)
    office.route(case, "FIN", "MKT")
    office.finance_signs(case)
    office.done(case, "Task_complete_view", "周敏", ("MKT", "focal"), "complete", price_group="B")
    office.done(case, "Task_sign_view", "林建平", ("MKT", "leader"), "approve", signs=["sales"])
    office.release(case)

    assert findings(office, case) == {}


def test_what_the_maintainer_fills_in_needs_no_signature_but_must_be_there(office: Office) -> None:
    case = office.ready()
    office.write_form(case, entry_checked=False)

    found = findings(office, case)

    assert set(found) == {"missing"}
    assert "请在本步骤补填" in found["missing"]


def test_a_refused_application_that_was_approved_again_counts_by_its_last_approval(office: Office) -> None:
    case = office.ready()
    office.done(case, "Task_approve", "马国栋", ("U1", "leader"), "refuse", comment="地址不对")

    refused = findings(office, case)
    office.approve(case)
    office.release(case)

    assert "经营一部不同意：地址不对" in refused["rejected"]
    assert findings(office, case) == {}


def test_the_applicants_own_department_is_not_asked_twice(office: Office) -> None:  # E-80
    case = office.apply("周敏", "MKT")
    office.done(case, "Task_approve", "林建平", ("MKT", "leader"), "approve", signs=OWN)
    office.run(case, "customers.reserve")
    office.route(case, "FIN", "MKT")
    office.finance_signs(case)
    office.release(case)

    assert findings(office, case) == {}


def test_a_department_routed_to_by_mistake_drops_out_when_the_maintainer_routes_anew(office: Office) -> None:
    case = unsigned(office)
    office.route(case, "MKT")
    office.done(case, "Task_complete_view", "周敏", ("MKT", "focal"), "bounce", comment="不归我部")
    office.release(case)
    before = findings(office, case)

    finance = [office.cast.department("FIN")]
    office.done(case, "Task_release", "李志强", ("MDM", "maintainer"), "reroute", reroute_departments=finance)
    office.finance_signs(case)
    office.release(case)

    assert "营销部不同意：不归我部" in before["rejected"]
    assert findings(office, case) == {}


def test_a_leaders_refusal_does_not_go_away_by_routing_to_somebody_else(office: Office) -> None:
    case = unsigned(office)
    office.route(case, "MKT")
    office.done(case, "Task_sign_view", "林建平", ("MKT", "leader"), "reject", comment="客户有欠款")
    finance = [office.cast.department("FIN")]
    office.done(case, "Task_release", "李志强", ("MDM", "maintainer"), "reroute", reroute_departments=finance)
    office.finance_signs(case)
    office.release(case)

    assert "营销部不同意：客户有欠款" in findings(office, case)["rejected"]


def test_the_maintainer_may_not_release_for_his_own_department(office: Office) -> None:  # E-88
    case = office.apply("李志强", "U1")
    office.approve(case)
    office.run(case, "customers.reserve")
    office.route(case, "FIN")
    office.finance_signs(case)
    office.release(case, "李志强")
    own = findings(office, case)

    office.release(case, "吴晓东")

    assert "李志强是申请部门的归口人员" in own["released_by"]
    assert "另一位维护员" in own["released_by"]
    assert findings(office, case) == {}


def test_only_a_maintainer_releases(office: Office) -> None:
    case = office.ready()
    office.done(case, "Task_release", "孙倩", ("U1", "focal"), "post")

    assert "不是客户主数据维护员" in findings(office, case)["released_by"]


def test_a_key_that_is_no_longer_held_keeps_the_gate_shut(office: Office) -> None:
    case = office.ready()
    office.end(case, "withdrawn")
    with office.write() as tx:
        tx.run("UPDATE instance SET status = 'open' WHERE id = ?", (case,))

    assert "没有为本单占用" in findings(office, case)["not_reserved"]


def test_a_look_alike_posted_in_the_meantime_keeps_the_gate_shut(office: Office) -> None:
    case = office.ready(form=other("深圳宇阳科技发展有限责任公司", "", tax_id_type="none", no_tax_id_reason="筹备中"))
    assert findings(office, case) == {}

    office.posted(other("深圳市宇阳科技发展有限公司", TENCENT))

    assert "极可能是同一客户" in findings(office, case)["duplicate"]


def test_an_exception_for_a_second_account_needs_finance(office: Office) -> None:  # E-38
    office.posted()
    case = unsigned(office, {**FORM, "separate_reason": "payment"})
    office.write_form(case, **ACCOUNTING)
    office.route(case, "MKT")
    office.done(case, "Task_sign_view", "林建平", ("MKT", "leader"), "approve", signs=["accounting"])
    office.release(case)
    without = findings(office, case)

    office.route(case, "FIN", "MKT")
    office.done(case, "Task_sign_view", "陈立", ("FIN", "leader"), "approve", signs=["accounting"])

    assert "没有财务部审批" in without["exception"]
    assert findings(office, case) == {}


def test_the_findings_are_kept_for_the_page(office: Office) -> None:
    case = unsigned(office)
    office.release(case)

    found = findings(office, case)

    with office.transactions.read() as tx:
        shown = gate_findings(tx, case)
    assert {one["code"] for one in shown} == set(found)
    assert all(one["remedy"] for one in shown)
