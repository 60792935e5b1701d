"""Timers: what the clock owes. The row alone holds the moment; inside the tokens a timer is only an address.

A timer with a moment of its own has a row of its own. One drawn as `deadline` has its moment in the row of its deadline
and fires when that is breached, in the same transaction.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from engine import deadlines, incidents, statements
from engine.cases import case_of, task_of, wait_id
from engine.spiff import Wait
from engine.step import Step
from engine.store import moment, stamp
from engine.transactions import Tx

if TYPE_CHECKING:
    from engine.engine import Engine

log = logging.getLogger(__name__)
BATCH = 200


def sweep(engine: Engine, now: datetime) -> int:
    """Fire every timer whose moment is past; those drawn as `deadline` fire as their deadline is breached.

    A deadline is inclusive, so a timer fires after its moment, not at it. Each timer has a transaction of its own:
    a broken one neither stops the others nor spins. Returns how many rows were dealt with.
    """
    with engine.transactions.read() as tx:
        due = [row[0] for row in tx.all(statements.DUE_TIMERS, (stamp(now), BATCH))]
        overdue = [row[0] for row in tx.all(statements.TO_FIRE, (stamp(now), stamp(now), BATCH))]
    fired = sum(attempt(engine, timer_id) for timer_id in due)
    return fired + sum(_attempt_breach(engine, deadline_id) for deadline_id in overdue)


def next_due(tx: Tx, since: datetime) -> datetime | None:
    """The next moment, not before `since`, at which a sweep finds a timer to fire, a warning, breach or escalation."""
    row = tx.one(statements.NEXT_DUE, (stamp(since), stamp(since)))
    return moment(row[0]) if row and row[0] else None


# --- timers with a moment of their own ------------------------------------------------------------------------


def attempt(engine: Engine, timer_id: str) -> bool:
    """Fire one timer; a failure becomes an incident, for firing again the same way would fail again."""
    try:
        return fire(engine, timer_id)
    except Exception as error:
        if _busy(engine, timer_id, error):
            return False  # the row is still pending: the next tick tries again
        with engine.transactions.write() as tx:
            if tx.run(statements.SET_TIMER, ("failed", 1, case_of(timer_id), timer_id, "pending")):
                _open_incident(engine, tx, timer_id, error)
        return False


def fire(engine: Engine, timer_id: str) -> bool:
    """Claim → load → fire → save, in one transaction; False when the moment is not past or it has fired."""
    with engine.transactions.write() as tx:
        step = Step.of(engine, tx, case_of(timer_id))
        row = tx.one(statements.FIRE_TIMER, (step.stamped, step.case.id, timer_id, step.stamped))
        if row is None:
            return False
        deadline, due = row
        if deadline is None:
            wait = step.wait(timer_id, "timer")
            step.finished = wait.task
            _fire(step, wait, due)
        else:
            _breach(step, deadline)
            _fire_under(step, deadline, due)
        step.save()
    return True


def _fire(step: Step, wait: Wait, due: str) -> None:
    late = int((step.now - moment(due)).total_seconds())
    subject = wait_id(step.case.id, wait.task)
    step.record("timer.fired", node=wait.node, subject=subject, occurred_at=moment(due), late=late)
    step.run.fire(wait.task)


# --- timers drawn as `deadline` -------------------------------------------------------------------------------


def _attempt_breach(engine: Engine, deadline_id: str) -> bool:
    """Breach one deadline; when its timers cannot fire, the breach alone goes on record, with an incident."""
    try:
        return breach(engine, deadline_id)
    except Exception as error:
        if _busy(engine, deadline_id, error):
            return False
        failure = error
    try:
        return _breach_alone(engine, deadline_id, failure)
    except Exception:
        log.exception("breach not recorded", extra={"action": "breach_failed", "deadline": deadline_id})
        return False


def breach(engine: Engine, deadline_id: str) -> bool:
    """Put the breach of one overdue deadline on record and fire its timers, in one transaction.

    False when somebody else did or the deadline was closed.
    """
    with engine.transactions.write() as tx:
        step = Step.of(engine, tx, case_of(deadline_id))
        breached = _breach(step, deadline_id)
        if breached:
            _fire_under(step, deadline_id, breached.due)
            step.save()
    return breached is not None


def _breach_alone(engine: Engine, deadline_id: str, error: Exception) -> bool:
    with engine.transactions.write() as tx:
        step = Step.of(engine, tx, case_of(deadline_id))
        breached = _breach(step, deadline_id)
        if breached:
            deadlines.put_by(step, deadline_id, breached.node, breached.due, "failed", attempts=1)
            step.save()
            _open_incident(engine, tx, deadline_id, error)
    return breached is not None


class _Breached(NamedTuple):
    due: str
    clock: str
    node: str


def _breach(step: Step, deadline_id: str) -> _Breached | None:
    """Put a breach on record; None when it is on record already or the deadline does not stand."""
    row = step.tx.one(statements.BREACH, (True, step.case.id, deadline_id, step.stamped))
    if row is None:
        return None
    breached = _Breached(*row)
    deadlines.breach(step, deadline_id, breached.node, breached.clock, moment(breached.due))
    return breached


def _fire_under(step: Step, deadline_id: str, due: str) -> None:
    """Fire the timers that wait for a deadline; one that interrupts takes the others with it."""
    scope = task_of(deadline_id)
    for wait in [one for one in step.run.waits if _tells(one, scope)]:
        if wait in step.run.waits:
            _fire(step, wait, due)


def _tells(wait: Wait, scope: str) -> bool:
    return wait.kind == "timer" and wait.due is None and wait.scopes[0] == scope


# --- failures -------------------------------------------------------------------------------------------------


def _busy(engine: Engine, subject: str, error: Exception) -> bool:
    if engine.transactions.busy(error):
        log.exception("database busy", extra={"action": "timer_delayed", "timer": subject})
        return True
    log.exception("timer failed", extra={"action": "timer_failed", "timer": subject})
    return False


def _open_incident(engine: Engine, tx: Tx, subject: str, error: Exception) -> None:
    incidents.open_(engine, tx, "timer", subject, "", "定时器触发失败", f"{type(error).__name__}: {error}")
