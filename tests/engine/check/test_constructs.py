"""Every BPMN construct that SpiffWorkflow 3.2.0 breaks or ignores: it works as BPMN says, or the check refuses it.

Two tables, one row per construct: tasks, gateways, flows, events, sub-processes, data. Finer points of what works are
in `tests/engine/spiff` (joins against an oracle, timers, errors, repetitions).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.check import check_documents
from engine.definitions import DIAGRAM, diagram_problems
from engine.spiff import Run, Wait, parse
from tests.engine.spiff.drawing_board import Board, many, timer

ROOTS = (
    '<message id="M" name="letter"/><signal id="S" name="alarm"/><error id="E" name="e" errorCode="X"/>'
    '<escalation id="L" name="l" escalationCode="Y"/>'
)
LETTER, ALARM = '<messageEventDefinition messageRef="M"/>', '<signalEventDefinition signalRef="S"/>'
WHEN = "<conditionalEventDefinition><condition>a</condition></conditionalEventDefinition>"
LINK, COMPENSATE = '<linkEventDefinition name="l"/>', "<compensateEventDefinition/>"
CYCLE = "<timerEventDefinition><timeCycle>R3/PT4H</timeCycle></timerEventDefinition>"
IN_AND_OUT = "<ioSpecification><inputSet/><outputSet/></ioSpecification>"


def line(*between: str) -> Board:
    return Board("p").root(ROOTS).start().end().flow("start", *between, "end")


def boundary(definition: str, interrupting: bool = True) -> Board:
    return line("a").user("a").boundary("x", "a", definition, interrupting).end("e").flow("x", "e")


def thrown(tag: str, definition: str) -> Board:
    if tag == "startEvent":
        return Board("p").root(ROOTS).node(tag, "x", definition).user("a").end().flow("x", "a", "end")
    if tag == "endEvent":
        return Board("p").root(ROOTS).start().user("a").node(tag, "x", definition).flow("start", "a", "x")
    return line("x").node(tag, "x", definition)


def choice(condition: str, default: str = "flow_g_b") -> Board:
    board = Board("p").start().end().user("a", "b").xor("g", default=default).flow("start", "g")
    return board.flow("g", "a", when=condition, id="x").flow("a", "end").flow("g", "b", "end")


def inside() -> Board:
    return Board("in").start("s").user("b").end("e").flow("s", "b", "e")


def rework() -> Board:
    board = Board("p").start().end().user("a").parallel("x").xor("y", default="flow_y_end")
    return board.flow("start", "x", "a", "y", "end").flow("y", "x", when="again")


REFUSED: dict[str, tuple[Board, str]] = {
    "script task": (line("x").node("scriptTask", "x", "<script>1</script>"), "x"),
    "service task without an operation": (line("x").node("serviceTask", "x"), "x"),
    "send task without a message": (line("x").node("sendTask", "x"), "x"),
    "receive task without a message": (line("x").node("receiveTask", "x"), "x"),
    "business rule task": (line("x").node("businessRuleTask", "x"), "x"),
    "call of a global task": (
        line("x").root('<globalUserTask id="g" name="g"/>').node("callActivity", "x", calledElement="g"), "x",
    ),
    "call of a global rule": (
        line("x").root('<globalBusinessRuleTask id="g" name="g"/>').node("callActivity", "x", calledElement="g"), "x",
    ),
    "call of a missing process": (line("x").node("callActivity", "x", calledElement="gone"), "x"),
    "exclusive gateway without default": (choice("a == 1", default=""), "g"),
    "event gateway before a user task": (line("g", "x").node("eventBasedGateway", "g").user("x"), "x"),
    "complex gateway": (line("x").node("complexGateway", "x"), "x"),
    "FEEL condition": (choice("=approved = true"), "x"),
    "JUEL condition": (choice("${approved}"), "x"),
    "condition reaching for attributes": (choice("().__class__ == 1"), "x"),
    "condition calling a builtin": (choice("open('x') == 1"), "x"),
    "implicit split": (line("x").user("x", "b").flow("x", "b", "end"), "x"),
    "condition on the only flow": (line("a").user("a", "b").flow("a", "b", when="ok", id="x").flow("b", "end"), "x"),
    "task without a way on": (line("a").user("a", "x").parallel("f").flow("a", "x"), "x"),
    "process without start": (Board("p").user("a").end().flow("a", "end"), "p"),
    "sub-process without start": (line("x").sub("x", Board("in").user("b").end("e").flow("b", "e")), "x"),
    "cycle that never waits": (
        line("x", "y").xor("x").xor("y", default="flow_y_end").flow("y", "x", when="again"), "x"
    ),
    "loop back into a parallel join": (rework(), "x"),
    "line longer than the parser can follow": (
        line(*(f"t{n}" for n in range(400))).user(*(f"t{n}" for n in range(400))), "p"
    ),
    "signal end event": (thrown("endEvent", ALARM), "x"),
    "timer end event": (thrown("endEvent", timer("PT1H")), "x"),
    "timer throw event": (thrown("intermediateThrowEvent", timer("PT1H")), "x"),
    "conditional start event": (thrown("startEvent", WHEN), "x"),
    "conditional catch event": (thrown("intermediateCatchEvent", WHEN), "x"),
    "conditional throw event": (thrown("intermediateThrowEvent", WHEN), "x"),
    "conditional boundary event": (boundary(WHEN), "x"),
    "error start event": (thrown("startEvent", '<errorEventDefinition errorRef="E"/>'), "x"),
    "error catch event": (thrown("intermediateCatchEvent", '<errorEventDefinition errorRef="E"/>'), "x"),
    "error throw event": (thrown("intermediateThrowEvent", '<errorEventDefinition errorRef="E"/>'), "x"),
    "error boundary event that does not interrupt": (boundary('<errorEventDefinition errorRef="E"/>', False), "x"),
    "escalation start event": (thrown("startEvent", '<escalationEventDefinition escalationRef="L"/>'), "x"),
    "escalation catch event": (
        thrown("intermediateCatchEvent", '<escalationEventDefinition escalationRef="L"/>'), "x"
    ),
    "terminate boundary event": (boundary("<terminateEventDefinition/>"), "x"),
    "boundary event of no kind": (boundary(""), "x"),
    "catch event of no kind": (thrown("intermediateCatchEvent", ""), "x"),
    "cancel end event": (thrown("endEvent", "<cancelEventDefinition/>"), "x"),
    "cancel boundary event": (boundary("<cancelEventDefinition/>"), "x"),
    "link throw event": (thrown("intermediateThrowEvent", LINK), "x"),
    "link catch event": (thrown("intermediateCatchEvent", LINK), "x"),
    "link boundary event": (boundary(LINK), "x"),
    "link end event": (thrown("endEvent", LINK), "x"),
    "compensation throw event": (thrown("intermediateThrowEvent", COMPENSATE), "x"),
    "compensation end event": (thrown("endEvent", COMPENSATE), "x"),
    "compensation boundary event": (boundary(COMPENSATE), "x"),
    "repeating boundary timer": (boundary(CYCLE), "x"),
    "quoted timer": (boundary(timer('"PT4H"')), "x"),
    "time without a zone": (boundary(timer("2026-12-01T08:30:00")), "x"),
    "event sub-process": (line("a").user("a").sub("x", inside(), triggeredByEvent="true"), "x"),
    "transaction": (line("x").node("transaction", "x", inside().body()), "x"),
    "ad-hoc sub-process": (line("x").node("adHocSubProcess", "x", inside().body()), "x"),
    "input and output specification": (line("x").node("userTask", "x", IN_AND_OUT), "x"),
    "data association to nothing": (
        line("x").node("userTask", "x", "<dataInputAssociation><targetRef>q</targetRef></dataInputAssociation>"), "x"
    ),
    "reserved id Start": (line("Start").user("Start"), "Start"),
    "reserved id End": (line("End").user("End"), "End"),
    "reserved id Root": (line("Root").user("Root"), "Root"),
    "duplicate id": (line("x").user("x").user("x"), "x"),
}  # fmt: skip


@pytest.mark.parametrize("construct", REFUSED)
def test_what_would_be_ignored_or_break_is_refused_at_its_element_with_a_remedy(construct: str) -> None:
    board, element = REFUSED[construct]

    documents = {DIAGRAM: board.text()}
    problems = check_documents("p", documents, {})

    refusals = [one for one in diagram_problems("p", documents) if one.node == element]  # the door's, not the drawing's
    assert refusals, [str(one) for one in problems]
    assert all(one in problems and one.level == "error" and one.remedy for one in refusals)


def opened(run: Run) -> list[str]:
    return sorted(wait.node for wait in run.waits)


def at(run: Run, node: str) -> Wait:
    return next(wait for wait in run.waits if wait.node == node)


def begun(board: Board, **decisions: object) -> Run:
    return Run.start(parse({"p.bpmn": board.xml()}, "p"), decisions)


def an_abstract_task_waits_for_a_person() -> None:
    run = begun(line("a").node("task", "a"))
    assert opened(run) == ["a"]
    run.complete(at(run, "a").task)
    assert run.completed


def a_service_task_waits_for_its_job() -> None:
    run = begun(line("a").service("a"))
    run.perform(at(run, "a").task)
    assert run.completed


def a_parallel_join_in_a_second_round_waits_for_both() -> None:
    board = Board("p").start().end().user("a", "b", "c").xor("m").xor("y", default="flow_y_end").parallel("f", "j")
    board.flow("start", "m", "f", "a", "j", "c", "y", "end").flow("f", "b", "j").flow("y", "m", when="again")
    run = begun(board)
    for first, second in (("a", "b"), ("b", "a")):
        run.complete(at(run, first).task)
        assert opened(run) == [second]
        run.complete(at(run, second).task)
        run.complete(at(run, "c").task, {"again": first == "a"})
    assert run.completed


def an_inclusive_join_waits_for_the_branches_taken() -> None:
    board = Board("p").start().end().user("a", "b", "c").inclusive("f", default="flow_f_c").inclusive("j")
    board.flow("start", "f").flow("f", "a", when="x > 0").flow("f", "b", when="x > 1").flow("f", "c", "j", "end")
    run = begun(board.flow("a", "j").flow("b", "j"), x=2)
    assert opened(run) == ["a", "b"]
    run.complete(at(run, "b").task)
    assert not run.completed
    run.complete(at(run, "a").task)
    assert run.completed


def two_timers_on_one_event_gateway_are_two() -> None:
    board = Board("p").start().end().node("eventBasedGateway", "g").xor("m").user("a", "b")
    board.node("intermediateCatchEvent", "long", timer("PT1H"), name="等").flow("start", "g", "long", "a", "m", "end")
    board.node("intermediateCatchEvent", "short", timer("PT1M"), name="等").flow("g", "short", "b", "m")
    run = begun(board)
    assert opened(run) == ["long", "short"]
    run.fire(at(run, "short").task)
    assert opened(run) == ["b"]


def branches_do_not_overwrite_each_other() -> None:
    board = Board("p").start().end().user("a", "b", "c").parallel("f", "j")
    run = begun(board.flow("start", "f", "a", "j", "c", "end").flow("f", "b", "j"), v="old")
    run.complete(at(run, "a").task, {"v": "new"})
    run.complete(at(run, "b").task)
    assert run.data["v"] == "new"


def ten_parallel_blocks_stay_small() -> None:
    board = Board("p").start().end()
    last = "start"
    for n in range(10):
        board.parallel(f"f{n}", f"j{n}").user(f"a{n}", f"b{n}", f"c{n}").flow(last, f"f{n}", f"a{n}", f"j{n}")
        board.flow(f"f{n}", f"b{n}", f"j{n}").flow(f"f{n}", f"c{n}", f"j{n}")
        last = f"j{n}"
    assert len(begun(board.flow(last, "end")).dump()) < 2_000


def a_duration_is_iso_8601_as_editors_write_it() -> None:
    run = begun(boundary(timer("PT4H")))
    run.fire(at(run, "x").task)
    assert run.completed


def an_error_is_caught_around_its_own_sub_process() -> None:
    throwing = Board("in").start("s").user("b").end("e", '<errorEventDefinition errorRef="E"/>').flow("s", "b", "e")
    board = line("w").sub("w", throwing).boundary("x", "w", '<errorEventDefinition errorRef="E"/>').user("mend")
    run = begun(board.end("e2").flow("x", "mend", "e2"))
    run.complete(at(run, "b").task)
    assert opened(run) == ["mend"]


def a_repetition_survives_its_second_round() -> None:
    board = Board("p").start().end().node("userTask", "a", many()).xor("m").xor("y", default="flow_y_end").user("c")
    board.flow("start", "m", "a", "c", "y", "end").flow("y", "m", when="again")
    run = begun(board, people=["李", "王"])
    for again in (True, False):
        while "a" in opened(run):
            run.complete(at(run, "a").task)
        run.complete(at(run, "c").task, {"again": again})
    assert run.completed


def a_data_object_and_a_data_store_do_no_harm() -> None:
    run = begun(line("a").user("a").node("dataObject", "d").node("dataStoreReference", "t"))
    assert opened(run) == ["a"]


def a_start_event_may_open_several_branches() -> None:
    board = Board("p").start().end().end("e2").user("a", "b").flow("start", "a", "end").flow("start", "b", "e2")
    assert opened(begun(board)) == ["a", "b"]


WORKING: tuple[Callable[[], None], ...] = (
    an_abstract_task_waits_for_a_person, a_service_task_waits_for_its_job,
    a_parallel_join_in_a_second_round_waits_for_both, an_inclusive_join_waits_for_the_branches_taken,
    two_timers_on_one_event_gateway_are_two, branches_do_not_overwrite_each_other, ten_parallel_blocks_stay_small,
    a_duration_is_iso_8601_as_editors_write_it, an_error_is_caught_around_its_own_sub_process,
    a_repetition_survives_its_second_round, a_data_object_and_a_data_store_do_no_harm,
    a_start_event_may_open_several_branches,
)  # fmt: skip


@pytest.mark.parametrize("construct", WORKING, ids=lambda one: one.__name__)
def test_what_breaks_in_the_library_works_here_as_bpmn_says(construct: Callable[[], None]) -> None:
    construct()
