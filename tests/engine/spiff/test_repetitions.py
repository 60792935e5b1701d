"""Multi-instance activities and loops."""

import pytest

from engine.spiff import ExpressionError, Run
from tests.engine.spiff.drawing_board import Board, many
from tests.engine.spiff.moves import at, do, model_of, reloaded, standing

COLLECT = "<loopDataOutputRef>votes</loopDataOutputRef>"


def signing(sequential: bool = False, inner: str = "", loop: str = "") -> Board:
    board = Board("p").start().end().user("after")
    board.node("userTask", "sign", loop or many("people", sequential, inner))
    return board.flow("start", "sign", "after", "end")


def test_everybody_signs_at_once_and_the_case_goes_on_when_all_have() -> None:
    run = Run.start(model_of(signing()), {"people": ["李伟", "王芳"]})
    waiting = {wait.item for wait in run.waits}
    do(run, "sign", "王芳")
    before = standing(reloaded(run))

    do(run, "sign", "李伟")

    assert waiting == {"李伟", "王芳"}
    assert before == ["sign"]
    assert standing(run) == ["after"]


def test_one_signs_after_the_other_in_the_order_of_the_list() -> None:
    run = Run.start(model_of(signing(sequential=True)), {"people": ["李伟", "王芳"]})
    first = [wait.item for wait in run.waits]

    run = reloaded(run)
    do(run, "sign")

    assert first == ["李伟"]
    assert [wait.item for wait in run.waits] == ["王芳"]


def test_with_nobody_on_the_list_the_case_goes_on_at_once() -> None:
    run = Run.start(model_of(signing()), {"people": []})

    assert standing(run) == ["after"]


@pytest.mark.parametrize("sequential", [False, True])
def test_a_completion_condition_ends_the_round_early(sequential: bool) -> None:
    enough = "<completionCondition>numberOfCompletedInstances * 2 &gt; numberOfInstances</completionCondition>"
    run = Run.start(model_of(signing(sequential, enough)), {"people": ["李伟", "王芳", "张敏"]})

    for _ in range(2):
        run = reloaded(run)
        do(run, "sign")

    assert standing(run) == ["after"]


def test_votes_are_collected_in_the_order_of_the_list() -> None:
    loop = (
        '<multiInstanceLoopCharacteristics isSequential="false"><loopDataInputRef>people</loopDataInputRef>'
        '<loopDataOutputRef>votes</loopDataOutputRef><inputDataItem name="person"/><outputDataItem name="vote"/>'
        "</multiInstanceLoopCharacteristics>"
    )
    run = Run.start(model_of(signing(loop=loop)), {"people": ["李伟", "王芳"]})
    do(run, "sign", "王芳", vote="no")

    run = reloaded(run)
    do(run, "sign", "李伟", vote="yes")

    assert run.data["votes"] == ["yes", "no"]
    assert "vote" not in run.data
    assert "person" not in run.data


def test_an_instance_sees_its_own_item_and_not_that_of_another() -> None:
    inside = Board("in").start("s").user("ask", "tax").end("e").xor("kind", default="flow_kind_ask").xor("m")
    inside.flow("s", "kind", "ask", "m", "e").flow("kind", "tax", when="department == 'finance'").flow("tax", "m")
    board = Board("p").start().end().sub("each", inside, many("departments", item="department"))

    run = Run.start(model_of(board.flow("start", "each", "end")), {"departments": ["sales", "finance"]})

    assert [(wait.node, wait.item) for wait in run.waits] == [("ask", "sales"), ("tax", "finance")]


def test_the_round_can_be_entered_again_in_a_rework_loop() -> None:
    board = Board("p").start().end().node("userTask", "sign", many()).xor("in").xor("out", default="flow_out_end")
    board.user("rework").flow("start", "in", "sign", "out", "rework", when=None)
    board.flows = [flow for flow in board.flows if "flow_out_rework" not in flow]
    board.flow("out", "rework", when="again == True").flow("rework", "in").flow("out", "end")
    run = Run.start(model_of(board), {"people": ["李伟"], "again": True})
    do(run, "sign")

    do(run, "rework")

    assert standing(run) == ["sign"]


def test_a_collection_that_is_no_list_is_refused_with_the_reason() -> None:
    with pytest.raises(ExpressionError, match="不是列表"):
        Run.start(model_of(signing()), {"people": "李伟"})


def test_a_collection_nobody_has_decided_is_refused_with_its_name() -> None:
    with pytest.raises(ExpressionError, match="people"):
        Run.start(model_of(signing()))


def test_a_loop_repeats_while_its_condition_holds() -> None:
    loop = "<standardLoopCharacteristics><loopCondition>more == True</loopCondition></standardLoopCharacteristics>"
    run = Run.start(model_of(signing(loop=loop)), {"more": True})
    do(run, "sign")
    again = standing(run)

    run = reloaded(run)
    do(run, "sign", more=False)

    assert again == ["sign"]
    assert standing(run) == ["after"]


def test_a_loop_ends_at_its_maximum() -> None:
    run = Run.start(model_of(signing(loop='<standardLoopCharacteristics loopMaximum="2"/>')))

    do(run, "sign")
    do(run, "sign")

    assert standing(run) == ["after"]


def test_each_instance_of_a_sub_process_has_its_own_addresses_for_ever() -> None:
    inside = Board("in").start("s").user("first", "second").end("e").flow("s", "first", "second", "e")
    board = Board("p").start().end().sub("each", inside, many()).flow("start", "each", "end")
    run = Run.start(model_of(board), {"people": ["李伟", "王芳"]})
    seen = {wait.task for wait in run.waits}

    do(run, "first", "李伟")

    new = at(run, "second", "李伟").task
    assert new not in seen
    assert at(reloaded(run), "second", "李伟").task == new
