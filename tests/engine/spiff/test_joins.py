"""Joins are right inside rework loops, and a case does not grow with its history."""

import time

from engine.spiff import Run
from tests.engine.spiff.drawing_board import Board
from tests.engine.spiff.moves import do, model_of, reloaded, standing


def approval_in_a_loop() -> Board:
    """Finance and sales sign in parallel; then rework leads back, or the process ends."""
    board = Board("approval").start().end().user("finance", "sales", "rework")
    board.xor("again").xor("decide", default="flow_decide_end").parallel("fork", "join")
    board.flow("start", "again", "fork", "finance", "join").flow("fork", "sales", "join", "decide")
    return board.flow("decide", "rework", when="redo == True").flow("rework", "again").flow("decide", "end")


def test_a_form_cannot_pass_a_parallel_approval_with_one_signature_in_the_second_round() -> None:
    run = Run.start(model_of(approval_in_a_loop()), {"redo": True})
    do(run, "finance")
    do(run, "sales")
    do(run, "rework")

    do(run, "sales")

    assert standing(run) == ["finance"]


def test_the_second_round_ends_when_both_have_signed_again() -> None:
    run = Run.start(model_of(approval_in_a_loop()), {"redo": True})
    for node in ("finance", "sales", "rework", "sales"):
        do(run, node)

    do(run, "finance", redo=False)

    assert run.completed
    assert run.ended_at == ("end",)


def test_two_hundred_rounds_of_rework_stay_small_and_fast() -> None:
    run = Run.start(model_of(approval_in_a_loop()), {"redo": True})
    first = len(run.dump())
    began = time.process_time()

    for _ in range(200):
        for node in ("finance", "sales", "rework"):
            run = reloaded(run)
            do(run, node)

    assert len(run.dump()) < first + 50
    assert time.process_time() - began < 2


def test_two_hundred_rounds_without_saving_stay_small_too() -> None:
    run = Run.start(model_of(approval_in_a_loop()), {"redo": True})

    for _ in range(200):
        for node in ("finance", "sales", "rework"):
            do(run, node)

    assert len(run._case.tokens) == 2


def test_ten_parallel_blocks_in_a_row_start_at_once() -> None:
    board = Board("blocks").start().end()
    last = "start"
    for block in range(10):
        fork, join = f"fork{block}", f"join{block}"
        board.parallel(fork, join).flow(last, fork)
        for branch in range(3):
            board.user(f"t{block}_{branch}").flow(fork, f"t{block}_{branch}", join)
        last = join
    model = model_of(board.flow(last, "end"))
    began = time.process_time()

    run = Run.start(model)

    assert standing(run) == ["t0_0", "t0_1", "t0_2"]
    assert time.process_time() - began < 0.1


def test_a_second_token_on_the_same_flow_waits_for_its_own_partner() -> None:
    board = Board("excess").start().end().user("a", "b", "c", "after").xor("merge").parallel("fork", "join")
    board.flow("start", "fork", "a", "merge").flow("fork", "b", "merge", "join", "after", "end")
    run = Run.start(model_of(board.flow("fork", "c", "join")))
    do(run, "a")
    do(run, "b")

    do(reloaded(run), "c")
    do(run, "c")

    assert standing(run) == ["after"]


def test_a_decision_of_one_branch_is_not_undone_by_the_other() -> None:
    board = Board("values").start().end().user("a", "b", "after").parallel("fork", "join")
    board.flow("start", "fork", "a", "join").flow("fork", "b", "join", "after", "end")
    run = Run.start(model_of(board), {"verdict": "old"})
    do(run, "a", verdict="new")

    do(run, "b")

    assert run.data["verdict"] == "new"


def test_an_inclusive_join_waits_only_for_the_branches_that_were_chosen() -> None:
    board = Board("chosen").start().end().user("sales", "finance", "credit", "after").inclusive("join")
    board.inclusive("fork", default="flow_fork_sales").flow("start", "fork", "sales", "join", "after", "end")
    for node in ("finance", "credit"):
        board.flow("fork", node, when=f"'{node}' in views").flow(node, "join")
    run = Run.start(model_of(board), {"views": ["finance", "credit"]})
    do(run, "finance")
    before = standing(reloaded(run))

    do(run, "credit")

    assert before == ["credit"]
    assert standing(run) == ["after"]
