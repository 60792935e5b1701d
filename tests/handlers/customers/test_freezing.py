"""Freeze and unfreeze: what is blocked where, what a frozen customer still accepts, what is refused and why."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from engine.errors import Refused
from engine.operations import GuardContext, registry
from handlers.customers.changes.tables import BLOCKS
from tests.handlers.office import TENCENT, Office, other
from tests.journeys.company import firm

CODE = "1000000"


@pytest.fixture
def stocked(office: Office) -> Office:
    """An office with one customer, 华为."""
    office.posted()
    return office


def objections(office: Office, guard: str, values: dict[str, Any]) -> list[str]:
    with office.transactions.read() as tx:
        who = GuardContext(
            tx, office.clock.now(), office.cast.people, office.cast.person("孙倩"), 1, None, "Start_apply"
        )
        return [problem.message for problem in registry.guards[guard](who, values)]


def blocks(office: Office) -> set[tuple[str, str]]:
    return {(row[0], row[1]) for row in office.read("SELECT scope, kind FROM account_block")}


def owes(
    office: Office, balance: str | None = "1200.00", orders: int | None = 3, code: str = CODE, company: str = ""
) -> None:
    """The last import says what is open with the customer, in one company code or as a whole."""
    person = office.cast.person("黄雅琴")
    with office.write() as tx:
        tx.run(
            "INSERT INTO account_figures (account_id, company_code, as_of, open_balance, open_orders, source_file,"
            " imported_by, imported_at) SELECT id, ?, '2026-09-15', ?, ?, '余额.xlsx', ?, ? FROM account"
            " WHERE customer_code = ?",
            (company, balance, orders, person, "2026-09-15T00:00:00.000+00:00", code),
        )


def test_a_freeze_blocks_everywhere_in_all_four_ways_and_keeps_why(each_office: Office) -> None:
    each_office.posted()

    case = each_office.freeze(CODE, kind="special")

    assert each_office.read("SELECT status, freeze_kind, freeze_reason, freeze_request_id, version FROM account") == [
        ("frozen", "special", "法律纠纷", case, 2)
    ]
    assert blocks(each_office) == {("central", kind) for kind in BLOCKS}
    assert each_office.of_kind("customer.posted")[-1]["change"] == "freeze"


def test_a_narrower_freeze_blocks_the_named_areas_only(stocked: Office) -> None:  # E-69
    stocked.freeze(CODE, freeze_sales_areas=["1000/10/01"], freeze_company_codes=["1000"])

    assert stocked.read("SELECT status FROM account") == [("active",)]
    assert blocks(stocked) == {
        ("company:1000", "posting"),
        ("area:1000/10/01", "order"),
        ("area:1000/10/01", "delivery"),
        ("area:1000/10/01", "billing"),
    }


def test_a_narrower_freeze_names_what_the_customer_has_and_is_not_frozen_yet(stocked: Office) -> None:
    area = {"sales_organisation": "1000", "distribution_channel": "10", "division": "01"}
    form = {"customer_code": CODE, "freeze_sales_areas": [area]}
    before = objections(stocked, "customers.may_freeze", form)
    stocked.freeze(CODE, freeze_sales_areas=[area])

    again = objections(stocked, "customers.may_freeze", form)
    elsewhere = objections(
        stocked, "customers.may_freeze", {**form, "freeze_sales_areas": [{**area, "division": "02"}]}
    )

    assert before == []
    assert again == [f"客户 {CODE} 的销售范围 1000/10/01已经冻结；请核对范围，或冻结全部业务"]
    assert "没有销售范围 1000/10/02；现有：公司代码 1000、销售范围 1000/10/01" in elsewhere[0]
    assert objections(stocked, "customers.may_freeze", {"customer_code": CODE}) == [], "all the rest still can be"


def test_a_narrower_freeze_can_be_lifted_too(stocked: Office) -> None:
    stocked.freeze(CODE, freeze_company_codes=["1000"])

    stocked.change(CODE, "unfreeze")

    assert blocks(stocked) == set()


def test_several_customers_are_frozen_by_one_application_once_each(stocked: Office) -> None:
    stocked.posted(other("深圳市腾讯计算机系统有限公司", TENCENT))

    case = stocked.freeze(CODE, "1000001", kind="routine")
    stocked.run(case, "customers.freeze")

    assert stocked.read("SELECT status, version FROM account ORDER BY id") == [("frozen", 2), ("frozen", 2)]
    assert stocked.read("SELECT customer_code FROM posting WHERE instance_id = ? ORDER BY 1", case) == [
        (CODE,),
        ("1000001",),
    ]


def five(office: Office) -> list[str]:
    """Five customers that one application is to freeze."""
    return [office.posted(firm(number)) for number in range(5)]


def test_a_failure_at_the_third_of_five_customers_freezes_none_and_the_next_attempt_all(each_office: Office) -> None:
    codes = five(each_office)
    case = each_office.wish_frozen(*codes)
    each_office.run(case, "customers.reserve_change", kind="freeze")
    each_office.release(case)
    with each_office.write() as tx:  # something in the way of the third one's next version
        tx.run(
            "INSERT INTO account_version (account_id, number, instance_id, posted_by, posted_at, snapshot, hash)"
            " SELECT account_id, 2, instance_id, posted_by, posted_at, snapshot, hash FROM account_version"
            " WHERE account_id = 3"
        )

    with pytest.raises(IntegrityError):
        each_office.run(case, "customers.freeze", job="freeze")
    after_failure = each_office.read("SELECT DISTINCT status, version FROM account"), blocks(each_office)
    with each_office.write() as tx:
        tx.run("DELETE FROM account_version WHERE account_id = 3 AND number = 2")
    for _ in range(2):
        each_office.run(case, "customers.freeze", job="freeze")

    assert after_failure == ([("active", 1)], set())
    assert each_office.read("SELECT DISTINCT status, version FROM account") == [("frozen", 2)]
    assert each_office.read("SELECT count(*) FROM posting WHERE instance_id = ?", case) == [(5,)]


def test_a_refusal_of_the_third_of_five_customers_freezes_none(stocked: Office) -> None:
    codes = five(stocked)
    case = stocked.wish_frozen(*codes)
    stocked.run(case, "customers.reserve_change", kind="freeze")
    stocked.release(case)
    with stocked.write() as tx:
        tx.run("UPDATE account SET status = 'archived' WHERE customer_code = ?", (codes[2],))

    with pytest.raises(Refused, match=codes[2]):
        stocked.run(case, "customers.freeze")

    assert blocks(stocked) == set()


def test_open_items_refuse_a_routine_freeze_and_are_on_record_of_a_special_one(stocked: Office) -> None:  # E-65
    owes(stocked)
    routine = stocked.wish_frozen(CODE, kind="routine")

    with pytest.raises(Refused, match=r"未清余额 1,200.00.*未清单据 3 张") as refusal:
        stocked.run(routine, "customers.reserve_change", kind="freeze")
    stocked.freeze(CODE, kind="special")

    assert refusal.value.code == "OPEN_ITEMS"
    assert "财务确认" in stocked.of_kind("customer.posted")[-1]["warnings"][0]
    assert stocked.read("SELECT status FROM account") == [("frozen",)]


def test_a_credit_in_one_company_code_does_not_settle_a_debit_in_another(stocked: Office) -> None:  # E-65
    owes(stocked, "100.00", None, company="1000")
    owes(stocked, "-100.00", None, company="1100")
    owes(stocked, "0.00", 0, company="1200")
    routine = stocked.wish_frozen(CODE, kind="routine")

    with pytest.raises(Refused, match=r"100\.00（公司代码 1000.*-100\.00（公司代码 1100") as refusal:
        stocked.run(routine, "customers.reserve_change", kind="freeze")

    assert refusal.value.code == "OPEN_ITEMS"
    assert "1200" not in refusal.value.message


def test_the_form_says_so_before_anybody_signs(stocked: Office) -> None:
    owes(stocked)

    said = objections(stocked, "customers.may_freeze", {"customer_code": CODE, "freeze_kind": "routine"})

    assert "往来没有完全结束" in said[0]
    assert "特殊冻结" in said[0]


def test_a_frozen_customer_is_not_frozen_again_nor_an_active_one_unfrozen(stocked: Office) -> None:  # E-66
    active = objections(stocked, "customers.may_change", {"customer_code": CODE, "change_kind": "unfreeze"})
    stocked.freeze(CODE)
    frozen = objections(stocked, "customers.may_freeze", {"customer_code": CODE})
    again = stocked.wish_frozen(CODE)

    with pytest.raises(Refused, match="冻结（特殊冻结，2026-09-16，申请 CJ-2026-0002）") as refusal:
        stocked.run(again, "customers.reserve_change", kind="freeze")

    assert refusal.value.code == "STATE"
    assert "现为正常" in active[0]
    assert "不能再冻结" in frozen[0]


@pytest.mark.parametrize(
    ("kind", "accepted"), [("ordinary", False), ("bank", False), ("identity", True), ("unfreeze", True)]
)
def test_a_frozen_customer_accepts_only_unfreezing_and_legal_corrections(
    stocked: Office, kind: str, accepted: bool
) -> None:  # E-54
    stocked.freeze(CODE)

    said = objections(stocked, "customers.may_change", {"customer_code": CODE, "change_kind": kind})

    assert (said == []) is accepted
    assert accepted or "先办理解冻" in said[0]


def test_unfreezing_lifts_every_block(stocked: Office) -> None:
    stocked.freeze(CODE)

    stocked.change(CODE, "unfreeze")

    assert stocked.read("SELECT status, freeze_kind, frozen_at, version FROM account") == [("active", None, None, 3)]
    assert blocks(stocked) == set()


def test_a_change_released_before_the_freeze_is_refused_after_it(stocked: Office) -> None:  # E-53
    case = stocked.wish(CODE, city="东莞")
    stocked.run(case, "customers.reserve_change")
    stocked.release(case)
    stocked.freeze(CODE)

    with pytest.raises(Refused, match="先办理解冻") as refusal:
        stocked.run(case, "customers.post_change")

    assert refusal.value.code == "STATE"


def test_of_two_freezes_in_flight_the_second_is_told_of_the_first(each_office: Office) -> None:
    each_office.posted()
    first, second = each_office.wish_frozen(CODE), each_office.wish_frozen(CODE, who="周敏", unit="MKT")
    each_office.run(first, "customers.reserve_change", kind="freeze")

    with pytest.raises(Refused, match="经营一部的冻结申请 CJ-2026-0002") as refusal:
        each_office.run(second, "customers.reserve_change", kind="freeze")

    assert refusal.value.code == "IN_FLIGHT"


def test_the_freeze_of_an_internal_customer_warns_about_consolidation(stocked: Office) -> None:  # E-71
    form = other("信息中心苏州分部", "IC0012", account_group="C008", tax_id_type="internal", customer_code="IC0012")
    stocked.posted(form)
    owes(stocked, "500.00", None, "IC0012")

    stocked.freeze("IC0012")

    warnings = "".join(stocked.of_kind("customer.posted")[-1]["warnings"])
    assert "内部往来未清余额 500.00" in warnings
    assert "合并报表" in warnings


def test_an_unknown_customer_is_named(stocked: Office) -> None:
    assert "没有客户编码“1999999”" in objections(stocked, "customers.may_change", {"customer_code": "1999999"})[0]
    assert "没有客户编码“1999999”" in objections(stocked, "customers.may_freeze", {"customer_code": "1999999"})[0]


def test_a_freeze_overtakes_the_changes_in_flight_on_its_customer_and_no_others(stocked: Office) -> None:  # E-53
    stocked.posted(other("深圳市腾讯计算机系统有限公司", TENCENT))
    for code in (CODE, "1000001"):
        stocked.run(stocked.wish(code, city="东莞"), "customers.reserve_change")
    case = stocked.wish_frozen(CODE)
    stocked.run(case, "customers.reserve_change", kind="freeze")

    done = stocked.run(case, "customers.overtake")

    assert done.decisions == {"overtaken": 1}
    assert [(order.case_id, order.verb) for order in stocked.orders] == [(3, "suspend")]
    assert "冻结申请 CJ-2026-0005 优先" in stocked.orders[0].reason
    assert stocked.of_kind("customer.overtaken") == [{"cases": ["CJ-2026-0003"]}]
