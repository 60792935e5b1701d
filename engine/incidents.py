"""Incidents: what an operator owes. A job, timer or step that cannot go on waits here until somebody retries it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import reminders, statements
from engine.cases import case_of
from engine.errors import CountersignError, NotFound, NotPossible
from engine.spiff import DoorError
from engine.step import Step
from engine.transactions import Tx

if TYPE_CHECKING:
    from engine.engine import Engine

OPEN = (
    "INSERT INTO incident (instance_id, kind, subject, node, what, detail, status, opened_at)"
    " VALUES (?, ?, ?, ?, ?, ?, 'open', ?)"
)
STANDING = "SELECT id FROM incident WHERE subject = ? AND status = 'open'"
READ = "SELECT instance_id, kind, subject, status FROM incident WHERE id = ?"
RESOLVE = "UPDATE incident SET status = 'resolved', resolved_at = ?, resolved_by = ? WHERE id = ? AND status = 'open'"


def open_(engine: Engine, tx: Tx, kind: str, subject: str, node: str, what: str, detail: str) -> None:
    """Put an incident on the operators' list and on the case's record; once per subject while it stands."""
    if tx.one(STANDING, (subject,)):
        return
    step = Step.of(engine, tx, case_of(subject))
    tx.run(OPEN, (step.case.id, kind, subject, node, what, detail, step.stamped))
    step.record("incident.opened", node=node, subject=subject, what=what, reason=kind)
    step.save()


def retry(engine: Engine, tx: Tx, incident_id: int, actor: int) -> int:
    """Resolve an incident by letting its job or timer run again; returns the case.

    A step is tried again by whoever owes it: he is asked to hand it in once more, if the case can be read now.
    """
    row = tx.one(READ, (incident_id,))
    if row is None:
        raise NotFound(what="这条异常")
    case_id, kind, subject, _status = row
    step = Step.of(engine, tx, case_id, actor)
    step.must_be_open("重试")
    if kind == "step":
        _ask_again(step, subject, actor)
    if tx.run(RESOLVE, (step.stamped, actor, incident_id)) != 1:
        raise NotPossible(what="重试", why="这条异常已有人处理")
    if kind == "job":
        tx.run(statements.RETRY_JOB, (step.stamped, step.case.id, subject))
    elif kind == "timer":
        tx.run(statements.SET_TIMER, ("pending", 0, step.case.id, subject, "failed"))
    step.record("incident.resolved", subject=subject, how="retry")
    step.save()
    return int(case_id)


def _ask_again(step: Step, item_id: str, actor: int) -> None:
    try:
        step.wait(item_id, "work")
    except (DoorError, CountersignError) as error:
        why = f"流程仍然走不下去（{error}）；请流程负责人改好图后再试，或在流程页作废，由申请部门重新申请"
        raise NotPossible(what="重试", why=why) from error
    reminders.ask_again(step, item_id, actor)
