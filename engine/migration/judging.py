"""What stands against moving a case to another version, and what becomes of its open limits; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import deadlines
from engine.deadlines import Standing
from engine.definitions import Definition
from engine.spiff import DoorError, Node, Obstacle, Wait, obstacles
from engine.spiff.nodes import CLOCK
from engine.step import Step
from engine.transactions import Tx

if TYPE_CHECKING:
    from engine.engine import Engine

OPEN_CASES = (
    "SELECT id FROM instance WHERE process = ? AND definition_id <> ? AND status IN ('open', 'suspended') ORDER BY id"
)


@dataclass(frozen=True)
class Effect:
    """An open limit of a case: it keeps the one it was received with, `kept`; entered anew it would be `fresh`."""

    node: str
    clock: str
    due: str
    kept: str
    fresh: str

    def __str__(self) -> str:
        if self.kept == self.fresh:
            return f"{self.clock} 时限不变"
        return f"{self.clock} 已收到的仍按 {self.kept or '（无）'}，此后进入的按 {self.fresh or '（无）'}"


@dataclass(frozen=True)
class Verdict:
    """One case before a migration: where it stands, what stands against it, its limits."""

    case_id: int
    number: str
    title: str
    from_id: int
    steps: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]
    effects: tuple[Effect, ...]

    @property
    def moves(self) -> bool:
        return not self.obstacles


def survey(
    engine: Engine, tx: Tx, process: str, target: int, new: Definition, mapping: Mapping[str, str]
) -> list[Verdict]:
    """All running cases that are not on the version `target` (0: one that is not published yet)."""
    ids = [int(row[0]) for row in tx.all(OPEN_CASES, (process, target))]
    return [verdict(Step.of(engine, tx, one), new, mapping) for one in ids]


def verdict(step: Step, new: Definition, mapping: Mapping[str, str]) -> Verdict:
    """What a migration to `new` would meet in this case."""
    case = step.case
    found: list[Obstacle] = []
    steps: tuple[str, ...] = ()
    try:
        found = list(_all(step, new, mapping))
        steps = tuple(step.node(wait.node).name for wait in step.run.waits if wait.kind == "work")
    except DoorError as error:
        found = [Obstacle("", "", f"现在的状态读不出来：{error}", "请先在“异常”里处理这件")]
    limits = tuple(_effects(step, new, mapping)) if not found else ()
    return Verdict(case.id, case.number, case.title, case.definition_id, steps, tuple(found), limits)


def _all(step: Step, new: Definition, mapping: Mapping[str, str]) -> Iterator[Obstacle]:
    if not step.case.running:
        yield Obstacle("", step.case.number, "已办结、撤回或作废", "不需要迁移")
        return
    old = step.definition
    yield from obstacles(old.model, new.model, step.case.state, mapping)
    for wait in step.run.waits:
        node = old.model.nodes[wait.node]
        after = new.model.nodes.get(mapping.get(node.id, node.id))
        if after is not None:
            yield from _wait(wait, node, after, old, new)
    for scope in step.run.scopes:
        node = old.model.nodes[scope.node]
        after = new.model.nodes.get(mapping.get(node.id, node.id))
        if after is not None and node.extensions.get(CLOCK) != after.extensions.get(CLOCK):
            was, now = node.extensions.get(CLOCK), after.extensions.get(CLOCK, "（无）")
            yield Obstacle(node.id, node.name, f"时钟 {was} 正在走，新版里是 {now}")


def _wait(wait: Wait, node: Node, after: Node, old: Definition, new: Definition) -> Iterator[Obstacle]:
    if wait.kind == "job" and node.extensions.get("operation") != after.extensions.get("operation"):
        yield Obstacle(node.id, node.name, "自动步骤正待执行，新版里换了操作", "请等它执行完再迁移")
    if wait.kind == "work":
        if "clock" in after.extensions and "clock" not in node.extensions:
            yield Obstacle(node.id, node.name, "正在办理，新版给它加了时钟，这一次没有收到的时刻")
        lost = _fields(node, old) - _fields(after, new)
        if lost:
            yield Obstacle(node.id, node.name, f"正在填写的表单在新版里没有字段 {'、'.join(sorted(lost))}")


def _fields(node: Node, definition: Definition) -> set[str]:
    """The fields a form asks to be filled in: its own, and those it requires."""
    form = definition.forms.get(node.extensions.get("form", ""))
    if form is None:
        return set()
    own = {one.id for one in form.own.fields} if form.own else set()
    return own | {one.id for one in form.catalogue.expand(form.required)}


def _effects(step: Step, new: Definition, mapping: Mapping[str, str]) -> Iterator[Effect]:
    for one in deadlines.standing(step):
        after = new.model.nodes.get(mapping.get(one.node, one.node))
        rule = deadlines.rule_of(step, after) if after and CLOCK in after.extensions else None
        fresh = str(rule.limit) if rule and rule.limit else ""
        yield Effect(one.node, one.clock, one.due, _kept(step, one), fresh)


def _kept(step: Step, one: Standing) -> str:
    row = step.tx.one("SELECT amount FROM deadline WHERE instance_id = ? AND id = ?", (step.case.id, one.id))
    return str(row[0]) if row else ""
