"""The rules of SD-010: every clause is bound, and real cases come out as they went."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import conformance
from engine.clauses import read_clauses
from engine.conformance import NOT_TESTABLE, OBEYED, VIOLATED

POLICIES = Path(__file__).parents[3] / "processes" / "policies"
SD_010 = conformance.read(POLICIES / "SD-010.rules.yaml")
CLAUSES = [one.number for one in read_clauses((POLICIES / "SD-010.md").read_text(encoding="utf-8"))]


def test_every_clause_has_rules_or_says_why_it_cannot_be_tested() -> None:
    assert [binding.clause for binding in SD_010.bindings] == CLAUSES
    assert all(binding.rules or binding.not_testable for binding in SD_010.bindings)


@pytest.mark.parametrize(
    ("ground", "duty"),
    [("R-043", "phone"), ("R-046", "phone"), ("R-064", "letter"), ("R-018", "notice"), ("R-062", "urgent_mark"),
     ("R-073", "search"), ("R-074", "register"), ("AMB-03", "raising")],
)  # fmt: skip
def test_the_duties_without_a_price_are_bound(ground: str, duty: str) -> None:
    assert {rule.duty for rule in SD_010.rules.values() if rule.ground == ground} == {duty}


def test_a_rulebook_can_be_cut_down_to_some_rules() -> None:
    phone = SD_010.only(["phone-maintainer"])

    assert list(phone.rules) == ["phone-maintainer"]
    assert phone.kinds == {"item.opened", "item.completed", "deadline.breached", "duty.missed"}
    assert {OBEYED, VIOLATED, NOT_TESTABLE} == {"obeyed", "violated", "not_testable"}
