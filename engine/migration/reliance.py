"""Jobs over a migration: what one ahead asks of a done step — its approval, its signature — must still be found."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from engine.definitions import Definition
from engine.migration import roads
from engine.migration.past import Past
from engine.operations import Registry
from engine.spiff import Node, Obstacle
from engine.spiff.drawing import OPERATION
from engine.step import Step

MAP = "请在“节点对照”里指明它在新版里是哪一步，或让这件留在原版"
STAY = "不能当作没有对应：请改为指明它在新版里是哪一步，或让这件留在原版"


def lacking(
    step: Step, new: Definition, mapping: Mapping[str, str], dropped: frozenset[str], past: Past
) -> Iterator[Obstacle]:
    """Done steps whose results a job ahead reads, and which it would no longer find: by their old ids.

    A job names steps in its parameters (`approval="'Task_approve'"`), or the operation does by default. Where the new
    version names another step in the place of one that is gone, that one must be the same step, or be done on every
    way to the job.
    """
    found = list(_replaced(step.definition, new, mapping, step.engine.registry))
    if not found:
        return
    ways, done = roads.of(new), past.steps(step.case.id)
    places = ways.standing(mapping.get(one, one) for one in step.run.places)
    known = done | {mapping.get(one, one) for one in step.definition.model.nodes}
    for lost, job, named in found:
        if lost.id in done and known.isdisjoint(named) and job.id in ways.past(places, named):
            called = "、".join(f"“{new.model.nodes[one].name or one}”" for one in sorted(named))
            what = f"这件已经办过，新版里没有这个节点；后面的“{job.name}”改看{called}的办理和签字，这件不会再办"
            yield Obstacle(lost.id, lost.name, what, STAY if lost.id in dropped else MAP)


def _replaced(
    old: Definition, new: Definition, mapping: Mapping[str, str], registry: Registry
) -> Iterator[tuple[Node, Node, frozenset[str]]]:
    """A step that is gone, a job of the new version that named it in a parameter, and what it names there now."""
    for before in old.model.nodes.values():
        for job in new.model.nodes.values() if before.kind == "service" else ():
            if job.kind == "service" and job.extensions.get(OPERATION) == before.extensions.get(OPERATION):
                was, now = _named(before, registry), _named(job, registry)
                for parameter, steps in was.items():
                    named = frozenset(one for one in now.get(parameter, ()) if one in new.model.nodes)
                    for one in steps if named else ():
                        if one in old.model.nodes and mapping.get(one, one) not in new.model.nodes:
                            yield old.model.nodes[one], job, named


def _named(job: Node, registry: Registry) -> dict[str, list[str]]:
    """The words that each parameter of a job holds, those by default included: some of them are ids of steps."""
    operation = registry.operations.get(job.extensions.get(OPERATION, ""))
    taken = operation.parameters if operation else {}
    texts = {name: one.default for name, one in taken.items() if isinstance(one.default, str)}
    texts |= {one.name: _literal(one.value) for one in job.parameters}
    return {name: text.split() for name, text in texts.items()}


def _literal(expression: str) -> str:
    try:
        value = ast.literal_eval(expression.strip())
    except (ValueError, SyntaxError):
        return ""
    return value if isinstance(value, str) else ""
