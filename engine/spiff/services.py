"""Service tasks are wait states: a handler performs them outside, as a person completes a user task."""

# mypy: disallow-subclassing-any=False
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock

from engine.spiff import expressions
from engine.spiff.specs import Stepwise
from engine.spiff.tokens import Token

PARAMETERS = "with"  # the arguments, fixed when the job arises


class Job(Stepwise, stock.ServiceTask):
    """Waits READY until it is performed or refused."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        kwargs.pop("event_definition", None)  # a send task with an operation is a job too
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = True

    def _on_ready_hook(self, my_task: Token) -> None:
        model = my_task.workflow.top_workflow.model
        arguments = {
            parameter.name: expressions.evaluate(parameter.value, my_task.data, model.functions)
            for parameter in model.nodes[self.bpmn_id].parameters
        }
        if arguments:
            my_task.internal_data[PARAMETERS] = arguments

    def _run_hook(self, my_task: Token) -> bool:
        return True
