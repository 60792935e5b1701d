"""Elements of an older version that the new one lacks, and which new element may have taken the place of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.definitions import Definition
from engine.errors import FieldProblem, FormInvalid
from engine.spiff import Node

Counterparts = Mapping[str, str | None]  # old id → the new element in its place; None: a person says nothing is
PLACES = ("start", "end")  # no case stands on these
SAME = ("form", "operation", "clock")  # what tells two elements of a kind apart, besides their names


@dataclass(frozen=True)
class Gone:
    """An element that the new version lacks, the new ones of its kind, and the one that is most like it, if any."""

    node: Node
    candidates: tuple[Node, ...]
    proposal: str = ""


def renames(counterparts: Counterparts) -> dict[str, str]:
    """The elements that are called otherwise in the new version."""
    return {old: new for old, new in counterparts.items() if new is not None}


def dropped(counterparts: Counterparts) -> frozenset[str]:
    """The elements of which a person says that nothing has taken their place."""
    return frozenset(old for old, new in counterparts.items() if new is None)


def gone(olds: Iterable[Definition], new: Definition) -> list[Gone]:
    """What running cases may have to be told about, in the order of the diagrams."""
    olds = list(olds)
    known = {one for old in olds for one in old.model.nodes}
    fresh = [node for node in new.model.nodes.values() if node.id not in known]
    missing = {node.id: node for old in olds for node in old.model.nodes.values() if node.id not in new.model.nodes}
    return [_gone(node, fresh) for node in missing.values() if node.kind not in PLACES]


def _gone(node: Node, fresh: list[Node]) -> Gone:
    candidates = tuple(one for one in fresh if one.kind == node.kind and one.element == node.element)
    alike = [one.id for one in candidates if node.name and one.name == node.name] or [
        one.id for one in candidates if any(_said(one, key) and _said(one, key) == _said(node, key) for key in SAME)
    ]
    return Gone(node, candidates, alike[0] if len(alike) == 1 else "")


def _said(node: Node, key: str) -> str:
    return node.extensions.get(key, "")


def must_fit(olds: Iterable[Definition], new: Definition, mapping: Counterparts) -> None:
    """Refuse a mapping that cannot be meant: FormInvalid with a problem for each element, by its old id.

    What a case stands on and the mapping leaves out is no matter here: the case's verdict names it.
    """
    olds = list(olds)
    problems = [FieldProblem(f"map.{one}", what, _called(olds, one)) for one, what in _misfits(olds, new, mapping)]
    if problems:
        raise FormInvalid(problems, {"map": dict(mapping)})


def _misfits(olds: list[Definition], new: Definition, mapping: Counterparts) -> Iterator[tuple[str, str]]:
    for before, after in mapping.items():
        drawn = [old.model.nodes[before] for old in olds if before in old.model.nodes]
        into = new.model.nodes.get(after or "")
        if not drawn:
            yield before, f"选中的流程所在的版本里没有节点 {before}。请从列出的节点中选择"
        elif after is None:
            if before in new.model.nodes:
                yield before, "新版里还有这个节点，不能说没有对应。请不作对照"
        elif into is None:
            yield before, f"新版里没有节点 {after}。请改选新版里有的节点，或不作对照"
        elif any((one.kind, one.element) != (into.kind, into.element) for one in drawn):
            yield before, f"与“{into.name or after}”不是同一种节点，不能对照。请改选同一种的，或不作对照"
        elif others := _also_there(olds, before, after, mapping):
            named = "、".join(f"“{_called(olds, one)}”" for one in others)
            yield before, f"和{named}都对应到“{into.name or after}”，办过的会分不清。请让每个新节点只对应一个旧节点"


def _also_there(olds: list[Definition], before: str, after: str, mapping: Counterparts) -> list[str]:
    """The other elements of a version with `before` that become `after` too, by the mapping or by keeping their id."""
    of = {one for old in olds if before in old.model.nodes for one in old.model.nodes}
    return sorted(one for one in of if one != before and mapping.get(one, one) == after)


def _called(olds: Iterable[Definition], node: str) -> str:
    return next((old.model.nodes[node].name or node for old in olds if node in old.model.nodes), node)
