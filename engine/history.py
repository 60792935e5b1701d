"""What happened, append-only: every case carries a hash chain of its events, the case row keeps count and head.

An event's hash is SHA-256 over the hash before it and the canonical JSON of all its columns, so that an altered,
removed or inserted event breaks the chain at that place, and a cut tail no longer meets the count and head that the
case row holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from engine.store import dumps, loads, moment, stamp
from engine.transactions import Tx

GENESIS = "0" * 64

APPEND = (
    "INSERT INTO event (instance_id, seq, kind, occurred_at, recorded_at, actor_id, node, subject, data, hash)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
READ = (
    "SELECT instance_id, seq, kind, occurred_at, recorded_at, actor_id, node, subject, data, hash FROM event"
    " WHERE instance_id = ? ORDER BY seq"
)


@dataclass(frozen=True)
class Recorded:
    """One fact of a case as it stands in the log.

    `occurred_at` may lie before `recorded_at`: a breach is dated at its due moment.
    """

    kind: str
    occurred_at: datetime
    actor_id: int | None = None
    node: str | None = None
    subject: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    seq: int = field(kw_only=True)
    recorded_at: datetime = field(kw_only=True)
    hash: str = field(kw_only=True)


class Chain:
    """The growing end of one case's log; everything added is recorded at the same moment `now`."""

    def __init__(self, case_id: int, count: int, head: str, now: datetime) -> None:
        self.case_id, self.count, self.head = case_id, count, head
        self.recorded = stamp(now)
        self._rows: list[tuple[Any, ...]] = []

    def add(
        self,
        kind: str,
        actor_id: int | None = None,
        node: str | None = None,
        subject: str | None = None,
        data: Mapping[str, Any] | None = None,
        occurred_at: datetime | None = None,
    ) -> None:
        """Append a fact; without `occurred_at` it happened when it is recorded."""
        self.count += 1
        occurred = self.recorded if occurred_at is None else stamp(occurred_at)
        row = (self.case_id, self.count, kind, occurred, self.recorded, actor_id, node, subject, dumps(data or {}))
        self.head = link(self.head, row)
        self._rows.append((*row, self.head))

    def write(self, tx: Tx) -> None:
        """Append what was added, in one statement."""
        if self._rows:
            tx.many(APPEND, self._rows)
            self._rows = []


def link(before: str, row: tuple[Any, ...]) -> str:
    """The hash of an event: over the hash before it and its columns in table order."""
    return sha256(before.encode() + orjson.dumps(row)).hexdigest()


def read(tx: Tx, case_id: int) -> list[Recorded]:
    """The events of a case in the order of recording."""
    return [
        Recorded(
            kind=row[2],
            occurred_at=moment(row[3]),
            actor_id=row[5],
            node=row[6],
            subject=row[7],
            data=loads(row[8]),
            seq=row[1],
            recorded_at=moment(row[4]),
            hash=row[9],
        )
        for row in tx.all(READ, (case_id,))
    ]


@dataclass(frozen=True)
class Fault:
    """The first place where a case's log is not what was written."""

    number: str
    seq: int
    what: str


def verify(tx: Tx) -> Iterator[Fault]:
    """Walk every case's chain; yields one fault per broken case, naming the first event that is wrong."""
    cases = tx.all("SELECT id, number, event_count, event_head FROM instance ORDER BY id")
    for case_id, number, count, head in cases:
        fault = _verify_case(tx, case_id, number, count, head)
        if fault:
            yield fault


def verify_case(tx: Tx, case_id: int) -> Fault | None:
    """The first place where one case's log is not what was written; None when it is whole."""
    row = tx.one("SELECT number, event_count, event_head FROM instance WHERE id = ?", (case_id,))
    return _verify_case(tx, case_id, row[0], row[1], row[2]) if row else None


def _verify_case(tx: Tx, case_id: int, number: str, count: int, head: str) -> Fault | None:
    before, expected = GENESIS, 1
    for row in tx.all(READ, (case_id,)):
        seq = row[1]
        if seq != expected:
            return Fault(number, expected, f"第 {expected} 条事件被删除（其后是第 {seq} 条）")
        if expected > count:
            return Fault(number, seq, f"第 {seq} 条事件是后来插入的：案卷只记有 {count} 条")
        if link(before, tuple(row[:9])) != row[9]:
            return Fault(number, seq, f"第 {seq} 条事件（{row[2]}）与其校验值不符：内容被改动，或其前被插入事件")
        before, expected = row[9], expected + 1
    if expected <= count:
        return Fault(number, expected, f"第 {expected} 条事件被删除（案卷记有 {count} 条，现存 {expected - 1} 条）")
    if before != head:
        return Fault(number, count, "案卷登记的末条校验值与事件不符：末条事件或案卷行被改动")
    return None
