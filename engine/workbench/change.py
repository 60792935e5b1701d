"""One change between two versions of a procedure, and how two sets of facts are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from engine.workbench.facts import Facts

Kind = Literal["added", "removed", "changed"]
KINDS: Mapping[Kind, str] = {"added": "新增", "removed": "删除", "changed": "修改"}
# What an element is, rather than what is said about it: it stands in the name of the change.
OBVIOUS = frozenset({"类型", "名称"})


@dataclass(frozen=True)
class Change:
    """What became of one element: `what` names it, `details` say each fact as “label：old → new”.

    `node` is its id in the diagram, where it is drawn; `file` the document it stands in.
    """

    kind: Kind
    what: str
    details: tuple[str, ...] = ()
    node: str = ""
    file: str = ""

    def __str__(self) -> str:
        said = f"：{'；'.join(self.details)}" if self.details else ""
        return f"{KINDS[self.kind]}{self.what}{said}"


def compared(
    old: Mapping[str, Facts],
    new: Mapping[str, Facts],
    names: Mapping[str, str],
    file: str,
    *,
    drawn: bool = False,
    whole: bool = False,
) -> Iterator[Change]:
    """The changes from one set of elements to another, by their keys, in the order of the new one.

    `drawn`: the keys are ids in the diagram. `whole`: each key is a document of its own under the folder `file`.
    """
    for key in [*new, *(one for one in old if one not in new)]:
        node, place = key if drawn else "", f"{file}{key}.yaml" if whole else file
        if key not in old:
            yield Change("added", names[key], tuple(_said(new[key])), node, place)
        elif key not in new:
            yield Change("removed", names[key], (), node, place)
        elif details := tuple(_differences(old[key], new[key])):
            yield Change("changed", names[key], details, node, place)


def _said(facts: Facts) -> Iterator[str]:
    return (f"{label} {text}" for label, text in facts.items() if text and label not in OBVIOUS)


def _differences(old: Facts, new: Facts) -> Iterator[str]:
    for label in [*new, *(one for one in old if one not in new)]:
        before, after = old.get(label, ""), new.get(label, "")
        if before != after:
            yield f"{label}：{before or '（无）'} → {after or '（无）'}"
