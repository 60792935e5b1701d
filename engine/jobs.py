"""Jobs: what handlers owe. Each is performed in one transaction with the step that follows it.

A failure rolls everything back, is noted in a transaction of its own, and is tried again later; after the last
attempt it becomes an incident that an administrator sees and can retry.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine import incidents, starting, statements
from engine.cases import case_of, task_of
from engine.errors import NotFound, Refused
from engine.operations import Case, Context, Done, Later, Launch, Part
from engine.step import Step
from engine.store import loads, stamp
from engine.transactions import Tx

if TYPE_CHECKING:
    from engine.engine import Engine

log = logging.getLogger(__name__)
BATCH = 200


class Apart(Exception):
    """A job failed in the transaction of the step that opened it: the step is to be taken without it."""


def sweep(engine: Engine, now: datetime) -> int:
    """Perform every job that is due; a broken one stops nobody else. Returns how many were performed."""
    with engine.transactions.read() as tx:
        due = [row[0] for row in tx.all(statements.DUE_JOBS, (stamp(now), BATCH))]
    return sum(attempt(engine, job_id) is not None for job_id in due)


def of_case(engine: Engine, case_id: int) -> int:
    """Perform the jobs of one case at once, and those that follow from them; returns how many were performed."""
    with engine.transactions.read() as tx:
        due = [row[0] for row in tx.all(statements.CASE_JOBS, (case_id, stamp(engine.clock.now())))]
    return of_list(engine, due)


def of_list(engine: Engine, due: list[str]) -> int:
    """Perform these jobs and those that follow from them; returns how many were performed."""
    performed = 0
    while due:
        following = attempt(engine, due.pop(0))
        performed += following is not None
        due = (following or []) + due
    return performed


def attempt(engine: Engine, job_id: str) -> list[str] | None:
    """Perform one job; returns the jobs that follow from it, None when somebody else had it or it failed.

    Jobs that follow one another share a transaction as long as all go well; when one fails, the first is performed
    alone, so that a failure never undoes more than its own job. A long job has a transaction for each of its parts.
    """
    try:
        return perform(engine, job_id, onward=True)
    except Exception as error:
        log.info("jobs apart: %s", error, extra={"action": "jobs_apart", "job": job_id})
    try:
        return perform(engine, job_id, onward=False)
    except Exception as error:
        log.exception("job failed", extra={"action": "job_failed", "job": job_id})
        if not engine.transactions.busy(error):  # a locked database is no fault of the job: the next tick tries again
            _note_failure(engine, job_id, error)
        return None


def perform(engine: Engine, job_id: str, onward: bool) -> list[str] | None:
    """Claim → load → operation → step → save, in one transaction; `onward` with the jobs that follow."""
    with engine.transactions.write() as tx:
        step = Step.of(engine, tx, case_of(job_id))
        if not _perform(step, job_id):
            return None
        if onward:
            _go_onward(step)
        step.save()
    step.keep()
    return step.jobs


def follow(step: Step) -> None:
    """Perform the jobs that a step has opened in its own transaction, once it is saved, as `of_case` would after it.

    A long job and those behind it stay in `step.jobs`, for after the commit. Raises Apart when one fails.
    """
    due = step.hand_over()
    try:
        while due and not _long(step, due[0]):
            if _perform(step, due.pop(0)):
                _go_onward(step)
                due, step.jobs = step.jobs + due, []
                step.save()
    except Exception as error:
        log.info("jobs apart: %s", error, extra={"action": "jobs_apart", "case": step.case.id})
        raise Apart from error
    step.jobs = due


def _go_onward(step: Step) -> None:
    """Perform what follows from a job, up to a long one."""
    while _opened(step) and not _long(step, step.jobs[0]):
        _perform(step, step.jobs.pop(0))


def _long(step: Step, job_id: str) -> bool:
    """Whether a job is done in parts; one that waits no more is none."""
    wait = step.waits_before.get(task_of(job_id))
    return wait is not None and step.engine.registry.operations[step.node(wait.node).extensions["operation"]].in_parts


def _perform(step: Step, job_id: str) -> bool:
    """One job within a step; False when it is not due or somebody else has it."""
    row = step.tx.one(statements.CLAIM_JOB, (step.stamped, step.case.id, job_id, step.stamped))
    if row is None:
        return False
    node, operation, parameters, attempts = row
    wait = step.wait(job_id, "job")
    step.finished = wait.task
    context = _context(step, job_id, node, wait.item)
    try:
        done = step.engine.registry.operations[operation].run(context, **_arguments(loads(parameters))) or Done()
    except Refused as refusal:
        _refuse(step, job_id, node, refusal)
    else:
        if isinstance(done, Part):
            _go_on(step, job_id, node, context)
        elif isinstance(done, Later):
            _postpone(step, job_id, node, context, done.at)
        else:
            _accept(step, job_id, node, operation, done, context, attempts)
    return True


def _opened(step: Step) -> bool:
    """Whether jobs follow from what this step has done so far."""
    step.settle_waits()
    return bool(step.jobs)


def _arguments(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name != "item"}


def _context(step: Step, job_id: str, node: str, item: Any) -> Context:
    case = step.case
    known = Case(
        case.id, case.number, case.process, case.title, case.applicant_id or 0, case.department_id or 0,
        case.urgent, case.round, case.form, case.subject, case.base or {},
    )  # fmt: skip
    context = Context(step.tx, step.now, known, node, job_id, step.people, step.engine.seals, step.definition, item)
    context.policy = step.policy.policy
    context.launcher = lambda launch: _launch(step, job_id, node, launch)
    return context


def _launch(step: Step, job_id: str, node: str, launch: Launch) -> int:
    """Start the case that a job launches, in its transaction; both logs tell of it."""
    started = starting.start_for(step.engine, step.tx, launch)
    if started is not None:
        started.record("case.launched", by=step.case.number)
        started.save()
        step.record("case.launching", node=node, subject=job_id, case=started.case.number)
        return started.case.id
    known = starting.known(step.tx, launch.key)
    assert known is not None
    return known[0]


def _accept(step: Step, job_id: str, node: str, operation: str, done: Done, context: Context, attempts: int) -> None:
    for kind, data in context.events:
        step.record(kind, node=node, subject=job_id, **data)
    for order in context.orders:
        step.order(order, job_id, node)
    step.record("job.done", node=node, subject=job_id, operation=operation, attempts=attempts)
    step.case.form.update(done.form)
    if done.base is not None:
        step.case.base = dict(done.base)
    if done.outcome is not None:
        step.case.outcome = done.outcome
    step.run.perform(task_of(job_id), dict(done.decisions))


def _go_on(step: Step, job_id: str, node: str, context: Context) -> None:
    """A part of a long job is done: keep it, and let the job come up again at once."""
    for kind, data in context.events:
        step.record(kind, node=node, subject=job_id, **data)
    step.finished = None
    step.tx.run(statements.REOPEN_JOB, (job_id,))


def _postpone(step: Step, job_id: str, node: str, context: Context, at: datetime) -> None:
    """The job's time has not come: it waits, as it did before, until a later moment."""
    for kind, data in context.events:
        step.record(kind, node=node, subject=job_id, **data)
    step.finished = None
    step.tx.run(statements.POSTPONE_JOB, (stamp(at), step.case.id, job_id))


def _refuse(step: Step, job_id: str, node: str, refusal: Refused) -> None:
    step.record(
        "job.refused",
        node=node,
        subject=job_id,
        code=refusal.code,
        message=refusal.message,
        **refusal.details,
    )
    if not step.run.refuse(task_of(job_id), refusal.code):
        raise RuntimeError(f"{refusal.code}：{refusal.message}（图中没有接住这一拒绝的错误边界事件）")


def _note_failure(engine: Engine, job_id: str, error: Exception) -> None:
    """Count the failed attempt; the last one opens an incident. The job waits longer after each."""
    with engine.transactions.write() as tx:
        row = tx.one(statements.READ_JOB, (case_of(job_id), job_id))
        if row is None or row[3] != "waiting":
            return
        node, operation, attempts, _ = row
        settings = engine.settings
        last = attempts + 1 >= settings.job_attempts
        pause = timedelta(seconds=settings.job_backoff_seconds * 2**attempts)
        now = engine.clock.now()
        text = f"{type(error).__name__}: {error}"[:2000]
        status = "failed" if last else "waiting"
        tx.run(statements.DELAY_JOB, (stamp(now + pause), text, status, case_of(job_id), job_id))
        if last:
            incidents.open_(engine, tx, "job", job_id, node, f"“{operation}”执行失败", text)


def retry(tx: Tx, now: datetime, job_id: str) -> None:
    """Let a failed job run again at the next sweep."""
    if tx.run(statements.RETRY_JOB, (stamp(now), case_of(job_id), job_id)) != 1:
        raise NotFound(what="这项失败的自动步骤")
