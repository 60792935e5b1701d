"""How one task behaves: SpiffWorkflow's task specifications without prediction."""

# mypy: disallow-subclassing-any=False
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock
from SpiffWorkflow.specs.base import TaskSpec

from engine.spiff import expressions
from engine.spiff.plain import plain
from engine.spiff.tokens import FUTURE, STARTED, Decisions, Token
from engine.spiff.workflow import Part


class Stepwise(TaskSpec):
    """Mixed in before every stock class: nothing is predicted; what follows is put there on completion."""

    holds_group = False

    def _predict(self, my_task: Token, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
        """Prediction is what makes stock task trees grow exponentially; control does not need it."""

    def _on_ready(self, my_task: Token) -> None:
        self._on_ready_hook(my_task)

    def _update_hook(self, my_task: Token) -> bool:
        return True

    def _on_complete(self, my_task: Token) -> None:
        above = my_task.parent
        if above.id:  # the root is a stock task and groups nothing
            above.task_spec.member_done(above, my_task)
        for child in self._leave(my_task):
            child.task_spec._update(child)

    def _leave(self, my_task: Token) -> list[Token]:
        """The tokens that follow."""
        return [my_task._add_child(spec, FUTURE) for spec in self.outputs]

    def member_done(self, my_task: Token, member: Token) -> None:
        """A token below this one has finished; means something to groups and repetitions only."""

    def note(self, my_task: Token) -> None:
        """Writes the finished task into the history of this step."""
        if self.bpmn_id is not None and not self.name.endswith("[child]"):
            my_task.workflow.top_workflow.passed.append(self.bpmn_id)


class UserTask(Stepwise, stock.UserTask):
    """Work of a person."""


class ManualTask(Stepwise, stock.ManualTask):
    """Work of a person."""


class NoneTask(Stepwise, stock.NoneTask):
    """Work of a person, not further determined."""


class ExclusiveGateway(Stepwise, stock.ExclusiveGateway):
    """Conditions are tried in the order of the file, not of the drawing's coordinates."""

    def _leave(self, my_task: Token) -> list[Token]:
        return list(my_task.children)  # chosen when the gateway ran


class SubProcess(Stepwise, stock.SubWorkflowTask):
    """An embedded sub-process shares the decisions of the place around it."""

    def _update_hook(self, my_task: Token) -> bool:
        case = my_task.workflow.top_workflow
        part = Part(case.subprocess_specs[self.spec], my_task, self.open(my_task))
        case.subprocesses[my_task.id] = part
        my_task._set_state(STARTED)
        for start in part.spec.start.outputs:
            part.begin(start)
        return False

    def open(self, my_task: Token) -> Decisions:
        """The decisions its tokens see."""
        decisions: Decisions = my_task.data
        return decisions

    def close(self, my_task: Token, part: Part) -> None:
        """What it hands back when it has finished."""

    def _on_cancel(self, my_task: Token) -> None:
        """The case drops what runs inside."""


class CallActivity(SubProcess, stock.CallActivity):
    """A called process works on a copy of the decisions and hands all of its own back.

    Its parameters (`cs:parameter`) are decisions of the called process: what the caller wants of it.
    """

    def open(self, my_task: Token) -> Decisions:
        model = my_task.workflow.top_workflow.model
        given = {
            parameter.name: expressions.evaluate(parameter.value, my_task.data, model.functions)
            for parameter in model.nodes[self.bpmn_id].parameters
        }
        return Decisions(plain({**my_task.data, **given}))

    def close(self, my_task: Token, part: Part) -> None:
        my_task.data.update(part.decisions)
