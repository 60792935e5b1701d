"""Lists of cases and departments' burdens, each one query whatever their length."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import cases
from engine.store import loads, moment, placeholders, stamp
from engine.transactions import Tx

# Open items per department: all, overdue, due before the end of the day.
BURDENS = (
    "SELECT department_id, count(*), count(CASE WHEN due < ? THEN 1 END),"
    " count(CASE WHEN due >= ? AND due <= ? THEN 1 END) FROM work_item"
    " WHERE status IN ('open', 'claimed', 'paused') AND department_id IS NOT NULL GROUP BY department_id"
)
STARTED = (
    "SELECT id, number, process, title, status, outcome, urgent, round, started_at, ended_at FROM instance"
    " WHERE applicant_id = ?{status} ORDER BY started_at DESC, id DESC LIMIT ? OFFSET ?"
)
OF_DEPARTMENTS = (
    "SELECT id, number, process, title, status, outcome, urgent, round, started_at, ended_at FROM instance"
    " WHERE department_id IN ({marks}) AND status IN ('open', 'suspended'){without} ORDER BY started_at DESC, id DESC"
    " LIMIT ? OFFSET ?"
)
COUNT_OF_DEPARTMENTS = (
    "SELECT count(*) FROM instance WHERE department_id IN ({marks}) AND status IN ('open', 'suspended'){without}"
)
COUNT_STARTED = "SELECT status, count(*) FROM instance WHERE applicant_id = ? GROUP BY status"
COUNT_DONE = "SELECT count(*) FROM work_item WHERE done_by = ? AND status = 'done'"
WAITING = (
    "SELECT instance_id, id, name, post_id, holder_id, deadline_id, due, node FROM work_item"
    " WHERE instance_id IN ({marks}) AND status IN ('open', 'claimed', 'paused') ORDER BY due, id"
)
ALONE = "SELECT instance_id, node, occurred_at, data FROM event WHERE instance_id IN ({marks}) AND kind = 'post.alone'"
ITEMS = "SELECT id, item FROM work_item WHERE item IS NOT NULL AND (instance_id, id) IN (VALUES {marks})"
STATUSES = {"open": ("open", "suspended"), "closed": ("ended", "withdrawn", "cancelled")}


@dataclass(frozen=True)
class Burden:
    """How many steps a department owes, how many are overdue and how many are due today."""

    department_id: int
    total: int
    overdue: int
    today: int


@dataclass(frozen=True)
class Started:
    """A case as its applicant lists it."""

    id: int
    number: str
    process: str
    title: str
    status: str
    outcome: str | None
    urgent: bool
    round: int
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Waiting:
    """A step that a case waits for."""

    case_id: int
    id: str
    name: str
    post_id: int | None
    holder_id: int | None
    deadline_id: str | None
    due: datetime
    node: str


def burdens(tx: Tx, now: datetime, end_of_day: datetime) -> list[Burden]:
    """What each department owes now."""
    at = stamp(now)
    return [Burden(*row) for row in tx.all(BURDENS, (at, at, stamp(end_of_day)))]


def started_by(tx: Tx, person_id: int, which: str = "", limit: int = 50, offset: int = 0) -> list[Started]:
    """The cases a person has started, newest first; `which` is open, closed or empty for all."""
    statuses = STATUSES.get(which, ())
    status = f" AND status IN ({placeholders(statuses)})" if statuses else ""
    rows = tx.all(STARTED.format(status=status), (person_id, *statuses, limit, offset))
    return [_started(row) for row in rows]


def open_of(
    tx: Tx, departments: Collection[int], limit: int = 50, offset: int = 0, without: Collection[str] = ()
) -> list[Started]:
    """The open cases that these departments have started, whoever did, newest first.

    `without` names the procedures whose cases not every colleague may read.
    """
    if not departments:
        return []
    sql = _of_departments(OF_DEPARTMENTS, departments, without)
    return [_started(row) for row in tx.all(sql, (*departments, *without, limit, offset))]


def count_open_of(tx: Tx, departments: Collection[int], without: Collection[str] = ()) -> int:
    """How many of them there are."""
    sql = _of_departments(COUNT_OF_DEPARTMENTS, departments, without)
    row = tx.one(sql, (*departments, *without)) if departments else None
    return int(row[0]) if row else 0


def _of_departments(sql: str, departments: Collection[int], without: Collection[str]) -> str:
    others = f" AND process NOT IN ({placeholders(without)})" if without else ""
    return sql.format(marks=placeholders(departments), without=others)


def count_started(tx: Tx, person_id: int) -> dict[str, int]:
    """How many cases a person has started: all, open, closed."""
    found = {row[0]: int(row[1]) for row in tx.all(COUNT_STARTED, (person_id,))}
    counts = {which: sum(found.get(one, 0) for one in statuses) for which, statuses in STATUSES.items()}
    return counts | {"": sum(found.values())}


def count_done(tx: Tx, person_id: int) -> int:
    """How many steps a person has done."""
    row = tx.one(COUNT_DONE, (person_id,))
    return int(row[0]) if row else 0


def waiting(tx: Tx, case_ids: Iterable[int]) -> dict[int, list[Waiting]]:
    """What these cases wait for, by case, in one query."""
    ids = list(case_ids)
    found: dict[int, list[Waiting]] = {case_id: [] for case_id in ids}
    if ids:
        for row in tx.all(WAITING.format(marks=placeholders(ids)), ids):
            values = list(row)
            values[6] = moment(row[6])
            found[row[0]].append(Waiting(*values))
    return found


def alone(tx: Tx, case_ids: Collection[int]) -> dict[tuple[int, str, datetime], int]:
    """Who was the only one in the post of a step when it opened, though he had done the step before (E-24).

    By case, element and moment at which the step opened.
    """
    if not case_ids:
        return {}
    rows = tx.all(ALONE.format(marks=placeholders(case_ids)), list(case_ids))
    return {(row[0], row[1], moment(row[2])): loads(row[3])["person"] for row in rows}


def items_of(tx: Tx, ids: Sequence[str]) -> dict[str, object]:
    """The items of multi-instance steps among these work items, by id."""
    if not ids:
        return {}
    rows = tx.all(ITEMS.format(marks=cases.key_marks(ids)), cases.keys(ids))
    return {row[0]: loads(row[1]) for row in rows}


def _started(row: Sequence[object]) -> Started:
    values = list(row)
    values[6], values[8] = bool(row[6]), moment(str(row[8]))
    values[9] = None if row[9] is None else moment(str(row[9]))
    return Started(*values)  # type: ignore[arg-type]
