"""How a procedure runs: counted, timed in working hours, and overdue by the due moment of each item."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.clock import LOCAL
from engine.workbench.heat import Heat, heat, steps, versions_run
from tests.engine.migration.test_batches import move, redrawn
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


def test_a_step_counts_under_the_version_in_which_it_was_done(world: World) -> None:
    """
    Given a case sent back, corrected and approved on the first version, in which correcting is called Task_fix
    When it is moved to a version that calls it Task_mend, and goes on there
    Then each version counts what was done in it, by the name it had there, and both say that the case ran on them.
    """
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "again")
    world.do(case, "Task_fix", "孙倩")
    first, second = world.case(case)["definition_id"], redrawn(world, Task_fix="Task_mend")
    move(world, second, case, mapping={"Task_fix": "Task_mend"})
    world.do(case, "Task_approve", "马国栋")
    stayed = world.apply()
    world.do(stayed, "Task_approve", "马国栋")

    before, after = (
        {node: one.count for node, one in figures(world, version=version).items()} for version in (first, second)
    )

    assert before == {"Task_approve": 1, "Task_fix": 1}
    assert after == {"Task_approve": 2, "Task_legal": 2, "Task_phone": 2}
    with world.transactions.read() as tx:
        assert versions_run(tx, "review") == {first: 1, second: 2}
