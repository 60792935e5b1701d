"""What a dry run says against a move beside the tokens: four eyes, conditions that nothing answers, clocks."""

from __future__ import annotations

import pytest

from engine import migration
from engine.store import loads
from tests.engine.migration.test_batches import move, outcomes, redrawn, surveyed
from tests.engine.world import World

RENAMED = {"Task_fix": "Task_mend", "修改": "修正"}
GATE = 'name="写入" cs:operation="test.keep"'


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


# --- parameters and repetitions that nothing answers any more


def given(parameter: str) -> dict[str, str]:
    inside = f'<bpmn:extensionElements><cs:parameter name="what" value="{parameter}"/></bpmn:extensionElements>'
    return {f"{GATE}/>": f"{GATE}>{inside}</bpmn:serviceTask>"}


def repeated(marker: str) -> dict[str, str]:
    keep = '<bpmn:userTask id="Task_keep" name="登记"'
    return {f"{keep}/>": f"{keep}>{marker}</bpmn:userTask>"}


MANY = "bpmn:multiInstanceLoopCharacteristics"
COLLECTION = f"<{MANY}><bpmn:loopDataInputRef>Task_see</bpmn:loopDataInputRef></{MANY}>"
ENOUGH = (
    f"<{MANY}><bpmn:loopCardinality>3</bpmn:loopCardinality>"
    "<bpmn:completionCondition>Task_see == numberOfCompletedInstances</bpmn:completionCondition>"
    f"</{MANY}>"
)
AGAIN = (
    '<bpmn:standardLoopCharacteristics loopMaximum="3"><bpmn:loopCondition>Task_see</bpmn:loopCondition>'
    "</bpmn:standardLoopCharacteristics>"
)


@pytest.mark.parametrize(
    ("changes", "node", "told"),
    [
        (given("Task_see"), "Job_keep", "「写入」的参数“what”“Task_see”要用到Task_see，这件还没有"),
        (repeated(COLLECTION), "Task_keep", "「登记」的重复所按的清单“Task_see”要用到Task_see，这件还没有"),
        (repeated(ENOUGH), "Task_keep", "「登记」的提前结束重复的条件“Task_see == numberOfCompletedInstances”要用到"),
        (repeated(AGAIN), "Task_keep", "「登记」的继续重复的条件“Task_see”要用到Task_see，这件还没有"),
    ],
    ids=["parameter", "collection", "enough", "again"],
)
def test_what_a_step_ahead_is_told_or_repeats_by_is_judged_as_conditions_are(
    world: World, changes: dict[str, str], node: str, told: str
) -> None:
    world.apply()

    found = met(world, redrawn(world, **BEFORE, **changes))

    assert list(found) == [node]
    assert told in found[node]


def test_what_a_step_still_ahead_gives_may_be_a_parameter(world: World) -> None:
    world.apply()

    assert met(world, redrawn(world, **given("Task_legal"))) == {}


def test_a_parameter_that_the_case_can_answer_is_no_obstacle(world: World) -> None:
    redrawn(world, **BEFORE)
    case = world.apply()
    world.do(case, "Task_see", "孙倩")

    assert met(world, redrawn(world, **BEFORE, **given("Task_see"))) == {}


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


# --- a done step that has no counterpart: a person says so, and it is on record


def test_a_person_may_say_that_nothing_has_taken_the_place_of_a_done_step(world: World, corrected: int) -> None:
    """
    Given 修改 is done, and the new version names another step in its place for four eyes
    When 郭建国 says that nothing has taken its place, and moves the case
    Then it moves, and the batch, its result and the case's log say what was decided.
    """
    target = redrawn(world, **RENAMED)
    (found,) = surveyed(world, target, Task_fix=None)

    batch = move(world, target, corrected, mapping={"Task_fix": None})

    assert (found.result, found.dropped) == (migration.MOVES, {"Task_fix": "修改"})
    with world.transactions.read() as tx:
        (result,) = migration.results(tx, batch)
        assert migration.batch_of(tx, "review", batch).mapping == {"Task_fix": None}
    assert (result.status, "“修改”已办，按迁移人的决定在新版里没有对应" in result.told) == ("moved", True)
    (told,) = [loads(row["data"]) for row in world.rows("event", corrected, "seq") if row["kind"] == "case.migrated"]
    assert (told["mapping"], told["dropped"]) == ({}, {"Task_fix": "修改"})


def test_a_step_somebody_still_has_to_do_cannot_be_without_counterpart(world: World) -> None:
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "again")

    (found,) = surveyed(world, redrawn(world, **RENAMED), Task_fix=None)

    assert found.result == migration.STAYS
    assert "「修改」正等在这里，新版里已没有这个节点。请先办完这一步再迁移" in str(found.obstacles[0])


def test_a_step_the_case_has_not_come_to_leaves_no_decision_on_its_record(world: World) -> None:
    case = world.apply()
    target = redrawn(world, **RENAMED)

    move(world, target, case, mapping={"Task_fix": None})

    (told,) = [loads(row["data"]) for row in world.rows("event", case, "seq") if row["kind"] == "case.migrated"]
    assert told["dropped"] == {}


def test_a_step_that_a_join_waits_with_cannot_be_without_counterpart(world: World) -> None:
    """电话通知 is done and waits at a join; the new version goes there by another step."""
    joined = {
        '<bpmn:endEvent id="End_phone"/>': '<bpmn:parallelGateway id="Join"/>',
        'targetRef="End_phone"': 'targetRef="Join"',
        ">End_phone<": ">Join<",
        'sourceRef="Sub_keep" targetRef="End_all"/>': 'sourceRef="Sub_keep" targetRef="Join"/>'
        '<bpmn:sequenceFlow id="f9" sourceRef="Join" targetRef="End_all"/>',
    }
    redrawn(world, **joined)
    case = world.apply()
    world.do(case, "Task_phone", "孙倩")

    (found,) = surveyed(world, redrawn(world, **joined, Task_phone="Task_call"), Task_phone=None)

    assert {one.node for one in found.obstacles} == {"Join"}
    assert "不再由原来的一步通到这里" in str(found.obstacles[0])
    assert not found.moves


# --- what a job ahead reads of a done step


def reads(step: str) -> dict[str, str]:
    """写入 reads how this step was done."""
    parameter = f'<bpmn:extensionElements><cs:parameter name="approval" value="\'{step}\'"/></bpmn:extensionElements>'
    return {f"{GATE}/>": f"{GATE}>{parameter}</bpmn:serviceTask>"}


def approved(world: World) -> int:
    """An application approved on a version in which 写入 reads the approval."""
    redrawn(world, **reads("Task_approve"))
    case = world.apply()
    world.do(case, "Task_approve", "马国栋")
    return case


def test_a_signed_step_that_a_job_ahead_reads_has_to_be_mapped(world: World) -> None:
    """
    Given 审批 is done, and 写入 ahead of it reads its signature
    When in the new version 审批 has another id, by which 写入 asks
    Then the case does not move without a word on it, nor with the word that nothing has taken its place.
    """
    approved(world)
    target = redrawn(world, **reads("Task_approve"), Task_approve="Task_agree")

    (alone,), (without,), (mapped,) = (
        surveyed(world, target, **mapping) for mapping in ({}, {"Task_approve": None}, {"Task_approve": "Task_agree"})
    )

    assert (alone.result, set(alone.open_to)) == (migration.DECIDE, {"Task_approve"})
    assert "后面的“写入”改看“审批”的办理和签字，这件不会再办" in str(alone.obstacles[0])
    assert without.result == migration.STAYS
    assert "不能当作没有对应" in str(without.obstacles[0])
    assert mapped.result == migration.MOVES


def test_a_job_that_still_asks_by_the_old_id_finds_what_was_done(world: World) -> None:
    approved(world)

    found = met(world, redrawn(world, **reads("Task_none"), Task_approve="Task_agree"))

    assert found == {}


def test_a_job_that_reads_a_step_still_to_be_done_again_stands_in_nobodys_way(world: World) -> None:
    redrawn(world, **reads("Task_approve"))
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "again")
    world.do(case, "Task_legal", "马国栋")

    assert met(world, redrawn(world, **reads("Task_approve"), Task_approve="Task_agree")) == {}
