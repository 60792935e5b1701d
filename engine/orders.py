"""Orders: a job of one case, or its end, asks for another case to be suspended, resumed or cancelled.

The order is written by `Step.order` in the transaction of the step and carried out right after it, or by the sweep, in
a transaction of the other case: no step ever locks two cases, and an order is carried out once. Both logs tell of it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from engine import cases, whole
from engine.errors import CountersignError, NotPossible
from engine.step import Step
from engine.store import loads
from engine.transactions import Tx

if TYPE_CHECKING:
    from engine.engine import Engine

log = logging.getLogger(__name__)
BATCH = 100
OVERTAKEN = "overtaken"  # the category of a suspension by order

WAITING = (
    "SELECT o.id, o.target_id, o.verb, o.reason, i.number FROM case_order o JOIN instance i ON i.id = o.source_id"
    " WHERE o.status = 'waiting' ORDER BY o.id LIMIT ?"
)
CLAIM = (  # in the order in which they were given: what has yet to be suspended is not resumed before
    "UPDATE case_order SET status = 'done', done_at = ? WHERE id = ? AND status = 'waiting' AND NOT EXISTS"
    " (SELECT 1 FROM case_order e WHERE e.target_id = case_order.target_id AND e.id < case_order.id"
    " AND e.status = 'waiting')"
)
VOID = "UPDATE case_order SET status = 'void', note = ? WHERE id = ?"
SUSPENDED = (
    "SELECT DISTINCT o.target_id, s.number, o.status FROM case_order o JOIN instance s ON s.id = o.source_id"
    " JOIN instance t ON t.id = o.target_id WHERE o.source_id = ? AND o.verb = 'suspend'"
    " AND (o.status = 'waiting' OR (o.status = 'done' AND t.status = 'suspended')) ORDER BY o.target_id"
)
WHY = "SELECT data FROM event WHERE instance_id = ? AND kind = 'case.suspended' ORDER BY seq DESC LIMIT 1"


def held_by(tx: Tx, case_id: int) -> list[int]:
    """The cases that stand still, or are about to, by order of this one and for no later reason."""
    found = tx.all(SUSPENDED, (case_id,))
    held = [target for target, number, status in found if status == "waiting" or _holds(tx, number, target)]
    return list(dict.fromkeys(held))


def _holds(tx: Tx, number: str, target: int) -> bool:
    """Whether the last suspension of a case was ordered by the case of that number."""
    row = tx.one(WHY, (target,))
    return row is not None and loads(row[0]).get("by") == number


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
        if not _holds(step.tx, number, step.case.id):
            raise NotPossible(what="恢复", why=f"流程不是由 {number} 挂起的")
        whole.resume(step, reason, by=number)
    else:
        whole.close(step, cases.CANCELLED, reason, by=number)
