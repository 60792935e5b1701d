"""The limits of a case over a migration: what becomes of those that are open, and what stands against another clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine import deadlines, due_story
from engine.definitions import Definition
from engine.spiff import Node, Obstacle
from engine.spiff.nodes import CLOCK
from engine.step import Step
from engine.transactions import Tx

OPEN = "SELECT instance_id, id, node, clock, due, amount, status FROM deadline WHERE status IN ('open', 'paused')"
OF_ALL = (
    f"{OPEN} AND instance_id IN (SELECT id FROM instance WHERE process = ? AND status IN ('open', 'suspended'))"
    " ORDER BY instance_id, id"
)
OF_ONE = f"{OPEN} AND instance_id = ? ORDER BY id"


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


def of_case(tx: Tx, case_id: int) -> tuple[Open, ...]:
    return tuple(Open(*row) for row in tx.all(OF_ONE, (case_id,)))


def of_process(tx: Tx, process: str) -> dict[int, tuple[Open, ...]]:
    """Of all running cases of a procedure, by case."""
    found: dict[int, list[Open]] = {}
    for row in tx.all(OF_ALL, (process,)):
        found.setdefault(row[0], []).append(Open(*row))
    return {case: tuple(own) for case, own in found.items()}


def other_clock(step: Step, node: Node, after: Node, running: bool) -> Iterator[Obstacle]:
    """Another clock for an activity under way; a clock without a limit runs for nobody and stands in nobody's way."""
    if running:
        was, now = (_clock(step, one) for one in (node, after))
        yield Obstacle(node.id, node.name, f"时钟{was}正在走，新版里{'是' + now if now else '不计时'}")
    elif limited(step, after):
        yield Obstacle(
            node.id, node.name, f"正在办理而不限时，新版里按时钟{_clock(step, after)}计时，这一次没有收到的时刻"
        )


def limited(step: Step, node: Node) -> bool:
    """Whether a node's clock has a limit under the policy now."""
    rule = deadlines.rule_of(step, node) if CLOCK in node.extensions else None
    return rule is not None and rule.limit is not None


def _clock(step: Step, node: Node) -> str:
    """A node's clock as the policy calls it; empty when it has none."""
    clock = node.extensions.get(CLOCK)
    rule = step.policy.policy.limit(clock, step.case.urgent) if clock else None
    return f"“{rule.name if rule else clock}”" if clock else ""


def effects(step: Step, new: Definition, mapping: Mapping[str, str], limits: Sequence[Open]) -> Iterator[Effect]:
    """What becomes of each open limit."""
    for one in limits:
        after = new.model.nodes.get(mapping.get(one.node, one.node))
        rule = deadlines.rule_of(step, after) if after and CLOCK in after.extensions else None
        fresh = str(rule.limit) if rule and rule.limit else ""
        known = rule or step.policy.policy.limit(one.clock, step.case.urgent)
        name = known.name if known else one.clock
        yield Effect(one.node, one.clock, name, one.due, one.amount, fresh, one.status == "paused")
