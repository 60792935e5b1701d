"""A watched model notes where its cases go: for the owner's tests, which show what no scenario passes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.spiff import Covered, Run, watch
from tests.engine.spiff.drawing_board import Board, many, timer
from tests.engine.spiff.moves import at, do, model_of, reloaded

FLOWS = {("start", "a"), ("a", "which"), ("which", "b"), ("which", "c"), ("b", "end"), ("c", "end")}


def choice() -> Board:
    board = Board("choice").start().end().user("a", "b", "c").xor("which", default="other")
    board.flow("start", "a", "which").flow("which", "b", when="wanted == 'b'").flow("which", "c", id="other")
    return board.flow("b", "end").flow("c", "end")


def watched(*boards: Board) -> tuple[Run, Covered]:
    model = model_of(*boards)
    covered = watch(model)
    return Run.start(model), covered


def test_the_way_taken_at_a_gateway_is_passed_and_the_other_is_not() -> None:
    run, covered = watched(choice())

    do(run, "a", wanted="b")
    do(run, "b")

    assert covered.nodes == {"start", "a", "which", "b", "end"}
    assert covered.flows == FLOWS - {("which", "c"), ("c", "end")}


def test_a_flow_is_passed_when_the_work_behind_it_begins() -> None:
    run, covered = watched(choice())

    do(run, "a", wanted="x")

    assert ("which", "c") in covered.flows
    assert "c" not in covered.nodes


def test_a_timer_that_fires_and_the_task_it_stands_on_are_told_apart() -> None:
    board = Board("late").start().end().end("stopped").user("a").timer("clock", "a", "PT4H")
    run, covered = watched(board.flow("start", "a", "end").flow("clock", "stopped"))

    run.fire(at(run, "clock").task)

    assert covered.nodes == {"start", "clock", "stopped"}
    assert covered.flows == {("start", "a"), ("clock", "stopped")}


def test_of_an_event_based_gateway_only_the_way_that_happened_is_passed() -> None:
    board = Board("either").start().end("soon_end").end("late_end").node("eventBasedGateway", "which")
    board.node("intermediateCatchEvent", "soon", timer("PT1H")).node("intermediateCatchEvent", "late", timer("PT9H"))
    board.flow("start", "which").flow("which", "soon", "soon_end").flow("which", "late", "late_end")
    run, covered = watched(board)

    run.fire(at(run, "soon").task)

    assert ("which", "soon") in covered.flows
    assert ("which", "late") not in covered.flows


def test_what_is_repeated_and_what_is_called_is_passed_by_its_drawn_names() -> None:
    inner = Board("inner").start("begin").user("sign").end("signed").flow("begin", "sign", "signed")
    outer = Board("outer").start().end().node("callActivity", "each", many(), calledElement="inner")
    model = model_of(outer.flow("start", "each", "end"), inner)
    covered = watch(model)
    run = Run.start(model, {"people": ["a", "b"]})

    for who in ("a", "b"):
        do(reloaded(run), "sign", who)
        do(run, "sign", who)

    assert covered.nodes == {"start", "each", "begin", "sign", "signed", "end"}
    assert covered.flows == {("start", "each"), ("begin", "sign"), ("sign", "signed"), ("each", "end")}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from("bcx"), max_size=6))
def test_nothing_is_ever_passed_that_is_not_drawn(chosen: list[str]) -> None:
    model = model_of(choice())
    covered = watch(model)

    for wanted in chosen:
        run = Run.start(model)
        do(run, "a", wanted=wanted)
        do(run, "b" if wanted == "b" else "c")

    assert covered.flows <= FLOWS
    assert (("which", "b") in covered.flows, ("which", "c") in covered.flows) == (
        "b" in chosen,
        bool(set(chosen) - {"b"}),
    )
