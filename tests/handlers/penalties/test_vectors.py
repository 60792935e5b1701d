"""The golden vectors F.3: what a number of findings costs, by the published policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine.calendar import Calendar
from engine.people import People
from engine.policy import Policies
from handlers.penalties import pricing
from handlers.penalties.basis import Basis
from handlers.penalties.findings import ENTRY_ERROR, FALSE_NEW, OVERTIME, Finding, Ref
from handlers.penalties.liability import Payer
from handlers.penalties.period import Month
from tests.cast import moment

SEPTEMBER = Month(2026, 9)
POLICY = Path("processes/policies/SD-010.yaml").read_text(encoding="utf-8")
FINANCE, MAINTAINING, UNIT = 3, 5, 7
HUANG, CHEN, LI, GUO, SUN = 31, 32, 51, 52, 71


def basis(text: str = POLICY) -> Basis:
    calendar = {"company": Calendar()}
    return Basis(moment("2026-10-08", "09:00"), People(), calendar, {}, Policies.parse(text))


def late(number: int, department: int = FINANCE, focal: int = HUANG, leader: int = CHEN) -> Finding:
    at = moment("2026-09-02", "10:00") + timedelta(days=number)
    payers = Payer(focal, None, ""), Payer(leader, None, "")
    return Finding(Ref(number, 9, OVERTIME), at, department, *payers, "2004-04", (9,))


def untrue(number: int, day: str) -> Finding:
    payer = Payer(SUN, None, "")
    return Finding(Ref(number, 9, FALSE_NEW), moment(day, "10:00"), UNIT, payer, None, "2004-04", (9,))


def wrong(number: int) -> Finding:
    payer = Payer(LI, None, "")
    return Finding(
        Ref(number, 9, ENTRY_ERROR), moment("2026-09-09", "10:00"), MAINTAINING, payer, None, "2004-04", (9,)
    )


def sums(lines: list[pricing.Line]) -> dict[str, int]:
    return {role: int(sum(one.amount for one in lines if one.role == role)) for role in pricing.ROLES}


@pytest.mark.parametrize(
    ("n", "focal", "leader", "department"),
    [(0, 0, 0, 0), (1, 50, 20, 0), (2, 100, 40, 0), (3, 150, 60, 200), (4, 200, 80, 200), (5, 250, 100, 200),
     (6, 300, 120, 400), (7, 350, 140, 400)],
)  # fmt: skip
def test_overtime_of_a_department_in_a_month(n: int, focal: int, leader: int, department: int) -> None:
    """F.3 first row, E-91."""
    lines = pricing.price(SEPTEMBER, basis(), [late(number) for number in range(n)], [], [])

    found = sums(lines)
    assert (found["focal"], found["leader"], found["extra"]) == (focal, leader, department)


@pytest.mark.parametrize(
    ("reading", "person", "department"),
    [("cap2", [20, 40, 40], [50, 100, 100]), ("double", [20, 40, 80], [50, 100, 200]),
     ("linear", [20, 40, 60], [50, 100, 150])],
)  # fmt: skip
def test_the_third_false_new_of_a_year_by_each_reading(reading: str, person: list[int], department: list[int]) -> None:
    """F.3 second row, E-50, AMB-17."""
    company = basis(POLICY.replace("escalation: cap2", f"escalation: {reading}"))
    filed = [untrue(1, "2026-09-02"), untrue(2, "2026-09-10"), untrue(3, "2026-09-20")]

    lines = pricing.price(SEPTEMBER, company, [], filed, [])

    assert [int(one.amount) for one in lines if one.role == "responsible"] == person
    assert [int(one.amount) for one in lines if one.role == "department"] == department


def test_the_ordinal_of_a_false_new_counts_the_earlier_ones_of_the_year_only() -> None:
    """E-51: the first in December, the second in January counts as a first; by rolling months it is a second."""
    filed = [untrue(1, "2025-12-20"), untrue(2, "2026-01-10")]
    rolling = basis(POLICY.replace("window: calendar_year", "window: rolling_12_months"))

    january = [pricing.ordinals(filed, one) for one in (basis(), rolling)]

    assert [[ordinal for _, ordinal in one] for one in january] == [[1, 1], [1, 2]]


def test_two_customers_wrong_cost_a_hundred() -> None:
    """F.3 third row: the fields of one customer do not matter (E-85)."""
    lines = pricing.price(SEPTEMBER, basis(), [], [], [wrong(1), wrong(2)])

    assert sums(lines)["maintainer"] == 100


def test_the_maintaining_department_pays_like_any_other() -> None:
    """F.3 fourth row, AMB-14: one T1 and two T3."""
    found = [late(number, MAINTAINING, LI, GUO) for number in range(3)]

    lines = pricing.price(SEPTEMBER, basis(), found, [], [])

    assert {role: amount for role, amount in sums(lines).items() if amount} == {
        "focal": 150,
        "leader": 60,
        "extra": 200,
    }


def test_a_step_keeps_the_amounts_of_its_policy_version() -> None:
    """E-97: a new version from 1 October leaves September as it was."""
    new = POLICY.replace('"2004-04"', '"2026-10"').replace("2004-04-01", "2026-10-01").replace("focal: 50", "focal: 80")
    both = replace(basis(), policies=Policies.parse(f"{POLICY}\n---\n{new}"))
    october = replace(late(2), policy="2026-10")

    amounts = [one.amount for one in pricing.price(SEPTEMBER, both, [late(1), october], [], []) if one.role == "focal"]

    assert amounts == [Decimal(50), Decimal(80)]
