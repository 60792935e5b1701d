"""Coverage: what of a drawing the owner's scenarios pass, node by node and flow by flow, and what none of them does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from engine.check.subject import Subject
from engine.check.subject import read as read_subject
from engine.operations import Registry
from engine.spiff.drawing import Flow, Shape
from engine.workbench import facts

NODE, FLOW = "node", "flow"


@dataclass(frozen=True)
class Place:
    """A node or flow as drawn; `process` is the procedure or the shared steps it is drawn in."""

    id: str
    kind: str
    process: str
    words: str
    source: str = ""  # of a flow: ids of its two ends
    target: str = ""


@dataclass(frozen=True)
class Coverage:
    """The places of a drawing, in its order, and the ids of those that were passed."""

    places: tuple[Place, ...]
    passed: frozenset[str]

    @property
    def missed(self) -> list[Place]:
        return [one for one in self.places if one.id not in self.passed]

    def count(self, kind: str) -> tuple[int, int]:
        """How many nodes (or flows) were passed, of how many."""
        own = [one.id for one in self.places if one.kind == kind]
        return sum(one in self.passed for one in own), len(own)

    @property
    def percent(self) -> int:
        """Of nodes and flows together, rounded down: 100 means that nothing is missed."""
        return 100 * len(self.passed) // len(self.places) if self.places else 0


@dataclass(frozen=True)
class Plays:
    """Where scenarios went: the nodes, and the flows as (source, target)."""

    nodes: frozenset[str] = frozenset()
    flows: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, plays: Collection[Mapping[str, object]]) -> Plays:
        """All that the stored plays of a draft passed (`Draft.plays`)."""
        nodes = (node for play in plays for node in play["nodes"])  # type: ignore[attr-defined]
        flows = (tuple(flow) for play in plays for flow in play["flows"])  # type: ignore[attr-defined]
        return cls(frozenset(nodes), frozenset(flows))


def drawn(process: str, documents: Mapping[str, str]) -> tuple[Place, ...]:
    """Everything a scenario can pass: the nodes and flows of the procedure and of the shared steps it calls."""
    subject = read_subject(process, documents, Registry(), {})[0]
    named = facts.naming(subject)
    shapes = subject.drawing.shapes
    nodes = [_node(one) for one in shapes.values()]
    return (*nodes, *(_flow(subject, one, named) for one in subject.drawing.flows if one.source in shapes))


def coverage(places: tuple[Place, ...], plays: Plays) -> Coverage:
    """What the plays passed of these places; two flows between the same two nodes count as one way."""
    passed = {one.id for one in places if one.id in plays.nodes or (one.source, one.target) in plays.flows}
    return Coverage(places, frozenset(passed))


def _node(shape: Shape) -> Place:
    kind = facts.TAGS.get(shape.tag, shape.tag)
    name = shape.element.get("name")
    return Place(shape.id, NODE, shape.process, f"{kind}“{name}”" if name else f"{kind} {shape.id}")


def _flow(subject: Subject, flow: Flow, named: facts.Naming) -> Place:
    words = f"从“{named(flow.source)}”到“{named(flow.target)}”"
    why = flow.element.get("name") or flow.condition
    default = subject.drawing.shapes[flow.source].element.get("default") == flow.id
    words += f"（{why}）" if why else "（其他情况）" if default else ""
    return Place(flow.id, FLOW, subject.drawing.shapes[flow.source].process, words, flow.source, flow.target)
