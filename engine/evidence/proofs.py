"""The signed daily roots that cover a case, each with what is needed to prove this one case in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine import merkle
from engine.clock import local
from engine.store import loads, moment

Proof = dict[str, Any]


def proofs(folder: Path, number: str, started: str, count: int) -> Iterator[tuple[str, Proof]]:
    """`(day, proof)` for every root in which the case had grown, from its start until all its `count` events are in.

    `folder` holds the exported roots; a root of the first release has no tree, and its proof lists all leaves.
    """
    known = 0
    first = f"root-{local(moment(started)).date().isoformat()}.json"
    for path in sorted(one for one in folder.glob("root-*.json") if one.name >= first):
        content = loads(path.read_text(encoding="utf-8"))
        found = _find(content["leaves"], number)
        if found is None or found[1] == known:
            continue
        index, known, head = found
        proof = {"payload": content["payload"], "seal": content["seal"], "leaf": [known, head]}
        if "tree" in content["payload"]:
            yield content["payload"]["day"], {**proof, "index": index, "path": merkle.path(content["leaves"], index)}
        else:
            yield content["payload"]["day"], {**proof, "leaves": content["leaves"]}
        if known >= count:
            return


def _find(leaves: list[str], number: str) -> tuple[int, int, str] | None:
    """The place of a case among the leaves with its count and head; nothing to prove before its first event."""
    start = f"{number}:"
    for index, leaf in enumerate(leaves):
        if leaf.startswith(start):
            _, count, head = leaf.rsplit(":", 2)
            return (index, int(count), head) if int(count) else None
    return None
