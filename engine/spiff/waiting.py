"""What a case at rest waits for, in the terms of the door."""

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine.spiff import timers
from engine.spiff.events import BoundaryEvent, outside
from engine.spiff.loops import ITEM
from engine.spiff.nodes import Scope, Wait
from engine.spiff.services import PARAMETERS, Job
from engine.spiff.timers import Address
from engine.spiff.tokens import READY, WAITING, Token
from engine.spiff.workflow import Case

RESTING = (READY, WAITING)
OUTSIDE = (Address, MessageEventDefinition, SignalEventDefinition)  # what comes from outside the case


def survey(case: Case) -> tuple[list[Wait], list[Scope]]:
    """What is waited for, in the order it began to wait, and the open clocked scopes, outermost first."""
    view = _View(case)
    waits, scopes = [], []
    for token in _tokens(case):
        if view.clocked(token):
            scopes.append(Scope(str(token.id), token.task_spec.bpmn_id, view.around(token)[0]))
        if token._state in RESTING and (wait := view.wait(token)) is not None:
            waits.append(wait)
    return waits, scopes


def messages(case: Case) -> tuple[str, ...]:
    """The names of the messages that are waited for."""
    awaited = (_definition(token) for token in _tokens(case) if token._state == WAITING)
    return tuple(event.name for event in awaited if isinstance(event, MessageEventDefinition))


def stuck(case: Case) -> bool:
    """Whether nothing from outside (a person, a handler, an event, the clock) can move the case any more."""
    return not any(
        token._state == READY or (token._state == WAITING and isinstance(_definition(token), OUTSIDE))
        for token in case.tokens.values()
    )


def places(case: Case) -> str:
    """Where the case stands, by the names in the diagram."""
    specs = (token.task_spec for token in _tokens(case))
    return "、".join(name for spec in specs if (name := spec.bpmn_name or spec.bpmn_id))


def _tokens(case: Case) -> list[Token]:
    return [case.tokens[address] for address in sorted(case.tokens)]


def _definition(token: Token) -> Any:
    return getattr(token.task_spec, "event_definition", None)


class _View:
    """One look at a case; what lies around an activity is worked out once."""

    def __init__(self, case: Case) -> None:
        self._clocked = case.model.clocked
        self._known: dict[int, tuple[Any, tuple[str, ...]]] = {}

    def wait(self, token: Token) -> Wait | None:
        spec, address = token.task_spec, str(token.id)
        if token._state == READY:
            if isinstance(spec, Job):
                arguments = dict(token.internal_data.get(PARAMETERS, {}))
                return Wait("job", address, spec.bpmn_id, *self.around(token), None, arguments)
            return Wait("work", address, spec.bpmn_id, *self.around(token))
        if token._state != WAITING or not isinstance(_definition(token), Address):
            return None
        due = timers.due(spec.event_definition.expression)
        if not isinstance(spec, BoundaryEvent):
            return Wait("timer", address, spec.bpmn_id, *self.around(token), due=due)
        host = next(other for other in token.parent.children if not isinstance(other.task_spec, BoundaryEvent))
        return Wait("timer", address, spec.bpmn_id, *self.around(host), str(host.id), due=due)

    def clocked(self, token: Token) -> bool:
        """An activity with a clock; of a repeated one the instances are scopes, not the whole."""
        return token.task_spec.bpmn_id in self._clocked and not isinstance(token.task_spec, LoopTask)

    def around(self, token: Token | None) -> tuple[Any, tuple[str, ...]]:
        """The innermost multi-instance item around a token, and the scopes it lies under, innermost first."""
        if token is None:
            return None, ()
        known = self._known.get(token.id)
        if known is None:
            item, scopes = self.around(outside(token))
            item = token.internal_data.get(ITEM, item)
            known = self._known[token.id] = item, ((str(token.id), *scopes) if self.clocked(token) else scopes)
        return known
