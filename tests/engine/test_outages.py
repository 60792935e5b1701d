"""When the system stood still: a breach is still a breach, but it says so and proposes an exemption."""

from __future__ import annotations

from datetime import timedelta

from engine import outages
from engine.store import loads
from tests.engine.world import World


def proposals(world: World, case: int) -> list[str]:
    rows = world.rows("event", case, "seq")
    return [loads(row["data"])["reason"] for row in rows if row["kind"] == "exemption.proposed"]


def test_a_breach_in_an_outage_is_dated_at_the_due_moment_and_proposed_for_exemption(world: World) -> None:
    case = world.apply()
    outages.beat(world.engine)
    world.clock.advance(hours=24)

    missed = outages.beat(world.engine)
    world.engine.sweep()

    assert missed == timedelta(hours=7, minutes=30), "one working day"
    assert world.events(case).count("deadline.breached") == 2
    assert proposals(world, case) == ["系统在 09-16 09:00 至 09-17 09:00 停机，到期时刻在其中"] * 2


def test_a_night_without_a_beat_is_no_outage(world: World) -> None:
    world.clock.advance(hours=8, minutes=30)
    outages.beat(world.engine)
    world.clock.advance(hours=15)

    assert outages.beat(world.engine) is None


def test_a_running_system_proposes_nothing(world: World) -> None:
    case = world.apply()
    for _ in range(60):
        world.clock.advance(minutes=5)
        outages.beat(world.engine)
        world.engine.sweep()

    assert "deadline.breached" in world.events(case)
    assert proposals(world, case) == []


def test_a_breach_while_the_entry_was_failing_is_proposed_for_exemption(world: World) -> None:
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "ok")
    world.do(case, "Task_phone", "孙倩")
    world.broken = "test.keep"
    world.do(case, "Task_keep", "李志强")
    world.clock.advance(hours=24)

    world.engine.sweep()

    assert any("test.keep" in reason for reason in proposals(world, case))
