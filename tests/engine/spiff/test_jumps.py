"""Ad-hoc returns put a token back only where that cannot break a join."""

import pytest

from engine.spiff import NotPossible, Run
from tests.engine.spiff.drawing_board import Board, many
from tests.engine.spiff.moves import at, do, model_of, reloaded, standing


def branches() -> Board:
    """a → b, then c1 → c2 beside d, then e."""
    board = Board("p").start().end().user("a", "b", "c1", "c2", "d", "e").parallel("fork", "join")
    board.timer("clock", "a", "PT4H", interrupting=False).end("told").flow("clock", "told")
    board.flow("start", "a", "b", "fork", "c1", "c2", "join", "e", "end").flow("fork", "d", "join")
    return board


def test_a_return_opens_the_earlier_task_with_its_timer_and_closes_the_present_one() -> None:
    run = Run.start(model_of(branches()))
    do(run, "a")
    task = at(run, "b").task

    run.jump(task, "a", {"reason": "incomplete"})

    assert [wait.node for wait in reloaded(run).waits] == ["a", "clock"]
    assert run.dropped == (task,)
    assert run.data == {"reason": "incomplete"}


def test_a_return_within_one_branch_leaves_the_other_branch_alone() -> None:
    run = Run.start(model_of(branches()))
    for node in ("a", "b", "c1"):
        do(run, node)

    run.jump(at(run, "c2").task, "c1")
    for node in ("c1", "c2", "d"):
        do(run, node)

    assert standing(run) == ["e"]


@pytest.mark.parametrize(("steps", "here", "to"), [(("a", "b"), "c1", "a"), (("a", "b", "c1", "c2", "d"), "e", "b")])
def test_a_return_over_a_split_or_join_is_refused(steps: tuple[str, ...], here: str, to: str) -> None:
    run = Run.start(model_of(branches()))
    for node in steps:
        do(run, node)

    with pytest.raises(NotPossible, match="分叉或汇聚"):
        run.jump(at(run, here).task, to)


@pytest.mark.parametrize("to", ["b", "e", "start", "nowhere", "a"])
def test_a_jump_is_only_ever_back_to_another_user_task(to: str) -> None:
    run = Run.start(model_of(branches()))

    with pytest.raises(NotPossible):
        run.jump(at(run, "a").task, to)


def test_a_return_out_of_a_branch_opened_by_a_reminder_is_refused() -> None:
    board = Board("p").start().end().user("a", "b", "chase").timer("clock", "b", "PT4H", interrupting=False)
    run = Run.start(model_of(board.end("x").flow("start", "a", "b", "end").flow("clock", "chase", "x")))
    do(run, "a")
    run.fire(at(run, "clock").task)

    with pytest.raises(NotPossible, match="clock"):
        run.jump(at(run, "chase").task, "a")


def test_one_of_many_signers_cannot_return_alone() -> None:
    board = Board("p").start().end().user("a").node("userTask", "sign", many()).flow("start", "a", "sign", "end")
    run = Run.start(model_of(board), {"people": ["李伟", "王芳"]})
    do(run, "a")

    with pytest.raises(NotPossible, match="多人步骤"):
        run.jump(at(run, "sign", "李伟").task, "a")


def test_a_return_does_not_leave_its_sub_process() -> None:
    inside = Board("in").start("s").user("c").end("e").flow("s", "c", "e")
    run = Run.start(model_of(Board("p").start().end().user("a").sub("w", inside).flow("start", "a", "w", "end")))
    do(run, "a")

    with pytest.raises(NotPossible, match="同一流程"):
        run.jump(at(run, "c").task, "a")


def test_a_service_task_cannot_return() -> None:
    run = Run.start(model_of(Board("p").start().end().user("a").service("s").flow("start", "a", "s", "end")))
    do(run, "a")

    with pytest.raises(NotPossible, match="服务任务"):
        run.jump(at(run, "s").task, "a")
