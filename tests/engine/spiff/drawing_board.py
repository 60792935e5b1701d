"""Draws BPMN for tests: `Board("p").start("s").user("a").end("e").flow("s", "a", "e").xml()`."""

from itertools import pairwise
from typing import Self
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:cs="urn:countersign:bpmn" '
    'id="definitions" targetNamespace="urn:countersign:test">'
)


class Board:
    """A process or, from `sub`, a sub-process; every method that draws returns the board itself."""

    def __init__(self, process: str, name: str = "", **extensions: str) -> None:
        self.process, self.name, self.extensions = process, name, extensions
        self.parts: list[str] = []
        self.roots: list[str] = []
        self.flows: list[str] = []
        self.flow_count = [0]

    # --- nodes

    def node(self, tag: str, id: str, inner: str = "", name: str = "", **attributes: str) -> Self:
        """Any element; attributes starting with `cs_` are ours."""
        self.parts.append(f"<{tag} id={quoteattr(id)}{_name(name)}{_attributes(attributes)}>{inner}</{tag}>")
        return self

    def start(self, id: str = "start", inner: str = "") -> Self:
        return self.node("startEvent", id, inner)

    def end(self, id: str = "end", inner: str = "") -> Self:
        return self.node("endEvent", id, inner)

    def user(self, *ids: str, **attributes: str) -> Self:
        for id in ids:
            self.node("userTask", id, **attributes)
        return self

    def service(self, id: str, operation: str = "test.do", inner: str = "", **attributes: str) -> Self:
        return self.node("serviceTask", id, inner, cs_operation=operation, **attributes)

    def xor(self, *ids: str, default: str = "") -> Self:
        return self._gateways("exclusiveGateway", ids, default)

    def parallel(self, *ids: str) -> Self:
        return self._gateways("parallelGateway", ids, "")

    def inclusive(self, *ids: str, default: str = "") -> Self:
        return self._gateways("inclusiveGateway", ids, default)

    def _gateways(self, tag: str, ids: tuple[str, ...], default: str) -> Self:
        for id in ids:
            self.node(tag, id, **({"default": default} if default else {}))
        return self

    def timer(self, id: str, on: str, text: str = "deadline", interrupting: bool = True) -> Self:
        """A boundary timer."""
        return self.boundary(id, on, timer(text), interrupting)

    def boundary(self, id: str, on: str, definition: str, interrupting: bool = True) -> Self:
        cancel = "true" if interrupting else "false"
        return self.node("boundaryEvent", id, definition, attachedToRef=on, cancelActivity=cancel)

    def sub(self, id: str, inside: "Board", inner: str = "", **attributes: str) -> Self:
        """A sub-process holding what was drawn on another board."""
        self.roots += inside.roots
        return self.node("subProcess", id, inner + inside.body(), **attributes)

    def lane(self, id: str, name: str, *nodes: str, **extensions: str) -> Self:
        references = "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in nodes)
        ours = _attributes({f"cs_{key}": value for key, value in extensions.items()})
        lane = f"<lane id={quoteattr(id)}{_name(name)}{ours}>{references}</lane>"
        self.parts.insert(0, f'<laneSet id="set_{id}">{lane}</laneSet>')
        return self

    # --- flows

    def flow(self, *ids: str, when: str | None = None, id: str = "") -> Self:
        """Connects nodes in a row; `when` is a condition, `id` names a single flow."""
        for source, target in pairwise(ids):
            self.flow_count[0] += 1
            name = id or f"flow_{source}_{target}"
            condition = "" if when is None else f"<conditionExpression>{escape(when)}</conditionExpression>"
            self.flows.append(
                f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>'
            )
        return self

    def root(self, element: str) -> Self:
        """An element beside the process: a message, an error …"""
        self.roots.append(element)
        return self

    # --- text

    def body(self) -> str:
        return "".join(self.parts + self.flows)

    def text(self) -> str:
        ours = _attributes({f"cs_{key}": value for key, value in self.extensions.items()})
        process = f'<process id="{self.process}"{_name(self.name)} isExecutable="true"{ours}>{self.body()}</process>'
        return HEAD + "".join(self.roots) + process + "</definitions>"

    def xml(self) -> bytes:
        return self.text().encode()


def timer(text: str = "deadline") -> str:
    """A timer definition of the form that fits the text."""
    tag = "timeCycle" if text.startswith("R") else "timeDate" if text[:1].isdigit() else "timeDuration"
    return f"<timerEventDefinition><{tag}>{escape(text)}</{tag}></timerEventDefinition>"


def many(collection: str = "people", sequential: bool = False, inner: str = "", item: str = "item") -> str:
    """Multi-instance over a collection."""
    order = "true" if sequential else "false"
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{order}">'
        f'<loopDataInputRef>{collection}</loopDataInputRef><inputDataItem name="{item}"/>{inner}'
        "</multiInstanceLoopCharacteristics>"
    )


def parameter(**values: str) -> str:
    """Parameters of a service task."""
    entries = "".join(f"<cs:parameter name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in values.items())
    return f"<extensionElements>{entries}</extensionElements>"


def _name(name: str) -> str:
    return f" name={quoteattr(name)}" if name else ""


def _attributes(attributes: dict[str, str]) -> str:
    named = ((key.replace("cs_", "cs:", 1) if key.startswith("cs_") else key, v) for key, v in attributes.items())
    return "".join(f" {key}={quoteattr(value)}" for key, value in named)
