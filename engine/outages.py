"""When the system itself stood still, so that nobody is charged for it without being asked (E-12, E-81).

The running system leaves a beat every minute. A longer gap in working time is an outage on record. A breach that fell
into one, or that came while a job of the case was failing, carries a proposal to exempt it, which decides nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.clock import local
from engine.store import moment, stamp
from engine.transactions import Tx

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.step import Step

BEAT = timedelta(minutes=1)

LAST_BEAT = "SELECT beat FROM config"
SET_BEAT = "UPDATE config SET beat = ?"
KEEP = "INSERT INTO outage (began_at, ended_at) VALUES (?, ?)"
COVERING = "SELECT began_at, ended_at FROM outage WHERE began_at <= ? AND ended_at >= ? ORDER BY id LIMIT 1"
FAILING = (
    "SELECT operation, last_error FROM job WHERE instance_id = ? AND attempts > 0 AND status IN ('waiting', 'failed')"
    " ORDER BY id LIMIT 1"
)


def beat(engine: Engine) -> timedelta | None:
    """Leave a sign of life, at most once a minute; returns the working time of an outage that has just ended."""
    now = engine.clock.now()
    if engine.last_beat is not None and now - engine.last_beat < BEAT:
        return None
    engine.last_beat = now
    with engine.transactions.write() as tx:
        row = tx.one(LAST_BEAT)
        tx.run(SET_BEAT, (stamp(now),))
        return _note_gap(engine, tx, moment(row[0]), now) if row and row[0] else None


def _note_gap(engine: Engine, tx: Tx, before: datetime, now: datetime) -> timedelta | None:
    """Put a gap on record when more working time than the settings allow has passed without a beat."""
    missed = engine.snapshots.at(tx).calendar(None).between(before, now)
    if missed <= timedelta(minutes=engine.settings.outage_minutes):
        return None
    tx.run(KEEP, (stamp(before), stamp(now)))
    return missed


def propose_exemption(step: Step, deadline: str, node: str, due: datetime) -> None:
    """Record why a breach should perhaps not be charged, if there is a reason in our own failures."""
    reason = _standing_still(step, due) or _failing(step)
    if reason:
        step.record("exemption.proposed", node=node, subject=deadline, reason=reason)


def _standing_still(step: Step, due: datetime) -> str | None:
    row = step.tx.one(COVERING, (stamp(due), stamp(due)))
    if row is None:
        return None
    began, ended = (f"{local(moment(text)):%m-%d %H:%M}" for text in row)
    return f"系统在 {began} 至 {ended} 停机，到期时刻在其中"


def _failing(step: Step) -> str | None:
    row = step.tx.one(FAILING, (step.case.id,))
    return f"自动步骤 {row[0]} 执行失败，非经办人原因（{row[1]}）" if row else None
