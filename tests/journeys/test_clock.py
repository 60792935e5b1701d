"""The clock through the whole company: receipt, due moment, breach, servers that were down."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.calendar_seed import Special
from engine.clock import local
from tests.cast import moment
from tests.governed import changed
from tests.governed import year as published
from tests.journeys.company import Company, firm

DAY = "%m-%d %H:%M"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        pytest.param(("2026-09-18", "17:30"), "09-20 14:00", id="E-01 Sunday is a make-up workday"),
        pytest.param(("2026-09-30", "17:00"), "10-08 12:00", id="E-02 National Day lies between"),
        pytest.param(("2026-09-16", "12:30"), "09-16 17:30", id="E-04 at lunch"),
        pytest.param(("2026-09-16", "22:10"), "09-17 14:00", id="E-05 at night"),
        pytest.param(("2026-09-26", "10:00"), "09-28 14:00", id="E-05 on a Saturday that is a holiday"),
    ],
)
def test_four_working_hours_run_from_delivery(company: Company, received: tuple[str, str], due: str) -> None:
    """E-01, E-02, E-04, E-05."""
    company.clock.move_to(moment(*received))

    case = company.sent()

    deadline = company.deadline(case, "T1")
    assert deadline["received_at"] == moment(*received)
    assert local(deadline["due"]).strftime(DAY) == due


@pytest.mark.parametrize(("seconds", "status", "breaches"), [(0, "met", 0), (1, "late", 1)])
def test_one_second_after_the_due_moment_is_overdue(company: Company, seconds: int, status: str, breaches: int) -> None:
    """E-07."""
    case = company.sent()
    due = company.deadline(case, "T1")["due"]

    company.clock.move_to(due + timedelta(seconds=seconds))
    company.route(case, "FIN")

    assert company.deadline(case, "T1")["status"] == status
    assert company.breaches(case, "T1") == [due] * breaches


def test_the_administrator_hears_of_estimated_and_of_moved_limits(company: Company) -> None:
    """E-08: what moves is tested in tests/engine/test_recompute.py."""
    company.clock.move_to(moment("2026-12-31", "16:00"))
    case = company.sent()
    estimated = company.told("赵磊", "alarm")
    year = {date(2027, 1, day): Special("holiday", "元旦") for day in (1, 4)}

    changed(company.engine, company.cast, published(2027, year))

    assert [notice.subject for notice in estimated] == ["2027 年的放假安排尚未公布，时限为预估"]
    assert "2027-01-04 11:00 → 2027-01-05 11:00" in company.told("赵磊", "alarm")[0].body
    assert local(company.deadline(case, "T1")["due"]).strftime(DAY) == "01-05 11:00"
    assert company.open_items(case, "Task_check")[0]["due"] == company.deadline(case, "T1")["due"]


def test_a_server_that_was_down_over_the_due_moment_finds_the_breach_dated_rightly(company: Company) -> None:
    """E-12."""
    case = company.sent()
    due = company.deadline(case, "T1")["due"]

    company.clock.move_to(due + timedelta(days=2))
    company.restart()
    company.engine.sweep()

    breach = company.events(case, "deadline.breached", clock="T1")[0]
    assert breach["occurred_at"] == due
    assert breach["recorded_at"] == company.clock.now()
    assert len(company.told("郭建国", "escalate")) == 1


def test_two_schedulers_at_once_record_one_breach_and_send_one_letter(each_company: Company, tmp_path: Path) -> None:
    """E-14."""
    company = each_company
    cases = [company.sent(form=firm(number)) for number in range(3)]
    other = Company(company.url, tmp_path, company.clock, found=False)
    company.clock.move_to(company.deadline(cases[0], "T1")["due"] + timedelta(minutes=1))
    start = threading.Barrier(2)

    def sweep(one: Company) -> None:
        start.wait()
        for _ in range(3):
            one.engine.sweep()

    threads = [threading.Thread(target=sweep, args=(one,)) for one in (company, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()

    for case in cases:
        assert company.kinds(case).count("timer.fired") == 1
        assert len(company.breaches(case, "T1")) == 1
    letters = company.told("郭建国", "escalate")
    assert sorted(letter.instance_id for letter in letters) == cases
    done = [event["subject"] for case in cases for event in company.events(case, "job.done")]
    assert len(set(done)) == len(done), "no job was performed twice"
    assert company.engine.verify() == []


def test_a_late_return_is_a_valid_one(company: Company) -> None:
    """E-73: five minutes before the due moment the maintainer returns the form as incomplete."""
    case = company.sent()
    due = company.deadline(case, "T1")["due"]

    company.clock.move_to(due - timedelta(minutes=5))
    company.do(case, "Task_check", "李志强", "incomplete", "缺账号", reason_code="data", missing_items=["bank"])

    assert company.deadline(case, "T1")["status"] == "met"
    assert company.breaches(case, "T1") == []
    assert company.register(case) == ["incomplete"]


def test_a_resubmission_is_a_new_receipt_and_the_earlier_breach_stays(company: Company) -> None:
    """E-74."""
    case = company.sent()
    first = company.deadline(case, "T1")["due"]
    company.clock.move_to(first + timedelta(hours=1))
    company.do(case, "Task_check", "李志强", "incomplete", "缺账号", reason_code="data", missing_items=["bank"])

    company.clock.advance(days=1)
    company.revise(case)
    company.approve(case)

    second = company.deadline(case, "T1")
    assert (second["round"], second["received_at"], second["breached"]) == (2, company.clock.now(), False)
    assert company.breaches(case, "T1") == [first]


def test_a_department_that_never_answers_keeps_the_case_waiting_and_nobody_else_late(company: Company) -> None:
    """E-77: nothing is approved by silence, and the maintainer's clock does not run."""
    case = company.sent()
    company.route(case, "FIN", "MKT", "LEG")
    company.answer(case, "FIN")
    company.answer(case, "MKT")

    for _ in range(14):
        company.clock.advance(days=1)
        company.engine.sweep()

    assert "Task_complete_view" in company.open_nodes(case)
    assert company.deadlines(case, "T3") == []
    assert company.breaches(case, "T1") == []
    assert len(company.told("沈静", "escalate")) == 1
    assert company.told("陈立", "escalate") == []
