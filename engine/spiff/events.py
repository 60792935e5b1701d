"""Events: what a token waits for, what it throws, and who catches it."""

# mypy: disallow-subclassing-any=False
from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs import control
from SpiffWorkflow.bpmn.specs import defaults as stock
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.specs.base import TaskSpec

from engine.spiff.errors import UnhandledError
from engine.spiff.nodes import Thrown
from engine.spiff.specs import Stepwise
from engine.spiff.timers import Address
from engine.spiff.tokens import READY, WAITING, Token
from engine.spiff.workflow import Case

CODE_OF_ERROR = "error"  # the decision that holds the code of a caught error
EVERY_CODE = ""  # what a boundary event without a code waits for


class Catching(Stepwise):
    """Waits until its event occurs; an event without definition has occurred already."""

    def _update_hook(self, my_task: Token) -> bool:
        if isinstance(self.event_definition, NoneEventDefinition):
            return True
        my_task._state = WAITING
        return False

    def _on_ready_hook(self, my_task: Token) -> None:
        """The stock event manager is not used."""

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def _on_cancel(self, my_task: Token) -> None:
        """The case drops tokens itself."""


class StartEvent(Catching, stock.StartEvent):
    """Has occurred when a case or sub-process begins at it."""


class IntermediateCatchEvent(Catching, stock.IntermediateCatchEvent):
    """Holds the token until its message, signal or moment."""


class ReceiveTask(Catching, stock.ReceiveTask):
    """Holds the token until its message."""


class BoundaryEvent(Catching, stock.BoundaryEvent):
    """Waits as long as its activity is open."""


class BoundarySplit(Stepwise, control.BoundaryEventSplit):
    """Stands above an activity and its boundary events, which live and end together."""

    holds_group = True

    def member_done(self, my_task: Token, member: Token) -> None:
        if not isinstance(member.task_spec, BoundaryEvent):
            end_group(member)


class EventBasedGateway(Stepwise, stock.EventBasedGateway):
    """Each alternative waits under its own address; the first that occurs ends the others."""

    holds_group = True

    def connect(self, child: Any) -> None:
        # The stock gateway takes the definitions away from its alternatives, which makes two timers one.
        TaskSpec.connect(self, child)

    def _update_hook(self, my_task: Token) -> bool:
        return True

    def _on_ready_hook(self, my_task: Token) -> None:
        """Nothing to unregister."""

    def _run_hook(self, my_task: Token) -> bool:
        return True


class Throwing(Stepwise):
    """Sends its event and goes on."""

    def _run_hook(self, my_task: Token) -> bool:
        throw(my_task)
        return True


class IntermediateThrowEvent(Throwing, stock.IntermediateThrowEvent):
    """Throws on the way."""


class SendTask(Throwing, stock.SendTask):
    """Throws a message."""


class EndEvent(Throwing, stock.EndEvent):
    """Ends its token; a terminate end event ends the whole (sub-)process."""

    def _leave(self, my_task: Token) -> list[Token]:
        return []

    def note(self, my_task: Token) -> None:
        super().note(my_task)
        my_task.workflow.top_workflow.ended.append(self.bpmn_id)


def end_group(token: Token) -> None:
    """Drops what still waits or works beside a token; a boundary event that has occurred stays."""
    for other in token.parent.children:
        occurred = other._state == READY and isinstance(other.task_spec, BoundaryEvent)
        if other is not token and not occurred:
            other.cancel()


def occur(token: Token, data: dict[str, Any]) -> None:
    """A waiting event happens; `data` joins the decisions."""
    spec, above = token.task_spec, token.parent
    token.data.update(data)
    if isinstance(spec, BoundaryEvent):
        if spec.cancel_activity:
            end_group(token)
        elif not isinstance(spec.event_definition, Address):
            above._add_child(spec)._state = WAITING  # may happen again while the activity is open
    elif isinstance(above.task_spec, EventBasedGateway):
        end_group(token)
    token._ready()


def throw(token: Token) -> None:
    """Sends out the event a throw or end event defines."""
    case, definition = token.workflow.top_workflow, token.task_spec.event_definition
    node = token.task_spec.bpmn_id
    if isinstance(definition, TerminateEventDefinition):
        for other in token.workflow.standing():
            if other is not token and other.id in case.tokens:
                case.drop(other)
    elif isinstance(definition, ErrorEventDefinition):
        if not catch_code(token.workflow.owner, ErrorEventDefinition, definition.code):
            raise UnhandledError(node, definition.code)
    elif isinstance(definition, EscalationEventDefinition):
        if not catch_code(token.workflow.owner, EscalationEventDefinition, definition.code):
            case.thrown.append(Thrown("escalation", definition.code, node, dict(token.data)))
    elif isinstance(definition, MessageEventDefinition):
        if not deliver(case, MessageEventDefinition, definition.name, {}):
            case.thrown.append(Thrown("message", definition.name, node, dict(token.data)))
    elif isinstance(definition, SignalEventDefinition):
        deliver(case, SignalEventDefinition, definition.name, {})
        case.thrown.append(Thrown("signal", definition.name, node, dict(token.data)))


def deliver(case: Case, kind: Any, name: str, data: dict[str, Any]) -> bool:
    """Gives a message to the first token that waits for it, a signal to all; False when none waits."""
    found = False
    for token in sorted(case.tokens.values(), key=lambda token: token.id):
        definition: Any = getattr(token.task_spec, "event_definition", None)
        if token._state == WAITING and isinstance(definition, kind) and definition.name == name:
            occur(token, data)
            found = True
            if kind is MessageEventDefinition:
                break
    return found


def catch_code(token: Token | None, kind: Any, code: str) -> bool:
    """Gives an error or escalation to the innermost boundary event that catches it, from `token` outward.

    A boundary event with the same code goes before one that catches everything; False when none does.
    """
    for activity in around(token):
        if not isinstance(activity.parent.task_spec, BoundarySplit):
            continue
        codes = {_code_caught(other, kind): other for other in activity.parent.children}
        catcher = codes.get(code) or codes.get(EVERY_CODE)
        if catcher is not None:
            occur(catcher, {CODE_OF_ERROR: code} if kind is ErrorEventDefinition else {})
            return True
    return False


def _code_caught(token: Token, kind: Any) -> str | None:
    """The code a boundary event waits for; None when it does not wait for this kind of event."""
    spec = token.task_spec
    if token._state != WAITING or not isinstance(spec, BoundaryEvent):
        return None
    definition = spec.event_definition
    return (definition.code or EVERY_CODE) if isinstance(definition, kind) else None


def around(token: Token | None) -> Iterator[Token]:
    """The activities around a token, innermost first, the token itself included."""
    while token is not None:
        yield token
        token = outside(token)


def outside(token: Token) -> Token | None:
    """The activity a token lies in: the repeated one it is an instance of, else its sub-process or caller."""
    above: Token = token.parent
    return above if isinstance(above.task_spec, LoopTask) else token.workflow.owner
