"""A policy revised while cases run: each step keeps the version in force when it was received."""

from __future__ import annotations

from datetime import date, timedelta

from engine import policy_drafts, policy_tables
from engine.clock import local
from engine.company import appoint
from engine.people import People
from handlers.penalties import basis
from tests.cast import moment
from tests.engine.test_policy import TEXT, changed
from tests.journeys.company import Company

TOMORROW = date(2026, 9, 17)


def publish(company: Company, **values: object) -> None:
    """A version in force from tomorrow, written by 赵磊 and published by 郭建国."""
    text = TEXT
    for path, value in {"policy.version": "2026-09", "policy.effective_from": TOMORROW, **values}.items():
        text = changed(path.replace("__", "."), value, text)
    second = company.cast.person("郭建国")
    department = company.cast.department("MDM")
    company.changed(appoint, department_id=department, kind="admin", person_id=second)
    with company.transactions.write() as tx:
        now, people = company.clock.now(), People.load(tx)
        draft = policy_drafts.save(tx, now, people, company.cast.person("赵磊"), "SD-010", 0, text)
        policy_drafts.propose(tx, now, people, company.cast.person("赵磊"), "SD-010", draft.revision, "修订")
        policy_drafts.publish(tx, now, people, second, "SD-010", draft.revision, "已核对")


def test_a_step_keeps_its_limit_and_the_next_one_gets_the_new(company: Company) -> None:
    """E-15."""
    # given a form that reached the maintainer at 09:00, and a version that halves all limits from tomorrow
    case = company.sent()
    received = company.deadline(case, "T1")
    publish(company, clocks__T1__normal="2h", clocks__T2__normal="2h")

    # when he routes it on the next day, late
    company.clock.move_to(moment("2026-09-17", "09:00"))
    company.engine.sweep()
    company.route(case, "FIN")

    # then his step was due by the version of its receipt, the department's by that of the day it got the form
    first, second = company.deadline(case, "T1"), company.deadline(case, "T2")
    assert (first["due"], first["amount"]) == (received["due"], "4h")
    assert (second["amount"], local(second["due"])) == ("2h", local(moment("2026-09-17", "11:00")))
    assert first["policy_id"] != second["policy_id"]
    opened = {one["data"]["clock"]: one["data"]["policy"] for one in company.events(case, "deadline.opened")}
    assert (opened["T1"], opened["T2"]) == ("2004-04", "2026-09")


def test_a_month_reads_the_amounts_of_its_own_days(company: Company) -> None:
    """E-97."""
    publish(company, penalty__overtime__focal=100)

    with company.transactions.read() as tx:
        policies = policy_tables.published(tx, "SD-010")

    assert [policies.at(TOMORROW - timedelta(days=days)).penalty.overtime.focal for days in (1, 0)] == [50, 100]


def test_of_two_versions_of_one_day_the_later_published_governs_and_stays_so_in_a_locked_month(
    company: Company,
) -> None:
    """An installation brings v9, then v10: by name the other way round. Steps, reports and pinned months agree."""
    with company.transactions.write() as tx:
        for version, amount in (("v9", 60), ("v10", 70)):
            text = TEXT
            for path, value in (("policy.version", version), ("policy.effective_from", TOMORROW)):
                text = changed(path, value, text)
            policy_tables.publish(tx, company.clock.now(), changed("penalty.overtime.focal", amount, text))

    with company.transactions.read() as tx:
        snapshot = company.engine.snapshots.at(tx)
        month = basis.live(tx, snapshot, company.clock.now())
        kept = basis.restored(basis.pinned(month, company.clock.now(), {}))
        read = policy_tables.published(tx, "SD-010")

    steps = snapshot.policy("SD-010", moment("2026-09-17", "09:00")).policy
    found = [steps, *(one.at(TOMORROW) for one in (read, month.policies, kept.policies))]
    assert [one.version for one in found] == ["v10"] * 4
