"""The daily root: one signed hash over the logs of all cases, so that not even the database's owner can rewrite them.

Leaves are `number:count:head` of every case in the order of their ids, at the moment of signing; each root also
covers the root before it. Beside the flat root stands a Merkle tree over the same leaves, under the same signature, so
that one case can be proved without the others (roots of the first release have none, and stay as they are). The key
lies outside the database and every root is exported to a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine import merkle
from engine.clock import local
from engine.history import GENESIS, READ, Fault
from engine.seals import LOG, Seals
from engine.store import dumps, loads, stamp
from engine.transactions import Tx

LAST = "SELECT day, root FROM daily_root ORDER BY day DESC LIMIT 1"
KEEP = (
    "INSERT INTO daily_root (day, cases, events, root, previous, key_id, signature, signed_at, tree)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (day) DO NOTHING"
)


def sign(tx: Tx, seals: Seals, now: datetime, folder: Path) -> str | None:
    """Sign yesterday's end of day once; returns the day, or None when it is signed already.

    The exported file holds one line per case, so that a later check can name the case that was changed.
    """
    day = local(now).date().isoformat()
    last = tx.one(LAST)
    if last is not None and last[0] >= day:
        return None
    leaves = [
        f"{number}:{count}:{head}"
        for number, count, head in tx.all("SELECT number, event_count, event_head FROM instance ORDER BY id")
    ]
    payload = _payload(day, leaves, last[1] if last else GENESIS, now)
    seal = seals.seal(LOG, payload)
    kept = tx.run(
        KEEP,
        (
            day, payload["cases"], payload["events"], payload["root"], payload["previous"], seal["key_id"],
            seal["value"], payload["signed_at"], payload["tree"],
        ),
    )  # fmt: skip
    if not kept:
        return None
    _export(folder / f"root-{day}.json", {"payload": payload, "seal": seal, "leaves": leaves})
    return day


def _payload(day: str, leaves: list[str], previous: str, now: datetime) -> dict[str, Any]:
    events = sum(int(leaf.split(":")[1]) for leaf in leaves)
    return {
        "day": day, "cases": len(leaves), "events": events, "root": flat(previous, leaves), "previous": previous,
        "signed_at": stamp(now), "tree": merkle.root(leaves),
    }  # fmt: skip


def flat(previous: str, leaves: Sequence[str]) -> str:
    """The root proper: over the root before it and all leaves."""
    return sha256("\n".join([previous, *leaves]).encode()).hexdigest()


def is_root_of(payload: dict[str, Any], leaves: Sequence[str]) -> bool:
    """Whether these are the leaves that were signed."""
    tree = payload.get("tree")  # missing in roots of the first release
    return payload["root"] == flat(payload["previous"], leaves) and tree in (None, merkle.root(leaves))


def _export(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(dumps(content), encoding="utf-8")
    os.replace(temporary, path)


def verify(tx: Tx, seals: Seals, folder: Path) -> Iterator[Fault]:
    """Compare every exported root with its signature and with the logs as they stand now."""
    for path in sorted(folder.glob("root-*.json")):
        content = loads(path.read_text(encoding="utf-8"))
        if not seals.verify(LOG, content["payload"], content["seal"]):
            yield Fault(path.name, 0, "导出的日根签名不符：文件被改动，或不是本系统的密钥所签")
            continue
        if not is_root_of(content["payload"], content["leaves"]):
            yield Fault(path.name, 0, "导出的日根与所列的案卷不符：文件被改动")
            continue
        for leaf in content["leaves"]:
            fault = _verify_leaf(tx, path.name, leaf)
            if fault:
                yield fault


def _verify_leaf(tx: Tx, root: str, leaf: str) -> Fault | None:
    number, count, head = leaf.rsplit(":", 2)
    row = tx.one("SELECT id, event_count FROM instance WHERE number = ?", (number,))
    if row is None:
        return Fault(number, 0, f"{root} 签名时存在的案卷已被删除")
    if int(count) == 0:
        return None
    then = next((event for event in tx.all(READ, (row[0],)) if event[1] == int(count)), None)
    if then is None:
        return Fault(number, int(count), f"{root} 签名时存在的第 {count} 条事件已被删除")
    if then[9] != head:
        return Fault(number, int(count), f"{root} 签名之后，第 {count} 条或更早的事件被改写")
    return None
