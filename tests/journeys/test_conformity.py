"""Duties without a price, left undone in real cases: the log shows them, each under its clause."""

from __future__ import annotations

from pathlib import Path

from engine import conformance, history
from engine.conformance import OBEYED, VIOLATED, Verdict
from tests.cast import moment
from tests.journeys.company import Company
from tests.journeys.test_modify_and_freeze import urgent

RULES = conformance.read(Path("processes/policies/SD-010.rules.yaml"))


def verdicts(company: Company, case: int, rule: str) -> list[Verdict]:
    with company.transactions.read() as tx:
        return [one for one in conformance.judge(history.read(tx, case), RULES) if one.rule == rule]


def outcomes(company: Company, case: int, *rules: str) -> list[str]:
    return [one.outcome for rule in rules for one in verdicts(company, case, rule)]


def test_a_case_done_by_the_book_violates_nothing_but_the_calls_nobody_made(company: Company) -> None:
    # given a customer who was created without a single phone call
    case = company.ready("FIN")
    company.release(case)
    company.do(case, "Task_confirm", "孙倩", "confirm")

    # when the grace is over
    company.clock.advance(days=1)
    company.engine.sweep()

    # then the calls, and they alone, are violations
    with company.transactions.read() as tx:
        judged = conformance.judge(history.read(tx, case), RULES)
    assert {one.rule for one in judged if one.outcome == VIOLATED} == {"phone-maintainer", "phone-departments"}
    assert outcomes(company, case, "approved-and-signed", "complete-before-posting", "check-registered") == [OBEYED] * 3


def test_a_case_that_had_to_be_upgraded_was_not_marked_and_has_no_letter(company: Company) -> None:
    """R-062, R-064."""
    code = company.posted()
    case = company.modify(code, city="东莞")
    company.approve(case)

    company.engine.reprioritise(case, company.cast.person("李志强"), True, "客户被起诉，来电告知", "legal_dispute")
    company.clock.advance(hours=1)
    company.do(case, "Task_check", "李志强", "complete", reason_code="ok")
    company.release(case)
    company.do(case, "Task_confirm", "孙倩", "confirm")

    assert outcomes(company, case, "marked-when-due", "letter-after-upgrade") == [VIOLATED, VIOLATED]


def test_an_urgent_change_and_a_special_freeze_done_by_the_book_obey_3_2_and_2_1_4(company: Company) -> None:
    code = company.posted()
    case = company.modify(code, city="东莞", **urgent(company))
    company.approve(case)
    freeze = company.freeze(code)

    assert outcomes(company, case, "letter-issued") == [OBEYED]
    assert outcomes(company, freeze, "remaining-departments-told") == [OBEYED]


def test_a_change_raised_long_after_it_was_known_is_listed(company: Company) -> None:
    """AMB-03."""
    code = company.posted()
    company.clock.move_to(moment("2026-09-21", "09:00"))
    late, soon = (
        company.modify(code, city=city, known_on=day) for city, day in (("东莞", "2026-09-01"), ("佛山", "2026-09-18"))
    )
    company.approve(late)

    (verdict,) = verdicts(company, late, "raised-in-time")
    assert (verdict.outcome, verdict.why) == (VIOLATED, "修改提得迟：2026-09-01 得知，2026-09-21 提出，隔 20 天")
    assert verdicts(company, soon, "raised-in-time") == []
