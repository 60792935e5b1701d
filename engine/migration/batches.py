"""A batch of migrations: written down first, then carried out case by case, each in a transaction of its own.

A process that dies in between leaves every case whole, on the old version or on the new one; the rest is made up for.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from engine.company.administration import record
from engine.definitions import Definition
from engine.errors import CountersignError, FieldProblem, FormInvalid, NotFound, NotPossible
from engine.migration.judging import Way, verdict
from engine.migration.nodes import Counterparts, must_fit
from engine.spiff import moved
from engine.step import Step
from engine.store import dumps, loads, stamp
from engine.transactions import Tx
from engine.workbench.rights import must_publish

if TYPE_CHECKING:
    from engine.engine import Engine

log = logging.getLogger(__name__)

BEGIN = (
    "INSERT INTO migration_batch (process, to_id, mapping, reason, person_id, begun_at) VALUES (?, ?, ?, ?, ?, ?)"
    " RETURNING id"
)
PUT = (
    "INSERT INTO migration_result (batch_id, instance_id, from_id, seen, status, told)"
    " SELECT ?, id, definition_id, ?, 'waiting', '' FROM instance WHERE id = ? AND process = ? AND definition_id <> ?"
)
SOURCES = "SELECT DISTINCT from_id FROM migration_result WHERE batch_id = ? ORDER BY from_id"
LOCK = "SELECT process, to_id, mapping, person_id, reason FROM migration_batch WHERE id = ?"
NEXT = (
    "SELECT instance_id, from_id, seen FROM migration_result WHERE batch_id = ? AND status = 'waiting'"
    " ORDER BY instance_id LIMIT 1"
)
TELL = (
    "UPDATE migration_result SET status = ?, told = ?, done_at = ?"
    " WHERE batch_id = ? AND instance_id = ? AND status = 'waiting'"
)
UNFINISHED = "SELECT DISTINCT batch_id FROM migration_result WHERE status = 'waiting' ORDER BY batch_id"
CHANGED = "预演之后这件又有变动，已按现在的状态重新判断。"
ELSEWHERE = "预演之后已被另一次迁移移到第 {version} 版，没有再动。要迁移请重新预演"
DROPPED = "“{name}”已办，按迁移人的决定在新版里没有对应"
FAILED = "没有迁移成，这件原样未动。请管理员查看系统日志，处理后再迁移"
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

# An open limit tells the timers that the new version draws within its scope, and no others.
TOLD_BY = "UPDATE deadline SET has_timer = ? WHERE instance_id = ? AND node = ? AND status IN ('open', 'paused')"


class Waiting(NamedTuple):
    """A case that is still to come: the version it was on when chosen, its revision in the dry run."""

    case_id: int
    from_id: int
    seen: int | None


def begin(
    engine: Engine,
    actor: int,
    process: str,
    target: int,
    chosen: Iterable[int],
    mapping: Counterparts,
    reason: str,
    seen: Mapping[int, int] | None = None,
) -> int:
    """Write down which cases are to move to the version `target`; returns the batch. Nothing has moved yet.

    `mapping`: old id → the new element in its place, or None for a step of which nothing has taken the place.
    `seen`: case → its revision in the dry run; what has changed since is judged anew like all others, and says so.
    Raises NotAllowed, FormInvalid without a reason or with a mapping that cannot be meant,
    NotFound, NotPossible when no chosen case is on another version.
    """
    if not reason.strip():
        raise FormInvalid([FieldProblem("reason", "请写明迁移的原因", "迁移原因")], {"reason": reason})
    chosen = sorted(set(chosen))
    if not chosen:
        raise NotPossible(what="迁移", why="没有选中任何流程。请勾选可迁移的流程后再试")
    with engine.transactions.write() as tx:
        now = engine.clock.now()
        must_publish(engine.snapshots.at(tx).people, actor, now, "迁移在办流程")
        if engine.definitions.get(tx, target).process != process:
            raise NotFound(what=f"流程 {process} 的这个版本")
        row = tx.one(BEGIN, (process, target, dumps(dict(mapping)), reason.strip(), actor, stamp(now)))
        assert row is not None
        batch = int(row[0])
        if not sum(tx.run(PUT, (batch, (seen or {}).get(one), one, process, target)) for one in chosen):
            raise NotPossible(what="迁移", why="选中的流程都已在这个版本上")
        olds = [engine.definitions.get(tx, int(one[0])) for one in tx.all(SOURCES, (batch,))]
        must_fit(olds, engine.definitions.get(tx, target), mapping)
        record(tx, now, actor, "procedure.migration", process, {"batch": batch, "to": target, "reason": reason.strip()})
    return batch


def carry_on(engine: Engine, batch: int, most: int = 100) -> int:
    """Move the next cases of a batch, at most `most`; returns how many were dealt with. Safe to call from anywhere."""
    for done in range(most):
        with engine.transactions.read() as tx:
            row = tx.one(NEXT, (batch,))
        if row is None:
            return done
        _attempt(engine, batch, Waiting(*row))
    return most


def sweep(engine: Engine) -> int:
    """Make up for batches that a killed process left unfinished."""
    with engine.transactions.read() as tx:
        unfinished = [int(row[0]) for row in tx.all(UNFINISHED)]
    return sum(carry_on(engine, one) for one in unfinished)


def _attempt(engine: Engine, batch: int, one: Waiting) -> None:
    """One case in a transaction of its own; what nobody foresaw leaves it where it is and does not stop the others."""
    try:
        with engine.transactions.write() as tx:
            _deal(engine, tx, batch, one)
    except Exception as error:
        if engine.transactions.busy(error):
            raise
        log.exception("migration failed", extra={"case": one.case_id, "batch": batch})
        with engine.transactions.write() as tx:
            tx.run(TELL, ("stayed", FAILED, stamp(engine.clock.now()), batch, one.case_id))


def _deal(engine: Engine, tx: Tx, batch: int, one: Waiting) -> None:
    """One case: moved, or left with the reason."""
    row = tx.one(LOCK, (batch,))
    assert row is not None
    target, mapping, actor, reason = int(row[1]), loads(row[2]), int(row[3]), str(row[4])
    step, way = Step.of(engine, tx, one.case_id, actor), Way.of(engine.definitions.get(tx, target), mapping)
    without: Mapping[str, str] = {}
    if step.case.definition_id != one.from_id:
        status, told = "stayed", ELSEWHERE.format(version=step.definition.version)
    else:
        status, told, without = _judged(step, way)
        if one.seen is not None and step.case.revision != one.seen:
            told = CHANGED + told
    if not tx.run(TELL, (status, told, step.stamped, batch, one.case_id)):
        return  # another process was faster
    if status == "moved":
        _move(step, target, way, without, batch, reason)


def _judged(step: Step, way: Way) -> tuple[str, str, Mapping[str, str]]:
    """Whether the case moves or stays, what is told about it, and which steps it has done have no counterpart."""
    try:
        found = verdict(step, way)
    except CountersignError as error:
        return "stayed", error.message, {}
    told = [str(one) for one in (found.effects if found.moves else found.obstacles)]
    told += [DROPPED.format(name=name) for name in found.dropped.values()]
    return "moved" if found.moves else "stayed", "；".join(dict.fromkeys(told)), found.dropped


def _move(step: Step, target: int, way: Way, dropped: Mapping[str, str], batch: int, reason: str) -> None:
    before, mapping = step.definition, way.mapping
    waiting = {wait.node for wait in step.run.waits} | {scope.node for scope in step.run.scopes}
    fresh = Step.of(step.engine, step.tx, step.case.id, step.actor_id)
    fresh.case.state = moved(fresh.case.state, mapping)
    step.tx.run("UPDATE instance SET definition_id = ? WHERE id = ?", (target, step.case.id))
    fresh.case.definition_id = target
    for node in sorted(waiting):
        _rename(step.tx, step.case.id, node, mapping.get(node, node), way.new)
        step.tx.run(TOLD_BY, (mapping.get(node, node) in way.new.model.timed, step.case.id, mapping.get(node, node)))
    fresh.record(
        "case.migrated",
        before=before.version,
        version=way.new.version,
        mapping=dict(mapping),
        dropped=dict(dropped),
        batch=batch,
        reason=reason,
    )
    fresh.save()


def _rename(tx: Tx, case_id: int, node: str, after: str, new: Definition) -> None:
    drawn = new.model.nodes[after]
    tx.run(RENAME_ITEM, (after, drawn.name, drawn.extensions.get("form"), case_id, node))
    for sql in RENAME_OTHERS if after != node else ():
        tx.run(sql, (after, case_id, node))
