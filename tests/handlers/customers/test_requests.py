"""The key of a party: one application holds it, and lets go of it whatever becomes of the case."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest

from engine.errors import Refused
from tests.handlers.office import FORM, TENCENT, Office


def holders(office: Office) -> list[tuple[int, str]]:
    return [tuple(row) for row in office.read("SELECT instance_id, key FROM key_reservation WHERE released_at IS NULL")]


def test_of_two_units_at_the_same_second_one_gets_the_key(each_office: Office) -> None:  # E-33
    office = each_office
    cases = {"孙倩": office.apply("孙倩", "U1"), "周敏": office.apply("周敏", "MKT")}
    outcomes: dict[str, str] = {}
    start = Barrier(2)

    def reserve(who: str) -> None:
        start.wait()
        try:
            office.run(cases[who], "customers.reserve")
            outcomes[who] = "reserved"
        except Refused as refusal:
            outcomes[who] = refusal.message

    threads = [Thread(target=reserve, args=(who,)) for who in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["周敏", "孙倩"]
    winner, loser = sorted(outcomes, key=lambda who: outcomes[who] != "reserved")
    assert outcomes[winner] == "reserved"
    assert [case for case, _ in holders(office)] == [cases[winner]]
    assert {"孙倩": "经营一部", "周敏": "营销部"}[winner] in outcomes[loser]


def test_the_loser_is_told_who_holds_the_key_since_when_and_what_to_do(office: Office) -> None:
    office.run(office.apply("孙倩", "U1"), "customers.reserve")
    second = office.apply("周敏", "MKT")

    with pytest.raises(Refused) as refusal:
        office.run(second, "customers.reserve")

    assert refusal.value.code == "KEY_TAKEN"
    assert "经营一部的申请 CJ-2026-0001 于 09-16 09:00 占用" in refusal.value.message
    assert "扩展销售范围" in refusal.value.message
    assert office.of_kind("finding.false_new") == []


def test_reserving_again_after_a_rework_changes_nothing(office: Office) -> None:
    case = office.apply()

    office.run(case, "customers.reserve")
    office.run(case, "customers.reserve")

    assert office.read("SELECT count(*) FROM key_reservation") == [(1,)]


def test_a_corrected_number_is_held_instead_of_the_old_one(office: Office) -> None:
    case = office.apply()
    office.run(case, "customers.reserve")

    office.write_form(case, tax_id=TENCENT)
    office.run(case, "customers.reserve")

    assert holders(office) == [(case, f"CN/{TENCENT}")]


@pytest.mark.parametrize("status", ["withdrawn", "cancelled", "ended"])
def test_a_case_that_is_over_holds_nothing(office: Office, status: str) -> None:
    case = office.apply()
    office.run(case, "customers.reserve")

    office.end(case, status)

    assert holders(office) == []
    office.run(office.apply("周敏", "MKT"), "customers.reserve")


def test_posting_turns_the_reservation_into_the_customers_key(office: Office) -> None:
    office.posted()

    assert office.read("SELECT released_as FROM key_reservation") == [("posted",)]
    with pytest.raises(Refused, match="已属于客户 1000000 华为技术有限公司"):
        office.run(office.apply("周敏", "MKT"), "customers.reserve")


def test_an_application_without_a_number_reserves_nothing(office: Office) -> None:  # E-48
    case = office.apply(form={**FORM, "tax_id_type": "none", "tax_id": ""})

    office.run(case, "customers.reserve")

    assert holders(office) == []


def test_the_same_number_declared_as_another_kind_is_the_same_party(office: Office) -> None:
    office.run(office.apply("孙倩", "U1"), "customers.reserve")
    disguised = office.apply("周敏", "MKT", {**FORM, "tax_id_type": "legacy", "tax_id": "9144 0300-1922038216"})

    with pytest.raises(Refused, match="经营一部"):
        office.run(disguised, "customers.reserve")
