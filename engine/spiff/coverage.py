"""Where the cases of a model go: nodes and sequence flows, noted while they run, for the owner's tests.

Nothing of this is on the way of a real case: only a model that is watched notes anything.
"""

# mypy: disallow-subclassing-any=False
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.spiff.events import EventBasedGateway
from engine.spiff.nodes import Model
from engine.spiff.tokens import Token

_SPLIT = ".BoundaryEventSplit"  # stands before an activity with boundary events; not drawn
_CHILD = "[child]"  # one instance of a repeated activity


@dataclass
class Covered:
    """What was passed since the watch began.

    A flow is known by its two ends, (source, target): two flows between the same ends are not told apart.
    """

    nodes: set[str] = field(default_factory=set)
    flows: set[tuple[str, str]] = field(default_factory=set)

    def clear(self) -> None:
        self.nodes.clear()
        self.flows.clear()


def watch(model: Model) -> Covered:
    """Note from now on where the cases of this very model go; to be called once, on a model that no real case runs on.

    The flow to an alternative of an event-based gateway is passed when its event occurs, not when the wait begins.
    """
    covered = Covered()
    for place in model.specs.values():
        for spec in place.task_specs.values():
            if hasattr(spec, "note"):  # ours; the stock start and end of a place are not drawn
                spec._update = _arrival(spec, spec._update, covered)
                spec.note = _finish(spec, spec.note, covered)
    return covered


def _arrival(spec: Any, update: Callable[[Token], None], covered: Covered) -> Callable[[Token], None]:
    target = spec.bpmn_id or spec.name.removesuffix(_SPLIT)
    inside = spec.name.endswith(_CHILD)

    def arrive(token: Token) -> None:
        source = token.parent.task_spec
        if source.bpmn_id and not inside and not isinstance(source, EventBasedGateway):
            covered.flows.add((source.bpmn_id, target))
        update(token)

    return arrive


def _finish(spec: Any, note: Callable[[Token], None], covered: Covered) -> Callable[[Token], None]:
    def finish(token: Token) -> None:
        if spec.bpmn_id and not spec.name.endswith(_CHILD):
            covered.nodes.add(spec.bpmn_id)
            waits = [one for one in spec.inputs if isinstance(one, EventBasedGateway)]
            covered.flows.update((one.bpmn_id, spec.bpmn_id) for one in waits)
        note(token)

    return finish
