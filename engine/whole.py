"""What can be done with a case as a whole: suspend, resume, end before its time. Rights are the caller's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine import cases, deadlines, items, statements
from engine.errors import NotPossible
from engine.store import NEVER, stamp

if TYPE_CHECKING:
    from engine.step import Step


def suspend(step: Step, category: str, reason: str, **data: Any) -> None:
    """Stop a case and its clocks; the time it stands still does not count. `pauses.py` says what must be given."""
    step.must_be_open("挂起")
    step.case.status = cases.SUSPENDED
    deadlines.pause_all(step)
    step.tx.run(statements.PAUSE_ITEMS, (stamp(NEVER), step.case.id))
    step.tx.run(statements.PAUSE_TIMERS, (step.case.id,))
    step.tx.run(statements.PAUSE_JOBS, (step.case.id,))
    step.record("case.suspended", category=category, reason=reason, **data)


def resume(step: Step, reason: str, **data: Any) -> None:
    """Let a suspended case go on; each clock runs on with what it had left.

    When handlers say that its subject has changed meanwhile, the diagram hears so and may lead the case back.
    """
    if step.case.status != cases.SUSPENDED:
        raise NotPossible(what="恢复", why="流程没有挂起")
    step.case.status = cases.OPEN
    deadlines.resume_all(step)
    items.resume_all(step)
    step.tx.run(statements.RESUME_TIMERS, (step.case.id,))
    step.tx.run(statements.RESUME_JOBS, (step.case.id,))
    step.record("case.resumed", reason=reason, **data)
    for ask in step.engine.registry.resumptions:
        message = ask(step.tx, step.case.subject, step.case.form)
        if message and step.run.message(message):
            step.record("message.received", message=message)


def close(step: Step, status: str, reason: str, **data: Any) -> None:
    """End a case before its time, withdrawn or cancelled; what is overdue or posted already stays so."""
    if not step.case.running:
        step.must_be_open("撤回或作废")
    deadlines.void_all(step)
    step.tx.run(statements.CLOSE_ITEMS, (step.stamped, step.case.id))
    step.tx.run(statements.CLOSE_TIMERS, (step.case.id,))
    step.tx.run(statements.CLOSE_JOBS, (step.case.id,))
    step.record(f"case.{status}.reason", reason=reason, **data)
    step.end(status, step.case.outcome or status)
