"""What the model says about a diagram, and that running cases leave it alone."""

from types import MappingProxyType
from typing import Any

import pytest

from engine.spiff import Lane, Parameter, Run, parse
from tests.engine.spiff.drawing_board import Board, many, parameter, timer
from tests.engine.spiff.moves import do, model_of, standing
from tests.engine.spiff.oracle import ITEMS, Gardener, Random, draw


def test_a_node_tells_its_lane_extensions_parameters_and_documentation() -> None:
    board = Board("p", "新增客户", policy="SD-010").start().end()
    board.lane("lane_1", "维护员", "post", post="maintainer", department="fixed")
    inner = "<documentation>写入客户</documentation>" + parameter(party="party", kind="'create'")
    board.service("post", "customers.post", inner, name="过账", cs_clock="T3").flow("start", "post", "end")

    model = model_of(board)
    node = model.nodes["post"]

    lane = Lane("lane_1", "维护员", {"post": "maintainer", "department": "fixed"})
    assert (model.process, model.name, dict(model.extensions)) == ("p", "新增客户", {"policy": "SD-010"})
    assert (node.id, node.name, node.kind, node.process, node.scope) == ("post", "过账", "service", "p", None)
    assert node.lane == model.lanes["lane_1"] == lane
    assert node.extensions == {"operation": "customers.post", "clock": "T3"}
    assert node.parameters == (Parameter("party", "party"), Parameter("kind", "'create'"))
    assert (node.documentation, node.outgoing) == ("写入客户", ("end",))


def test_what_is_in_a_sub_process_inherits_its_lane_and_knows_its_scope() -> None:
    inside = Board("in").start("s").user("fill").end("e").flow("s", "fill", "e").timer("late", "fill", "PT4H")
    board = Board("p").start().end().sub("work", inside.end("x").flow("late", "x"), many())
    model = model_of(board.lane("lane_1", "归口", "work", post="focal").flow("start", "work", "end"))

    fill, late, work = (model.nodes[name] for name in ("fill", "late", "work"))

    assert fill.lane == late.lane == work.lane == model.lanes["lane_1"]
    assert (fill.scope, late.scope, work.scope) == ("work", "work", None)
    assert (late.kind, late.attached_to, late.timer, late.interrupting) == ("timer", "fill", "PT4H", True)
    assert (work.kind, work.multiple, fill.multiple) == ("subprocess", True, False)


def test_a_called_process_is_part_of_the_model_under_its_own_id() -> None:
    called = Board("review").start("rs").user("read").end("re").flow("rs", "read", "re")
    board = Board("p").start().end().node("callActivity", "ask", calledElement="review")

    model = model_of(board.flow("start", "ask", "end"), called)

    assert (model.nodes["read"].process, model.nodes["read"].scope) == ("review", "ask")
    assert model.nodes["ask"].kind == "call"


def test_a_cycle_on_a_start_event_is_told_so_that_a_schedule_can_start_cases() -> None:
    cycle = "R/2026-12-01T08:30:00+08:00/P1Y"
    model = model_of(Board("p").start("yearly", timer(cycle)).user("a").end().flow("yearly", "a", "end"))

    assert (model.nodes["yearly"].kind, model.nodes["yearly"].timer) == ("start", cycle)
    assert standing(Run.start(model)) == ["a"]


def test_gateways_try_conditions_in_the_order_of_the_file_not_of_the_drawing() -> None:
    board = Board("p").start().end().user("a", "b", "c").xor("which", default="flow_which_c").flow("start", "which")
    for node in ("a", "b"):
        board.flow("which", node, when="True").flow(node, "end")
    shapes = "".join(
        f'<di:BPMNShape id="s_{node}" bpmnElement="{node}">'
        f'<dc:Bounds x="0" y="{y}" width="1" height="1"/></di:BPMNShape>'
        for node, y in (("a", 300), ("b", 200), ("c", 100))
    )
    plane = f'<di:BPMNDiagram><di:BPMNPlane bpmnElement="p">{shapes}</di:BPMNPlane></di:BPMNDiagram>'
    spaces = (
        '<definitions xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    )
    text = board.flow("which", "c", "end").text().replace("<definitions", spaces)

    run = Run.start(parse({"p": text.replace("</definitions>", plane + "</definitions>").encode()}, "p"))

    assert standing(run) == ["a"]


def test_the_model_cannot_be_changed() -> None:
    model = model_of(Board("p").start().user("a").end().flow("start", "a", "end"))

    assert isinstance(model.nodes, MappingProxyType)
    with pytest.raises(AttributeError):
        model.name = "other"  # type: ignore[misc]


def test_running_cases_leave_the_shared_definition_as_it_was() -> None:
    gardener = Gardener(Random(11), "aoxlqsmt")
    model = parse({"random": draw(gardener.grow(4))}, "random")
    before = fingerprint(model.specs)

    for _ in range(20):
        run = Run.start(model, {**ITEMS, **gardener.decide(end_soon=True)})
        while waits := run.waits:
            wait = gardener.random.choice(waits)
            run = Run.load(model, run.dump())
            if wait.kind == "timer":
                run.fire(wait.task)
            else:
                do(run, wait.node, wait.item, **gardener.decide(end_soon=True))

    assert fingerprint(model.specs) == before


def fingerprint(value: Any, seen: frozenset[int] = frozenset()) -> Any:
    """Everything reachable from the specifications, as text."""
    if id(value) in seen:
        return "…"
    if isinstance(value, dict | MappingProxyType):
        return sorted((str(key), fingerprint(entry, seen | {id(value)})) for key, entry in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        entries = [fingerprint(entry, seen | {id(value)}) for entry in value]
        return sorted(map(str, entries)) if isinstance(value, set | frozenset) else entries
    if hasattr(value, "__dict__") and not isinstance(value, type):
        own = {key: entry for key, entry in vars(value).items() if key != "_wf_spec"}
        return type(value).__name__, fingerprint(own, seen | {id(value)})
    return str(value)
