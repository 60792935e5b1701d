"""What a case says it waits for: addresses, items, scopes, parameters, moments."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.spiff import ExpressionError, NotPlain, NotWaiting, Run
from tests.engine.spiff.drawing_board import Board, many, parameter, timer
from tests.engine.spiff.moves import at, do, model_of, reloaded, standing


def department_work() -> Board:
    """Each department: the focal person fills in, the leader signs; T2 runs over both."""
    inside = Board("in").start("s").user("fill").user("sign", cs_clock="T9").end("e").end("x")
    inside.flow("s", "fill", "sign", "e").timer("late", "sign", interrupting=False).flow("late", "x")
    board = Board("p").start().end().sub("department", inside, many("departments"), cs_clock="T2")
    return board.flow("start", "department", "end")


def test_a_task_in_a_multi_instance_sub_process_knows_its_item_and_its_clocked_scope() -> None:
    run = Run.start(model_of(department_work()), {"departments": ["sales", "finance"]})

    scopes = {scope.task: (scope.node, scope.item) for scope in run.scopes}
    waits = [(wait.node, wait.item, [scopes[scope] for scope in wait.scopes]) for wait in run.waits]

    assert waits == [
        ("fill", "sales", [("department", "sales")]),
        ("fill", "finance", [("department", "finance")]),
    ]


def test_a_boundary_timer_names_what_it_is_attached_to_and_that_scope_first() -> None:
    run = Run.start(model_of(department_work()), {"departments": ["sales"]})
    do(run, "fill")

    late, sign = at(reloaded(run), "late"), at(run, "sign")

    assert late.attached_to == sign.task
    assert late.scopes == sign.scopes
    assert late.scopes[0] == sign.task
    assert (late.item, late.due) == ("sales", None)


def test_a_scope_closes_when_its_sub_process_is_done() -> None:
    run = Run.start(model_of(department_work()), {"departments": ["sales", "finance"]})
    do(run, "fill", "sales")

    do(run, "sign", "sales")

    assert [(scope.node, scope.item) for scope in run.scopes] == [("department", "finance")]


def test_a_timer_with_its_own_duration_or_moment_says_when_it_is_due() -> None:
    board = Board("p").start().end().user("a").timer("span", "a", "P1DT30M").end("x").end("y")
    board.timer("day", "a", "2026-12-01T08:30:00+08:00")

    run = Run.start(model_of(board.flow("start", "a", "end").flow("span", "x").flow("day", "y")))

    assert at(run, "span").due == timedelta(days=1, minutes=30)
    assert at(run, "day").due == datetime(2026, 12, 1, 0, 30, tzinfo=UTC)


def test_a_catching_timer_waits_in_the_flow() -> None:
    board = Board("p").start().end().node("intermediateCatchEvent", "pause", timer("PT1H"))
    run = Run.start(model_of(board.flow("start", "pause", "end")))

    run.fire(at(reloaded(run), "pause").task)

    assert run.completed


def test_the_parameters_of_a_job_are_fixed_when_it_arises() -> None:
    board = Board("p").start().end().user("other").parallel("fork", "join")
    board.service("post", "customers.post", parameter(party="party", urgent="level > 1", kind="'create'"))
    board.flow("start", "fork", "post", "join", "end").flow("fork", "other", "join")
    run = Run.start(model_of(board), {"party": 4711, "level": 2})

    do(run, "other", level=0)

    assert at(reloaded(run), "post").parameters == {"party": 4711, "urgent": True, "kind": "create"}


def test_a_parameter_nobody_has_decided_stops_the_step_with_its_name() -> None:
    board = Board("p").start().end().user("a").service("post", "customers.post", parameter(party="party"))
    run = Run.start(model_of(board.flow("start", "a", "post", "end")))

    with pytest.raises(ExpressionError, match="party"):
        do(run, "a")


def test_an_address_is_gone_once_the_task_is_done() -> None:
    run = Run.start(model_of(Board("p").start().user("a", "b").end().flow("start", "a", "b", "end")))
    task = at(run, "a").task
    do(run, "a")

    with pytest.raises(NotWaiting, match="可能已经完成"):
        run.complete(task)


def test_a_job_cannot_be_completed_as_work_nor_work_performed_as_a_job() -> None:
    board = Board("p").start().user("a").service("b").parallel("fork", "join").end()
    run = Run.start(model_of(board.flow("start", "fork", "a", "join", "end").flow("fork", "b", "join")))

    with pytest.raises(NotWaiting):
        run.complete(at(run, "b").task)
    with pytest.raises(NotWaiting):
        run.perform(at(run, "a").task)
    with pytest.raises(NotWaiting):
        run.refuse(at(run, "a").task, "X")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"typename": "UUID"}, "保留字"),
        ({1: "a"}, "键"),
        (datetime(2026, 1, 1, tzinfo=UTC), "datetime"),
        (float("nan"), "有限"),
        (2**70, "64"),
        ("\ud800", "代理"),
        ([[[{"deep": object()}]]], "object"),
    ],
)
def test_decisions_must_be_plain_json(value: object, reason: str) -> None:
    run = Run.start(model_of(Board("p").start().user("a").end().flow("start", "a", "end")))

    with pytest.raises(NotPlain, match=reason):
        do(run, "a", decision=value)


def test_the_caller_cannot_change_the_state_through_what_it_passed_in() -> None:
    run = Run.start(model_of(Board("p").start().user("a", "b").end().flow("start", "a", "b", "end")))
    views = ["sales"]
    do(run, "a", views=views)

    views.append("finance")

    assert run.data == {"views": ["sales"]}


def test_the_nodes_passed_in_a_step_are_told_in_order() -> None:
    board = Board("p").start().user("a", "b", "c").parallel("fork", "join").end()
    run = Run.start(model_of(board.flow("start", "a", "fork", "b", "join", "end").flow("fork", "c", "join")))
    first = run.passed

    do(run, "a")

    assert first == ["start"]
    assert run.passed == ["a", "fork"]


def test_a_called_process_works_on_a_copy_and_hands_its_decisions_back() -> None:
    called = Board("review").start("rs").user("read").end("re").flow("rs", "read", "re")
    board = Board("p").start().end().node("callActivity", "ask", calledElement="review", cs_clock="T1")
    run = Run.start(model_of(board.user("after").flow("start", "ask", "after", "end"), called), {"request": 7})
    wait = at(reloaded(run), "read")

    do(run, "read", verdict="good")

    assert [scope in wait.scopes for scope in wait.scopes] == [True]
    assert standing(run) == ["after"]
    assert run.data == {"request": 7, "verdict": "good"}


def test_a_case_begins_at_the_start_event_it_is_told() -> None:
    letter = '<messageEventDefinition messageRef="Letter"/>'
    board = Board("p").root('<message id="Letter" name="letter"/>').start().start("by_mail", letter).user("a", "b")
    model = model_of(board.end().flow("start", "a", "end").flow("by_mail", "b", "end"))

    runs = Run.start(model), Run.start(model, at="by_mail")

    assert [standing(run) for run in runs] == [["a"], ["b"]]
