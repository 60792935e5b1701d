"""A case in memory: SpiffWorkflow's workflow and task, made small and free of clocks.

A case is a flat set of tokens. A token that has done its work leaves the tree at once and what follows it
hangs from the root, so nothing grows with the history. Only three kinds of token keep others below them:
the split above an activity with boundary events, an event-based gateway, and a multi-instance or loop.
"""

# mypy: disallow-subclassing-any=False
from collections import deque
from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine.spiff import expressions
from engine.spiff.errors import TooDeep, TooLong
from engine.spiff.nodes import Model, Thrown
from engine.spiff.tokens import CANCELLED, COMPLETED, READY, Decisions, Token

MAX_STEPS = 10_000  # automatic steps of one verb
MAX_NESTING = 30  # sub-processes and calls inside one another
MAX_TOKENS = 5_000  # open at once


class Place:
    """What a case and its sub-processes have in common."""

    tasks: dict[int, Token]
    task_tree: Token
    spec: Any
    decisions: Decisions

    def enter(self) -> None:
        """Puts the root: the finished start task that everything hangs from."""
        self.task_tree = Token(self, self.spec.start, state=COMPLETED, id=0)

    def begin(self, start: Any) -> None:
        """Puts a token on a start event; it has happened, whatever its kind."""
        token = self.task_tree._add_child(start)
        token._ready()

    def standing(self) -> Iterator[Token]:
        """Every token but the root."""
        return (token for token in list(self.tasks.values()) if token.id)

    def _task_completed_notify(self, task: Token) -> None:
        """Nothing is polled when a task completes; the case moves on by its queue."""

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        return dct or {}


class Part(Place, BpmnSubWorkflow):
    """A running sub-process or called process; `owner` is the activity that runs it."""

    def __init__(self, spec: Any, owner: Token, decisions: Decisions) -> None:
        self.top_workflow = owner.workflow.top_workflow
        self.owner = owner
        self.parent_task_id = owner.id
        self.decisions = decisions
        self.correlations: dict[str, Any] = {}
        self.depth = owner.workflow.depth + 1
        if self.depth > MAX_NESTING:
            raise TooDeep("子流程或调用的嵌套层数", MAX_NESTING, spec.description or spec.name)
        BpmnBaseWorkflow.__init__(self, spec, deserializing=True)
        self.enter()

    @property
    def parent_workflow(self) -> Any:
        return self.owner.workflow


class Case(Place, BpmnWorkflow):
    """A running case: its tokens, its queue of automatic steps, and what happened in this step."""

    owner = None

    def __init__(self, model: Model, decisions: Decisions, addresses: int = 0) -> None:
        self.model = model
        self.tokens: dict[int, Token] = {}
        self.ready: deque[Token] = deque()
        self.addresses = addresses
        self.decisions = decisions
        self.clear()
        super().__init__(model.specs[model.process], model.specs, script_engine=self, deserializing=True)
        self.enter()

    def clear(self) -> None:
        """Forgets what was noted about the last step."""
        self.passed: list[str] = []
        self.dropped: list[Token] = []
        self.ended: list[str] = []
        self.thrown: list[Thrown] = []

    def next_address(self) -> int:
        self.addresses += 1
        if len(self.tokens) > MAX_TOKENS:
            raise TooDeep("同时打开的步骤数", MAX_TOKENS, self.model.name or self.model.process)
        return self.addresses

    # --- SpiffWorkflow asks its script engine; conditions are all it may ask about

    def evaluate(self, task: Token, expression: str, external_context: Any = None) -> bool:
        return expressions.decide(expression, task.data, self.model.functions)

    # --- moving on

    def advance(self) -> None:
        """Runs automatic steps until only people, handlers, messages and the clock can move the case."""
        for _ in range(MAX_STEPS):
            while self.ready and self.ready[0]._state != READY:
                self.ready.popleft()
            if not self.ready and not self._synchronise():
                return
            if self.ready:
                self.run(self.ready.popleft())
        raise TooLong(MAX_STEPS, self.passed[-1] if self.passed else self.model.process)

    def run(self, token: Token) -> None:
        """Runs one task; what has finished leaves the tree."""
        token.run()
        token.task_spec.note(token)
        if token._state == COMPLETED:
            self._forget(token)
        else:  # it threw what ended the place it stood in, and went with it
            self.dropped.remove(token)

    def _synchronise(self) -> bool:
        """Lets an inclusive join go on when no token can still reach it; True when one did."""
        if not self.model.joins_inclusively:
            return False
        for place in (self, *self.subprocesses.values()):
            for join in place.spec.inclusive_joins:
                if join.release(place):
                    return True
        return False

    # --- leaving

    def _forget(self, token: Token) -> None:
        """Takes a finished token out; tokens that follow it move to the root, a group stays together."""
        place = token.workflow
        if token._children:
            if token.task_spec.holds_group:
                return
            root = place.task_tree
            root._children.extend(token._children)
            for child in token.children:
                child._parent = 0
            token._children = []
        above = token.parent
        self._remove(token)
        if above.id and above._state == COMPLETED and not above._children:
            self._forget(above)
        elif len(place.tasks) == 1:
            self._close(place)

    def _close(self, place: Any) -> None:
        place.completed = True
        if place.owner is not None and self.subprocesses.pop(place.owner.id, None) is not None:
            place.owner.task_spec.close(place.owner, place)
            place.owner._set_state(READY)

    def drop(self, token: Token) -> None:
        """Cancels a token with everything below and inside it."""
        for child in token.children:
            self.drop(child)
        part = self.subprocesses.pop(token.id, None)
        if part is not None:
            for inner in part.task_tree.children:
                self.drop(inner)
        token._state = CANCELLED
        self.dropped.append(token)
        self._remove(token)

    def _remove(self, token: Token) -> None:
        token.parent._children.remove(token.id)
        del token.workflow.tasks[token.id]
        del self.tokens[token.id]
