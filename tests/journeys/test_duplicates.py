"""One customer, one code: the search, the key, and what comes of a race (SD-010 1.1, 3.3.2)."""

from __future__ import annotations

import threading

import pytest

from engine import starting
from engine.engine import Application
from engine.errors import FormInvalid
from handlers.customers import requests
from tests.handlers.office import other
from tests.journeys.company import FORM, HUAWEI, PROCESS, TERMINAL, Company
from tests.patience import until

LOCKED_OUT = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def refusal(error: pytest.ExceptionInfo[FormInvalid]) -> str:
    return "；".join(problem.message for problem in error.value.problems)


def test_without_a_fresh_search_over_name_and_number_nothing_is_submitted(company: Company) -> None:
    """E-32."""
    none = {"search_ids": [], "dismissals": {}}
    another = company.search("孙倩", "深圳市腾讯计算机系统有限公司", HUAWEI)
    fresh = company.search("孙倩", FORM["legal_name"], HUAWEI)

    with pytest.raises(FormInvalid) as skipped:
        company.apply(search=none)
    with pytest.raises(FormInvalid) as other_name:
        company.apply(search=another)
    company.clock.advance(minutes=31)
    with pytest.raises(FormInvalid) as stale:
        company.apply(search=fresh)

    assert "查重" in refusal(skipped)
    assert "与表单不一致" in refusal(other_name)
    assert "超过 30 分钟" in refusal(stale)
    assert company.read("SELECT count(*) FROM instance")[0][0] == 0


def test_a_second_unit_is_told_who_is_at_it(company: Company) -> None:
    """E-33."""
    company.apply("孙倩", "U1")

    with pytest.raises(FormInvalid) as error:
        company.apply("郑凯", "U2")

    assert "CJ-2026-0001" in refusal(error)
    assert "经营一部" in refusal(error)
    assert "扩展销售范围" in refusal(error)


def test_of_two_units_that_pass_the_search_at_the_same_second_one_gets_the_key(each_company: Company) -> None:
    """E-33: on PostgreSQL both applications get through, since neither sees the other's open transaction.

    On SQLite writers queue, so that the second one already meets the first.
    """
    company = each_company
    forms = {"孙倩": company.filled_in("孙倩"), "郑凯": company.filled_in("郑凯")}
    first = Application(PROCESS, company.cast.person("孙倩"), company.cast.department("U1"), forms["孙倩"])
    outcome: list[object] = []

    def second() -> None:
        try:
            outcome.append(company.hand_in("郑凯", "U2", forms["郑凯"]))
        except FormInvalid as error:
            outcome.append(error)

    with company.transactions.write() as tx:  # 孙倩's application, not yet committed
        starting.start(company.engine, tx, first).save()
        thread = threading.Thread(target=second)
        thread.start()
        if company.transactions.postgres:
            until(lambda: bool(outcome or company.read(LOCKED_OUT)), "郑凯 was through the search", lambda: outcome)
    thread.join()

    if company.transactions.postgres:
        (case,) = outcome
        company.approve(1)
        company.approve(case, "U2")
        refused = company.events(case, "job.refused")[0]["data"]
        assert (refused["code"], refused["holder"]) == ("KEY_TAKEN", "CJ-2026-0001")
        assert company.open_nodes(case) == ["Task_revise"]
        assert company.events(case, "finding.false_new") == []
    else:
        assert isinstance(outcome[0], FormInvalid)
    assert company.read("SELECT count(*) FROM key_reservation WHERE released_at IS NULL")[0][0] <= 1


def test_a_number_that_has_a_customer_points_to_the_modify_procedure(company: Company) -> None:
    code = company.posted()

    with pytest.raises(FormInvalid) as error:
        company.apply("郑凯", "U2")

    assert code in refusal(error)
    assert "修改或扩展销售范围" in refusal(error)


def test_a_customer_posted_after_the_search_is_no_false_new(company: Company) -> None:
    """E-37."""
    searched_before = company.sent("郑凯", "U2", form=TERMINAL)
    company.clock.advance(hours=1)
    code = company.posted()

    company.do(
        searched_before, "Task_check", "李志强", "not_new", "集团已统一建档", reason_code="exists", existing_code=code
    )

    assert company.events(searched_before, "finding.false_new") == []
    assert "查重之后才建档" in company.events(searched_before, "finding.exempt")[0]["data"]["why"]
    assert company.case(searched_before)["outcome"] == "not_new"


@pytest.mark.parametrize(
    ("name", "tax_id"),
    [("钱塘区河庄街道股份经济合作社", "N2330114MA2B3C4D5F"), ("北京市律师协会", "Y1330114MA2B3C4D5A")],
)
def test_codes_of_village_collectives_and_other_registers_are_taken(company: Company, name: str, tax_id: str) -> None:
    """E-46."""
    case = company.ready(form=other(name, tax_id, customer_type="社团"))

    company.release(case)

    assert company.read("SELECT tax_id FROM party") == [(tax_id,)]
    assert company.case(case)["outcome"] == "posted"


def test_two_reservations_of_one_key_at_once_leave_one(each_company: Company) -> None:
    """E-33: the database decides, whatever the two processes believed."""
    company = each_company
    cases = [company.apply("孙倩", "U1"), company.apply("郑凯", "U2", form=TERMINAL)]
    barrier, holders = threading.Barrier(2), []

    def reserve(case: int, department: str) -> None:
        barrier.wait()
        with company.transactions.write() as tx:
            now = company.clock.now()
            holders.append(requests.reserve(tx, now, case, company.cast.department(department), f"CN/{HUAWEI}"))

    threads = [threading.Thread(target=reserve, args=pair) for pair in zip(cases, ("U1", "U2"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    losers = [holder for holder in holders if holder is not None]
    held = company.read("SELECT instance_id FROM key_reservation WHERE released_at IS NULL")
    assert len(losers) == 1
    assert [losers[0].instance_id] == [row[0] for row in held]
