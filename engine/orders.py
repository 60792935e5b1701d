"""Orders: a job of one case asks for another case to be suspended, resumed or cancelled.

The order is written in the job's transaction and carried out right after it, or by the sweep, in a transaction of the
other case: no step ever locks two cases, and an order is carried out once. Both logs tell of it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from engine import cases, whole
from engine.errors import CountersignError
from engine.operations import Order
from engine.step import Step

if TYPE_CHECKING:
    from engine.engine import Engine

log = logging.getLogger(__name__)
BATCH = 100
OVERTAKEN = "overtaken"  # the category of a suspension by order

PUT = (
    "INSERT INTO case_order (job, source_id, target_id, verb, reason, status, ordered_at)"
    " VALUES (?, ?, ?, ?, ?, 'waiting', ?) ON CONFLICT DO NOTHING"
)
NUMBER = "SELECT number FROM instance WHERE id = ?"
WAITING = (
    "SELECT o.id, o.target_id, o.verb, o.reason, i.number FROM case_order o JOIN instance i ON i.id = o.source_id"
    " WHERE o.status = 'waiting' ORDER BY o.id LIMIT ?"
)
CLAIM = "UPDATE case_order SET status = 'done', done_at = ? WHERE id = ? AND status = 'waiting'"
VOID = "UPDATE case_order SET status = 'void', note = ? WHERE id = ?"


def give(step: Step, job_id: str, node: str, order: Order) -> None:
    """Write an order down, in the transaction of the job that gives it; the same job gives it once."""
    if step.tx.run(PUT, (job_id, step.case.id, order.case_id, order.verb, order.reason, step.stamped)):
        row = step.tx.one(NUMBER, (order.case_id,))
        target = row[0] if row else str(order.case_id)
        step.record("order.given", node=node, subject=job_id, case=target, verb=order.verb, reason=order.reason)


def carry_out(engine: Engine) -> int:
    """Carry out the orders that wait; a broken one stops no other. Returns how many were carried out."""
    with engine.transactions.read() as tx:
        waiting = tx.all(WAITING, (BATCH,))
    return sum(_attempt(engine, *row) for row in waiting)


def _attempt(engine: Engine, order_id: int, target: int, verb: str, reason: str, number: str) -> bool:
    try:
        with engine.transactions.write() as tx:
            step = Step.of(engine, tx, target)
            if tx.run(CLAIM, (step.stamped, order_id)) != 1:
                return False
            try:
                _obey(step, verb, reason, number)
            except CountersignError as error:  # e.g. the other case is over: there is nothing left to order
                tx.run(VOID, (error.message[:500], order_id))
                step.record("order.void", by=number, verb=verb, why=error.message)
            step.save()
        return True
    except Exception as error:
        if not engine.transactions.busy(error):
            log.exception("order failed", extra={"action": "order_failed", "order": order_id})
        return False


def _obey(step: Step, verb: str, reason: str, number: str) -> None:
    if verb == "suspend":
        whole.suspend(step, OVERTAKEN, reason, by=number)
    elif verb == "resume":
        whole.resume(step, reason, by=number)
    else:
        whole.close(step, cases.CANCELLED, reason, by=number)
