"""What a case has running survives its move: a limit under the policy of its receipt, a job that is due."""

from __future__ import annotations

from datetime import timedelta

from engine import policy_tables
from tests.engine.migration.test_batches import move, outcomes, redrawn
from tests.engine.test_policy import TEXT, changed
from tests.engine.world import World


def test_a_limit_received_before_the_policy_changed_keeps_its_moment(world: World) -> None:
    """E-15, and the case moves to another version on top of it."""
    case = world.apply()
    (received,) = [one for one in world.deadlines(case) if one["clock"] == "T1"]
    tomorrow = (world.clock.now() + timedelta(days=1)).date()
    text = TEXT
    for path, value in {
        "policy.version": "2026-12", "policy.effective_from": tomorrow, "clocks.T1.normal": "2h",
    }.items():  # fmt: skip
        text = changed(path, value, text)
    with world.transactions.write() as tx:
        policy_tables.publish(tx, world.clock.now(), text)
    world.clock.move_to(world.clock.now() + timedelta(days=1))

    batch = move(world, redrawn(world), case)

    assert outcomes(world, batch) == {case: "moved"}
    (kept,) = [one for one in world.deadlines(case) if one["clock"] == "T1"]
    assert kept == received


def test_a_job_that_waits_for_another_attempt_is_performed_once_after_the_move(world: World) -> None:
    case = world.apply()
    world.do(case, "Task_approve", "马国栋")
    world.broken = "test.keep"
    world.do(case, "Task_keep", "李志强")
    (waiting,) = [one for one in world.rows("job", case) if one["node"] == "Job_keep"]

    batch = move(world, redrawn(world), case)
    assert outcomes(world, batch) == {case: "moved"}
    assert [one for one in world.rows("job", case) if one["node"] == "Job_keep"] == [waiting]
    world.broken = None
    world.clock.move_to(world.clock.now() + timedelta(days=1))
    world.engine.sweep()

    assert [name for name, _ in world.calls].count("test.keep") == 1
    assert world.case(case)["status"] == "ended"
