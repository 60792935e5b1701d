"""Timers: what the clock owes. The row alone holds the moment; inside the tokens a timer is only an address."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from engine import deadlines, incidents, statements
from engine.cases import case_of, task_of
from engine.step import Step
from engine.store import moment, stamp

if TYPE_CHECKING:
    from engine.engine import Engine

log = logging.getLogger(__name__)
BATCH = 200


def sweep(engine: Engine, now: datetime) -> int:
    """Fire every timer whose moment is past.

    A deadline is inclusive, so a timer fires after its moment, not at it. Each timer has a transaction of its own:
    a broken one neither stops the others nor spins. Returns how many rows were dealt with.
    """
    with engine.transactions.read() as tx:
        due = [row[0] for row in tx.all(statements.DUE_TIMERS, (stamp(now), BATCH))]
    return sum(attempt(engine, timer_id) for timer_id in due)


def attempt(engine: Engine, timer_id: str) -> bool:
    """Fire one timer; a failure becomes an incident, for firing again the same way would fail again."""
    try:
        return fire(engine, timer_id)
    except Exception as error:
        if engine.transactions.busy(error):
            log.exception("database busy", extra={"action": "timer_delayed", "timer": timer_id})
            return False  # the row is still pending: the next tick tries again
        log.exception("timer failed", extra={"action": "timer_failed", "timer": timer_id})
        with engine.transactions.write() as tx:
            if tx.run(statements.SET_TIMER, ("failed", 1, case_of(timer_id), timer_id, "pending")):
                incidents.open_(engine, tx, "timer", timer_id, "", "定时器触发失败", f"{type(error).__name__}: {error}")
        return False


def fire(engine: Engine, timer_id: str) -> bool:
    """Claim → load → fire → save, in one transaction; False when the moment is not past or it has fired."""
    with engine.transactions.write() as tx:
        step = Step.of(engine, tx, case_of(timer_id))
        row = tx.one(statements.FIRE_TIMER, (step.stamped, step.case.id, timer_id, step.stamped))
        if row is None:
            return False
        node, deadline, due = row
        wait = step.wait(timer_id, "timer")
        step.finished = wait.task
        if deadline is not None:
            _breach(step, deadline)
        step.record("timer.fired", node=node, subject=timer_id, occurred_at=moment(due), late=_late(step.now, due))
        step.run.fire(task_of(timer_id))
        step.save()
    return True


def _breach(step: Step, deadline_id: str) -> None:
    row = step.tx.one(statements.BREACH, (True, step.case.id, deadline_id, step.stamped))
    if row is not None:
        due, clock, node = row
        deadlines.breach(step, deadline_id, node, clock, moment(due))


def _late(now: datetime, due: str) -> int:
    return int((now - moment(due)).total_seconds())
