"""The drawing itself: everything has its place on the page, nothing lies on top of something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.check.subject import Subject, at
from engine.definitions import DIAGRAM
from engine.problems import Problem
from engine.spiff.drawing import Shape
from engine.spiff.xml import Element

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
NEAR = 2.0  # how far a waypoint may lie off the edge of its shape


class Box(NamedTuple):
    """A rectangle on the page, in pixels."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def touches(self, x: float, y: float) -> bool:
        """Whether a point lies on the rectangle, edge included."""
        inside_x = self.x - NEAR <= x <= self.x + self.width + NEAR
        return inside_x and self.y - NEAR <= y <= self.y + self.height + NEAR


def drawn(subject: Subject) -> Iterator[Problem]:
    """Every node, lane and flow of the procedure has a place in the drawing."""
    boxes, lines = _boxes(subject), _lines(subject)
    for shape in subject.drawing.shapes.values():
        if shape.id not in boxes:
            yield at(shape, "没有画在图上", "在流程编辑器里打开并保存，或重新画这个节点")
    for lane in subject.drawing.lanes.values():
        if lane.id not in boxes:
            yield Problem(DIAGRAM, f"泳道 {lane.name}", "没有画在图上", "在流程编辑器里重新画这条泳道", node=lane.id)
    for flow in subject.drawing.flows:
        if flow.id not in lines:
            yield Problem(DIAGRAM, flow.id, "连线没有画在图上", "在流程编辑器里重新连这条线", node=flow.id)


def overlaps(subject: Subject) -> Iterator[Problem]:
    """Nodes side by side in one container do not lie on each other; boundary events sit on their activity."""
    boxes = _boxes(subject)
    shapes = [shape for shape in subject.drawing.shapes.values() if shape.id in boxes]
    for index, first in enumerate(shapes):
        host = first.element.get("attachedToRef")
        if host in boxes and not boxes[first.id].overlaps(boxes[host]):
            yield at(first, "没有画在它附着的活动边上", "把它拖到那个任务或子流程的边框上")
        for second in shapes[index + 1 :]:
            if _beside(first, second) and boxes[first.id].overlaps(boxes[second.id]):
                yield at(first, f"与“{second.name}”重叠", "把两个节点分开")


def _beside(first: Shape, second: Shape) -> bool:
    """Whether two shapes should keep apart: same container, neither attached to the other."""
    attached = {first.element.get("attachedToRef"), second.element.get("attachedToRef")}
    return (first.process, first.scope) == (second.process, second.scope) and not attached & {first.id, second.id}


def attached(subject: Subject) -> Iterator[Problem]:
    """The ends of every line lie on the shapes it connects."""
    boxes, lines = _boxes(subject), _lines(subject)
    for flow in subject.drawing.flows:
        points = lines.get(flow.id, [])
        ends = ((flow.source, points[0]), (flow.target, points[-1])) if len(points) > 1 else ()
        for name, point in ends:
            if name in boxes and not boxes[name].touches(*point):
                yield Problem(
                    DIAGRAM, flow.id, f"连线的一端没有接到 {name}", "在流程编辑器里重新连这条线", node=flow.id
                )


def _elements(subject: Subject, tag: str) -> Iterator[tuple[str, Element]]:
    for root in subject.roots:
        for element in root.iter(DI + tag):
            yield element.get("bpmnElement") or "", element


def _boxes(subject: Subject) -> dict[str, Box]:
    boxes = {}
    for name, element in _elements(subject, "BPMNShape"):
        bounds = element.find(BOUNDS)
        if bounds is not None:
            boxes[name] = Box(*(_number(bounds.get(side)) for side in ("x", "y", "width", "height")))
    return boxes


def _lines(subject: Subject) -> dict[str, list[tuple[float, float]]]:
    return {
        name: [(_number(p.get("x")), _number(p.get("y"))) for p in element.iterfind(WAYPOINT)]
        for name, element in _elements(subject, "BPMNEdge")
    }


def _number(text: str | None) -> float:
    """A coordinate; what is none counts as 0, for the schema objects to it already."""
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
