"""A running case under another definition: what stands against it, and its state with the new names.

The state names tasks and nothing else, so a case goes on under another definition as soon as it is loaded there. It may
only do so when everything it stands on is still what it was, and every join it is on the way to can still be completed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from engine.spiff import codec
from engine.spiff.events import BoundarySplit
from engine.spiff.joins import FROM, InclusiveGateway, Join, ParallelGateway
from engine.spiff.loops import Instances, Loop
from engine.spiff.nodes import DEADLINE, Model
from engine.spiff.specs import SubProcess
from engine.spiff.timers import Address
from engine.spiff.tokens import STARTED, WAITING, Token
from engine.spiff.walks import reached

PARTS = re.compile(r"(.*?)(\.BoundaryEvent(?:Split|Join)| ?\[child\])?")
DECIDE = "请先办完这一步再迁移，或让这件留在原版"


@dataclass(frozen=True)
class Obstacle:
    """Why a case cannot go on under another definition: at which element (id and name), and what to do (Chinese)."""

    node: str
    name: str
    what: str
    remedy: str = DECIDE

    def __str__(self) -> str:
        return f"「{self.name or self.node}」{self.what}。{self.remedy}。"


def obstacles(old: Model, new: Model, state: bytes, mapping: Mapping[str, str] | None = None) -> list[Obstacle]:
    """What stands against loading a state of `old` under `new`; `mapping`: old id → new id where ids have changed.

    Raises StateError when the state does not even fit the old definition.
    """
    return list(dict.fromkeys(_Look(old, new, state, mapping or {}).all()))


def moved(state: bytes, mapping: Mapping[str, str]) -> bytes:
    """The state with its tasks called by their new ids."""
    if not mapping:
        return state
    body = codec.body(state)
    for row in body["tokens"]:
        row[3] = renamed(row[3], mapping)
        if row[6] and FROM in row[6]:
            row[6][FROM] = renamed(row[6][FROM], mapping)
    return bytes((codec.VERSION, codec.PLAIN)) + orjson.dumps(body)


def renamed(task: str, mapping: Mapping[str, str]) -> str:
    """The new name of a task: the element's new id with what the parser adds to it."""
    match = PARTS.fullmatch(task)
    return f"{mapping.get(match[1], match[1])}{match[2] or ''}" if match else task


class _Look:
    """One look at a case from its old definition to the new one."""

    def __init__(self, old: Model, new: Model, state: bytes, mapping: Mapping[str, str]) -> None:
        self.old, self.new, self.mapping = old, new, mapping
        self.case = codec.decode(old, state)

    def all(self) -> Iterator[Obstacle]:
        for place in (self.case, *self.case.subprocesses.values()):
            spec = self._new_place(place)
            if spec is None:
                continue  # the activity that runs it is named already
            tokens = list(place.standing())
            for token in tokens:
                yield from self._token(token, spec)
            yield from self._splits(place, spec, tokens)
            yield from self._joins(place, spec, tokens)

    def _new_place(self, place: Any) -> Any:
        if place.owner is None:
            return self.new.specs[self.new.process]
        around = self._new_place(place.owner.workflow)
        owner = around and around.task_specs.get(self._renamed(place.owner.task_spec.name))
        return self.new.specs.get(owner.spec) if isinstance(owner, SubProcess) else None

    def _renamed(self, name: str) -> str:
        return renamed(name, self.mapping)

    def _found(self, name: str, what: str) -> Obstacle:
        match = PARTS.fullmatch(name)
        node = match[1] if match else name
        drawn = self.old.nodes.get(node) or self.new.nodes.get(self.mapping.get(node, node))
        return Obstacle(node, drawn.name if drawn else "", what)

    # --- what a token stands on

    def _token(self, token: Token, spec: Any) -> Iterator[Obstacle]:
        before = token.task_spec
        after = spec.task_specs.get(self._renamed(before.name))
        if after is None:
            yield self._found(before.name, "正等在这里，新版里已没有这个节点")
        elif type(after) is not type(before):
            yield self._found(before.name, "正等在这里，新版里它变成了另一种节点")
        else:
            yield from self._same(token, before, after)
            yield from self._bounds(token, before, spec)

    def _same(self, token: Token, before: Any, after: Any) -> Iterator[Obstacle]:
        """Whether a task of the same kind still does the same with what is on its way."""
        if isinstance(before, BoundarySplit):
            if {self._renamed(one.name) for one in before.outputs} != {one.name for one in after.outputs}:
                yield self._found(before.name, "正在办理，新版给它增加或去掉了边界事件")
        elif isinstance(before, Instances | Loop) and token._state == STARTED and _repeats(before) != _repeats(after):
            yield self._found(before.name, "正逐份办理，新版改了它按什么重复")
        elif isinstance(before, SubProcess) and token._state == STARTED:
            if self._calls(before, self.old) != self._calls(after, self.new):
                yield self._found(before.name, "正在办理，新版里它引用另一个流程")
        elif isinstance(before, Join) and token._state == WAITING:
            if self._renamed(token.internal_data[FROM]) not in after._inputs:
                yield self._found(before.name, "已有一条分支到达这个汇聚，新版里这条分支不再由原来的一步通到这里")
        elif self._told_by_deadline(before, self.old) != self._told_by_deadline(after, self.new):
            yield self._found(before.name, "正在计时，新版里它的时刻改由时限决定，或不再由时限决定")
        elif _event(before) != _event(after):
            yield self._found(before.name, "正在等一个事件，新版里它等的是另一种")

    def _told_by_deadline(self, spec: Any, model: Model) -> bool:
        """Whether a timer has its moment in the row of a deadline; only one with a moment of its own has a row."""
        node = model.nodes.get(spec.bpmn_id or "")
        return node is not None and node.timer == DEADLINE

    def _calls(self, spec: Any, model: Model) -> str:
        node = model.nodes.get(spec.bpmn_id or "")
        return node.calls if node else ""

    def _bounds(self, token: Token, before: Any, spec: Any) -> Iterator[Obstacle]:
        name = f"{before.name}.BoundaryEventSplit"
        had, has = name in token.workflow.spec.task_specs, self._renamed(name) in spec.task_specs
        if has and not had:
            yield self._found(before.name, "正在办理，新版给它加了边界事件，这一次不会生效")

    # --- what is on its way together

    def _splits(self, place: Any, spec: Any, tokens: list[Token]) -> Iterator[Obstacle]:
        """A branch added to a split already passed would never begin."""
        edges = _edges(place.spec)
        for split in place.spec.task_specs.values():
            if not isinstance(split, ParallelGateway | InclusiveGateway) or len(split._outputs) < 2:
                continue
            within = _block(split, edges)
            if not any(token.task_spec.name in within for token in tokens):
                continue
            after = spec.task_specs.get(self._renamed(split.name))
            if type(after) is not type(split):
                yield self._found(split.name, "这个分叉已经走过，新版里没有了或换了种类")
            elif len(after._outputs) > len(split._outputs):
                yield self._found(split.name, "这个分叉已经走过，新版给它加了分支，加的分支在这件里不会开始")

    def _joins(self, place: Any, spec: Any, tokens: list[Token]) -> Iterator[Obstacle]:
        """Every parallel join that a part of its branches is on the way to must be reached by all of them."""
        for join in spec.task_specs.values():
            if not isinstance(join, ParallelGateway) or len(join._inputs) < 2:
                continue
            edges = {name: ends for name, ends in _edges(spec).items() if name != join.name}
            here = [one for one in tokens if self._renamed(one.task_spec.name) == join.name]
            others = [self._renamed(one.task_spec.name) for one in tokens if one not in here]
            covered = reached(edges, others) | {self._renamed(one.internal_data[FROM]) for one in here}
            missing = [name for name in join._inputs if name not in covered]
            if missing and len(missing) < len(join._inputs):
                yield self._found(join.name, "新版的这个汇聚要等一条在这件里不会到来的分支")


def _edges(spec: Any) -> dict[str, list[str]]:
    return {name: list(one._outputs) for name, one in spec.task_specs.items()}


def _block(split: Any, edges: Mapping[str, list[str]]) -> set[str]:
    """The tasks between a split and where all its branches meet again (that join included)."""
    ways = [reached(edges, [name]) for name in split._outputs]
    specs = split._wf_spec.task_specs
    meeting = {
        name for name in set.intersection(*ways) if isinstance(specs[name], Join) and len(specs[name]._inputs) > 1
    }
    inside = {name: ([] if name in meeting else ends) for name, ends in edges.items()}
    return reached(inside, split._outputs)


def _event(spec: Any) -> tuple[Any, ...]:
    """What a task waits for: a moment keeps the one it was given, so text and address make no difference."""
    definition = getattr(spec, "event_definition", None)
    name = None if isinstance(definition, Address) else getattr(definition, "name", None)
    return type(definition), name, getattr(spec, "cancel_activity", None)


def _repeats(spec: Any) -> tuple[str, ...]:
    """How an activity repeats, in the words of the diagram."""
    data = getattr(spec, "data_input", None)
    output = getattr(spec, "data_output", None)
    asked = ("cardinality", "condition", "maximum", "test_before")
    return (
        str(data and data.bpmn_id), str(output and output.bpmn_id), *(str(getattr(spec, one, None)) for one in asked)
    )  # fmt: skip
