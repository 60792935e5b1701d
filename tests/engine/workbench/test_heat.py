"""How a procedure runs: counted, timed in working hours, and overdue by the due moment of each item."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.clock import LOCAL
from engine.workbench.heat import Heat, heat, steps
from tests.engine.world import World

LONG_AGO = datetime(2026, 1, 1, tzinfo=LOCAL)
FAR = datetime(2027, 1, 1, tzinfo=LOCAL)


def figures(world: World, **asked: int | str) -> dict[str, Heat]:
    with world.transactions.read() as tx:
        found = steps(tx, "review", LONG_AGO, FAR, **asked)  # type: ignore[arg-type]
        return heat(found, world.engine.snapshots.at(tx).calendar(None), world.clock.now())


def test_steps_are_counted_with_their_median_working_time(world: World) -> None:
    for hours in (1, 2, 9):
        case = world.apply()
        world.clock.advance(hours=hours)
        world.do(case, "Task_approve", "马国栋")

    approve = figures(world)["Task_approve"]

    assert (approve.name, approve.count, approve.open) == ("审批", 3, 0)
    assert approve.duration == timedelta(hours=2)


def test_an_item_is_overdue_once_its_due_moment_has_passed_done_or_not(world: World) -> None:
    late = world.apply()
    world.clock.advance(hours=30)
    world.engine.sweep()
    before = figures(world)["Task_approve"].overdue
    world.do(late, "Task_approve", "马国栋")
    world.apply()

    approve = figures(world)["Task_approve"]

    assert before == 1
    assert (approve.count, approve.open, approve.overdue) == (2, 1, 1)


def test_period_department_version_and_step_narrow_what_is_counted(world: World) -> None:
    world.apply()
    u1, mkt = world.cast.department("U1"), world.cast.department("MKT")

    with world.transactions.read() as tx:
        ended = steps(tx, "review", LONG_AGO, world.clock.now() - timedelta(hours=1))

    assert ended == []
    assert figures(world, department=mkt) == {}
    assert figures(world, department=u1, node="Task_phone").keys() == {"Task_phone"}
    assert figures(world, version=99) == {}
