"""The drawing in the terms of the door."""

from collections.abc import Mapping

from engine.spiff.drawing import KINDS, OPERATION, Drawing, Shape, parameters, timer_text
from engine.spiff.nodes import Lane, Node, Parameter
from engine.spiff.xml import bpmn, ours


def nodes(drawing: Drawing) -> dict[str, Node]:
    """The drawing in the terms of the door."""
    callers = _callers(drawing)
    return {shape.id: _node(drawing, shape, callers) for shape in drawing.shapes.values()}


def _callers(drawing: Drawing) -> dict[str, str]:
    """The call activity of each called process that is called from one place only."""
    calls: dict[str, list[str]] = {}
    for shape in drawing.shapes.values():
        if shape.tag == "callActivity":
            calls.setdefault(shape.element.get("calledElement") or "", []).append(shape.id)
    return {process: where[0] for process, where in calls.items() if len(where) == 1}


def _node(drawing: Drawing, shape: Shape, callers: dict[str, str]) -> Node:
    extensions = ours(shape.element)
    return Node(
        id=shape.id,
        name=shape.name,
        kind=_kind(shape, extensions),
        process=shape.process,
        lane=_lane(drawing, shape),
        extensions=extensions,
        parameters=tuple(Parameter(entry.get("name") or "", entry.get("value") or "") for entry in parameters(shape)),
        scope=shape.scope or callers.get(shape.process),
        attached_to=shape.element.get("attachedToRef"),
        interrupting=shape.element.get("cancelActivity", "true") == "true",
        timer=timer_text(shape),
        multiple=shape.multiple,
        documentation=_documentation(shape),
        outgoing=tuple(flow.target for flow in drawing.leaving.get(shape.id, ())),
        element=shape.tag,
        event=shape.event,
        calls=shape.element.get("calledElement") or "",
    )


def _kind(shape: Shape, extensions: Mapping[str, str]) -> str:
    if shape.event == "timer" and shape.tag in ("boundaryEvent", "intermediateCatchEvent"):
        return "timer"
    if shape.tag == "sendTask" and OPERATION in extensions:
        return "service"
    return KINDS[shape.tag]


def _lane(drawing: Drawing, shape: Shape) -> Lane | None:
    """The node's lane, or that of the activity it is attached to, or of the sub-process around it."""
    current: Shape | None = shape
    while current is not None:
        if current.id in drawing.lane_of:
            return drawing.lanes[drawing.lane_of[current.id]]
        above = current.element.get("attachedToRef") or current.scope
        current = drawing.shapes.get(above) if above else None
    return None


def _documentation(shape: Shape) -> str:
    found = shape.element.find(bpmn("documentation"))
    return "" if found is None else (found.text or "").strip()
