"""Driving a diagram along a recorded route, in memory: no case, no handler, no person and no clock takes part.

A `Route` says what people chose, what jobs reported and which timers fired. `follow` lets these happen on any version
of the procedure and tells, node by node and in words, where it goes another way; nothing told: it routes equally.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.definitions import Definition
from engine.foresight import usual_outcome
from engine.forms import Form
from engine.spiff import DoorError, Run, Wait

LONGEST = 500  # moves on one replay: a diagram redrawn into a circle ends here
WORK, JOB, REFUSED, TIMER, BACK = "work", "job", "refused", "timer", "back"
WAITING = {WORK: "work", BACK: "work", JOB: "job", REFUSED: "job", TIMER: "timer"}
DRAWN = {"work": "user", "job": "service", "timer": "timer"}
SAID = {WORK: "办理", BACK: "退回", JOB: "自动执行", REFUSED: "被拒绝", TIMER: "到时"}


@dataclass(frozen=True)
class Move:
    """One thing that happened; `values` are fields that the diagram decides by, for a job its decisions.

    `item` tells apart the repetitions of one node; `outcome` is the chosen result, the code of a refusal, or the node
    that a step was sent back to.
    """

    kind: str
    node: str
    name: str
    outcome: str = ""
    item: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """Where a case began, what happened, and at which ends it came out."""

    start: Move
    moves: tuple[Move, ...]
    ends: tuple[str, ...]


def decisions(definition: Definition, move: Move, differences: list[str]) -> dict[str, Any]:
    """What a move tells the diagram, by the forms of this definition; what they no longer offer is a difference."""
    if move.kind != WORK:
        return dict(move.values)
    form = definition.forms.get(definition.model.nodes[move.node].extensions.get("form", ""))
    if form is None:
        return {move.node: move.outcome}
    outcome = form.outcome(move.outcome)
    if outcome is None:
        differences.append(f"“{move.name}”的表单不再有结果“{move.outcome}”")
        return {}
    found = {one.decide: move.values.get(one.id) for one in deciding(form, move.outcome)}
    return found | ({form.decision: move.outcome} if form.decision else {})


def deciding(form: Form, outcome: str) -> list[Any]:
    """The fields of a form whose values reach the diagram when it is handed in with this outcome."""
    chosen = form.outcome(outcome)
    needed = set(chosen.requires) if chosen else set()
    left_out = set(form.occasional) - needed
    return [one for one in form.fields.values() if one.decide and one.id not in left_out]


def follow(definition: Definition, route: Route) -> list[str]:
    """Where the definition goes another way than the route, in the order in which it does."""
    return _Replay(definition, route).differences()


class _Replay:
    def __init__(self, definition: Definition, route: Route) -> None:
        self.definition = definition
        self.found: list[str] = []
        self.route = self._as_called_here(route)
        self.ends: list[str] = []
        self.left = LONGEST

    def differences(self) -> list[str]:
        start = self.route.start
        if start.node not in self.definition.model.nodes:
            return [f"没有开始事件“{start.name}”"]
        try:
            self.run = Run.start(self.definition.model, decisions(self.definition, start, self.found), at=start.node)
            self._note_ends()
            for number, move in enumerate(self.route.moves):
                self._happen(move, {one.node for one in self.route.moves[number:]})
            self._go_on_to_the_end()
        except DoorError as error:
            self.found.append(f"走不下去：{error}")
            return self.found
        self._compare_ends()
        return self.found

    def _as_called_here(self, route: Route) -> Route:
        """The route with the ids of this definition: a step that is gone is one of its kind that has its name."""
        nodes, known = self.definition.model.nodes, {one.node for one in route.moves}
        called: dict[str, str] = {}
        for move in route.moves:
            kind = DRAWN[WAITING[move.kind]]
            same = [one.id for one in nodes.values() if one.kind == kind and one.name == move.name]
            if move.node not in nodes and move.node not in called and len(same) == 1 and same[0] not in known:
                called[move.node] = same[0]
                self.found.append(f"“{move.name}”换了编号：{move.node} 改为 {same[0]}")
        return replace(route, moves=tuple(_called(one, called) for one in route.moves))

    def _happen(self, move: Move, still: set[str]) -> None:
        """Let a move happen; steps that the route does not know are noted and done as they usually are."""
        while (wait := self._waiting(move)) is None:
            drawn = move.node in self.definition.model.nodes
            fresh = [one for one in self.run.waits if one.node not in still and one.kind != "timer"]
            if not drawn or not fresh:
                self._missed(move)
                return
            self._new(fresh[-1])  # the last to begin: the others may wait beside the way, and long have
        self._do(wait, move)

    def _waiting(self, move: Move) -> Wait | None:
        kind = WAITING[move.kind]
        here = [one for one in self.run.waits if one.node == move.node and one.kind == kind]
        return next((one for one in here if one.item == move.item), None)

    def _do(self, wait: Wait, move: Move) -> None:
        self.left -= 1
        if move.kind == WORK:
            self.run.complete(wait.task, decisions(self.definition, move, self.found))
        elif move.kind == JOB:
            self.run.perform(wait.task, dict(move.values))
        elif move.kind == TIMER:
            self.run.fire(wait.task)
        elif move.kind == BACK:
            self.run.jump(wait.task, move.outcome, {})
        elif not self.run.refuse(wait.task, move.outcome):
            self.found.append(f"“{move.name}”被拒绝（{move.outcome}）时没有事件接住")
        self._note_ends()

    def _missed(self, move: Move) -> None:
        if move.node not in self.definition.model.nodes:
            self.found.append(f"没有“{move.name}”这个环节（原来在这里{SAID[move.kind]}）")
            return
        waits = "、".join(dict.fromkeys(self._name(one) for one in self.run.waits if one.kind != "timer"))
        self.found.append(
            f"没有走到“{move.name}”（原来在这里{SAID[move.kind]}）；这时等的是：{waits or '没有，流程已结束'}"
        )

    def _new(self, wait: Wait) -> None:
        """A step the recorded case did not have: named, then done as usual."""
        self.left -= 1
        if self.left <= 0:
            raise DoorError("走了太多步还没有结束，图里可能有兜圈子的返工")
        self.found.append(f"多了“{self._name(wait)}”这个环节")
        if wait.kind == "job":
            self.run.perform(wait.task, {})
        else:
            form = self.definition.forms.get(self.definition.model.nodes[wait.node].extensions.get("form", ""))
            outcome = usual_outcome(form) if form else "done"
            move = Move(WORK, wait.node, self._name(wait), outcome)
            self.run.complete(wait.task, decisions(self.definition, move, []))
        self._note_ends()

    def _go_on_to_the_end(self) -> None:
        while not self.run.completed:
            fresh = [one for one in self.run.waits if one.kind != "timer"]
            if not fresh:
                return
            self._new(fresh[-1])

    def _compare_ends(self) -> None:
        if not self.run.completed:
            self.found.append("走完原来的各步之后没有结束")
        elif sorted(self.ends) != sorted(self.route.ends):
            before, now = (self._ends(one) for one in (self.route.ends, self.ends))
            self.found.append(f"结束于“{now}”，原来结束于“{before}”")

    def _note_ends(self) -> None:
        self.ends += self.run.ended_at

    def _ends(self, ids: Any) -> str:
        nodes = self.definition.model.nodes
        return "、".join(nodes[one].name or one if one in nodes else one for one in ids)

    def _name(self, wait: Wait) -> str:
        return self.definition.model.nodes[wait.node].name or wait.node


def _called(move: Move, called: Mapping[str, str]) -> Move:
    """A move with the ids of now; a step that was sent back names another in its outcome."""
    outcome = called.get(move.outcome, move.outcome) if move.kind == BACK else move.outcome
    return replace(move, node=called.get(move.node, move.node), outcome=outcome)
