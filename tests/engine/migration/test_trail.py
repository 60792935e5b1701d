"""What was done before a move is judged and told by the diagram it was done in."""

from __future__ import annotations

import pytest

from engine import casefile
from engine.conformance.log import Log, Pattern
from engine.errors import NotAllowed
from engine.mining.traces import Reader, month
from tests.engine.migration.test_batches import move, redrawn
from tests.engine.world import World

RENAMED = {"Task_fix": "Task_mend", "修改": "修正"}


@pytest.fixture
def corrected(world: World) -> int:
    """马国栋 sent the application back and, standing in for the focal person as well, corrected it himself."""
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "again")
    item = world.item(case, "Task_fix")
    with world.transactions.write() as tx:
        tx.run(
            "UPDATE work_item SET post_id = (SELECT id FROM post WHERE kind = 'leader' AND department_id ="
            " (SELECT department_id FROM work_item WHERE id = ?)) WHERE id = ?",
            (item, item),
        )
    world.do(case, "Task_fix", "马国栋")
    return case


def file_of(world: World, case: int) -> casefile.CaseFile:
    with world.transactions.read() as tx:
        return casefile.read(tx, world.engine.definitions, case)


def test_four_eyes_know_who_did_a_step_that_has_another_id_now(world: World, corrected: int) -> None:
    move(world, redrawn(world, **RENAMED), corrected, mapping={"Task_fix": "Task_mend"})

    with pytest.raises(NotAllowed, match="“修正”是您办的"):
        world.do(corrected, "Task_approve", "马国栋")


def test_four_eyes_follow_a_case_there_and_back(world: World, corrected: int) -> None:
    first = world.case(corrected)["definition_id"]
    move(world, redrawn(world, **RENAMED), corrected, mapping={"Task_fix": "Task_mend"})
    move(world, first, corrected, mapping={"Task_mend": "Task_fix"})

    with pytest.raises(NotAllowed, match="“修改”是您办的"):
        world.do(corrected, "Task_approve", "马国栋")


def test_a_done_step_keeps_its_diagram_and_an_open_one_has_the_new(world: World, corrected: int) -> None:
    mapping = {"Task_fix": "Task_mend", "Task_approve": "Task_agree"}
    move(world, redrawn(world, **RENAMED, Task_approve="Task_agree"), corrected, mapping=mapping)

    file = file_of(world, corrected)
    done = [one for one in file.items if one.done]
    (open_,) = [one for one in file.items if one.live and one.name == "审批"]

    assert [file.definition_of(one).version for one in done] == [1, 1]
    assert [(file.node_of(one).name, file.node_now(one)) for one in done] == [
        ("审批", "Task_agree"),
        ("修改", "Task_mend"),
    ]
    assert (file.definition_of(open_).version, file.node_of(open_).id) == (2, "Task_agree")


def test_a_step_that_the_new_version_lacks_is_still_told(world: World, corrected: int) -> None:
    apart = {'cs:separate="Start_apply Task_fix"': 'cs:separate="Start_apply"'}  # else four eyes ask for a mapping
    move(world, redrawn(world, **apart, **RENAMED), corrected)

    file = file_of(world, corrected)
    (fixed,) = [one for one in file.items if one.node == "Task_fix"]

    assert file.node_of(fixed).name == "修改"
    assert file.node_now(fixed) not in file.definition.model.nodes


def test_a_deadline_closed_before_the_move_keeps_its_scope(world: World, corrected: int) -> None:
    move(world, redrawn(world, Task_approve="Task_agree"), corrected, mapping={"Task_approve": "Task_agree"})

    file = file_of(world, corrected)
    limits = {one.status: file.node_of(one).id for one in file.deadlines.values() if one.clock == "T1"}

    assert limits == {"met": "Task_approve", "open": "Task_agree"}


def test_a_rule_finds_a_renamed_step_by_its_old_and_by_its_new_id(world: World, corrected: int) -> None:
    move(world, redrawn(world, **RENAMED), corrected, mapping={"Task_fix": "Task_mend"})

    log = Log(file_of(world, corrected).events)

    for node in ("Task_fix", "Task_mend"):
        assert len(log.find(Pattern(("item.completed",), (node,)))) == 1, node


def test_an_exported_month_says_what_steps_were_called_then(world: World, corrected: int) -> None:
    move(world, redrawn(world, **RENAMED), corrected, mapping={"Task_fix": "Task_mend"})

    since, until = month(f"{world.clock.now():%Y-%m}")
    with world.transactions.read() as tx:
        people = world.engine.snapshots.at(tx).people
        (trace,) = Reader(tx, world.engine.definitions, people, {}, since, until).traces()

    names = {one.name for one in trace.happenings if one.kind == "item.completed"}
    assert names == {"审批", "修改"}
