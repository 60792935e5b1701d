"""A drawing for a diagram that has none: steps from left to right in the order they can be reached.

Lanes are bands below each other, a sub-process is as large as what is in it, and boundary events sit on its lower
edge. The result is plain and readable; moving shapes afterwards changes nothing that governs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from lxml import etree

from engine.spiff.drawing import KINDS
from engine.spiff.xml import Element, bpmn, local

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
NAMES = {"bpmndi": DI, "dc": DC, "di": DD}

STEP, ROW, MARGIN, LABEL = 170, 120, 40, 30
SMALL = {"event": (36, 36), "gateway": (50, 50)}


@dataclass
class Box:
    """Where a shape lies; the corner is its upper left."""

    x: float
    y: float
    width: float
    height: float

    def moved(self, x: float, y: float) -> Box:
        return Box(self.x + x, self.y + y, self.width, self.height)


@dataclass
class Plan:
    """The boxes of a container, relative to its own corner, and how large it is."""

    boxes: dict[str, Box] = field(default_factory=dict)
    width: float = 0
    height: float = 0


def drawn(root: Element) -> bool:
    """Whether anything of the file is drawn."""
    return next(root.iter(f"{{{DI}}}BPMNShape"), None) is not None


def lay_out(root: Element) -> None:
    """Add a drawing of every process of the file to it; an empty one that is there already goes."""
    for old in root.findall(f"{{{DI}}}BPMNDiagram"):
        root.remove(old)
    pools = {one.get("processRef"): one for one in root.iter(bpmn("participant"))}
    owner = next(root.iter(bpmn("collaboration")), None)
    processes = [one for one in root.iterfind(bpmn("process")) if any(local(child) in KINDS for child in one)]
    plane = _plane(root, owner if owner is not None else processes[0])
    top = 0.0
    for process in processes:
        plan = _process(process)
        offset = MARGIN if process.get("id") in pools else 0
        boxes = {name: box.moved(offset, top) for name, box in plan.boxes.items()}
        pool = pools.get(process.get("id"))
        if pool is not None:
            boxes[pool.get("id") or ""] = Box(0, top, plan.width + offset, plan.height)
        _draw(plane, process, boxes)
        top += plan.height + MARGIN


def _plane(root: Element, owner: Element) -> Element:
    diagram = etree.SubElement(root, f"{{{DI}}}BPMNDiagram", nsmap=NAMES, id="Diagram_laid_out")
    return etree.SubElement(diagram, f"{{{DI}}}BPMNPlane", id="Plane_laid_out", bpmnElement=owner.get("id") or "")


def _process(process: Element) -> Plan:
    lanes = [lane for group in process.iterfind(bpmn("laneSet")) for lane in group.iterfind(bpmn("lane"))]
    band = {
        (reference.text or "").strip(): number
        for number, lane in enumerate(lanes)
        for reference in lane.iter(bpmn("flowNodeRef"))
    }
    plan, heights = _container(process, band, max(len(lanes), 1), MARGIN if lanes else 0)
    top = 0.0
    for lane, height in zip(lanes, heights, strict=False):
        plan.boxes[lane.get("id") or ""] = Box(0, top, plan.width, height)
        top += height
    return plan


def _container(container: Element, band: dict[str, int], bands: int, left: float) -> tuple[Plan, list[float]]:
    """Place what is directly in a container, by rank from the left and by band from the top."""
    shapes = [one for one in container if local(one) in KINDS and one.get("attachedToRef") is None]
    inner = {one.get("id") or "": _inside(one) for one in shapes}
    columns: dict[tuple[int, int], list[Element]] = {}
    ranks = _ranks(container)
    for shape in shapes:
        name = shape.get("id") or ""
        columns.setdefault((band.get(name, 0), ranks[name]), []).append(shape)
    heights = [_height(number, columns, inner) for number in range(bands)]
    widths = _widths(columns, inner)
    starts = dict(zip(sorted(widths), accumulate((widths[rank] for rank in sorted(widths)), initial=0.0), strict=False))
    plan, top = Plan(), 0.0
    for number in range(bands):
        for (row, rank), column in columns.items():
            y = top + MARGIN
            for shape in column if row == number else ():
                size = _size(shape, inner[shape.get("id") or ""])
                x = left + MARGIN + starts[rank]
                space = max(ROW - 40, size[1])
                _put(plan, shape, Box(x, y + (space - size[1]) / 2, *size), inner[shape.get("id") or ""])
                y += space + 40
        top += heights[number]
    plan.width = left + MARGIN + sum(widths.values())
    plan.height = top
    _attach(container, plan)
    return plan, heights


def _put(plan: Plan, shape: Element, box: Box, inside: Plan | None) -> None:
    plan.boxes[shape.get("id") or ""] = box
    if inside is not None:
        plan.boxes |= {name: one.moved(box.x, box.y + LABEL) for name, one in inside.boxes.items()}


def _inside(shape: Element) -> Plan | None:
    if KINDS[local(shape)] != "subprocess" or not any(local(child) in KINDS for child in shape):
        return None
    return _container(shape, {}, 1, 0)[0]


def _size(shape: Element, inside: Plan | None) -> tuple[float, float]:
    if inside is not None:
        return inside.width, inside.height + LABEL
    kind = KINDS[local(shape)]
    kind = "event" if kind in ("start", "end") or local(shape).endswith("Event") else kind
    return SMALL.get(kind, (110, 80))


def _height(number: int, columns: dict[tuple[int, int], list[Element]], inner: dict[str, Plan | None]) -> float:
    tall = [
        sum(max(ROW - 40, _size(one, inner[one.get("id") or ""])[1]) + 40 for one in column)
        for (row, _), column in columns.items()
        if row == number
    ]
    return max(tall, default=ROW) + MARGIN


def _widths(columns: dict[tuple[int, int], list[Element]], inner: dict[str, Plan | None]) -> dict[int, float]:
    widths: dict[int, float] = {}
    for (_, rank), column in columns.items():
        wide = max(_size(one, inner[one.get("id") or ""])[0] for one in column)
        widths[rank] = max(widths.get(rank, STEP), wide + 60)
    return widths


def _ranks(container: Element) -> dict[str, int]:
    """How many steps each shape is away from where the container begins, loops back not counted."""
    names = [one.get("id") or "" for one in container if local(one) in KINDS]
    host = {one.get("id"): one.get("attachedToRef") for one in container if one.get("attachedToRef")}
    after: dict[str, list[str]] = {name: [] for name in names}
    arriving = set()
    for flow in container.iterfind(bpmn("sequenceFlow")):
        source, target = flow.get("sourceRef") or "", flow.get("targetRef") or ""
        source = host.get(source) or source
        if source in after and target in after:
            after[source].append(target)
            arriving.add(target)
    ranks = dict.fromkeys((one for one in names if one not in arriving), 0) or {names[0]: 0}
    todo = deque(ranks)
    while todo:
        here = todo.popleft()
        for target in after[here]:
            if target not in ranks:
                ranks[target] = ranks[here] + 1
                todo.append(target)
    return {name: ranks.get(name, 0) for name in names}


def _attach(container: Element, plan: Plan) -> None:
    """Boundary events side by side on the lower edge of what they are attached to."""
    used: dict[str, int] = {}
    for event in container:
        host = event.get("attachedToRef") if local(event) in KINDS else None
        if host and host in plan.boxes:
            box, place = plan.boxes[host], used.get(host, 0)
            used[host] = place + 1
            x = box.x + box.width - 46 - 44 * place
            plan.boxes[event.get("id") or ""] = Box(max(x, box.x), box.y + box.height - 18, 36, 36)


# --- writing it down ----------------------------------------------------------------------------------------------


def _draw(plane: Element, process: Element, boxes: dict[str, Box]) -> None:
    expanded = {one.get("id") for one in process.iter() if KINDS.get(local(one)) == "subprocess" and len(one)}
    for name, box in sorted(boxes.items(), key=lambda one: -one[1].width * one[1].height):
        shape = etree.SubElement(plane, f"{{{DI}}}BPMNShape", id=f"Shape_{name}", bpmnElement=name)
        if name in expanded:
            shape.set("isExpanded", "true")
        corner = {key: f"{getattr(box, key):g}" for key in ("x", "y", "width", "height")}
        etree.SubElement(shape, f"{{{DC}}}Bounds", corner)
    for flow in process.iter(bpmn("sequenceFlow")):
        source, target = boxes.get(flow.get("sourceRef") or ""), boxes.get(flow.get("targetRef") or "")
        if source and target:
            name = flow.get("id") or ""
            edge = etree.SubElement(plane, f"{{{DI}}}BPMNEdge", id=f"Edge_{name}", bpmnElement=name)
            for x, y in _way(source, target):
                etree.SubElement(edge, f"{{{DD}}}waypoint", x=f"{x:g}", y=f"{y:g}")


def _way(source: Box, target: Box) -> Iterator[tuple[float, float]]:
    """From the right edge to the left edge with one bend; a way back runs below both."""
    start, end = (source.x + source.width, source.y + source.height / 2), (target.x, target.y + target.height / 2)
    yield start
    if end[0] > start[0]:
        middle = (start[0] + end[0]) / 2
        yield from ((middle, start[1]), (middle, end[1])) if start[1] != end[1] else ()
    else:
        below = max(source.y + source.height, target.y + target.height) + 20
        yield from ((start[0] + 20, start[1]), (start[0] + 20, below), (end[0] - 20, below), (end[0] - 20, end[1]))
    yield end
