"""What will probably come next: the diagram walked ahead of the tokens, for pages that tell people what follows.

Nothing here moves a case. Where a decision is not known yet, the way a case usually goes is assumed: every form ends
with its primary outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from engine.definitions import Definition
from engine.forms import Form
from engine.spiff import DoorError, Model, Node
from engine.spiff.expressions import decide
from engine.spiff.xml import Element, bpmn, root_of

CHOOSING = ("exclusiveGateway", "inclusiveGateway")


class Flow(NamedTuple):
    """A sequence flow; `condition` is None when it is taken without one."""

    id: str
    target: str
    condition: str | None


class Foresight:
    """The flows of one definition, read once."""

    def __init__(self, definition: Definition) -> None:
        self.model: Model = definition.model
        self.usual = {form.decision: usual_outcome(form) for form in definition.forms.values() if form.decision}
        self.flows: dict[str, list[Flow]] = {}
        self.defaults: set[str] = set()
        for path, text in definition.documents.items():
            if path.endswith(".bpmn"):
                self._read(root_of(path, text.encode()))
        self._inside: dict[str, str] = {
            node.scope: node.id for node in self.model.nodes.values() if node.scope and node.kind == "start"
        }

    def _read(self, root: Element) -> None:
        for flow in root.iter(bpmn("sequenceFlow")):
            condition = flow.findtext(bpmn("conditionExpression"))
            one = Flow(flow.get("id", ""), flow.get("targetRef", ""), condition.strip() if condition else None)
            self.flows.setdefault(flow.get("sourceRef", ""), []).append(one)
        self.defaults.update(str(element.get("default")) for element in root.iter() if element.get("default"))

    def next(self, node: str, decisions: Mapping[str, Any]) -> list[Node]:
        """The people's steps that follow directly on a node, given what was decided; duties are left out."""
        return list(self._tasks(self._following(node, decisions), decisions, beyond=False))

    def ahead(self, nodes: Iterable[str], decisions: Mapping[str, Any]) -> list[Node]:
        """All people's steps that usually still come after these nodes, in the order of the diagram."""
        here = list(nodes)
        first = [target for node in here for target in self._following(node, decisions)]
        return [task for task in self._tasks(first, decisions, beyond=True) if task.id not in here]

    def _tasks(self, targets: Iterable[str], decisions: Mapping[str, Any], beyond: bool) -> Iterator[Node]:
        queue, seen = list(targets), set[str]()
        while queue:
            node = self.model.nodes.get(queue.pop(0))
            if node is None or node.id in seen:
                continue
            seen.add(node.id)
            if node.kind == "user":
                if "duty" not in node.extensions:
                    yield node
                    if not beyond:
                        continue
                elif not beyond:
                    continue
            inside = self._inside.get(node.id)
            queue.extend([inside] if inside else self._following(node.id, decisions))

    def _following(self, node_id: str, decisions: Mapping[str, Any]) -> list[str]:
        node = self.model.nodes[node_id]
        if node.kind == "end":
            return self._following(node.scope, decisions) if node.scope and node.event is None else []
        flows = self.flows.get(node_id, [])
        if node.element in CHOOSING and len(flows) > 1:
            return [self._chosen(flows, {**self.usual, **decisions}).target]
        return [flow.target for flow in flows]

    def _chosen(self, flows: list[Flow], decisions: Mapping[str, Any]) -> Flow:
        for flow in flows:
            if flow.condition and _holds(flow.condition, decisions):
                return flow
        return next((flow for flow in flows if flow.id in self.defaults), flows[0])


@lru_cache(64)
def foresight(definition: Definition) -> Foresight:
    """The foresight of a published definition, which never changes."""
    return Foresight(definition)


def usual_outcome(form: Form) -> str:
    """How a step usually ends: with the primary outcome, else the first."""
    return next((one.id for one in form.outcomes if one.style == "primary"), form.outcomes[0].id)


def clocked(model: Model, node: Node) -> Node | None:
    """The node whose clock runs over a step: the step itself or the innermost sub-process around it."""
    here: Node | None = node
    while here is not None and "clock" not in here.extensions:
        here = model.nodes.get(here.scope or "")
    return here


def _holds(condition: str, decisions: Mapping[str, Any]) -> bool:
    try:
        return decide(condition, decisions)
    except DoorError:
        return False
