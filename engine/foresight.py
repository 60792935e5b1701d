"""What will probably come next: the diagram walked ahead of the tokens, for pages that tell people what follows.

Nothing here moves a case. Where a decision is not known yet, the way a case usually goes is assumed: every form ends
with its primary outcome, and what a job may find is not found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from engine.definitions import Definition
from engine.forms import Form
from engine.spiff import DoorError, Model, Node, expressions
from engine.spiff.xml import Element, bpmn, root_of

CHOOSING = ("exclusiveGateway", "inclusiveGateway")
JOINING = ("parallelGateway", "inclusiveGateway")


class Flow(NamedTuple):
    """A sequence flow; `condition` is None when it is taken without one."""

    id: str
    target: str
    condition: str | None


class Foresight:
    """The flows of one definition, read once."""

    def __init__(self, definition: Definition) -> None:
        self.model: Model = definition.model
        self.forms = definition.forms
        self.usual = {form.decision: usual_outcome(form) for form in definition.forms.values() if form.decision}
        self.flows: dict[str, list[Flow]] = {}
        self.defaults: set[str] = set()
        for path, text in definition.documents.items():
            if path.endswith(".bpmn"):
                self._read(root_of(path, text.encode()))
        self.inside: dict[str, str] = {
            node.scope: node.id for node in self.model.nodes.values() if node.scope and node.kind == "start"
        }
        met = Counter(flow.target for flows in self.flows.values() for flow in flows)
        self.joins = {one for one, times in met.items() if times > 1 and self.model.nodes[one].element in JOINING}

    def _read(self, root: Element) -> None:
        for flow in root.iter(bpmn("sequenceFlow")):
            condition = flow.findtext(bpmn("conditionExpression"))
            one = Flow(flow.get("id", ""), flow.get("targetRef", ""), condition.strip() if condition else None)
            self.flows.setdefault(flow.get("sourceRef", ""), []).append(one)
        self.defaults.update(str(element.get("default")) for element in root.iter() if element.get("default"))

    def next(self, node: str, decisions: Mapping[str, Any]) -> list[Node]:
        """The people's steps that follow directly on a node, given what was decided; duties are left out."""
        walk = _Walk(self, decisions)
        return list(walk.steps(walk.following(node), beyond=False))

    def ahead(self, nodes: Iterable[str], decisions: Mapping[str, Any]) -> list[Node]:
        """All people's steps that usually still come after these nodes, in the order of the diagram.

        `decisions` are those the case has; what lies ahead is decided anew, and as it usually is.
        """
        walk, here = _Walk(self, decisions), list(nodes)
        for node in here:
            walk.decide(self.model.nodes[node])
        first = [target for node in here for target in walk.following(node)]
        return [task for task in walk.steps(first, beyond=True) if task.id not in here]


class _Walk:
    """One way ahead. What lies behind is known; what is passed on the way is decided as it usually is."""

    def __init__(self, foresight: Foresight, known: Mapping[str, Any]) -> None:
        self.foresight, self.nodes = foresight, foresight.model.nodes
        self.decisions = {**foresight.usual, **known}

    def steps(self, targets: Iterable[str], beyond: bool) -> Iterator[Node]:
        """The people's steps from these nodes on; without `beyond`, only the first on each branch, and no duties."""
        queue, seen = list(targets), set[str]()
        while queue:
            node = self.nodes.get(queue.pop(self._first(queue)))
            if node is None or node.id in seen:
                continue
            seen.add(node.id)
            if node.kind == "user":
                duty = "duty" in node.extensions
                if not duty:
                    yield node
                if not beyond:
                    continue
            self.decide(node)
            inside = self.foresight.inside.get(node.id)
            queue.extend([inside] if inside else self.following(node.id))

    def decide(self, node: Node) -> None:
        """What passing a node decides: a form ends as it usually does, what a job will report is not known."""
        form = self.foresight.forms.get(node.extensions.get("form", ""))
        if form is not None and form.decision:
            self.decisions[form.decision] = usual_outcome(form)
        for name in node.extensions.get("decides", "").split():
            self.decisions[name] = None
        if node.kind == "call":
            self.decisions |= {one.name: self._value(one.value) for one in node.parameters}

    def following(self, node_id: str) -> list[str]:
        """The nodes a case goes on to from here."""
        node = self.nodes[node_id]
        if node.kind == "end":
            return self.following(node.scope) if node.scope and node.event is None else []
        flows = self.foresight.flows.get(node_id, [])
        if node.element in CHOOSING and len(flows) > 1:
            return [self._chosen(flows).target]
        return [flow.target for flow in flows]

    def _first(self, queue: list[str]) -> int:
        """Which one is walked next: a join comes after all branches that may still decide something before it."""
        return next((at for at, one in enumerate(queue) if one not in self.foresight.joins), 0)

    def _chosen(self, flows: list[Flow]) -> Flow:
        for flow in flows:
            if flow.condition and self._value(flow.condition) is True:
                return flow
        return next((flow for flow in flows if flow.id in self.foresight.defaults), flows[0])

    def _value(self, expression: str) -> Any:
        """The value over what is known; what nobody has decided yet counts as not so."""
        functions = self.foresight.model.functions
        try:
            unknown = dict.fromkeys(expressions.names(expression, functions))
            return expressions.evaluate(expression, {**unknown, **self.decisions}, functions)
        except DoorError:
            return None


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
