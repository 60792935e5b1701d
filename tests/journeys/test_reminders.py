"""Reminders: every working day while a step is overdue (E-77), and 催办 by whoever waits for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import local
from engine.errors import NotAllowed, NotPossible
from tests.cast import moment
from tests.journeys.company import Company


def reminded(company: Company, who: str) -> list[str]:
    return [f"{local(one.created_at):%m-%d}" for one in reversed(company.told(who, "remind"))]


def overdue(company: Company) -> int:
    """Finance has let its four hours pass on Wednesday 18 November."""
    company.clock.move_to(moment("2026-11-18", "09:00"))
    case = company.sent()
    company.route(case, "FIN")
    company.clock.move_to(company.deadline(case, "T2")["due"] + timedelta(minutes=1))
    company.engine.sweep()
    return case


def test_an_overdue_department_is_reminded_once_every_working_day(each_company: Company) -> None:
    """E-77: the day of the breach has its escalation; the weekend passes in silence."""
    company = each_company
    case = overdue(company)

    for _ in range(6 * 24):
        company.clock.advance(hours=1)
        company.engine.sweep()

    assert reminded(company, "黄雅琴") == ["11-19", "11-20", "11-23", "11-24"]
    assert len(company.events(case, "deadline.reminded")) == 4
    assert "已逾期" in company.told("黄雅琴", "remind")[0].subject
    assert reminded(company, "李志强") == [], "the maintainer owes nothing"
    assert company.engine.verify() == []


def test_who_answers_is_reminded_no_more(company: Company) -> None:
    case = overdue(company)
    company.clock.move_to(moment("2026-11-19", "10:00"))
    company.engine.sweep()
    company.answer(case, "FIN")

    company.clock.move_to(moment("2026-11-20", "10:00"))
    company.engine.sweep()

    assert reminded(company, "黄雅琴") == ["11-19"]


def test_two_schedulers_remind_once(each_company: Company) -> None:
    company = each_company
    overdue(company)
    second = Company(company.url, company.folder, company.clock, found=False)

    company.clock.move_to(moment("2026-11-19", "10:00"))
    company.engine.sweep()
    second.engine.sweep()
    second.close()

    assert reminded(company, "黄雅琴") == ["11-19"]


def test_the_applicant_urges_and_those_who_owe_hear_of_it(company: Company) -> None:
    case = company.sent()
    company.route(case, "FIN", "MKT")
    company.answer(case, "MKT")
    due = company.deadline(case, "T2")["due"]

    company.engine.urge(case, company.cast.person("孙倩"), "客户下周签约")

    assert "客户下周签约" in company.told("黄雅琴", "remind")[0].body
    assert company.told("周敏", "remind") == [], "marketing has answered"
    assert company.events(case, "case.urged")[0]["data"]["persons"] == [company.cast.person("黄雅琴")]
    assert company.deadline(case, "T2")["due"] == due


def test_urging_is_rate_limited_and_reserved_to_those_who_wait(company: Company) -> None:
    case = company.sent()
    company.route(case, "FIN")
    company.engine.urge(case, company.cast.person("李志强"))

    with pytest.raises(NotPossible) as again:
        company.engine.urge(case, company.cast.person("孙倩"))
    with pytest.raises(NotAllowed):
        company.engine.urge(case, company.cast.person("高远"))
    company.clock.advance(hours=1)
    company.engine.urge(case, company.cast.person("孙倩"))

    assert "一小时内只催一次" in again.value.message
    assert len(company.told("黄雅琴", "remind")) == 2


def test_nobody_urges_himself(company: Company) -> None:
    case = company.sent()
    company.phone_maintainer(case)

    with pytest.raises(NotPossible) as alone:
        company.engine.urge(case, company.cast.person("李志强"))

    assert "没有等别人办理的环节" in alone.value.message
    assert company.events(case, "case.urged") == []
