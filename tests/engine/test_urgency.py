"""紧急处理 on the way: up- and downgrades move the due moments of everything open, by the rules of E-59 and E-61."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.definitions import build, publish, read_folder
from engine.errors import CountersignError, NotAllowed
from tests.cast import moment
from tests.engine.world import PROCESSES, World


@pytest.fixture
def modify(world: World) -> int:
    """孙倩 has handed in a modification on Wednesday at 09:00: 马国栋 has it under T1, due at 14:30."""
    documents = read_folder(PROCESSES / "review")
    text = documents["process.bpmn"].replace('cs:prefix="SS"', 'cs:prefix="SS" cs:kind="modify"')
    with world.transactions.write() as tx:
        publish(tx, world.clock.now(), None, build("review", {**documents, "process.bpmn": text}), "test")
    return world.apply()


def reprioritise(world: World, case: int, urgent: bool, who: str = "李志强") -> None:
    ground = "legal_dispute" if urgent else ""
    world.engine.reprioritise(case, world.cast.person(who), urgent, "客户已起诉", ground)


def due(world: World, case: int, clock: str = "T1") -> object:
    return next(row["due"] for row in world.deadlines(case) if row["clock"] == clock)


def test_an_upgrade_leaves_two_hours_from_now_also_in_the_inbox(world: World, modify: int) -> None:
    world.clock.advance(minutes=30)

    reprioritise(world, modify, True)

    assert due(world, modify) == moment("2026-09-16", "11:30")
    item = next(row for row in world.items(modify) if row["node"] == "Task_approve")
    assert (item["due"], item["urgent"]) == (moment("2026-09-16", "11:30"), True)
    assert {"case.upgraded", "deadline.moved"} <= set(world.events(modify))


def test_an_upgrade_never_gives_more_time(world: World, modify: int) -> None:
    world.clock.move_to(moment("2026-09-16", "14:00"))

    reprioritise(world, modify, True)

    assert due(world, modify) == moment("2026-09-16", "14:30")


def test_a_downgrade_counts_the_normal_hours_from_the_original_receipt(world: World, modify: int) -> None:
    world.clock.advance(minutes=30)
    reprioritise(world, modify, True)
    world.clock.advance(minutes=30)

    reprioritise(world, modify, False)

    assert due(world, modify) == moment("2026-09-16", "14:30")
    assert world.case(modify)["urgent"] is False


def test_what_is_overdue_stays_overdue(world: World, modify: int) -> None:
    reprioritise(world, modify, True)
    world.clock.advance(hours=3)
    world.engine.sweep()

    reprioritise(world, modify, False)

    assert due(world, modify) == moment("2026-09-16", "11:00")
    assert world.deadlines(modify)[0]["breached"] or world.deadlines(modify)[1]["breached"]


def test_a_suspended_clock_is_not_up_for_change(world: World, modify: int) -> None:
    world.engine.suspend(modify, world.cast.person("李志强"), "补正材料", "等材料")

    with pytest.raises(CountersignError, match="挂起"):
        reprioritise(world, modify, True)


def test_only_the_maintainer_may_and_only_for_the_reasons_of_the_policy(world: World, modify: int) -> None:
    with pytest.raises(NotAllowed):
        reprioritise(world, modify, True, who="孙倩")
    with pytest.raises(CountersignError, match="法律纠纷"):
        world.engine.reprioritise(modify, world.cast.person("李志强"), True, "业务员换人", "our_staff")


def test_a_create_has_no_urgent_procedure(world: World) -> None:
    case = world.apply()  # of a kind the policy does not name

    with pytest.raises(CountersignError, match="没有紧急程序"):
        reprioritise(world, case, True)


def test_a_changed_calendar_recomputes_an_upgraded_deadline_from_the_upgrade(world: World, modify: int) -> None:
    from engine.recompute import recompute

    world.clock.advance(minutes=30)
    reprioritise(world, modify, True)

    recompute(world.engine, world.cast.person("赵磊"), "补发放假安排")

    assert due(world, modify) == moment("2026-09-16", "09:30") + timedelta(hours=2)
