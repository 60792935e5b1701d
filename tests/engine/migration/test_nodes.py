"""A mapping of elements that cannot be meant is refused, and every element that is wrong in it is named."""

from __future__ import annotations

import pytest

from engine.errors import FormInvalid
from tests.engine.migration.test_batches import move, redrawn
from tests.engine.world import World


@pytest.mark.parametrize(
    ("mapping", "label", "said"),
    [
        ({"Task_nowhere": "Task_agree"}, "Task_nowhere", "没有节点 Task_nowhere"),
        ({"Task_approve": "Task_nowhere"}, "审批", "新版里没有节点 Task_nowhere"),
        ({"Task_approve": "Job_escalate"}, "审批", "与“催办”不是同一种节点"),
        ({"Task_approve": "Task_agree", "Task_fix": "Task_agree"}, "修改", "和“审批”都对应到“审批”"),
        ({"Task_approve": "Task_fix"}, "审批", "和“修改”都对应到“修改”"),
    ],
    ids=["unknown before", "unknown after", "another kind", "two onto one", "onto one that keeps its id"],
)
def test_a_mapping_that_cannot_be_meant_is_refused(
    world: World, mapping: dict[str, str], label: str, said: str
) -> None:
    case = world.apply()
    target = redrawn(world, Task_approve="Task_agree")
    before = world.case(case)

    with pytest.raises(FormInvalid) as refused:
        move(world, target, case, mapping=mapping)

    told = {one.label: one.message for one in refused.value.problems}
    assert said in told[label]
    assert world.case(case) == before
