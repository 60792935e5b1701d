"""What a case at rest waits for, in the terms of the door."""

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine.spiff import timers
from engine.spiff.drawing import CLOCK
from engine.spiff.events import BoundaryEvent, around
from engine.spiff.loops import ITEM
from engine.spiff.nodes import Scope, Wait
from engine.spiff.services import PARAMETERS, Job
from engine.spiff.timers import Address
from engine.spiff.tokens import READY, WAITING, Token
from engine.spiff.workflow import Case

OUTSIDE = (Address, MessageEventDefinition, SignalEventDefinition)  # what comes from outside the case


def waits(case: Case) -> list[Wait]:
    """Work, jobs and timers, in the order they began to wait."""
    return [wait for token in _tokens(case) if (wait := _wait(token)) is not None]


def scopes(case: Case) -> list[Scope]:
    """The open clocked scopes, outermost first."""
    return [Scope(str(token.id), token.task_spec.bpmn_id, _item(token)) for token in _tokens(case) if _is_scope(token)]


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
    return sorted(case.tokens.values(), key=lambda token: token.id)


def _definition(token: Token) -> Any:
    return getattr(token.task_spec, "event_definition", None)


def _wait(token: Token) -> Wait | None:
    spec, address = token.task_spec, str(token.id)
    if token._state == READY:
        kind = "job" if isinstance(spec, Job) else "work"
        arguments = dict(token.internal_data.get(PARAMETERS, {}))
        return Wait(kind, address, spec.bpmn_id, _item(token), _around(token), None, arguments)
    if token._state != WAITING or not isinstance(_definition(token), Address):
        return None
    due = timers.due(spec.event_definition.expression)
    if not isinstance(spec, BoundaryEvent):
        return Wait("timer", address, spec.bpmn_id, _item(token), _around(token), due=due)
    host = next(other for other in token.parent.children if not isinstance(other.task_spec, BoundaryEvent))
    return Wait("timer", address, spec.bpmn_id, _item(host), _around(host), str(host.id), due=due)


def _is_scope(token: Token) -> bool:
    """An activity with a clock; of a repeated one the instances are scopes, not the whole."""
    node = token.workflow.top_workflow.model.nodes.get(token.task_spec.bpmn_id)
    return node is not None and CLOCK in node.extensions and not isinstance(token.task_spec, LoopTask)


def _around(token: Token) -> tuple[str, ...]:
    return tuple(str(above.id) for above in around(token) if _is_scope(above))


def _item(token: Token) -> Any:
    """The item of the innermost multi-instance activity around a token."""
    return next((above.internal_data[ITEM] for above in around(token) if ITEM in above.internal_data), None)
