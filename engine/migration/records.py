"""What is on record of migrations: the batches of a procedure, and what became of each case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.errors import NotFound
from engine.migration.nodes import Counterparts
from engine.store import loads, moment
from engine.transactions import Row, Tx

BATCHES = (
    "SELECT b.id, b.process, b.to_id, b.mapping, b.reason, b.person_id, b.begun_at,"
    " sum(CASE r.status WHEN 'moved' THEN 1 ELSE 0 END), sum(CASE r.status WHEN 'stayed' THEN 1 ELSE 0 END),"
    " sum(CASE r.status WHEN 'waiting' THEN 1 ELSE 0 END)"
    " FROM migration_batch b JOIN migration_result r ON r.batch_id = b.id WHERE b.process = ?{more}"
    " GROUP BY b.id, b.process, b.to_id, b.mapping, b.reason, b.person_id, b.begun_at ORDER BY b.id DESC"
)
RESULTS = (
    "SELECT r.instance_id, i.number, i.title, r.from_id, r.status, r.told FROM migration_result r"
    " JOIN instance i ON i.id = r.instance_id WHERE r.batch_id = ? AND (r.status = ? OR ? = '')"
    " ORDER BY r.instance_id LIMIT ? OFFSET ?"
)
ORIGINS = (
    "SELECT r.from_id, r.instance_id FROM migration_result r WHERE r.batch_id = ? AND r.status = 'moved'"
    " ORDER BY r.from_id, r.instance_id"
)
ALL = 1_000_000


@dataclass(frozen=True)
class Batch:
    """A batch with how it stands: `waiting` cases are still to come."""

    id: int
    process: str
    to_id: int
    mapping: Counterparts
    reason: str
    person_id: int
    begun_at: datetime
    moved: int
    stayed: int
    waiting: int


@dataclass(frozen=True)
class Result:
    """What became of one case: waiting, moved or stayed, and why."""

    case_id: int
    number: str
    title: str
    from_id: int
    status: str
    told: str


def batches(tx: Tx, process: str) -> list[Batch]:
    """The migrations of a procedure, newest first."""
    return [_batch(row) for row in tx.all(BATCHES.format(more=""), (process,))]


def batch_of(tx: Tx, process: str, batch: int) -> Batch:
    """One migration of a procedure; raises NotFound."""
    row = tx.one(BATCHES.format(more=" AND b.id = ?"), (process, batch))
    if row is None:
        raise NotFound(what=f"第 {batch} 次迁移")
    return _batch(row)


def results(tx: Tx, batch: int, status: str = "", most: int = ALL, first: int = 0) -> list[Result]:
    """What became of the cases of a batch: at most `most`, beginning with the one at `first`; `status`: only those."""
    return [Result(*row) for row in tx.all(RESULTS, (batch, status, status, most, first))]


def origins(tx: Tx, batch: int) -> dict[int, list[int]]:
    """The cases a batch has moved, by the version they came from: where an undoing would bring them back to."""
    found: dict[int, list[int]] = {}
    for origin, case_id in tx.all(ORIGINS, (batch,)):
        found.setdefault(int(origin), []).append(int(case_id))
    return found


def _batch(row: Row) -> Batch:
    one, process, to, mapping, reason, who, at, gone, stayed, waiting = row
    return Batch(one, process, to, loads(mapping), reason, who, moment(at), int(gone), int(stayed), int(waiting))
