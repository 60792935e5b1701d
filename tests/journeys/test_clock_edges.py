"""Which clock runs, from when, on whose calendar: last return, rounds, own hours, month ends, urgency on the way."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert

from engine import company as administration
from engine import store
from engine.clock import local
from engine.company.administration import bump
from engine.transactions import Tx
from tests.cast import moment
from tests.journeys.company import Company


def shown(at: datetime) -> str:
    return f"{local(at):%m-%d %H:%M}"


def on_shift(company: Company, code: str) -> None:
    """A department that works from 14:00 to 22:00."""

    def found(tx: Tx, now: datetime, actor: int) -> None:
        bump(tx, "calendar")
        row = {
            "code": "shift",
            "name": "倒班",
            "tz": "Asia/Shanghai",
            "hours": ["14:00-22:00"],
            "duty_hours": ["00:00-24:00"],
        }
        tx.core(insert(store.calendar).values(row))

    company.changed(found)
    department = company.cast.whole(FOCAL[code]).department_id
    known = company.cast.people.department(department or 0)
    company.changed(administration.switch_calendar, department_id=known.id, calendar="shift")


FOCAL = {"FIN": "黄雅琴"}


def test_a_department_with_its_own_hours_has_its_own_clock(company: Company) -> None:
    """E-16, AMB-40: T2 by the calendar of the department, T1 and T3 by the maintainer's."""
    on_shift(company, "FIN")
    company.clock.move_to(moment("2026-11-17", "16:00"))
    case = company.sent()
    company.route(case, "FIN", "MKT")

    due = {row["department_id"]: shown(row["due"]) for row in company.deadlines(case, "T2")}
    company.clock.move_to(moment("2026-11-17", "18:01"))
    company.engine.sweep()
    warned = [f"{local(one.created_at):%H:%M}" for one in company.told("黄雅琴", "warn")]
    company.answer(case, "MKT")
    company.clock.move_to(moment("2026-11-17", "19:00"))
    company.answer(case, "FIN")

    assert due == {company.cast.department("FIN"): "11-17 20:00", company.cast.department("MKT"): "11-18 11:00"}
    assert warned == ["18:01"], "in the evening, which is working time there"
    assert shown(company.deadline(case, "T1")["due"]) == "11-18 11:00"
    assert shown(company.deadline(case, "T3")["due"]) == "11-18 14:00"


def test_the_third_clock_starts_with_the_last_return(company: Company) -> None:
    """AMB-34: the maintainer is given his four hours from when everything is there."""
    company.clock.move_to(moment("2026-11-17", "09:00"))
    case = company.sent()
    company.route(case, "FIN", "MKT")
    company.clock.move_to(moment("2026-11-17", "10:00"))
    company.answer(case, "FIN")
    after_the_first = company.deadlines(case, "T3")
    company.clock.move_to(moment("2026-11-17", "15:00"))

    company.answer(case, "MKT")

    third = company.deadline(case, "T3")
    assert after_the_first == []
    assert (third["received_at"], shown(third["due"])) == (moment("2026-11-17", "15:00"), "11-18 10:00")


def test_a_return_that_is_still_incomplete_gives_the_department_a_new_clock_and_both_stay(company: Company) -> None:
    """AMB-35: finance was late the first time; the second round has four hours of its own."""
    company.clock.move_to(moment("2026-11-17", "09:00"))
    case = company.sent()
    company.route(case, "FIN")
    company.clock.move_to(moment("2026-11-17", "15:00"))
    company.answer(case, "FIN")
    finance = str(company.cast.department("FIN"))

    company.do(case, "Task_release", "李志强", "reroute", "科目仍缺", reroute_departments=[finance])

    rounds = [(row["status"], shown(row["due"])) for row in company.deadlines(case, "T2")]
    assert rounds == [("late", "11-17 14:30"), ("open", "11-18 10:00")]
    assert company.breaches(case, "T2") == [moment("2026-11-17", "14:30")]
    assert company.deadline(case, "T3")["status"] == "met", "returning is an outcome: the maintainer's clock ends"


def test_a_step_overdue_at_the_end_of_the_month_is_counted_once_in_the_month_it_was_due(company: Company) -> None:
    """E-18, AMB-15: however long it stays open."""
    company.clock.move_to(moment("2026-11-30", "09:00"))
    case = company.sent()
    due = company.deadline(case, "T1")["due"]

    for _ in range(20):
        company.clock.advance(days=1)
        company.engine.sweep()
    company.route(case, "FIN")

    assert company.breaches(case, "T1") == [due]
    assert local(due).month == 11
    assert company.deadline(case, "T1")["status"] == "late"


def test_an_upgrade_on_the_way_takes_the_warnings_along_and_a_downgrade_gives_the_hours_back(company: Company) -> None:
    """E-61: min(what is left, two hours from now); then receipt + four hours."""
    customer = company.posted()
    company.clock.move_to(moment("2026-11-17", "09:00"))
    case = company.modify(customer, city="昆山市")
    company.approve(case)
    keeper = company.cast.person("李志强")
    company.clock.move_to(moment("2026-11-17", "10:00"))

    company.engine.reprioritise(case, keeper, True, "客户被起诉", "legal_dispute")
    urgent = shown(company.deadline(case, "T1")["due"])
    company.clock.move_to(moment("2026-11-17", "11:01"))
    company.engine.sweep()
    warned = [event["data"]["share"] for event in company.events(case, "deadline.warned", clock="T1")]
    company.engine.reprioritise(case, keeper, False, "已撤诉")

    assert (urgent, warned) == ("11-17 12:00", [50]), "half of the two hours"
    assert shown(company.deadline(case, "T1")["due"]) == "11-17 14:30"
    moved = [event["data"]["reason"] for event in company.events(case, "deadline.moved", clock="T1")]
    assert moved == ["升为紧急处理", "改为正常处理"]


def test_the_breach_comes_after_the_due_moment_not_at_it(company: Company) -> None:
    """AMB-33, E-07: work finished exactly then is on time, so the sweep waits for the next second."""
    case = company.sent()
    due = company.deadline(case, "T1")["due"]

    company.clock.move_to(due)
    company.engine.sweep()
    at_due = company.breaches(case, "T1")
    company.clock.move_to(due + timedelta(seconds=1))
    company.engine.sweep()

    assert (at_due, company.breaches(case, "T1")) == ([], [due])
