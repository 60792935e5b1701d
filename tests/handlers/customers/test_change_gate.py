"""The gate before a change or freeze: what changes must be signed, what stays as it was need not be."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from engine.errors import Refused
from handlers.customers.queries import gate_findings
from tests.handlers.office import FORM, OWN, Office

CODE = "1000000"
APPLICATION = {
    name: FORM[name] for name in ("apply_reason", "source_channel", "verified_against", "verified_on", "verified_by")
} | {"search": {"search_ids": ["1"], "dismissals": {}}, "attachments": ["a-1"]}


@pytest.fixture
def stocked(office: Office) -> Office:
    """An office with one customer, 华为."""
    office.posted()
    return office


def wish(office: Office, kind: str = "ordinary", **fields: Any) -> int:
    case = office.wish(CODE, kind, **APPLICATION, **fields)
    office.run(case, "customers.reserve_change")
    return case


def findings(office: Office, case: int) -> list[str]:
    with suppress(Refused):
        office.run(case, "customers.gate")
    with office.transactions.read() as tx:
        return [one["code"] for one in gate_findings(tx, case)]


def test_a_change_that_the_leader_signed_and_the_maintainer_released_passes(stocked: Office) -> None:
    case = wish(stocked, city="东莞")
    stocked.approve(case)
    stocked.done(case, "Task_check", "李志强", ("MDM", "maintainer"), "complete")
    stocked.release(case)

    assert findings(stocked, case) == []


def test_a_changed_section_nobody_signed_keeps_the_gate_shut(stocked: Office) -> None:  # E-75
    case = wish(stocked, payment_terms="Z060")
    stocked.approve(case)
    stocked.release(case)

    assert findings(stocked, case) == ["uncovered"]


def test_without_the_leaders_signature_it_stays_shut(stocked: Office) -> None:
    case = wish(stocked, city="东莞")
    stocked.release(case)

    assert "unsigned" in findings(stocked, case)


def test_a_change_after_the_signature_voids_it(stocked: Office) -> None:
    case = wish(stocked, city="东莞")
    stocked.approve(case)
    stocked.write_form(case, city="惠州")
    stocked.release(case)

    assert "void" in findings(stocked, case)


def test_a_customer_frozen_meanwhile_keeps_it_shut(stocked: Office) -> None:
    case = wish(stocked, city="东莞")
    stocked.approve(case)
    stocked.release(case)
    stocked.freeze(CODE)

    assert "state" in findings(stocked, case)


def test_the_applicants_own_focal_person_does_not_release(stocked: Office) -> None:  # E-88
    case = wish(stocked, city="东莞")
    stocked.done(case, "Task_approve", "马国栋", ("U1", "leader"), "approve", signs=OWN)
    stocked.done(case, "Task_release", "孙倩", ("U1", "focal"), "post")

    assert "released_by" in findings(stocked, case)
