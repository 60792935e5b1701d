"""What happens at boundary events, event-based gateways, end events, messages, signals and errors."""

import pytest

from engine.spiff import NotWaiting, Run, UnhandledError
from tests.engine.spiff.drawing_board import Board, many, timer
from tests.engine.spiff.moves import at, do, model_of, reloaded, standing

ERROR = '<errorEventDefinition errorRef="Refused"/>'
ANY_ERROR = "<errorEventDefinition/>"
REFUSED = '<error id="Refused" name="refused" errorCode="DUPLICATE"/>'
MESSAGE = '<messageEventDefinition messageRef="Letter"/>'
LETTER = '<message id="Letter" name="letter"/>'
SIGNAL = '<signalEventDefinition signalRef="Alarm"/>'
ALARM = '<signal id="Alarm" name="alarm"/>'
ESCALATION = '<escalationEventDefinition escalationRef="Late"/>'
LATE = '<escalation id="Late" name="late" escalationCode="LATE"/>'


def test_an_interrupting_timer_ends_its_task() -> None:
    board = Board("late").start().end().end("stopped").user("a").timer("clock", "a", "PT4H")
    run = Run.start(model_of(board.flow("start", "a", "end").flow("clock", "stopped")))
    task = at(run, "a").task

    run.fire(at(run, "clock").task)

    assert run.completed
    assert run.ended_at == ("stopped",)
    assert task in run.dropped


def test_a_non_interrupting_timer_fires_once_and_leaves_its_task_open() -> None:
    board = Board("reminding").start().end().end("told").user("a").service("remind")
    board.timer("clock", "a", "PT4H", interrupting=False)
    run = Run.start(model_of(board.flow("start", "a", "end").flow("clock", "remind", "told")))

    run.fire(at(run, "clock").task)

    assert standing(run) == ["a"]
    assert standing(run, "job") == ["remind"]
    assert standing(run, "timer") == []


def test_the_case_goes_on_until_the_escalation_is_done_too() -> None:
    board = Board("reminding").start().end().end("told").user("a").service("remind")
    board.timer("clock", "a", "PT4H", interrupting=False)
    run = Run.start(model_of(board.flow("start", "a", "end").flow("clock", "remind", "told")))
    run.fire(at(run, "clock").task)
    do(run, "a")
    before = run.completed

    do(reloaded(run), "remind")
    do(run, "remind")

    assert (before, run.completed) == (False, True)


def test_a_timer_cannot_fire_twice() -> None:
    board = Board("late").start().end().end("stopped").user("a").timer("clock", "a", "PT4H", interrupting=False)
    run = Run.start(model_of(board.flow("start", "a", "end").flow("clock", "stopped")))
    clock = at(run, "clock").task
    run.fire(clock)

    with pytest.raises(NotWaiting, match="计时"):
        run.fire(clock)


def test_two_timers_of_one_name_behind_an_event_gateway_are_kept_apart() -> None:
    board = Board("either").start().end("soon_end").end("late_end").node("eventBasedGateway", "which")
    for node, text in (("soon", "PT1H"), ("late", "P1D")):
        board.node("intermediateCatchEvent", node, timer(text), name="等待").flow("which", node, f"{node}_end")
    run = Run.start(model_of(board.flow("start", "which")))
    both = standing(run, "timer")

    run = reloaded(run)
    run.fire(at(run, "late").task)

    assert both == ["late", "soon"]
    assert run.ended_at == ("late_end",)
    assert run.completed


def test_a_message_ends_the_timer_beside_it() -> None:
    board = Board("either").root(LETTER).start().end("heard").end("silent").node("eventBasedGateway", "which")
    board.node("intermediateCatchEvent", "mail", MESSAGE).node("intermediateCatchEvent", "clock", timer("P1D"))
    run = Run.start(model_of(board.flow("start", "which", "mail", "heard").flow("which", "clock", "silent")))

    heard = reloaded(run).messages, run.message("letter", {"answer": "yes"})

    assert heard == (("letter",), True)
    assert run.data["answer"] == "yes"
    assert run.ended_at == ("heard",)


def test_a_message_nobody_waits_for_is_left_to_the_host() -> None:
    run = Run.start(model_of(Board("quiet").start().user("a").end().flow("start", "a", "end")))

    received = run.message("letter", {"answer": "yes"})

    assert not received
    assert "answer" not in run.data


def test_a_message_boundary_event_that_does_not_interrupt_can_happen_again() -> None:
    board = Board("notes").root(LETTER).start().end().end("noted").user("a", "file")
    board.boundary("mail", "a", MESSAGE, interrupting=False)
    run = Run.start(model_of(board.flow("start", "a", "end").flow("mail", "file", "noted")))

    run.message("letter")
    run = reloaded(run)
    run.message("letter")

    assert standing(run) == ["a", "file", "file"]


def test_a_refused_job_goes_the_way_of_its_error_code() -> None:
    board = Board("post").root(REFUSED).start().end().end("double").end("other").service("save")
    board.boundary("known", "save", ERROR).boundary("rest", "save", ANY_ERROR)
    model = model_of(board.flow("start", "save", "end").flow("known", "double").flow("rest", "other"))
    run = Run.start(model)

    caught = run.refuse(at(run, "save").task, "DUPLICATE")

    assert caught
    assert run.ended_at == ("double",)
    assert run.data["error"] == "DUPLICATE"


def test_a_refusal_with_an_unknown_code_goes_to_the_event_that_catches_all() -> None:
    board = Board("post").root(REFUSED).start().end().end("double").end("other").service("save")
    board.boundary("known", "save", ERROR).boundary("rest", "save", ANY_ERROR)
    model = model_of(board.flow("start", "save", "end").flow("known", "double").flow("rest", "other"))
    run = Run.start(model)

    run.refuse(at(run, "save").task, "LOCKED")

    assert run.ended_at == ("other",)


def test_a_refusal_inside_a_sub_process_reaches_the_event_on_its_edge() -> None:
    inside = Board("in").start("s").end("e").service("save").user("beside").parallel("fork")
    inside.flow("s", "fork", "save", "e").flow("fork", "beside", "e")
    board = Board("post").root(REFUSED).start().end().user("repair").sub("work", inside)
    board.boundary("known", "work", ERROR).flow("start", "work", "end").flow("known", "repair")
    run = Run.start(model_of(board.xor("m").flow("repair", "m").end("fixed").flow("m", "fixed")))

    caught = run.refuse(at(run, "save").task, "DUPLICATE")

    assert caught
    assert standing(run) == ["repair"]


def test_a_refusal_nobody_catches_is_said_so_and_changes_nothing() -> None:
    run = Run.start(model_of(Board("post").start().service("save").end().flow("start", "save", "end")))

    caught = run.refuse(at(run, "save").task, "DUPLICATE")

    assert not caught
    assert standing(run, "job") == ["save"]


def test_an_error_is_not_caught_by_the_neighbour_of_the_sub_process_that_failed() -> None:
    board = Board("two").root(REFUSED).start().end().parallel("fork", "join")
    for side in ("left", "right"):
        inside = Board("in").start(f"{side}_s").service(f"{side}_save").end(f"{side}_e")
        board.sub(side, inside.flow(f"{side}_s", f"{side}_save", f"{side}_e")).boundary(f"{side}_failed", side, ERROR)
        board.user(f"{side}_repair").end(f"{side}_end").flow(f"{side}_failed", f"{side}_repair", f"{side}_end")
        board.flow("fork", side, "join")
    run = Run.start(model_of(board.flow("start", "fork").flow("join", "end")))

    run.refuse(at(run, "left_save").task, "DUPLICATE")

    assert standing(run) == ["left_repair"]
    assert standing(run, "job") == ["right_save"]


def test_an_error_end_event_leaves_its_sub_process_by_the_boundary_event() -> None:
    inside = Board("in").start("s").user("check").end("bad", ERROR).flow("s", "check", "bad")
    board = (
        Board("p")
        .root(REFUSED)
        .start()
        .end()
        .end("failed")
        .sub("work", inside, cs_clock="T2")
        .boundary("known", "work", ERROR)
    )
    run = Run.start(model_of(board.flow("start", "work", "end").flow("known", "failed")))
    [sub_process] = [scope.task for scope in run.scopes]

    do(run, "check")

    assert run.ended_at == ("bad", "failed")
    assert run.dropped == (sub_process,)
    assert run.completed


def test_an_error_end_event_nobody_catches_surfaces() -> None:
    inside = Board("in").start("s").user("check").end("bad", ERROR).flow("s", "check", "bad")
    board = Board("p").root(REFUSED).start().end().user("after").sub("work", inside)
    run = Run.start(model_of(board.flow("start", "work", "after", "end")))

    with pytest.raises(UnhandledError, match="DUPLICATE"):
        do(run, "check")


def test_a_terminate_end_event_takes_all_other_tokens_with_it() -> None:
    board = Board("stop").start().end().end("over", "<terminateEventDefinition/>").user("a", "b").parallel("fork")
    board.timer("clock", "b", "PT1H").end("timed").flow("clock", "timed")
    run = Run.start(model_of(board.flow("start", "fork", "a", "over").flow("fork", "b", "end")))

    do(run, "a")

    assert run.completed
    assert run.waits == []


def test_a_terminate_end_event_inside_a_sub_process_ends_only_that() -> None:
    inside = Board("in").start("s").user("a", "b").parallel("fork").end("e").end("over", "<terminateEventDefinition/>")
    inside.flow("s", "fork", "a", "over").flow("fork", "b", "e")
    board = Board("stop").start().end().user("after").sub("work", inside).flow("start", "work", "after", "end")
    run = Run.start(model_of(board))

    do(run, "a")

    assert standing(run) == ["after"]


def test_an_escalation_opens_a_branch_beside_the_sub_process_that_goes_on() -> None:
    inside = Board("in").start("s").node("intermediateThrowEvent", "call", ESCALATION).user("a").end("e")
    board = Board("p").root(LATE).start().end().end("told").user("tell")
    board.sub("work", inside.flow("s", "call", "a", "e")).boundary("heard", "work", ESCALATION, interrupting=False)

    run = Run.start(model_of(board.flow("start", "work", "end").flow("heard", "tell", "told")))

    assert standing(run) == ["a", "tell"]


def test_an_escalation_that_interrupts_ends_the_thrower_as_well() -> None:
    inside = Board("in").start("s").node("intermediateThrowEvent", "call", ESCALATION).user("a").end("e")
    board = Board("p").root(LATE).start().end().end("told").user("tell")
    board.sub("work", inside.flow("s", "call", "a", "e")).boundary("heard", "work", ESCALATION)

    run = Run.start(model_of(board.flow("start", "work", "end").flow("heard", "tell", "told")))

    assert standing(run) == ["tell"]
    assert standing(reloaded(run)) == ["tell"]


@pytest.mark.parametrize(
    ("definition", "root", "kind", "name"),
    [
        (MESSAGE, LETTER, "message", "letter"),
        (SIGNAL, ALARM, "signal", "alarm"),
        (ESCALATION, LATE, "escalation", "LATE"),
    ],
)
def test_what_a_diagram_throws_out_is_shown_to_the_host(definition: str, root: str, kind: str, name: str) -> None:
    board = Board("p").root(root).start().node("intermediateThrowEvent", "out", definition).end()

    run = Run.start(model_of(board.flow("start", "out", "end")), {"request": 7})

    assert [(one.kind, one.name, one.node, one.data) for one in run.thrown] == [(kind, name, "out", {"request": 7})]


def test_a_signal_reaches_all_who_wait_for_it() -> None:
    board = Board("p").root(ALARM).start().end().parallel("fork", "join")
    for node in ("a", "b"):
        board.node("intermediateCatchEvent", node, SIGNAL).flow("fork", node, "join")
    run = Run.start(model_of(board.flow("start", "fork").flow("join", "end")))

    run.signal("alarm")

    assert run.completed


def test_a_timer_on_a_multi_instance_activity_ends_all_its_instances() -> None:
    board = Board("p").start().end().end("late").node("userTask", "sign", many()).timer("clock", "sign", "P1D")
    run = Run.start(model_of(board.flow("start", "sign", "end").flow("clock", "late")), {"people": ["a", "b"]})
    do(run, "sign", "a")

    run.fire(at(run, "clock").task)

    assert run.completed
    assert run.ended_at == ("late",)


def test_a_timer_on_a_multi_instance_sub_process_leaves_nothing_behind() -> None:
    inside = Board("in").start("s").user("sign").timer("inner", "sign", "PT1H").end("e").end("x")
    inside.flow("s", "sign", "e").flow("inner", "x")
    board = Board("p").start().end().user("after").sub("each", inside, many()).timer("clock", "each", "P1D")
    run = Run.start(model_of(board.flow("start", "each", "end").flow("clock", "after", "end")), {"people": ["a", "b"]})

    run.fire(at(run, "clock").task)

    assert [wait.node for wait in reloaded(run).waits] == ["after"]
