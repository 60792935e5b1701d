"""What people did in a case, as the customer handlers read it: completed work items with what they said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import trail
from engine.operations import Context
from engine.store import loads, moment
from engine.transactions import Tx

_DONE = (
    "SELECT id, node, post_id, department_id, round, opened_at, done_at, done_by, outcome, comment, submission,"
    " signature, EXISTS (SELECT 1 FROM event WHERE instance_id = ? AND kind = 'case.migrated')"
    " FROM work_item WHERE instance_id = ? AND status = 'done' ORDER BY done_at, id"
)


@dataclass(frozen=True)
class StepDone:
    """A work item somebody has completed.

    `node` is its step as it was called then, `names` all that it has been called since: ask `was` which step it was.
    """

    id: str
    node: str
    names: frozenset[str]
    post_id: int | None
    department_id: int | None
    round: int
    opened_at: datetime
    done_at: datetime
    done_by: int
    outcome: str
    comment: str
    submission: Mapping[str, Any]
    signature: Mapping[str, Any] | None

    def was(self, *nodes: str) -> bool:
        """Whether it was one of these steps, as the version the case is on calls them, or as they were called."""
        return not self.names.isdisjoint(nodes)


def steps_done(tx: Tx, instance_id: int) -> list[StepDone]:
    """Everything people have done in the case, oldest first."""
    rows = tx.all(_DONE, (instance_id, instance_id))
    called = trail.steps_called(tx, instance_id) if rows and rows[0][12] else {}
    return [
        StepDone(
            row[0],
            row[1],
            called.get(row[0], frozenset((row[1],))),
            row[2],
            row[3],
            row[4],
            moment(row[5]),
            moment(row[6]),
            row[7],
            row[8] or "",
            row[9] or "",
            loads(tx.vault.reveal(row[10])) if row[10] else {},
            loads(row[11]) if row[11] else None,
        )
        for row in rows
    ]


def last_done(tx: Tx, instance_id: int, node: str) -> StepDone | None:
    """How a step ended the last time it was done."""
    return next((step for step in reversed(steps_done(tx, instance_id)) if step.was(node)), None)


def said(ctx: Context, step: StepDone | None, field: str) -> str:
    """What a step said in a field: its own submission first, then the form of the case."""
    value = (step.submission if step else {}).get(field, ctx.case.form.get(field))
    return "、".join(map(str, value)) if isinstance(value, list) else str(value or "")
