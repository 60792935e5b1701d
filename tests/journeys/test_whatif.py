"""制度试算: past months replayed under other rules, in a sandbox."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import FormInvalid
from engine.timeline import timeline
from handlers.penalties import basis, sandbox, whatif
from handlers.penalties.whatif import Outcome
from tests.cast import moment
from tests.journeys.company import Company
from tests.journeys.test_ledger import SEPTEMBER, late_check


def played(company: Company, **typed: str) -> Outcome:
    """September under rules in which the keys named `clocks__T1__normal` hold other values."""
    with company.transactions.read() as tx:
        snapshot = company.engine.snapshots.at(tx)
        live = basis.live(tx, snapshot, company.clock.now())
        keys = {name.replace("__", "."): value for name, value in typed.items()}
        other = sandbox.build(list(live.texts.values())[-1], snapshot.calendars, keys)
        return whatif.play(tx, (SEPTEMBER,), live, other.policy, other.calendars)


def overdue(company: Company) -> None:
    """A check half an hour late, and the month is over."""
    late_check(company)
    company.clock.move_to(moment("2026-10-08", "09:00"))
    company.engine.sweep()


def test_the_rules_in_force_replay_to_what_was(each_company: Company) -> None:
    overdue(each_company)

    outcome = played(each_company)

    assert outcome.flips == []
    assert sorted(outcome.lines, key=str) == sorted(outcome.now[0].lines, key=str)


def test_six_hours_would_have_been_enough_for_the_check(company: Company) -> None:
    overdue(company)

    outcome = played(company, clocks__T1__normal="6h")

    assert [(one.clock, one.other_late) for one in outcome.flips] == [("T1", False)]
    assert len(outcome.late) == len(outcome.now[0].late) - 1


def test_a_day_declared_free_gives_more_time(company: Company) -> None:
    overdue(company)

    outcome = played(company, days__free="2026-09-16")

    assert [one.clock for one in outcome.flips] == ["T1"]


def late_after_a_pause(company: Company) -> int:
    """李志强 has halted an application twice; then he was half an hour late with its check, and the month is over."""
    case, keeper = company.sent(), company.cast.person("李志强")
    company.engine.claim(company.item(case, "Task_check"), keeper)
    for _ in range(2):
        company.engine.suspend(case, keeper, "等待客户", "等客户补章")
        company.clock.advance(hours=1)
        company.engine.resume(case, keeper, "已补章")
    company.clock.move_to(moment("2026-09-17", "11:00"))
    company.engine.sweep()
    company.route(case, "FIN")
    company.clock.move_to(moment("2026-10-08", "09:00"))
    company.engine.sweep()
    return case


def test_a_case_that_stood_still_replays_to_what_was(each_company: Company) -> None:
    late_after_a_pause(each_company)

    outcome = played(each_company)

    due = {one.key: (one.due, one.late) for one in outcome.steps}
    assert {one.key: (one.other_due, one.other_late) for one in outcome.steps} == due
    assert any(late for _, late in due.values())


def test_a_case_that_stood_still_keeps_its_pauses_under_longer_hours(company: Company) -> None:
    case = late_after_a_pause(company)

    outcome = played(company, clocks__T1__normal="8h")

    check = next(one for one in outcome.steps if one.case_id == case and one.clock == "T1")
    with company.transactions.read() as tx:
        hours = timeline("work", company.engine.snapshots.at(tx).calendar(None))
    assert hours.between(check.due, check.other_due) == timedelta(hours=4)
    assert not check.other_late


def test_higher_amounts_change_the_money_only(company: Company) -> None:
    overdue(company)

    outcome = played(company, penalty__overtime__focal="80")

    assert outcome.flips == []
    more = sum(line.amount for line in outcome.lines) - sum(line.amount for line in outcome.now[0].lines)
    assert more == 30 * len(outcome.late)


def test_trying_other_rules_writes_nothing(company: Company) -> None:
    overdue(company)
    before = company.read("SELECT count(*) FROM event")

    played(company, clocks__T2__normal="1h")

    assert company.read("SELECT count(*) FROM event") == before


@pytest.mark.parametrize(
    ("key", "typed"),
    [("clocks__T1__normal", "vier"), ("days__free", "明天"), ("calendar__hours", "8点到5点")],
)
def test_a_value_nobody_understands_is_named(company: Company, key: str, typed: str) -> None:
    overdue(company)

    with pytest.raises(FormInvalid) as refused:
        played(company, **{key: typed})

    assert refused.value.problems[0].field == key.replace("__", ".")
