"""The daily root: one signed hash over the logs of all cases, so that not even the database's owner can rewrite them.

Leaves are `number:count:head` of every case in the order of their ids, at the moment of signing; each root also
covers the root before it. Beside the flat root stands a Merkle tree over the same leaves, under the same signature, so
that one case can be proved without the others (roots of the first release have none, and stay as they are). The key
lies outside the database and every root is exported to a file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine import merkle
from engine.clock import local
from engine.history import GENESIS, READ, Fault
from engine.seals import LOG, Seals
from engine.store import dumps, loads, stamp
from engine.transactions import Row, Tx

KEPT = "SELECT day, cases, events, root, previous, key_id, signature, signed_at, tree FROM daily_root ORDER BY day"
CASES = re.compile("[^-]+-[0-9]{4}")  # the series of case numbers; handlers may count other things beside them
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
    with temporary.open("w", encoding="utf-8") as file:
        file.write(dumps(content))
        file.flush()
        os.fsync(file.fileno())  # the row in the database is durable: a file lost in a crash would read as tampering
    os.replace(temporary, path)


def verify(tx: Tx, seals: Seals, folder: Path) -> Iterator[Fault]:
    """Compare the cases there are, the roots kept and the roots exported with one another and with the logs.

    The first fault of each case is told; each log is read once, however many roots cover it.
    """
    yield from _missing_cases(tx)
    exported, signed = {}, Signed()
    for path in sorted(folder.glob("root-*.json")):
        content, fault = _read(path, seals)
        if fault:
            yield fault
        exported[path.name] = content
        signed.add(path.name, content.get("leaves", ()) if not fault else ())
    yield from _verify_kept(tx, seals, exported)
    yield from signed.verify(tx)


def _missing_cases(tx: Tx) -> Iterator[Fault]:
    """Numbers have no gaps: one without its case is a case that was removed, even since the last root."""
    present = {row[0] for row in tx.all("SELECT number FROM instance")}
    counted = tx.all("SELECT series, last FROM number ORDER BY series")
    for series, last in (row for row in counted if CASES.fullmatch(row[0])):
        gone = [number for at in range(1, last + 1) if (number := f"{series}-{at:04d}") not in present]
        if gone:
            more = f"，共 {len(gone)} 件" if len(gone) > 1 else ""
            yield Fault(gone[0], 0, f"这个单号发出过，案卷已被删除{more}")


def _read(path: Path, seals: Seals) -> tuple[dict[str, Any], Fault | None]:
    """An exported root, and what is wrong with the file itself."""
    try:
        content = loads(path.read_text(encoding="utf-8"))
        payload, seal, leaves = content["payload"], content["seal"], content["leaves"]
    except (ValueError, KeyError, TypeError):
        return {}, Fault(path.name, 0, "导出的日根读不出来：文件残缺或被改动，请从备份放回")
    if not seals.verify(LOG, payload, seal):
        return content, Fault(path.name, 0, "导出的日根签名不符：文件被改动，或不是本系统的密钥所签")
    if not is_root_of(payload, leaves):
        return content, Fault(path.name, 0, "导出的日根与所列的案卷不符：文件被改动")
    return content, None


def _verify_kept(tx: Tx, seals: Seals, exported: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    """The roots in the database: each signed, each over the one before, each with its file."""
    before, days = GENESIS, set()
    for row in tx.all(KEPT):
        payload, seal = _kept(row)
        name = f"root-{payload['day']}.json"
        days.add(name)
        if not seals.verify(LOG, payload, seal) or payload["previous"] != before:
            yield Fault(name, 0, "数据库里这一天的日根被改动，或其前一天的日根被删除")
        elif name not in exported:
            yield Fault(name, 0, "导出的日根不见了，这一天的签名无从核对；请从备份放回")
        before = payload["root"]
    for name in sorted(exported.keys() - days):
        yield Fault(name, 0, "数据库里没有这一天的日根：被删除，或数据库是从更早的备份恢复的")


def _kept(row: Row) -> tuple[dict[str, Any], dict[str, str]]:
    """What was signed, as `_payload` made it, and the seal."""
    day, cases, events, root, previous, key_id, value, signed_at, tree = row
    payload = {
        "day": day, "cases": cases, "events": events, "root": root, "previous": previous, "signed_at": signed_at,
    }  # fmt: skip
    return payload if tree is None else {**payload, "tree": tree}, {"key_id": key_id, "value": value}


class Signed:
    """The leaves of all roots by case: how far a log had grown, its hash there, and the first root that says so."""

    def __init__(self) -> None:
        self._cases: dict[str, dict[tuple[int, str], str]] = {}

    def add(self, root: str, leaves: Iterable[str]) -> None:
        for leaf in leaves:
            number, count, head = leaf.rsplit(":", 2)
            self._cases.setdefault(number, {}).setdefault((int(count), head), root)

    def verify(self, tx: Tx) -> Iterator[Fault]:
        for number, leaves in self._cases.items():
            row = tx.one("SELECT id FROM instance WHERE number = ?", (number,))
            hashes = {event[1]: event[9] for event in tx.all(READ, (row[0],))} if row else None
            faults = (_fault(number, count, head, root, hashes) for (count, head), root in leaves.items())
            if fault := next(filter(None, faults), None):
                yield fault


def _fault(number: str, count: int, head: str, root: str, hashes: Mapping[int, str] | None) -> Fault | None:
    if hashes is None:
        return Fault(number, 0, f"{root} 签名时存在的案卷已被删除")
    if count and count not in hashes:
        return Fault(number, count, f"{root} 签名时存在的第 {count} 条事件已被删除")
    if count and hashes[count] != head:
        return Fault(number, count, f"{root} 签名之后，第 {count} 条或更早的事件被改写")
    return None
