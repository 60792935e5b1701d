"""A case that cannot go on says so: it never stops silently."""

import pytest

from engine.spiff import NotPossible, Run, Stuck, TooDeep, TooLong, parse
from tests.engine.spiff.drawing_board import Board, many
from tests.engine.spiff.moves import do, model_of, reloaded


def test_a_join_that_waits_for_a_branch_that_was_not_taken_is_an_error() -> None:
    board = Board("p").start().end().user("a", "b").xor("which", default="flow_which_a").parallel("join")
    board.flow("start", "which", "a", "join", "end").flow("which", "b", when="False", id="x").flow("b", "join")
    run = Run.start(model_of(board))

    with pytest.raises(Stuck, match=r"停在「join」.*汇聚"):
        do(run, "a")


def test_a_process_that_calls_itself_without_end_is_too_deep() -> None:
    board = Board("p").start().end().node("callActivity", "again", calledElement="p").flow("start", "again", "end")

    with pytest.raises(TooDeep, match="嵌套"):
        Run.start(model_of(board))


def test_a_loop_that_never_waits_is_too_long() -> None:
    board = Board("p").start().end().xor("m").xor("d", default="flow_d_end")
    board.node("userTask", "none", many()).flow("start", "m", "none", "d", "end").flow("d", "m", when="True")

    with pytest.raises(TooLong, match="回路"):
        Run.start(model_of(board), {"people": []})


def test_a_collection_beyond_reason_is_too_deep() -> None:
    board = Board("p").start().end().node("userTask", "sign", many()).flow("start", "sign", "end")

    with pytest.raises(TooDeep, match="多实例"):
        Run.start(model_of(board), {"people": list(range(1_001))})


def test_three_hundred_sub_processes_at_once_are_no_problem() -> None:
    inside = Board("in").start("s").user("a").end("e").flow("s", "a", "e")
    board = Board("p").start().end().sub("each", inside, many()).flow("start", "each", "end")
    run = Run.start(model_of(board), {"people": list(range(300))})

    run = reloaded(run)
    for wait in run.waits:
        run.complete(wait.task)

    assert run.completed


def test_a_start_event_must_be_named_when_it_is_not_clear_which() -> None:
    message = '<messageEventDefinition messageRef="M"/>'
    board = Board("p").root('<message id="M" name="m"/>').start("s1", message).start("s2", message).user("a").end()
    model = model_of(board.flow("s1", "a", "end").flow("s2", "a"))

    with pytest.raises(NotPossible, match="2 个开始事件"):
        Run.start(model)
    with pytest.raises(NotPossible, match="不是流程"):
        Run.start(model, at="a")


def test_functions_need_an_implementation() -> None:
    with pytest.raises(ValueError, match="没有实现"):
        parse({}, "p", functions=["working_hours"])
