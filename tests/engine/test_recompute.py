"""A calendar that changes while work is open: due moments that have not come yet move, the others stay (E-08…E-11)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import calendar_changes
from engine.calendar_seed import Special
from engine.clock import local
from engine.company import proposals
from engine.errors import CountersignError, NotAllowed, NotPossible
from engine.recompute import Moved
from tests.cast import moment
from tests.engine.world import World
from tests.governed import changed, second_administrator, year

# As the State Council might publish it: a bridge day off on 4 January, worked in on Saturday the 9th.
YEAR_2027 = {
    date(2027, 1, 1): Special("holiday", "元旦"),
    date(2027, 1, 4): Special("holiday", "元旦"),
    date(2027, 1, 9): Special("makeup", "元旦调休上班"),
}


@pytest.fixture
def eve(world: World) -> tuple[World, int]:
    """A step that reached 马国栋 on New Year's Eve at four, while nobody knows the holidays of 2027."""
    world.alarms: list[tuple[str, str]] = []  # type: ignore[misc]
    world.registry.alarms.append(lambda tx, now, fact, subject, body: world.alarms.append((subject, body)))
    world.clock.move_to(moment("2026-12-31", "16:00"))
    return world, world.apply()


def t1(world: World, case: int) -> dict:
    return next(row for row in world.deadlines(case) if row["clock"] == "T1")


def publish(world: World) -> list[Moved]:
    return changed(world.engine, world.cast, year(2027, YEAR_2027))


def test_a_due_moment_in_an_unpublished_year_is_an_estimate_and_the_administrators_hear_of_it(eve) -> None:
    """E-08: nothing crashes, the fallback calendar is used."""
    world, case = eve

    deadline = t1(world, case)

    assert f"{local(deadline['due']):%m-%d %H:%M}" == "01-04 11:00"
    assert deadline["provisional"]
    assert [subject for subject, _ in world.alarms] == ["2027 年的放假安排尚未公布，时限为预估"]


def test_the_published_year_moves_deadline_and_inbox_together_and_keeps_both_on_record(eve) -> None:
    """E-08, E-09."""
    world, case = eve
    before = t1(world, case)["due"]

    moved = publish(world)

    after = t1(world, case)
    item = next(row for row in world.items(case) if row["node"] == "Task_approve")
    event = next(row for row in world.rows("event", case, "seq") if row["kind"] == "deadline.moved")
    assert f"{local(after['due']):%m-%d %H:%M}" == "01-05 11:00"
    assert not after["provisional"]
    assert item["due"] == after["due"]
    assert before.isoformat(timespec="milliseconds") in event["data"]
    assert after["due"].isoformat(timespec="milliseconds") in event["data"]
    assert [(one.before, one.due) for one in moved if one.clock == "T1"] == [(before, after["due"])]
    assert "1 件时限" in world.alarms[-1][1], "the phone call was due the same evening"
    assert world.engine.verify() == []


def test_it_fires_at_the_moved_moment_and_not_before(eve) -> None:
    world, case = eve
    before = t1(world, case)["due"]
    publish(world)

    world.clock.move_to(before + timedelta(hours=1))
    world.engine.sweep()
    early = world.events(case)
    world.clock.move_to(t1(world, case)["due"] + timedelta(seconds=1))
    world.engine.sweep()

    assert "timer.fired" not in early
    assert [name for name, _ in world.calls] == ["test.escalate"]


def test_a_year_that_was_estimated_rightly_moves_nothing_and_ends_the_estimate(eve) -> None:
    world, case = eve
    before = t1(world, case)["due"]

    as_estimated = {date(2027, 1, 1): Special("holiday", "元旦")}
    moved = changed(world.engine, world.cast, year(2027, as_estimated))

    assert moved == []
    assert (t1(world, case)["due"], t1(world, case)["provisional"]) == (before, False)
    assert "deadline.moved" not in world.events(case)


def test_what_is_overdue_already_stays_overdue(eve) -> None:
    """E-11: no calendar erases a breach, whether or not a sweep has noted it."""
    world, case = eve
    before = t1(world, case)["due"]

    world.clock.move_to(before + timedelta(minutes=1))
    publish(world)
    world.engine.sweep()

    assert t1(world, case)["due"] == before
    assert t1(world, case)["breached"]


def test_nobody_becomes_late_by_a_calendar_that_comes_out_afterwards(world: World) -> None:
    """The estimate said holiday, the published year says working day: the shorter limit would have passed."""
    world.clock.move_to(moment("2026-12-31", "17:00"))
    case = world.apply()
    before = t1(world, case)["due"]
    published = {date(2027, 1, 2): Special("makeup", "元旦调休上班"), date(2027, 1, 1): Special("holiday", "元旦")}

    world.clock.move_to(moment("2027-01-03", "10:00"))
    changed(world.engine, world.cast, year(2027, published))

    assert t1(world, case)["due"] == before
    assert "deadline.moved" not in world.events(case)


def test_a_suspended_case_is_counted_on_the_new_calendar_when_it_goes_on(eve) -> None:
    world, case = eve
    keeper = world.cast.person("李志强")
    world.engine.suspend(case, keeper, "等待客户", "等客户补证照")
    publish(world)

    world.clock.move_to(moment("2027-01-04", "08:30"))
    world.engine.resume(case, keeper)

    assert f"{local(t1(world, case)['due']):%m-%d %H:%M}" == "01-05 14:00", "all four hours were left, Monday is off"


def test_a_resumed_limit_moves_by_what_it_had_left(eve) -> None:
    world, case = eve
    keeper = world.cast.person("李志强")
    world.engine.suspend(case, keeper, "等待客户", "等客户补证照")
    world.clock.move_to(moment("2026-12-31", "17:00"))
    world.engine.resume(case, keeper)

    publish(world)

    assert f"{local(t1(world, case)['due']):%m-%d %H:%M}" == "01-05 12:00"


HALF_DAY = {"day": "2026-09-16", "kind": "workday", "name": "台风停工", "hours": ["08:30-12:00"]}


def test_a_half_day_off_given_by_the_company_moves_open_limits_too(world: World) -> None:
    """E-10."""
    case = world.apply()
    world.clock.move_to(moment("2026-09-16", "11:00"))

    moved = changed(world.engine, world.cast, {"days": [HALF_DAY]})

    assert f"{local(t1(world, case)['due']):%m-%d %H:%M}" == "09-17 09:30"
    assert [one.case_id for one in moved] == [case]


def proposed(world: World) -> int:
    """赵磊 proposes the afternoon off while a case is open, and 吴晓东 could approve it."""
    second_administrator(world.engine, world.cast)
    number = calendar_changes.propose(world.engine, world.cast.person("赵磊"), {"days": [HALF_DAY]}, "集团通知 12 号")
    assert number is not None
    return number


def test_a_proposal_moves_nothing_and_shows_what_it_would_move(world: World) -> None:
    """E-10: the preview keeps nothing, neither in the tables nor in memory."""
    case = world.apply()
    before = t1(world, case)["due"]
    with world.transactions.read() as tx:
        proposal = proposals.proposal(tx, proposed(world))

    foreseen = calendar_changes.preview(world.engine, proposal)
    untouched = t1(world, case)["due"]
    done = calendar_changes.approve(world.engine, world.cast.person("吴晓东"), proposal.id)

    assert untouched == before
    assert [(one.before, one.due) for one in foreseen if one.clock == "T1"] == [(before, t1(world, case)["due"])]
    assert [(one.clock, one.due) for one in foreseen] == [(one.clock, one.due) for one in done]


def test_nobody_approves_his_own_proposal_nor_twice(world: World) -> None:
    world.apply()
    number = proposed(world)

    for stranger in ("赵磊", "李志强"):
        with pytest.raises(NotAllowed):
            calendar_changes.approve(world.engine, world.cast.person(stranger), number)
    calendar_changes.approve(world.engine, world.cast.person("吴晓东"), number)

    with pytest.raises(NotPossible, match="已经批准"):
        calendar_changes.approve(world.engine, world.cast.person("吴晓东"), number)


def test_a_refused_proposal_changes_nothing_and_one_may_take_ones_own_back(world: World) -> None:
    case = world.apply()
    before = t1(world, case)["due"]
    refused, withdrawn = proposed(world), proposed(world)

    with pytest.raises(CountersignError, match="写明理由"):
        calendar_changes.decline(world.engine, world.cast.person("吴晓东"), refused, "")
    calendar_changes.decline(world.engine, world.cast.person("吴晓东"), refused, "没有收到通知")
    calendar_changes.decline(world.engine, world.cast.person("赵磊"), withdrawn, "")

    with world.transactions.read() as tx:
        assert [proposals.proposal(tx, one).status for one in (refused, withdrawn)] == ["refused", "withdrawn"]
        assert proposals.waiting(tx) == []
    assert t1(world, case)["due"] == before


def test_a_single_administrator_is_told_to_appoint_a_second(world: World) -> None:
    world.apply()

    with pytest.raises(NotPossible, match="任命系统管理员"):
        calendar_changes.propose(world.engine, world.cast.person("赵磊"), {"days": [HALF_DAY]}, "集团通知 12 号")


def test_before_the_first_case_a_change_is_made_at_once(world: World) -> None:
    """The set-up of a new installation: there is nobody's limit to protect, and often no second administrator yet."""
    number = calendar_changes.propose(world.engine, world.cast.person("赵磊"), {"days": [HALF_DAY]}, "开工前设置")

    world.clock.move_to(moment("2026-09-16", "11:00"))
    case = world.apply()
    assert number is None
    assert f"{local(t1(world, case)['due']):%m-%d %H:%M}" == "09-17 11:30"


def test_a_process_killed_between_approval_and_recomputation_is_made_up_for_by_the_sweep(world: World) -> None:
    case = world.apply()
    number, now = proposed(world), world.clock.now()
    with world.transactions.write() as tx:  # what approving does before it recomputes
        proposals.approve(tx, now, world.cast.person("吴晓东"), number)

    world.engine.sweep()
    world.engine.sweep()

    assert f"{local(t1(world, case)['due']):%m-%d %H:%M}" == "09-17 09:30"
    assert world.events(case).count("deadline.moved") == 1


def test_a_day_that_has_passed_meanwhile_can_no_longer_be_approved(world: World) -> None:
    """E-11: a retroactive change never alters what has happened."""
    world.apply()
    number = proposed(world)
    world.clock.move_to(moment("2026-09-17", "09:00"))

    with pytest.raises(CountersignError, match="过去的日子不能再改"):
        calendar_changes.approve(world.engine, world.cast.person("吴晓东"), number)

    with world.transactions.read() as tx:
        assert proposals.proposal(tx, number).status == "open"


def test_only_an_administrator_proposes(eve) -> None:
    world, _ = eve

    with pytest.raises(NotAllowed):
        calendar_changes.propose(world.engine, world.cast.person("李志强"), year(2027, YEAR_2027), "国办发明电")
