"""Timers with a moment of their own go along with a case; those drawn as `deadline` are told by its limits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine import migration
from tests.engine.migration.test_batches import move, outcomes, redrawn, surveyed
from tests.engine.world import World

CALL = 'cs:duty="phone"/>'


def reminded(text: str = "PT4H", timer: str = "Timer_call", name: str = "再催") -> dict[str, str]:
    """电话通知 with a timer of its own, after which 再催办 is performed."""
    return {
        CALL: CALL
        + f'<bpmn:boundaryEvent id="{timer}" name="{name}" attachedToRef="Task_phone" cancelActivity="false">'
        f'<bpmn:timerEventDefinition id="td9"><bpmn:timeDuration>{text}</bpmn:timeDuration></bpmn:timerEventDefinition>'
        '</bpmn:boundaryEvent><bpmn:serviceTask id="Job_call" name="再催办" cs:operation="test.escalate"/>'
        f'<bpmn:endEvent id="End_call"/><bpmn:sequenceFlow id="g1" sourceRef="{timer}" targetRef="Job_call"/>'
        '<bpmn:sequenceFlow id="g2" sourceRef="Job_call" targetRef="End_call"/>'
    }


@pytest.fixture
def waiting(world: World) -> int:
    """An application whose 电话通知 will be reminded of four hours after it was opened."""
    redrawn(world, **reminded())
    return world.apply()


def timer(world: World, case: int) -> dict[str, Any]:
    (found,) = world.rows("timer", case)
    return found


def fired(world: World, case: int) -> list[str]:
    return [row["node"] for row in world.rows("event", case, "seq") if row["kind"] == "timer.fired"]


def after(world: World, **span: float) -> None:
    world.clock.move_to(world.clock.now() + timedelta(**span))
    world.engine.sweep()


@pytest.mark.parametrize(
    ("changes", "mapping"),
    [
        (reminded() | {"法务审核": "法务复核"}, {}),
        (reminded("PT8H"), {}),
        (reminded(timer="Timer_again"), {"Timer_call": "Timer_again"}),
    ],
    ids=["the same", "another length", "another id"],
)
def test_a_timer_fires_once_at_the_moment_it_was_given(
    world: World, waiting: int, changes: dict[str, str], mapping: dict[str, str]
) -> None:
    before = timer(world, waiting)

    batch = move(world, redrawn(world, **changes), waiting, mapping=dict(mapping))

    node = mapping.get("Timer_call", "Timer_call")
    assert outcomes(world, batch) == {waiting: "moved"}
    assert timer(world, waiting) == before | {"node": node}
    after(world, hours=3)
    assert node not in fired(world, waiting)
    after(world, hours=2)
    after(world, hours=20)
    assert fired(world, waiting).count(node) == 1
    assert timer(world, waiting)["status"] == "fired"
    assert world.rows("incident", waiting) == []


def test_a_step_done_after_the_move_takes_its_timer_with_it(world: World, waiting: int) -> None:
    move(world, redrawn(world, **reminded("PT8H")), waiting)

    world.do(waiting, "Task_phone", "孙倩")

    assert timer(world, waiting)["status"] == "cancelled"


def test_a_timer_that_stands_still_goes_on_after_the_move(world: World, waiting: int) -> None:
    keeper = world.cast.person("李志强")
    world.engine.suspend(waiting, keeper, "其他", "等资料")
    paused = timer(world, waiting)

    move(world, redrawn(world, **reminded("PT8H")), waiting)

    assert (timer(world, waiting), paused["status"]) == (paused, "paused")
    world.engine.resume(waiting, keeper, "齐了")
    after(world, days=3)
    assert fired(world, waiting).count("Timer_call") == 1


@pytest.mark.parametrize(("before", "now"), [("PT4H", "deadline"), ("deadline", "PT4H")])
def test_a_timer_under_way_cannot_get_its_moment_from_elsewhere(world: World, before: str, now: str) -> None:
    """Its row would be left over, or never be made."""
    redrawn(world, **reminded(before))
    world.apply()

    (found,) = surveyed(world, redrawn(world, **reminded(now)))

    assert found.result == migration.STAYS
    assert [one.node for one in found.obstacles] == ["Timer_call"]
    assert "时刻" in str(found.obstacles[0])


INSIDE = '<bpmn:serviceTask id="Job_keep"'


def test_a_timer_drawn_inside_a_scope_under_way_is_told_by_its_limit(world: World) -> None:
    """
    Given 登记 (T3) is under way, with no timer drawn in it
    When the new version draws one inside, on 写入, and the case is moved and comes there
    Then it fires when T3 is overdue.
    """
    case = world.apply()
    world.do(case, "Task_approve", "马国栋")
    drawn = '<bpmn:userTask id="Task_sure" name="复核登记"/>'
    changes = {
        'sourceRef="Task_keep" targetRef="Job_keep"': 'sourceRef="Task_keep" targetRef="Task_sure"',
        INSIDE: drawn
        + '<bpmn:boundaryEvent id="Timer_sure" name="到期" attachedToRef="Task_sure" cancelActivity="false">'
        '<bpmn:timerEventDefinition id="td8"><bpmn:timeDuration>deadline</bpmn:timeDuration>'
        "</bpmn:timerEventDefinition>"
        '</bpmn:boundaryEvent><bpmn:serviceTask id="Job_sure" name="催办登记" cs:operation="test.escalate"/>'
        '<bpmn:endEvent id="End_sure"/><bpmn:sequenceFlow id="h1" sourceRef="Timer_sure" targetRef="Job_sure"/>'
        '<bpmn:sequenceFlow id="h2" sourceRef="Job_sure" targetRef="End_sure"/>'
        '<bpmn:sequenceFlow id="h3" sourceRef="Task_sure" targetRef="Job_keep"/>' + INSIDE,
    }

    batch = move(world, redrawn(world, **changes), case)
    assert outcomes(world, batch) == {case: "moved"}
    world.do(case, "Task_keep", "李志强")
    after(world, days=3)

    assert fired(world, case).count("Timer_sure") == 1
