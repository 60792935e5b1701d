"""A token: where control stands in a case, and the decisions it sees there."""

# mypy: disallow-subclassing-any=False
from collections import ChainMap
from typing import Any, Self

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

FUTURE, WAITING, READY, STARTED, COMPLETED, CANCELLED = (
    TaskState.FUTURE,
    TaskState.WAITING,
    TaskState.READY,
    TaskState.STARTED,
    TaskState.COMPLETED,
    TaskState.CANCELLED,
)


class Decisions(ChainMap[str, Any]):
    """The decisions visible at a place: its own, and those of the places around it.

    All tokens of a process instance share one; a multi-instance item has its own on top of it, a called
    process starts with a copy. So parallel branches cannot overwrite each other with stale values, and
    each value is stored once.
    """

    def __init__(self, own: dict[str, Any], outer: Self | None = None) -> None:
        self.own, self.outer = own, outer
        super().__init__(own, *(outer.maps if outer is not None else ()))


class Token(Task):
    """A task with a small integer as its address, unique for the life of the case."""

    def __init__(
        self, workflow: Any, task_spec: Any, parent: Any = None, state: int = FUTURE, id: int | None = None
    ) -> None:
        case = workflow.top_workflow
        self.id = case.next_address() if id is None else id
        self.workflow = workflow
        self.task_spec = task_spec
        self._parent = None if parent is None else parent.id
        self._children: list[int] = []
        self._state = state
        self.triggered = False
        self.data = workflow.decisions if parent is None else parent.data
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = 0.0
        self.thread_id = 0
        workflow.tasks[self.id] = self
        if parent is not None:
            parent._children.append(self.id)
            case.tokens[self.id] = self

    def _add_child(self, task_spec: Any, state: int = FUTURE) -> "Token":
        return Token(self.workflow, task_spec, self, state)

    def _set_state(self, value: int) -> None:
        self._state = value
        if value == READY and not self.task_spec.manual:
            self.workflow.top_workflow.ready.append(self)

    def _inherit_data(self) -> None:
        """Nothing to do: decisions are shared, not copied along the tree."""

    def complete(self) -> None:
        """Finishes, unless the token's own event has just ended the place it stood in."""
        if self._state != CANCELLED:
            super().complete()

    def cancel(self) -> None:
        """Leaves without having finished, with everything below."""
        self.workflow.top_workflow.drop(self)
