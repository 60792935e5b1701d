"""Joins that count tokens, so they are right inside loops.

The stock joins read the task tree and take a branch of an earlier round for one of this round: a form can
then pass a 会签 with one signature. Here a token that arrives waits at the join under the name of the flow
it came by, and the join takes one token from each flow (BPMN 2.0, 13.4).
"""

# mypy: disallow-subclassing-any=False
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock

from engine.spiff.specs import Stepwise
from engine.spiff.tokens import FUTURE, WAITING, Token

FROM = "from"  # the task specification a waiting token came from


class Join(Stepwise):
    """What both joins share: arrival, and consumption of one token per incoming flow."""

    def _update_hook(self, my_task: Token) -> bool:
        if len(self._inputs) < 2:
            return True
        my_task.internal_data[FROM] = my_task.parent.task_spec.name
        my_task._state = WAITING
        return False

    def _arrived(self, place: Any) -> dict[str, Token]:
        """The oldest waiting token of each incoming flow that has one."""
        first: dict[str, Token] = {}
        for token in place.standing():
            if token.task_spec is self and token._state == WAITING:
                first.setdefault(token.internal_data[FROM], token)
        return first

    def _merge(self, arrived: dict[str, Token]) -> Token:
        """One token goes on for all."""
        going, *consumed = arrived.values()
        for token in consumed:
            token.workflow.top_workflow._remove(token)
        going.internal_data.clear()
        return going


class ParallelGateway(Join, stock.ParallelGateway):
    """Goes on when every incoming flow has a token."""

    def _update_hook(self, my_task: Token) -> bool:
        if super()._update_hook(my_task):
            return True
        arrived = self._arrived(my_task.workflow)
        if len(arrived) == len(self._inputs):
            self._merge(arrived)._ready()
        return False

    def _run_hook(self, my_task: Token) -> bool:
        return True


class InclusiveGateway(Join, stock.InclusiveGateway):
    """Goes on when no token elsewhere can still reach an incoming flow that is empty."""

    upstream: dict[str, set[str]]

    def look_back(self) -> None:
        """Notes for each incoming flow the tasks from which it is reached without passing this gateway."""
        self.upstream = {name: self._behind(name) for name in self._inputs}

    def _behind(self, name: str) -> set[str]:
        seen: set[str] = set()
        stack = [name]
        while stack:
            current = stack.pop()
            if current not in seen and current != self.name:
                seen.add(current)
                stack += self._wf_spec.task_specs[current]._inputs
        return seen

    def release(self, place: Any) -> bool:
        """Lets the waiting tokens go on if nothing can follow them; asked when the case is at rest."""
        arrived = self._arrived(place)
        if not arrived or self._more_to_come(place, arrived):
            return False
        self._merge(arrived)._ready()
        return True

    def _more_to_come(self, place: Any, arrived: dict[str, Token]) -> bool:
        # BPMN 2.0, 13.4.3: a token that can reach an empty flow is waited for, unless it can also reach
        # a flow that already has one.
        full = set().union(*(self.upstream[name] for name in arrived))
        empty = set().union(*(self.upstream[name] for name in self._inputs if name not in arrived))
        return any(token.task_spec is not self and token.task_spec.name in empty - full for token in place.standing())

    def _run_hook(self, my_task: Token) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        for spec in matches or defaults:
            my_task._add_child(spec, FUTURE)
        return True

    def _leave(self, my_task: Token) -> list[Token]:
        return list(my_task.children)
