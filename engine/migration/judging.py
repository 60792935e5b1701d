"""What stands against moving a case to another version, and what becomes of its open limits; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from engine import deadlines
from engine.definitions import Definition
from engine.migration import limits, reliance, roads
from engine.migration.limits import Effect, Open
from engine.migration.nodes import Counterparts, dropped, renames
from engine.migration.past import Past
from engine.migration.separation import lapses
from engine.spiff import DoorError, Node, Obstacle, Wait, obstacles
from engine.spiff.nodes import CLOCK
from engine.step import Step

MOVES, DECIDE, STAYS = "moves", "decide", "stays"


@dataclass(frozen=True)
class Verdict:
    """One case before a migration: where it stands, what stands against it, its limits.

    `open_to` names elements it stands on that the version lacks while others of their kind are new in it: a person
    has to say whether one of those has taken its place (the mapping). `dropped` are steps it has done (id → name) of
    which a person has said that nothing takes their place.
    """

    case_id: int
    number: str
    title: str
    from_id: int
    revision: int
    steps: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]
    effects: tuple[Effect, ...]
    open_to: frozenset[str] = frozenset()
    dropped: Mapping[str, str] = field(default_factory=dict)

    @property
    def moves(self) -> bool:
        return not self.obstacles

    @property
    def result(self) -> str:
        """MOVES, DECIDE (a person has to map an element first) or STAYS."""
        return MOVES if self.moves else DECIDE if self.open_to else STAYS


def verdict(step: Step, way: Way) -> Verdict:
    """What a migration would meet in this case."""
    return judged(step, way, limits.of_case(step.tx, step.case.id), Past.of_case(step.tx, step.case.id))


class Way(NamedTuple):
    """Where to, what is called otherwise there, and what a person says has no counterpart."""

    new: Definition
    mapping: Mapping[str, str]
    dropped: frozenset[str]

    @classmethod
    def of(cls, new: Definition, mapping: Counterparts) -> Way:
        return cls(new, renames(mapping), dropped(mapping))


def judged(step: Step, way: Way, running: Sequence[Open], past: Past) -> Verdict:
    """The same, with the open limits read and what cases have done at hand."""
    case = step.case
    found: list[Obstacle] = []
    steps: tuple[str, ...] = ()
    try:
        found = list(_all(step, way, running, past))
        steps = tuple(step.node(wait.node).name for wait in step.run.waits if wait.kind == "work")
    except DoorError as error:
        found = [Obstacle("", "", f"现在的状态读不出来：{error}", "请先在“异常”里处理这件")]
    effects = tuple(limits.effects(step, way.new, way.mapping, running)) if not found else ()
    open_to = frozenset(_open_to(step.definition, way, found)) if found and case.running else frozenset()
    return Verdict(
        case.id, case.number, case.title, case.definition_id, case.revision, steps, tuple(found), effects, open_to,
        _dropped(step, way, past) if not found else {},
    )  # fmt: skip


def _dropped(step: Step, way: Way, past: Past) -> dict[str, str]:
    """The steps without counterpart that the case has done."""
    known = [step.node(one) for one in sorted(way.dropped) if one in step.definition.model.nodes]
    done = past.steps(step.case.id) if known else frozenset()
    return {node.id: node.name or node.id for node in known if node.id in done}


def _open_to(old: Definition, way: Way, found: Iterable[Obstacle]) -> Iterator[str]:
    """The elements named by obstacles that are gone while the version has new ones of their kind."""
    new, mapping = way.new, way.mapping
    fresh = new.model.nodes.keys() - old.model.nodes.keys() - set(mapping.values())
    kinds = {new.model.nodes[one].kind for one in fresh}
    for one in found:
        node = old.model.nodes.get(one.node)
        if node is None or node.id in way.dropped or mapping.get(node.id, node.id) in new.model.nodes:
            continue
        if node.kind in kinds:
            yield node.id


def _all(step: Step, way: Way, running: Sequence[Open], past: Past) -> Iterator[Obstacle]:
    if not step.case.running:
        yield Obstacle("", step.case.number, "已办结、撤回或作废", "不需要迁移")
        return
    old, new, mapping = step.definition, way.new, way.mapping
    yield from obstacles(old.model, new.model, step.case.state, mapping)
    for wait in step.run.waits:
        node = old.model.nodes[wait.node]
        after = new.model.nodes.get(mapping.get(node.id, node.id))
        if after is not None:
            yield from _wait(step, wait, node, after, new)
    under_way = {one.id for one in running}
    for scope in step.run.scopes:
        node = old.model.nodes[scope.node]
        after = new.model.nodes.get(mapping.get(node.id, node.id))
        if after is not None and node.extensions.get(CLOCK) != after.extensions.get(CLOCK):
            yield from limits.other_clock(step, node, after, deadlines.deadline_id(step, scope.task) in under_way)
    yield from lapses(step, new, mapping, way.dropped, past)
    yield from reliance.lacking(step, new, mapping, way.dropped, past)
    yield from roads.lacking(step.run, old, new, mapping)


def _wait(step: Step, wait: Wait, node: Node, after: Node, new: Definition) -> Iterator[Obstacle]:
    if wait.kind == "job" and node.extensions.get("operation") != after.extensions.get("operation"):
        yield Obstacle(node.id, node.name, "自动步骤正待执行，新版里换了操作", "请等它执行完再迁移")
    if wait.kind == "work":
        if CLOCK not in node.extensions and limits.limited(step, after):
            yield Obstacle(node.id, node.name, "正在办理，新版给它加了时钟，这一次没有收到的时刻")
        kept = _fields(after, new)
        lost = [f"“{label}”（{one}）" for one, label in _fields(node, step.definition).items() if one not in kept]
        if lost:
            yield Obstacle(node.id, node.name, f"正在填写的表单在新版里没有字段{'、'.join(lost)}")


def _fields(node: Node, definition: Definition) -> dict[str, str]:
    """The fields a form asks to be filled in, id → label: its own, and those it requires."""
    form = definition.forms.get(node.extensions.get("form", ""))
    if form is None:
        return {}
    own = {one.id: one.label for one in form.own.fields} if form.own else {}
    return own | {one.id: one.label for one in form.catalogue.expand(form.required)}
