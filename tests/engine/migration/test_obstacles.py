"""What a dry run says against a move beside the tokens: four eyes, conditions that nothing answers, clocks."""

from __future__ import annotations

import pytest

from engine import migration
from tests.engine.migration.test_batches import move, outcomes, redrawn, surveyed
from tests.engine.world import World

RENAMED = {"Task_fix": "Task_mend", "修改": "修正"}


@pytest.fixture
def corrected(world: World) -> int:
    """An application that was sent back and corrected: 修改 is done, 审批 is open once more."""
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "again")
    world.do(case, "Task_fix", "孙倩")
    return case


def met(world: World, target: int, **mapping: str) -> dict[str, str]:
    """What stands against moving the only case, by node."""
    (found,) = surveyed(world, target, **mapping)
    return {one.node: str(one) for one in found.obstacles}


# --- four eyes (E-22, E-88)


def test_a_done_step_that_four_eyes_would_lose_needs_a_persons_word(world: World, corrected: int) -> None:
    target = redrawn(world, **RENAMED)

    (alone,) = surveyed(world, target)
    (mapped,) = surveyed(world, target, Task_fix="Task_mend")

    assert (alone.result, set(alone.open_to)) == (migration.DECIDE, {"Task_fix"})
    (told,) = map(str, alone.obstacles)
    assert "「修改」这件已经办过" in told
    assert "“审批”改为须与“修正”由不同的人办理" in told
    assert "节点对照" in told
    assert mapped.result == migration.MOVES


def test_a_step_nobody_has_done_cannot_be_lost_to_four_eyes(world: World) -> None:
    world.apply()

    assert met(world, redrawn(world, **RENAMED)) == {}


def test_a_separation_the_new_version_leaves_out_is_its_authors_decision(world: World, corrected: int) -> None:
    changes = {'cs:separate="Start_apply Task_fix"': 'cs:separate="Start_apply"', **RENAMED}

    assert met(world, redrawn(world, **changes)) == {}


def test_four_eyes_over_a_step_that_has_been_passed_stand_in_nobodys_way(world: World, corrected: int) -> None:
    world.do(corrected, "Task_approve", "马国栋")

    assert met(world, redrawn(world, **RENAMED)) == {}


def test_a_done_step_renamed_in_an_earlier_move_is_lost_by_its_name_of_now(world: World, corrected: int) -> None:
    move(world, redrawn(world, **RENAMED), corrected, mapping={"Task_fix": "Task_mend"})

    found = met(world, redrawn(world, Task_fix="Task_correct", 修改="更正"))

    assert list(found) == ["Task_mend"]


# --- conditions that nothing answers any more

SEEN = (
    '<bpmn:userTask id="Task_see" name="初看"/><bpmn:sequenceFlow id="f0c" sourceRef="Task_see" targetRef="Fork"/>'
    '<bpmn:parallelGateway id="Fork"/>'
)
BEFORE = {  # a step before the fork, and its outcome read after the approval
    '<bpmn:parallelGateway id="Fork"/>': SEEN,
    'sourceRef="Start_apply" targetRef="Fork"': 'sourceRef="Start_apply" targetRef="Task_see"',
    "<bpmn:flowNodeRef>Fork<": "<bpmn:flowNodeRef>Task_see</bpmn:flowNodeRef><bpmn:flowNodeRef>Fork<",
}


def reading(name: str) -> dict[str, str]:
    return {"Task_approve == 'again'": f"{name} == 'again'"}


def test_a_condition_ahead_that_reads_what_only_a_passed_step_gives_is_named(world: World) -> None:
    world.apply()

    found = met(world, redrawn(world, **BEFORE, **reading("Task_see")))

    assert list(found) == ["f_again"]
    assert "Choice→修改" in found["f_again"]
    assert "要用到Task_see，这件还没有，而新版里给出它的“初看”这件不会再走到" in found["f_again"]


def test_such_a_condition_leaves_the_case_where_it_is(world: World) -> None:
    case = world.apply()

    batch = move(world, redrawn(world, **BEFORE, **reading("Task_see")), case)

    assert outcomes(world, batch) == {case: "stayed"}


def test_a_condition_that_a_step_ahead_answers_is_no_obstacle(world: World) -> None:
    case = world.apply()
    target = redrawn(world, **reading("Task_legal"))

    assert met(world, target) == {}
    move(world, target, case)
    world.do(case, "Task_approve", "马国栋")
    world.do(case, "Task_legal", "马国栋", "again")
    assert "Task_fix" in world.open_nodes(case)


def test_a_condition_answered_by_a_step_on_one_of_two_ways_is_no_obstacle(world: World) -> None:
    """修改 lies on the way back only: whether it comes before 法务审核 cannot be foreseen."""
    world.apply()

    assert met(world, redrawn(world, **reading("Task_fix"))) == {}


def test_a_condition_the_case_has_passed_is_no_obstacle(world: World) -> None:
    case = world.apply()
    world.do(case, "Task_approve", "马国栋")

    assert met(world, redrawn(world, **BEFORE, **reading("Task_see"))) == {}


def test_what_the_case_has_decided_already_answers_a_new_condition(world: World) -> None:
    redrawn(world, **BEFORE)
    case = world.apply()
    world.do(case, "Task_see", "孙倩")

    assert met(world, redrawn(world, **BEFORE, **reading("Task_see"))) == {}


# --- clocks without a limit

PHONE = 'name="电话通知" cs:clock="phone"'
UNTIMED = {PHONE: 'name="电话通知" cs:clock="applicant_approval"'}  # 正常 has no limit (AMB-07)
WITHOUT = {PHONE: 'name="电话通知"'}


def test_a_clock_without_a_limit_does_not_stand_in_the_way(world: World) -> None:
    redrawn(world, **UNTIMED)
    case = world.apply()
    assert "applicant_approval" not in {one["clock"] for one in world.deadlines(case)}

    found = met(world, redrawn(world, **WITHOUT))

    assert found == {}


def test_a_clock_without_a_limit_may_be_added_to_a_step_under_way(world: World) -> None:
    redrawn(world, **WITHOUT)
    world.apply()

    assert met(world, redrawn(world, **UNTIMED)) == {}


def test_a_limit_in_place_of_none_is_still_refused(world: World) -> None:
    redrawn(world, **UNTIMED)
    world.apply()

    found = met(world, redrawn(world))

    assert "正在办理而不限时" in found["Task_phone"]
    assert "没有收到的时刻" in found["Task_phone"]


def test_a_running_clock_that_is_taken_away_is_still_refused(world: World) -> None:
    world.apply()

    assert "正在走，新版里" in met(world, redrawn(world, **UNTIMED))["Task_phone"]
