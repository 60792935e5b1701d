"""A batch of migrations: written down first, then carried out case by case, each in a transaction of its own.

A process that dies in between leaves every case whole, on the old version or on the new one; the rest is made up for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from engine.company.administration import record
from engine.definitions import Definition
from engine.errors import CountersignError, FieldProblem, FormInvalid, NotFound, NotPossible
from engine.migration.judging import verdict
from engine.spiff import moved
from engine.step import Step
from engine.store import dumps, loads, moment, stamp
from engine.transactions import Tx
from engine.workbench.rights import must_publish

if TYPE_CHECKING:
    from engine.engine import Engine

BEGIN = (
    "INSERT INTO migration_batch (process, to_id, mapping, reason, person_id, begun_at) VALUES (?, ?, ?, ?, ?, ?)"
    " RETURNING id"
)
PUT = (
    "INSERT INTO migration_result (batch_id, instance_id, from_id, status, told)"
    " SELECT ?, id, definition_id, 'waiting', '' FROM instance WHERE id = ? AND process = ? AND definition_id <> ?"
)
LOCK = "SELECT process, to_id, mapping, person_id, reason FROM migration_batch WHERE id = ?"
NEXT = "SELECT instance_id FROM migration_result WHERE batch_id = ? AND status = 'waiting' ORDER BY instance_id LIMIT 1"
TELL = (
    "UPDATE migration_result SET status = ?, told = ?, done_at = ?"
    " WHERE batch_id = ? AND instance_id = ? AND status = 'waiting'"
)
UNFINISHED = "SELECT DISTINCT batch_id FROM migration_result WHERE status = 'waiting' ORDER BY batch_id"
BATCHES = (
    "SELECT b.id, b.process, b.to_id, b.mapping, b.reason, b.person_id, b.begun_at,"
    " sum(CASE r.status WHEN 'moved' THEN 1 ELSE 0 END), sum(CASE r.status WHEN 'stayed' THEN 1 ELSE 0 END),"
    " sum(CASE r.status WHEN 'waiting' THEN 1 ELSE 0 END)"
    " FROM migration_batch b JOIN migration_result r ON r.batch_id = b.id WHERE b.process = ?"
    " GROUP BY b.id, b.process, b.to_id, b.mapping, b.reason, b.person_id, b.begun_at ORDER BY b.id DESC"
)
RESULTS = (
    "SELECT r.instance_id, i.number, i.title, r.from_id, r.status, r.told FROM migration_result r"
    " JOIN instance i ON i.id = r.instance_id WHERE r.batch_id = ? ORDER BY r.instance_id"
)
# Rows that wait carry the node's id, its name and its form; those that are done stay as they were.
RENAME_ITEM = (
    "UPDATE work_item SET node = ?, name = ?, form = ? WHERE instance_id = ? AND node = ?"
    " AND status IN ('open', 'claimed', 'paused')"
)
RENAME_OTHERS = (
    "UPDATE deadline SET node = ? WHERE instance_id = ? AND node = ? AND status IN ('open', 'paused')",
    "UPDATE timer SET node = ? WHERE instance_id = ? AND node = ? AND status IN ('pending', 'paused', 'failed')",
    "UPDATE job SET node = ? WHERE instance_id = ? AND node = ? AND status IN ('waiting', 'paused', 'failed')",
)


@dataclass(frozen=True)
class Batch:
    """A batch with how it stands: `waiting` cases are still to come."""

    id: int
    process: str
    to_id: int
    mapping: Mapping[str, str]
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


def begin(
    engine: Engine,
    actor: int,
    process: str,
    target: int,
    chosen: Sequence[int],
    mapping: Mapping[str, str],
    reason: str,
) -> int:
    """Write down which cases are to move to the version `target`; returns the batch. Nothing has moved yet.

    Raises NotAllowed, FormInvalid without a reason, NotFound, NotPossible when no chosen case is on another version.
    """
    if not reason.strip():
        raise FormInvalid([FieldProblem("reason", "请写明迁移的原因", "迁移原因")], {"reason": reason})
    with engine.transactions.write() as tx:
        now = engine.clock.now()
        must_publish(engine.snapshots.at(tx).people, actor, now, "迁移在办流程")
        if engine.definitions.get(tx, target).process != process:
            raise NotFound(what=f"流程 {process} 的这个版本")
        row = tx.one(BEGIN, (process, target, dumps(dict(mapping)), reason.strip(), actor, stamp(now)))
        assert row is not None
        batch = int(row[0])
        if not sum(tx.run(PUT, (batch, one, process, target)) for one in sorted(set(chosen))):
            raise NotPossible(what="迁移", why="选中的流程都已在这个版本上")
        record(tx, now, actor, "procedure.migration", process, {"batch": batch, "to": target, "reason": reason.strip()})
    return batch


def carry_on(engine: Engine, batch: int, most: int = 100) -> int:
    """Move the next cases of a batch, at most `most`; returns how many were dealt with. Safe to call from anywhere."""
    for done in range(most):
        with engine.transactions.write() as tx:
            row = tx.one(NEXT, (batch,))
            if row is None:
                return done
            _deal(engine, tx, batch, int(row[0]))
    return most


def sweep(engine: Engine) -> int:
    """Make up for batches that a killed process left unfinished."""
    with engine.transactions.read() as tx:
        unfinished = [int(row[0]) for row in tx.all(UNFINISHED)]
    return sum(carry_on(engine, one) for one in unfinished)


def batches(tx: Tx, process: str) -> list[Batch]:
    """The migrations of a procedure, newest first."""
    return [
        Batch(one, name, to, loads(mapping), reason, who, moment(at), int(gone), int(stayed), int(waiting))
        for one, name, to, mapping, reason, who, at, gone, stayed, waiting in tx.all(BATCHES, (process,))
    ]


def results(tx: Tx, batch: int) -> list[Result]:
    """What became of each case of a batch."""
    return [Result(*row) for row in tx.all(RESULTS, (batch,))]


def _deal(engine: Engine, tx: Tx, batch: int, case_id: int) -> None:
    """One case: moved, or left with the reason."""
    row = tx.one(LOCK, (batch,))
    assert row is not None
    target, mapping, actor, reason = int(row[1]), loads(row[2]), int(row[3]), str(row[4])
    step, new = Step.of(engine, tx, case_id, actor), engine.definitions.get(tx, target)
    try:
        found = verdict(step, new, mapping)
    except CountersignError as error:
        status, told = "stayed", error.message
    else:
        status = "moved" if found.moves else "stayed"
        told = "；".join(str(one) for one in (found.effects if found.moves else found.obstacles))
    if not tx.run(TELL, (status, told, step.stamped, batch, case_id)):
        return  # another process was faster
    if status == "moved":
        _move(step, target, new, mapping, batch, reason)


def _move(step: Step, target: int, new: Definition, mapping: Mapping[str, str], batch: int, reason: str) -> None:
    before = step.definition
    waiting = {wait.node for wait in step.run.waits} | {scope.node for scope in step.run.scopes}
    fresh = Step.of(step.engine, step.tx, step.case.id, step.actor_id)
    fresh.case.state = moved(fresh.case.state, mapping)
    step.tx.run("UPDATE instance SET definition_id = ? WHERE id = ?", (target, step.case.id))
    fresh.case.definition_id = target
    for node in sorted(waiting):
        _rename(step.tx, step.case.id, node, mapping.get(node, node), new)
    fresh.record(
        "case.migrated",
        before=before.version,
        version=new.version,
        mapping=dict(mapping),
        batch=batch,
        reason=reason,
    )
    fresh.save()


def _rename(tx: Tx, case_id: int, node: str, after: str, new: Definition) -> None:
    drawn = new.model.nodes[after]
    tx.run(RENAME_ITEM, (after, drawn.name, drawn.extensions.get("form"), case_id, node))
    for sql in RENAME_OTHERS if after != node else ():
        tx.run(sql, (after, case_id, node))
