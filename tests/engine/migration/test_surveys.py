"""A dry run keeps what it has judged; what has changed meanwhile is judged anew, whatever changed it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine import migration, policy_tables
from engine.migration.judging import Way
from engine.step import Step
from tests.engine.migration.test_batches import move, redrawn, surveyed
from tests.engine.test_policy import TEXT, changed
from tests.engine.world import World


def anew(world: World, target: int) -> list[migration.Verdict]:
    """The verdict of every case on another version, with nothing kept."""
    with world.transactions.read() as tx:
        way = Way.of(world.engine.definitions.get(tx, target), {})
        ids = tx.all(
            "SELECT id FROM instance WHERE definition_id <> ? AND status IN ('open', 'suspended') ORDER BY id",
            (target,),
        )
        return [migration.verdict(Step.of(world.engine, tx, row[0]), way) for row in ids]


def goes_on(world: World) -> None:
    world.do(1, "Task_approve", "马国栋")


def stands_still(world: World) -> None:
    world.engine.suspend(1, world.cast.person("李志强"), "其他", "等资料")


def overdue(world: World) -> None:
    world.clock.move_to(world.clock.now() + timedelta(days=2))
    world.engine.sweep()


def other_limits(world: World) -> None:
    tomorrow = (world.clock.now() + timedelta(days=1)).date()
    text = changed("policy.version", "2026-12", TEXT)
    text = changed("clocks.T1.normal", "2h", changed("policy.effective_from", tomorrow, text))
    with world.transactions.write() as tx:
        policy_tables.publish(tx, world.clock.now(), text)


def tomorrow(world: World) -> None:
    """What was published yesterday is in force."""
    other_limits(world)
    surveyed(world, 2)
    world.clock.move_to(world.clock.now() + timedelta(days=1))


def moved_due(world: World) -> None:
    with world.transactions.write() as tx:
        tx.run("UPDATE deadline SET due = '2026-12-24T01:00:00.000+00:00' WHERE instance_id = 1 AND clock = 'T1'")


def withdrawn(world: World) -> None:
    world.engine.withdraw(1, world.cast.person("孙倩"), "不办了")


def moved(world: World) -> None:
    move(world, 2, 1)


@pytest.mark.parametrize(
    "happens", [goes_on, stands_still, overdue, other_limits, tomorrow, moved_due, withdrawn, moved]
)
def test_a_dry_run_says_what_is_true_after_anything_that_happened(
    world: World, happens: Callable[[World], None]
) -> None:
    world.apply()
    world.apply()
    target = redrawn(world)
    before = surveyed(world, target)

    happens(world)

    now = surveyed(world, target)
    assert now == anew(world, target)
    if happens is not other_limits:  # in force from the next day only
        assert now != before


def test_turning_a_page_judges_no_case_that_stood_still(world: World) -> None:
    went_on, stood_still = world.apply(), world.apply()
    target = redrawn(world)
    before = {one.case_id: one for one in surveyed(world, target)}
    world.do(went_on, "Task_approve", "马国栋")

    after = {one.case_id: one for one in surveyed(world, target)}

    assert after[stood_still] is before[stood_still]
    assert after[went_on] is not before[went_on]


def test_another_mapping_is_another_question(world: World) -> None:
    world.apply()
    target = redrawn(world, Task_approve="Task_agree")

    results = [surveyed(world, target, **asked)[0].result for asked in ({}, {"Task_approve": "Task_agree"}, {})]

    assert results == [migration.DECIDE, migration.MOVES, migration.DECIDE]
