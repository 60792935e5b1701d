"""A running case as the engine sees it: verbs in, waits out.

After each verb the case goes on to where it waits next. A verb that raises leaves the run unusable: throw it
away and load the last state again.
"""

from collections.abc import Mapping
from typing import Any, Self

from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition

from engine.spiff import codec, waiting
from engine.spiff.errors import NotPossible, NotWaiting, Stuck
from engine.spiff.events import catch_code, deliver, occur
from engine.spiff.jumps import check_jump
from engine.spiff.nodes import Model, Scope, Thrown, Wait
from engine.spiff.plain import plain
from engine.spiff.services import Job
from engine.spiff.timers import Address
from engine.spiff.tokens import READY, WAITING, Decisions, Token
from engine.spiff.workflow import Case


class Run:
    """One case. Build it with `start` or `load`."""

    def __init__(self, model: Model, case: Case) -> None:
        self.model = model
        self._case = case

    # --- beginning and keeping

    @classmethod
    def start(cls, model: Model, data: Mapping[str, Any] | None = None, *, at: str | None = None) -> Self:
        """A new case at the start event `at`; without it, at the only one or the only plain one."""
        case = Case(model, Decisions(plain(dict(data or {}))))
        run = cls(model, case)
        case.begin(case.spec.task_specs[_start(model, at)])
        run._advance()
        return run

    @classmethod
    def load(cls, model: Model, state: bytes) -> Self:
        """The case a state was dumped from; raises StateError when it does not fit the definition."""
        return cls(model, codec.decode(model, state))

    def dump(self) -> bytes:
        """The state: control flow and decisions, nothing else."""
        return codec.encode(self._case)

    # --- what it waits for, and what happened in this step

    def survey(self) -> tuple[list[Wait], list[Scope]]:
        """What the case waits for and the open clocked scopes, in one look."""
        return waiting.survey(self._case)

    @property
    def waits(self) -> list[Wait]:
        """What the case waits for, in the order it began to wait."""
        return waiting.survey(self._case)[0]

    @property
    def scopes(self) -> list[Scope]:
        """The open clocked scopes, outermost first."""
        return waiting.survey(self._case)[1]

    @property
    def messages(self) -> tuple[str, ...]:
        """The names of the messages the case waits for."""
        return waiting.messages(self._case)

    @property
    def data(self) -> dict[str, Any]:
        """The decisions of the case so far, without those of multi-instance items and called processes."""
        return dict(self._case.decisions.own)

    @property
    def places(self) -> frozenset[str]:
        """The nodes on which the case stands; an activity that has others in it counts as one of them."""
        return frozenset(name for token in self._case.tokens.values() if (name := token.task_spec.bpmn_id))

    @property
    def decided(self) -> frozenset[str]:
        """The names of all decisions that can be read somewhere in the case."""
        return frozenset(self._case.decisions).union(*(token.data for token in self._case.tokens.values()))

    @property
    def completed(self) -> bool:
        return bool(self._case.completed)

    @property
    def passed(self) -> list[str]:
        """The nodes that were completed in this step, in order."""
        return list(self._case.passed)

    @property
    def ended_at(self) -> tuple[str, ...]:
        """The end events reached in this step."""
        return tuple(self._case.ended)

    @property
    def dropped(self) -> tuple[str, ...]:
        """The addresses that ceased to exist in this step without having been completed."""
        return tuple(str(token.id) for token in self._case.dropped if token.task_spec.bpmn_id)

    @property
    def thrown(self) -> tuple[Thrown, ...]:
        """Messages, signals and uncaught escalations the diagram sent out in this step."""
        return tuple(self._case.thrown)

    # --- verbs

    def complete(self, task: str, data: Mapping[str, Any] | None = None) -> None:
        """A person finished a user task with these decisions; their names should be unique."""
        token = self._open(task, "待办")
        if isinstance(token.task_spec, Job) or not token.task_spec.manual:
            raise NotWaiting(task, "待办")
        self._finish(token, data)

    def perform(self, task: str, data: Mapping[str, Any] | None = None) -> None:
        """A handler performed a job, with these results."""
        token = self._open(task, "待执行")
        if not isinstance(token.task_spec, Job):
            raise NotWaiting(task, "待执行")
        self._finish(token, data)

    def refuse(self, task: str, code: str) -> bool:
        """A handler refused a job for a business reason; False when no boundary event catches the code.

        The decision `error` then holds the code.
        """
        token = self._open(task, "待执行")
        if not isinstance(token.task_spec, Job):
            raise NotWaiting(task, "待执行")
        self._case.clear()
        if not catch_code(token, ErrorEventDefinition, code):
            return False
        self._advance()
        return True

    def fire(self, task: str) -> None:
        """The moment of a timer has come."""
        token = self._token(task)
        definition = getattr(token.task_spec, "event_definition", None) if token else None
        if token is None or token._state != WAITING or not isinstance(definition, Address):
            raise NotWaiting(task, "计时")
        self._case.clear()
        occur(token, {})
        self._advance()

    def message(self, name: str, payload: Mapping[str, Any] | None = None) -> bool:
        """Gives a message to the first who waits for it; False when none does (the host keeps it)."""
        return self._receive(MessageEventDefinition, name, payload)

    def signal(self, name: str, payload: Mapping[str, Any] | None = None) -> bool:
        """Gives a signal to all who wait for it; False when none does."""
        return self._receive(SignalEventDefinition, name, payload)

    def jump(self, task: str, to: str, data: Mapping[str, Any] | None = None) -> None:
        """Closes an open user task and puts its token on an earlier one; raises NotPossible if unsafe."""
        token = self._open(task, "待办")
        spec = token.task_spec
        if isinstance(spec, Job):
            raise NotPossible(f"「{self.model.nodes[spec.bpmn_id].name}」是服务任务，不能退回。请由人工步骤退回。")
        check_jump(self.model, spec.bpmn_id, to)
        self._case.clear()
        token.data.update(plain(dict(data or {})))
        place = token.workflow
        target = place.spec.task_specs.get(f"{to}.BoundaryEventSplit") or place.spec.task_specs[to]
        self._case.drop(token.parent if token.parent.id else token)
        target._update(place.task_tree._add_child(target))
        self._advance()

    # --- inside

    def _finish(self, token: Token, data: Mapping[str, Any] | None) -> None:
        self._case.clear()
        token.data.update(plain(dict(data or {})))
        self._case.run(token)
        self._advance()

    def _receive(self, kind: type, name: str, payload: Mapping[str, Any] | None) -> bool:
        self._case.clear()
        if not deliver(self._case, kind, name, plain(dict(payload or {}))):
            return False
        self._advance()
        return True

    def _advance(self) -> None:
        self._case.advance()
        if not self.completed and waiting.stuck(self._case):
            raise Stuck(waiting.places(self._case))

    def _token(self, task: str) -> Token | None:
        return self._case.tokens.get(int(task)) if task.isdecimal() else None

    def _open(self, task: str, wanted: str) -> Token:
        token = self._token(task)
        if token is None or token._state != READY:
            raise NotWaiting(task, wanted)
        return token


def _start(model: Model, at: str | None) -> str:
    """The start event a case begins at."""
    starts = [model.nodes[name] for name in model.specs[model.process].start._outputs]
    if at is not None:
        if at not in {node.id for node in starts}:
            raise NotPossible(f"「{at}」不是流程「{model.name}」的开始事件。请选择一个开始事件。")
        return at
    plain_starts = [node for node in starts if node.event is None]
    if len(starts) == 1:
        return starts[0].id
    if len(plain_starts) == 1:
        return plain_starts[0].id
    raise NotPossible(f"流程「{model.name}」有 {len(starts)} 个开始事件，请指明从哪一个开始。")
