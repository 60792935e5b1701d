"""The ladder of a limit: warnings at 50 % and 80 %, then leader, 分管领导 and assessor; nobody is told twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from engine import company as administration
from engine.clock import local
from tests.cast import moment
from tests.journeys.company import Company

TUESDAY = moment("2026-11-17", "09:00")


def finance_at_work(company: Company) -> int:
    """Finance got the form on Tuesday at nine: due at 14:30."""
    company.clock.move_to(TUESDAY)
    case = company.sent()
    company.route(case, "FIN")
    return case


def appointed(company: Company, who: str, login: str, code: str, kind: str) -> int:
    """Somebody new on a post."""
    department = company.cast.department(code)
    person = company.changed(
        administration.add_person, login=login, name=who, department_id=department, password_hash="", must_change=False
    )
    company.changed(administration.appoint, department_id=department, kind=kind, person_id=person)
    return int(person)


def swept_until(company: Company, until: Any, minutes: int = 15) -> None:
    while company.clock.now() < until:
        company.clock.advance(minutes=minutes)
        company.engine.sweep()


def at(company: Company, who: str, kind: str) -> list[str]:
    """When somebody was told, oldest first."""
    return [f"{local(one.created_at):%d %H:%M}" for one in reversed(company.told(who, kind))]


def test_whoever_owes_the_work_is_warned_at_half_and_at_four_fifths_of_the_limit(each_company: Company) -> None:
    company = each_company
    case = finance_at_work(company)

    swept_until(company, moment("2026-11-17", "14:15"))

    assert at(company, "黄雅琴", "warn") == ["17 11:15", "17 13:45"], "after 11:00 and 13:42"
    assert "还剩 45 分" in company.told("黄雅琴", "warn")[0].subject
    warned = company.events(case, "deadline.warned", clock="T2")
    assert [event["data"]["share"] for event in warned] == [50, 80]
    assert {tuple(event["data"]["persons"]) for event in warned} == {(company.cast.person("黄雅琴"),)}
    assert at(company, "陈立", "warn") == []


def test_who_has_claimed_the_work_is_warned_alone(company: Company) -> None:
    company.clock.move_to(TUESDAY)
    case = company.sent()
    company.engine.claim(company.item(case, "Task_check"), company.cast.person("吴晓东"))

    company.clock.move_to(moment("2026-11-17", "11:01"))
    company.engine.sweep()

    assert at(company, "吴晓东", "warn") == ["17 11:01"]
    assert at(company, "李志强", "warn") == []


def test_work_that_is_done_is_not_warned_of(company: Company) -> None:
    case = finance_at_work(company)
    company.complete_view(case, "FIN")
    company.sign_view(case, "FIN")

    swept_until(company, moment("2026-11-17", "14:00"), 60)

    assert company.events(case, "deadline.warned", clock="T2") == []


def test_warnings_wait_for_working_hours_and_a_missed_one_is_not_told_late(company: Company) -> None:
    """The system stood still from eleven to one: at the end of the lunch hour only four fifths are still news."""
    company.clock.move_to(moment("2026-11-17", "08:30"))
    case = company.sent()  # due at 13:30 + 30 min: half at 10:30, four fifths at 11:42

    company.clock.move_to(moment("2026-11-17", "12:30"))
    company.engine.sweep()
    at_lunch = company.events(case, "deadline.warned", clock="T1")
    company.clock.move_to(moment("2026-11-17", "13:31"))
    company.engine.sweep()

    assert at_lunch == []
    assert [event["data"]["share"] for event in company.events(case, "deadline.warned", clock="T1")] == [80]


def test_the_ladder_goes_from_the_leader_to_the_executive_to_the_assessor(each_company: Company) -> None:
    company = each_company
    appointed(company, "顾长风", "guchangfeng", "FIN", "executive")
    appointed(company, "秦婉", "qinwan", "LEG", "assessor")
    case = finance_at_work(company)

    swept_until(company, moment("2026-11-19", "09:00"))

    assert at(company, "陈立", "escalate") == ["17 14:45"], "at due: 14:30"
    assert at(company, "顾长风", "escalate") == ["17 16:45"], "two working hours later: 16:30"
    assert at(company, "秦婉", "escalate") == ["18 09:45"], "four working hours later: 09:30 of the next day"
    told = [(e["data"]["level"], e["data"]["whom"]) for e in company.events(case, "deadline.escalated", clock="T2")]
    assert told == [(1, "leader"), (2, "executive"), (3, "assessor")]
    assert len(company.breaches(case, "T2")) == 1
    assert company.engine.verify() == []


def test_without_an_executive_of_its_own_the_leader_is_not_told_the_same_twice(company: Company) -> None:
    """AMB-23: 分管领导 defaults to the same person."""
    case = finance_at_work(company)

    swept_until(company, moment("2026-11-17", "17:30"))

    assert at(company, "陈立", "escalate") == ["17 14:45"]
    second = company.events(case, "deadline.escalated", level=2)
    assert [event["data"]["persons"] for event in second] == [[]]


def test_two_schedulers_climb_every_rung_once(each_company: Company, tmp_path: Path) -> None:
    company = each_company
    appointed(company, "顾长风", "guchangfeng", "FIN", "executive")
    case = finance_at_work(company)
    other = Company(company.url, tmp_path, company.clock, found=False)

    for hours in (2, 2, 2, 2):
        company.clock.advance(hours=hours, minutes=1)
        threads = [threading.Thread(target=one.engine.sweep) for one in (company, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    other.close()
    company.engine.sweep()

    assert [event["data"]["share"] for event in company.events(case, "deadline.warned", clock="T2")] == [50]
    assert [event["data"]["level"] for event in company.events(case, "deadline.escalated", clock="T2")] == [1, 2]
    assert (len(company.told("陈立", "escalate")), len(company.told("顾长风", "escalate"))) == (1, 1)


def test_a_pause_moves_the_warnings_along_and_repeats_none(company: Company) -> None:
    case = finance_at_work(company)
    company.clock.move_to(moment("2026-11-17", "11:30"))
    company.engine.sweep()
    company.engine.suspend(case, company.cast.person("李志强"), "等待客户", "等客户补章")
    company.clock.move_to(moment("2026-11-18", "09:00"))
    company.engine.sweep()

    company.engine.resume(case, company.cast.person("李志强"))
    swept_until(company, moment("2026-11-18", "10:15"), 5)

    assert company.deadline(case, "T2")["due"] == moment("2026-11-18", "10:30"), "an hour and a half was left"
    assert at(company, "黄雅琴", "warn") == ["17 11:30", "18 09:45"], "48 minutes before the new due moment"


def test_a_breach_of_a_step_without_a_drawn_timer_is_dated_at_the_due_moment(company: Company) -> None:
    """A call that was not made: on record, but nobody is troubled with a ladder for half an hour."""
    company.clock.move_to(TUESDAY)
    case = company.sent()
    due = company.deadline(case, "phone")["due"]

    company.clock.move_to(due + timedelta(hours=5))
    company.engine.sweep()

    assert company.breaches(case, "phone") == [due]
    assert company.events(case, "deadline.escalated", clock="phone") == []
    assert company.events(case, "deadline.warned", clock="phone") == []
