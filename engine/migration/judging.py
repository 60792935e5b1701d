"""What stands against moving a case to another version, and what becomes of its open limits; nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from engine import cases, deadlines, due_story
from engine.definitions import Definition
from engine.migration import reliance, roads
from engine.migration.nodes import Counterparts, dropped, renames
from engine.migration.past import Past
from engine.migration.separation import lapses
from engine.spiff import DoorError, Node, Obstacle, Wait, obstacles
from engine.spiff.nodes import CLOCK
from engine.step import Step
from engine.transactions import Tx

if TYPE_CHECKING:
    from engine.engine import Engine

# A dry run holds nobody up: it reads without a lock, and all cases and limits at once.
OPEN_CASES = (
    f"SELECT {cases.COLUMNS} FROM instance i, config c WHERE i.process = ? AND i.definition_id <> ?"
    " AND i.status IN ('open', 'suspended') ORDER BY i.id"
)
LIMITS = "SELECT instance_id, id, node, clock, due, amount, status FROM deadline WHERE status IN ('open', 'paused')"
LIMITS_OF_ALL = (
    f"{LIMITS} AND instance_id IN (SELECT id FROM instance WHERE process = ? AND status IN ('open', 'suspended'))"
    " ORDER BY instance_id, id"
)
LIMITS_OF_ONE = f"{LIMITS} AND instance_id = ? ORDER BY id"

MOVES, DECIDE, STAYS = "moves", "decide", "stays"


class Open(NamedTuple):
    """A limit of a case that is not closed, as stored."""

    case_id: int
    id: str
    node: str
    clock: str
    due: str
    amount: str
    status: str


@dataclass(frozen=True)
class Effect:
    """An open limit of a case: it keeps the one it was received with, `kept`; entered anew it would be `fresh`."""

    node: str
    clock: str
    name: str  # of the clock, as the policy calls it
    due: str
    kept: str
    fresh: str
    paused: bool = False

    def __str__(self) -> str:
        if self.kept == self.fresh:
            return f"“{self.name}”时限不变"
        fresh = f"按 {due_story.length(self.fresh)}" if self.fresh else "不计时"
        return f"“{self.name}”已收到的仍按 {due_story.length(self.kept)}，此后进入的{fresh}"


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


def survey(
    engine: Engine,
    tx: Tx,
    process: str,
    target: int,
    new: Definition,
    mapping: Counterparts,
    sources: Iterable[int] | None = None,
    only: Container[int] | None = None,
) -> list[Verdict]:
    """All running cases that are not on the version `target` (0: one that is not published yet).

    `sources` are the versions whose cases are asked about, `only` the cases; None: all. Nothing is locked.
    """
    asked, way, past = (
        None if sources is None else frozenset(sources),
        Way.of(new, mapping),
        Past.of_process(tx, process),
    )
    limits: dict[int, list[Open]] = defaultdict(list)
    for row in tx.all(LIMITS_OF_ALL, (process,)):
        limits[row[0]].append(Open(*row))
    found = []
    for row in tx.all(OPEN_CASES, (process, target)):
        if only is not None and row[0] not in only:
            continue
        case, versions = cases.of_row(tx, row)
        if asked is None or case.definition_id in asked:
            found.append(_judged(Step(engine, tx, case, versions, None), way, limits[case.id], past))
    return found


def verdict(step: Step, way: Way) -> Verdict:
    """What a migration would meet in this case."""
    limits = [Open(*row) for row in step.tx.all(LIMITS_OF_ONE, (step.case.id,))]
    return _judged(step, way, limits, Past.of_case(step.tx, step.case.id))


class Way(NamedTuple):
    """Where to, what is called otherwise there, and what a person says has no counterpart."""

    new: Definition
    mapping: Mapping[str, str]
    dropped: frozenset[str]

    @classmethod
    def of(cls, new: Definition, mapping: Counterparts) -> Way:
        return cls(new, renames(mapping), dropped(mapping))


def _judged(step: Step, way: Way, limits: Sequence[Open], past: Past) -> Verdict:
    case = step.case
    found: list[Obstacle] = []
    steps: tuple[str, ...] = ()
    try:
        found = list(_all(step, way, limits, past))
        steps = tuple(step.node(wait.node).name for wait in step.run.waits if wait.kind == "work")
    except DoorError as error:
        found = [Obstacle("", "", f"现在的状态读不出来：{error}", "请先在“异常”里处理这件")]
    effects = tuple(_effects(step, way, limits)) if not found else ()
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


def _all(step: Step, way: Way, limits: Sequence[Open], past: Past) -> Iterator[Obstacle]:
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
    running = {one.id for one in limits}
    for scope in step.run.scopes:
        node = old.model.nodes[scope.node]
        after = new.model.nodes.get(mapping.get(node.id, node.id))
        if after is not None and node.extensions.get(CLOCK) != after.extensions.get(CLOCK):
            yield from _scope(step, node, after, deadlines.deadline_id(step, scope.task) in running)
    yield from lapses(step, new, mapping, way.dropped, past)
    yield from reliance.lacking(step, new, mapping, way.dropped, past)
    yield from roads.lacking(step.run, old, new, mapping)


def _scope(step: Step, node: Node, after: Node, running: bool) -> Iterator[Obstacle]:
    """Another clock for an activity under way; a clock without a limit runs for nobody and stands in nobody's way."""
    if running:
        was, now = (_clock(step, one) for one in (node, after))
        yield Obstacle(node.id, node.name, f"时钟{was}正在走，新版里{'是' + now if now else '不计时'}")
    elif _limited(step, after):
        yield Obstacle(
            node.id, node.name, f"正在办理而不限时，新版里按时钟{_clock(step, after)}计时，这一次没有收到的时刻"
        )


def _limited(step: Step, node: Node) -> bool:
    rule = deadlines.rule_of(step, node) if CLOCK in node.extensions else None
    return rule is not None and rule.limit is not None


def _clock(step: Step, node: Node) -> str:
    """A node's clock as the policy calls it; empty when it has none."""
    clock = node.extensions.get(CLOCK)
    rule = step.policy.policy.limit(clock, step.case.urgent) if clock else None
    return f"“{rule.name if rule else clock}”" if clock else ""


def _wait(step: Step, wait: Wait, node: Node, after: Node, new: Definition) -> Iterator[Obstacle]:
    if wait.kind == "job" and node.extensions.get("operation") != after.extensions.get("operation"):
        yield Obstacle(node.id, node.name, "自动步骤正待执行，新版里换了操作", "请等它执行完再迁移")
    if wait.kind == "work":
        if CLOCK not in node.extensions and _limited(step, after):
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


def _effects(step: Step, way: Way, limits: Sequence[Open]) -> Iterator[Effect]:
    for one in limits:
        after = way.new.model.nodes.get(way.mapping.get(one.node, one.node))
        rule = deadlines.rule_of(step, after) if after and CLOCK in after.extensions else None
        fresh = str(rule.limit) if rule and rule.limit else ""
        known = rule or step.policy.policy.limit(one.clock, step.case.urgent)
        name = known.name if known else one.clock
        yield Effect(one.node, one.clock, name, one.due, one.amount, fresh, one.status == "paused")
