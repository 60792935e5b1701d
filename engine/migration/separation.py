"""Four eyes over a migration: what was done under an id that is gone must not cease to keep its doer away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.definitions import Definition
from engine.migration import roads
from engine.migration.past import Past
from engine.spiff import Node, Obstacle
from engine.step import Step

MAP = "请在“节点对照”里指明它在新版里是哪一步，或指明没有对应（原来的回避到此为止，记录在案），或让这件留在原版"
STAY = "请先办完这一步再迁移，或让这件留在原版"


def lapses(
    step: Step, new: Definition, mapping: Mapping[str, str], dropped: frozenset[str], past: Past
) -> Iterator[Obstacle]:
    """Done steps that a step still ahead must be separate from, and no longer would be: by their old ids.

    A separation that the new version leaves out altogether is its author's decision; here it is the id that the new
    version names in its place which the case does not know. Who says that nothing has taken the place of a step
    (`dropped`) decides that its doer is kept away no longer. Asks the database only when the versions differ so.
    """
    lost_ones = [one for one in _lost(step.definition, new, mapping) if one[0].id not in dropped]
    asked = [(lost, after) for lost, after in lost_ones if _ahead(step, new, mapping, after)]
    done = past.steps(step.case.id) if asked else frozenset()
    for lost, after in asked:
        if lost.kind == "start" or lost.id in done:
            names = [one for one in _named(after) if _unknown(one, step.definition, new, mapping) and one not in done]
            if names:
                yield _obstacle(lost, after, names, new, step.definition)


def _lost(old: Definition, new: Definition, mapping: Mapping[str, str]) -> Iterator[tuple[Node, Node]]:
    """The nodes that are gone and named by a step's `cs:separate`, each with that step in the new version."""
    for node in old.model.nodes.values():
        after = new.model.nodes.get(mapping.get(node.id, node.id))
        for one in _named(node) if after is not None else ():
            if one in old.model.nodes and mapping.get(one, one) not in new.model.nodes and after is not None:
                yield old.model.nodes[one], after


def _named(node: Node) -> list[str]:
    return node.extensions.get("separate", "").split()


def _unknown(node: str, old: Definition, new: Definition, mapping: Mapping[str, str]) -> bool:
    """Whether no element of the old version has become this one; who applied is known whatever the start is called."""
    drawn = new.model.nodes.get(node)
    return (
        drawn is not None and drawn.kind != "start" and node not in {mapping.get(one, one) for one in old.model.nodes}
    )


def _ahead(step: Step, new: Definition, mapping: Mapping[str, str], after: Node) -> bool:
    ways = roads.of(new)
    return after.id in ways.ahead(ways.standing(mapping.get(one, one) for one in step.run.places))


def _obstacle(lost: Node, after: Node, names: list[str], new: Definition, old: Definition) -> Obstacle:
    named = "、".join(f"“{new.model.nodes[one].name or one}”" for one in names)
    what = (
        f"这件已经办过，新版里没有这个节点；新版的“{after.name}”改为须与{named}由不同的人办理，"
        "原来的回避会失效（不相容岗位分离）"
    )
    kinds = {one.kind for one in new.model.nodes.values() if one.id not in old.model.nodes}
    return Obstacle(lost.id, lost.name, what, MAP if lost.kind in kinds and lost.kind != "start" else STAY)
