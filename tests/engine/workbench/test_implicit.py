"""What a drawing from outside leaves out, and BPMN defines, is drawn: implicit starts, ends and splits."""

from __future__ import annotations

import pytest
from lxml import etree

from engine.definitions import DIAGRAM
from engine.spiff import Run, parse
from engine.spiff.xml import root_of
from engine.workbench.foreign import TakenIn, take_in
from engine.workbench.layout import DC, DI

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d">'


def flow(source: str, target: str, condition: str = "") -> str:
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def tasks(*names: str) -> str:
    return "".join(f'<userTask id="{name}" name="{name}"/>' for name in names)


def taken(body: str, drawing: str = "") -> TakenIn:
    text = f'{HEAD}<process id="review_one" name="审核" isExecutable="true">{body}</process>{drawing}</definitions>'
    return take_in(text.encode(), "review_one")


def run_of(found: TakenIn) -> Run:
    return Run.start(parse({DIAGRAM: found.text.encode()}, "review_one"))


def open_at(run: Run) -> set[str]:
    return {wait.node for wait in run.survey()[0]}


def do(run: Run, node: str, **data: object) -> None:
    run.complete(next(wait.task for wait in run.survey()[0] if wait.node == node), data)


def test_two_steps_that_nothing_leads_to_begin_together_and_the_case_ends_after_both() -> None:
    found = taken(tasks("a", "b"))

    run = run_of(found)

    assert [one.what for one in found.repairs][:3] == [
        "没有开始事件：流程从 “a”、“b” 开始，已画出开始事件",
        "后面没有出线：这一路到此结束，已画出结束事件",
        "后面没有出线：这一路到此结束，已画出结束事件",
    ]
    assert open_at(run) == {"a", "b"}
    do(run, "a")
    assert not run.completed
    do(run, "b")
    assert run.completed


def test_several_flows_out_of_a_step_are_all_taken() -> None:
    found = taken('<startEvent id="s"/>' + tasks("a", "b", "c") + flow("s", "a") + flow("a", "b") + flow("a", "c"))

    run = run_of(found)
    do(run, "a")

    assert ("a", "同时走各条出线，已画出并行网关") in [(one.element, one.what) for one in found.repairs]
    assert open_at(run) == {"b", "c"}


@pytest.mark.parametrize(("amount", "expected"), [(1, {"otherwise"}), (7, {"b"}), (12, {"b", "c"})])
def test_of_several_conditional_flows_those_that_hold_are_taken(amount: int, expected: set[str]) -> None:
    found = taken(
        '<startEvent id="s"/><userTask id="a" name="a" default="a_otherwise"/>' + tasks("b", "c", "otherwise")
        + flow("s", "a") + flow("a", "b", "amount &gt; 5") + flow("a", "c", "amount &gt; 10") + flow("a", "otherwise")
    )  # fmt: skip

    run = run_of(found)
    do(run, "a", amount=amount)

    assert open_at(run) == expected


def test_what_stands_beside_a_start_event_with_nothing_leading_to_it_is_left_to_the_author() -> None:
    found = taken('<startEvent id="s"/>' + tasks("a", "lost") + flow("s", "a"))

    starts = root_of(DIAGRAM, found.text.encode()).iter("{*}startEvent")

    assert len(list(starts)) == 1


def test_a_step_with_one_flow_that_has_a_condition_and_one_without_is_left_to_the_author() -> None:
    body = '<startEvent id="s"/>' + tasks("a", "b", "c") + flow("s", "a") + flow("a", "b", "x") + flow("a", "c")

    found = taken(body)

    assert "Gateway" not in found.text


def test_what_is_added_is_drawn_beside_its_neighbour_where_nothing_lies() -> None:
    def shape(name: str, x: int, y: int) -> str:
        bounds = f'<dc:Bounds x="{x}" y="{y}" width="100" height="80"/>'
        return f'<bpmndi:BPMNShape id="S_{name}" bpmnElement="{name}">{bounds}</bpmndi:BPMNShape>'

    spaces = f'xmlns:bpmndi="{DI}" xmlns:dc="{DC}"'
    drawing = f'<bpmndi:BPMNDiagram {spaces} id="D"><bpmndi:BPMNPlane id="P" bpmnElement="review_one">'
    drawing += shape("a", 100, 100) + shape("b", 220, 100) + "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"

    found = taken(tasks("a", "b"), drawing)

    boxes = _boxes(found.text)
    nodes = {str(one.get("id")) for one in root_of(DIAGRAM, found.text.encode()).iter() if one.tag.endswith("Event")}
    assert nodes
    assert nodes <= set(boxes)
    assert all(not _meet(boxes[one], boxes[other]) for one in nodes for other in boxes if one != other)


def test_a_drawing_whose_measures_are_no_numbers_is_taken_in_all_the_same() -> None:
    spaces = f'xmlns:bpmndi="{DI}" xmlns:dc="{DC}"'
    shape = '<bpmndi:BPMNShape id="S" bpmnElement="a"><dc:Bounds x="left" y="top"/></bpmndi:BPMNShape>'

    found = taken(tasks("a"), f'<bpmndi:BPMNDiagram {spaces} id="D">{shape}</bpmndi:BPMNDiagram>')

    assert "后面没有出线" in found.repairs[1].what


def _boxes(text: str) -> dict[str, tuple[float, float, float, float]]:
    found = {}
    for shape in etree.fromstring(text.encode()).iter(f"{{{DI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        assert bounds is not None
        x, y, width, height = (float(bounds.get(key) or 0) for key in ("x", "y", "width", "height"))
        found[str(shape.get("bpmnElement"))] = (x, y, x + width, y + height)
    return found


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
