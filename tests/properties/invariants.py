"""What must hold of every case at every moment, whatever has happened to it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from engine import deadlines, history
from engine.cases import OPEN, SUSPENDED, task_of
from engine.engine import Engine
from engine.spiff import Run, Wait
from engine.step import Step
from engine.store import NEVER, loads, stamp
from engine.transactions import Tx

WAITING = {
    "work": ("work_item", ("open", "claimed", "paused")),
    "job": ("job", ("waiting", "paused", "failed")),
    "timer": ("timer", ("pending", "paused", "failed")),
}


def check(engine: Engine, tx: Tx) -> None:
    """Look at the whole database; raises AssertionError naming the case."""
    assert list(history.verify(tx)) == []
    for case_id, status in tx.all("SELECT id, status FROM instance"):
        if status in (OPEN, SUSPENDED):
            _running(engine, tx, case_id)
            if status == SUSPENDED:
                _still(tx, case_id)
        else:
            _over(tx, case_id)
        _events(tx, case_id)
        _breaches(tx, case_id)
    _customers(tx)


def _running(engine: Engine, tx: Tx, case_id: int) -> None:
    step = Step.of(engine, tx, case_id)
    state = step.case.state
    run = Run.load(step.definition.model, state)
    assert not run.completed, f"case {case_id} is open and its tokens have ended"
    assert Run.load(step.definition.model, run.dump()).dump() == run.dump(), "dump → load → dump is stable"
    assert len(state) <= 4096, f"case {case_id}: the state of an open case takes {len(state)} bytes"
    for kind, (table, statuses) in WAITING.items():
        waits = sorted(wait.task for wait in run.waits if wait.kind == kind and not _told(wait))
        assert _tasks(tx, table, statuses, case_id) == waits, f"case {case_id}: {table} rows and tokens differ"
    _deadlines(step, run)


def _told(wait: Wait) -> bool:
    """A timer drawn as `deadline` is told by its deadline's row."""
    return wait.kind == "timer" and wait.due is None


def _tasks(tx: Tx, table: str, statuses: tuple[str, ...], case_id: int) -> list[str]:
    marks = ", ".join("?" * len(statuses))
    own = " AND deadline_id IS NULL" if table == "timer" else ""  # the others stand for those of a breached deadline
    rows = tx.all(f"SELECT id FROM {table} WHERE instance_id = ? AND status IN ({marks}){own}", (case_id, *statuses))
    return sorted(task_of(row[0]) for row in rows)


def _deadlines(step: Step, run: Run) -> None:
    """One open deadline for each open scope that has a limit, and what waits under it is due when it is."""
    limited = {
        scope.task
        for scope in run.scopes
        if (rule := deadlines.rule_of(step, step.node(scope.node))) is not None and rule.limit is not None
    }
    rows = step.tx.all(
        "SELECT id, scope, due, status, breached FROM deadline WHERE instance_id = ? AND status IN ('open', 'paused')",
        (step.case.id,),
    )
    assert Counter(row[1] for row in rows) == Counter(limited), f"case {step.case.id}: scopes and deadlines differ"
    open_ = {key: due for key, _, due, status, _ in rows if status == "open"}
    for item, key, due in step.tx.all(
        "SELECT id, deadline_id, due FROM work_item WHERE instance_id = ? AND status IN ('open', 'claimed', 'paused')",
        (step.case.id,),
    ):
        assert due == open_.get(key, stamp(NEVER)), f"{item} is due at {due}, its deadline {key} at {open_.get(key)}"
    breached = {key for key, _, _, _, breached in rows if breached}
    put_by = step.tx.all(
        "SELECT deadline_id FROM timer WHERE instance_id = ? AND status IN ('pending', 'paused', 'failed')"
        " AND deadline_id IS NOT NULL",
        (step.case.id,),
    )
    assert {row[0] for row in put_by} & open_.keys() <= breached, "the timers of a deadline wait for its breach alone"


def _still(tx: Tx, case_id: int) -> None:
    """Nothing of a suspended case is offered to people, handlers or the clock."""
    for table, moving in (("work_item", ("open", "claimed")), ("job", ("waiting",)), ("timer", ("pending",)),
                          ("deadline", ("open",))):  # fmt: skip
        assert _tasks(tx, table, moving, case_id) == [], f"case {case_id} is suspended and {table} goes on"


def _over(tx: Tx, case_id: int) -> None:
    for table, statuses in (*WAITING.values(), ("deadline", ("open", "paused"))):
        assert _tasks(tx, table, statuses, case_id) == [], f"case {case_id} is over and still has open rows in {table}"
    standing = tx.all("SELECT 1 FROM incident WHERE instance_id = ? AND status = 'open'", (case_id,))
    assert not standing, f"case {case_id} is over and has an open incident"
    held = tx.all("SELECT 1 FROM key_reservation WHERE instance_id = ? AND released_at IS NULL", (case_id,))
    assert not held, f"case {case_id} is over and still holds a key"


def _events(tx: Tx, case_id: int) -> None:
    events = tx.all("SELECT kind, subject FROM event WHERE instance_id = ? ORDER BY seq", (case_id,))
    count = tx.all("SELECT event_count FROM instance WHERE id = ?", (case_id,))[0][0]
    assert len(events) == count
    once = Counter((kind, subject) for kind, subject in events if kind in ONCE)
    assert not [what for what, times in once.items() if times > 1], f"case {case_id}: {once}"
    done = {subject for kind, subject in events if kind == "item.completed"}
    rows = {row[0] for row in tx.all("SELECT id FROM work_item WHERE instance_id = ? AND status = 'done'", (case_id,))}
    assert done == rows, "every completion is on record, and only those"


# What happens at most once to one subject.
ONCE = (
    "item.opened", "item.completed", "item.cancelled", "item.signed", "job.done", "job.refused", "timer.fired",
    "deadline.opened", "deadline.closed", "deadline.breached", "case.ended", "case.withdrawn", "case.cancelled",
)  # fmt: skip


def _breaches(tx: Tx, case_id: int) -> None:
    """A breach is dated at the due moment, stands once, and belongs to a deadline that says so."""
    due = {row[0]: row for row in tx.all("SELECT id, due, breached FROM deadline WHERE instance_id = ?", (case_id,))}
    for subject, occurred in tx.all(
        "SELECT subject, occurred_at FROM event WHERE instance_id = ? AND kind = 'deadline.breached'", (case_id,)
    ):
        assert due[subject][1] == occurred, f"{subject} was due at {due[subject][1]}, its breach is dated {occurred}"
        assert due[subject][2], f"{subject} has a breach on record and is not marked"


def _customers(tx: Tx) -> None:
    """No customer without its posting, no posting without its event, one of each per application."""
    postings = tx.all("SELECT instance_id, customer_code FROM posting ORDER BY customer_code")
    events = tx.all("SELECT instance_id, data FROM event WHERE kind = 'customer.posted'")
    posted = sorted((case, loads(data)["customer_code"]) for case, data in events)
    assert sorted(map(tuple, postings)) == posted
    accounts: list[Any] = tx.all("SELECT customer_code FROM account ORDER BY customer_code")
    assert [row[0] for row in accounts] == [row[1] for row in postings]
