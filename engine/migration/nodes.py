"""Elements of an older version that the new one lacks, and which new element may have taken the place of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.definitions import Definition
from engine.spiff import Node

PLACES = ("start", "end")  # no case stands on these
SAME = ("form", "operation", "clock")  # what tells two elements of a kind apart, besides their names


@dataclass(frozen=True)
class Gone:
    """An element that the new version lacks, the new ones of its kind, and the one that is most like it, if any."""

    node: Node
    candidates: tuple[Node, ...]
    proposal: str = ""


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
