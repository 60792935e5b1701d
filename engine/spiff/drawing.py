"""A drawing: the flow nodes, sequence flows and lanes of a process and of all it calls, indexed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.spiff.nodes import Lane
from engine.spiff.xml import SPACES, Element, bpmn, local, ours

KINDS = {
    "startEvent": "start",
    "endEvent": "end",
    "userTask": "user",
    "manualTask": "user",
    "task": "user",
    "serviceTask": "service",
    "exclusiveGateway": "gateway",
    "parallelGateway": "gateway",
    "inclusiveGateway": "gateway",
    "eventBasedGateway": "gateway",
    "complexGateway": "gateway",
    "subProcess": "subprocess",
    "transaction": "subprocess",
    "adHocSubProcess": "subprocess",
    "callActivity": "call",
    "boundaryEvent": "event",
    "intermediateCatchEvent": "event",
    "intermediateThrowEvent": "event",
    "receiveTask": "event",
    "sendTask": "event",
    "scriptTask": "service",
    "businessRuleTask": "service",
}
ACTIVITIES = frozenset(tag for tag, kind in KINDS.items() if kind in ("user", "service", "subprocess", "call")) | {
    "receiveTask",
    "sendTask",
}
LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
COUNTS = frozenset({"numberOfInstances", "numberOfCompletedInstances"})  # what BPMN tells a completion condition
OPERATION = "operation"  # cs:operation names what a service task does


@dataclass(frozen=True)
class Flow:
    """A sequence flow."""

    element: Element
    id: str
    source: str
    target: str
    condition: str | None


@dataclass(frozen=True)
class Shape:
    """A flow node as it stands in the file; `scope` is the sub-process it is drawn in."""

    element: Element
    id: str
    tag: str
    process: str
    scope: str | None

    @property
    def name(self) -> str:
        return self.element.get("name") or self.id

    def children(self, tag: str) -> list[Element]:
        return self.element.findall(bpmn(tag))

    def text(self, tag: str) -> str | None:
        """The text of the first descendant with this tag."""
        found = self.element.find(f".//{bpmn(tag)}")
        return None if found is None else (found.text or "").strip()

    @property
    def definitions(self) -> list[Element]:
        return [child for child in self.element if local(child).endswith("EventDefinition")]

    @property
    def event(self) -> str | None:
        """The kind of its event definition: message, timer, error …"""
        found = self.definitions
        return local(found[0]).removesuffix("EventDefinition") if found else None

    @property
    def multiple(self) -> bool:
        return any(self.children(tag) for tag in LOOPS)


@dataclass
class Drawing:
    """Everything that can be reached from one process."""

    processes: dict[str, Element] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    leaving: dict[str, list[Flow]] = field(default_factory=dict)
    arriving: dict[str, list[Flow]] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    lane_of: dict[str, str] = field(default_factory=dict)
    twice: list[tuple[str, str]] = field(default_factory=list)

    def inside(self, scope: str | None, process: str) -> Iterator[Shape]:
        """The shapes drawn directly in a process or sub-process."""
        return (s for s in self.shapes.values() if s.scope == scope and s.process == process)

    @property
    def edges(self) -> dict[str, list[str]]:
        """From each shape to those that can follow it; an activity leads to its boundary events too."""
        edges = {name: [flow.target for flow in self.leaving.get(name, ())] for name in self.shapes}
        for shape in self.shapes.values():
            host = shape.element.get("attachedToRef")
            if host in edges:
                edges[host].append(shape.id)
        return edges

    def boundary(self, activity: str) -> Iterator[Shape]:
        """The boundary events attached to an activity."""
        return (s for s in self.shapes.values() if s.element.get("attachedToRef") == activity)


def draw(processes: Mapping[str, Element], process: str) -> Drawing:
    """The drawing of a process and of the processes it calls."""
    drawing, todo = Drawing(), [process]
    while todo:
        name = todo.pop()
        if name in drawing.processes or name not in processes:
            continue
        drawing.processes[name] = processes[name]
        _container(drawing, processes[name], name, None)
        calls = processes[name].iterfind(f".//{bpmn('callActivity')}")
        todo += [called for call in calls if (called := call.get("calledElement"))]
    for flow in drawing.flows:
        drawing.leaving.setdefault(flow.source, []).append(flow)
        drawing.arriving.setdefault(flow.target, []).append(flow)
    return drawing


def _container(drawing: Drawing, container: Element, process: str, scope: str | None) -> None:
    for element in container:
        tag, name = local(element), element.get("id") or ""
        if tag in KINDS:
            if name in drawing.shapes:
                drawing.twice.append((name, element.get("name") or name))
            drawing.shapes[name] = Shape(element, name, tag, process, scope)
            if KINDS[tag] == "subprocess":
                _container(drawing, element, process, name)
        elif tag == "sequenceFlow":
            drawing.flows.append(_flow(element))
        elif tag == "laneSet":
            _lanes(drawing, element)


def _flow(element: Element) -> Flow:
    condition = element.find(bpmn("conditionExpression"))
    text = None if condition is None else (condition.text or "").strip()
    return Flow(element, element.get("id") or "", element.get("sourceRef") or "", element.get("targetRef") or "", text)


def _lanes(drawing: Drawing, lane_set: Element) -> None:
    """Nested lanes come after the lanes around them, so the innermost lane of a node wins."""
    for element in lane_set.findall(bpmn("lane")):
        lane = Lane(element.get("id") or "", element.get("name") or "", ours(element))
        drawing.lanes[lane.id] = lane
        for reference in element.findall(bpmn("flowNodeRef")):
            drawing.lane_of[(reference.text or "").strip()] = lane.id
        for nested in element.findall(bpmn("childLaneSet")):
            _lanes(drawing, nested)


def decides(shape: Shape) -> list[str]:
    """The names that the operation of a service task decides (`cs:decides`)."""
    return ours(shape.element).get("decides", "").split()


def parameters(shape: Shape) -> list[Element]:
    """The `<cs:parameter>` elements of a node."""
    return list(shape.element.iterfind("b:extensionElements//cs:parameter", SPACES))


def timer_text(shape: Shape) -> str | None:
    """The text of a timer, whatever its form."""
    if shape.event != "timer":
        return None
    texts = (shape.text(tag) for tag in ("timeDate", "timeDuration", "timeCycle"))
    return next((text for text in texts if text is not None), None)
