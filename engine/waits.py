"""Makes the WorkItem, Job and Timer rows equal to what the door says the case waits for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine import deadlines, owners, statements
from engine.cases import wait_id
from engine.deadlines import Opened
from engine.spiff import Run, Wait
from engine.store import UNTIMED, dumps, stamp

if TYPE_CHECKING:
    from engine.step import Step


def reconcile(step: Step, run: Run) -> None:
    """Close what the tokens have left and open what they have entered: deadlines, items, timers, jobs."""
    standing, open_scopes = run.survey()
    after = {wait.task: wait for wait in standing}
    scopes = {scope.task: scope for scope in open_scopes}
    gone = [wait for task, wait in step.waits_before.items() if task not in after and task != step.finished]
    came = [wait for task, wait in after.items() if task not in step.waits_before]
    closing = [scope for task, scope in step.scopes_before.items() if task not in scopes]
    entering = [scope for task, scope in scopes.items() if task not in step.scopes_before]
    opened = deadlines.settle(step, entering, closing)
    _put(step, gone, came, opened)
    _write(step, statements.PUT_JOBS, [_close_job(step, w) for w in gone if w.kind == "job"],
           [_open_job(step, w) for w in came if w.kind == "job"])  # fmt: skip
    step.waits_before, step.scopes_before = after, scopes


def _put(step: Step, gone: list[Wait], came: list[Wait], opened: dict[str, Opened]) -> None:
    _write(step, statements.PUT_ITEMS, [_close_item(step, w) for w in gone if w.kind == "work"],
           [_open_item(step, w, opened) for w in came if w.kind == "work"])  # fmt: skip
    _write(step, statements.PUT_TIMERS, [_close_timer(step, w) for w in gone if _has_moment(w)],
           [_open_timer(step, w) for w in came if _has_moment(w)])  # fmt: skip


def _write(step: Step, sql: str, closed: list[Any], opened: list[Any]) -> None:
    if closed or opened:
        step.tx.many(sql, closed + opened)


def row_id(step: Step, wait: Wait) -> str:
    return wait_id(step.case.id, wait.task)


# --- work items -----------------------------------------------------------------------------------------------


def _open_item(step: Step, wait: Wait, opened: dict[str, Opened]) -> tuple[Any, ...]:
    node = step.node(wait.node)
    department = owners.department_of(step, node, wait.item)
    post = owners.staffed(step, node, owners.post_of(step, node, department))
    owners.note_alone(step, node, post)
    key = row_id(step, wait)
    deadline, due = _deadline_of(step, wait, opened)
    step.record("item.opened", node=node.id, subject=key, post=post, department=department, deadline=deadline)
    item = None if wait.item is None else dumps(wait.item)
    return (
        key, step.case.id, node.id, node.name, node.extensions.get("form"), post, department, item, deadline,
        due, step.case.urgent, step.case.round, "open", step.stamped, None,
    )  # fmt: skip


def _deadline_of(step: Step, wait: Wait, opened: dict[str, Opened]) -> tuple[str | None, str]:
    """The innermost deadline over a wait, and when it is due."""
    for scope in wait.scopes:
        if scope in opened:
            return opened[scope].id, opened[scope].due
        if scope in step.scopes_before:
            key = deadlines.deadline_id(step, scope)
            due = deadlines.due_of(step, key)
            if due != UNTIMED:
                return key, due
    return None, UNTIMED


def _close_item(step: Step, wait: Wait) -> tuple[Any, ...]:
    node = step.node(wait.node)
    kind = "duty.missed" if "duty" in node.extensions else "item.cancelled"
    step.record(kind, node=node.id, subject=row_id(step, wait))
    return (
        row_id(step, wait), step.case.id, node.id, node.name, None, None, None, None, None, UNTIMED,
        step.case.urgent, step.case.round, "cancelled", step.stamped, step.stamped,
    )  # fmt: skip


# --- timers and jobs ------------------------------------------------------------------------------------------


def _has_moment(wait: Wait) -> bool:
    """Whether a wait is a timer with a moment of its own; one drawn as `deadline` is told by its deadline's row."""
    return wait.kind == "timer" and wait.due is not None


def _open_timer(step: Step, wait: Wait) -> tuple[Any, ...]:
    assert wait.due is not None
    due = step.now + wait.due if isinstance(wait.due, timedelta) else wait.due
    return row_id(step, wait), step.case.id, wait.node, None, stamp(due), "pending"


def _close_timer(step: Step, wait: Wait) -> tuple[Any, ...]:
    return row_id(step, wait), step.case.id, wait.node, None, UNTIMED, "cancelled"


def _open_job(step: Step, wait: Wait) -> tuple[Any, ...]:
    step.jobs.append(row_id(step, wait))
    operation = step.node(wait.node).extensions["operation"]
    parameters = {**wait.parameters, **({} if wait.item is None else {"item": wait.item})}
    return (
        row_id(step, wait),
        step.case.id,
        wait.node,
        operation,
        dumps(parameters),
        "waiting",
        step.stamped,
    )


def _close_job(step: Step, wait: Wait) -> tuple[Any, ...]:
    operation = step.node(wait.node).extensions["operation"]
    return row_id(step, wait), step.case.id, wait.node, operation, "{}", "cancelled", step.stamped
