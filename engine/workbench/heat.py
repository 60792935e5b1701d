"""How a procedure runs, step by step: how often, how long, how long nobody had taken it up, how often overdue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from engine.calendar import Calendar
from engine.store import UNTIMED, loads, moment, stamp
from engine.trail import MOVED as MIGRATED
from engine.trail import STARTED, Trail
from engine.transactions import Row, Tx

# Cancelled items are steps that nobody had to do in the end.
ITEMS = (
    "SELECT w.node, w.name, w.instance_id, i.number, i.title, w.department_id, w.opened_at, w.claimed_at, w.done_at,"
    " w.due, w.id, i.definition_id FROM work_item AS w JOIN instance AS i ON i.id = w.instance_id"
    " WHERE i.process = ? AND w.status <> 'cancelled' AND w.opened_at >= ? AND w.opened_at < ?"
)
# A case that has been moved has steps in several versions: which are which, its trail knows.
MOVED = (
    "SELECT r.instance_id{more} FROM migration_result r JOIN migration_batch b ON b.id = r.batch_id"
    " WHERE b.process = ? AND r.status = 'moved'"
)
OF_VERSION = f" AND (i.definition_id = ? OR i.id IN ({MOVED.format(more='')}))"
DONE = "'item.completed', 'duty.missed'"
TRAILS = (
    "SELECT instance_id, kind, seq, subject, data FROM event"
    f" WHERE instance_id IN ({MOVED.format(more='')}) AND kind IN ('{STARTED}', '{MIGRATED}', {DONE})"
    " ORDER BY instance_id, seq"
)
VERSIONS = "SELECT version, id FROM definition WHERE process = ?"
RUN = (
    "SELECT definition_id, count(*) FROM (SELECT id, definition_id FROM instance WHERE process = ?"
    f" UNION {MOVED.format(more=', r.from_id')}) AS run GROUP BY definition_id"
)
OF_DEPARTMENT = " AND w.department_id = ?"
OF_NODE = " AND w.node = ?"
IN_ORDER = " ORDER BY w.opened_at DESC, w.id"


@dataclass(frozen=True)
class Step:
    """A work item as the heat map counts it; `due` is None for one without a limit or with its clock stopped."""

    node: str
    name: str
    case_id: int
    number: str
    title: str
    department_id: int | None
    opened_at: datetime
    claimed_at: datetime | None
    done_at: datetime | None
    due: datetime | None

    def overdue(self, now: datetime) -> bool:
        return self.due is not None and (self.done_at or now) > self.due


@dataclass(frozen=True)
class Heat:
    """One step of the diagram over all its work items; the lengths are medians of working time, None for no item."""

    name: str
    count: int
    open: int
    duration: timedelta | None  # from opening to completion
    waiting: timedelta | None  # from opening to the first claim
    overdue: int


def steps(
    tx: Tx,
    process: str,
    since: datetime,
    until: datetime,
    version: int | None = None,
    department: int | None = None,
    node: str | None = None,
) -> list[Step]:
    """The work items of a procedure that were opened in [since, until), newest first.

    `version` is the id of a published version: what was done in it, and what is open in it; `node` is a step, by the
    name it had then; None stands for all.
    """
    sql = ITEMS
    values: list[str | int] = [process, stamp(since), stamp(until)]
    for clause, asked in ((OF_VERSION, (version, process)), (OF_DEPARTMENT, (department,)), (OF_NODE, (node,))):
        if asked[0] is not None:
            sql += clause
            values += [one for one in asked if one is not None]
    rows = tx.all(sql + IN_ORDER, values)
    return [_step(row) for row in (rows if version is None else _done_in(tx, process, version, rows))]


def _done_in(tx: Tx, process: str, version: int, rows: Iterable[Row]) -> Iterator[Row]:
    """Of these items those done in this version, or still open in it."""
    trails, ids = _trails(tx, process), dict(map(tuple, tx.all(VERSIONS, (process,))))
    for row in rows:
        trail = trails.get(row[2])
        seq = trail.done_with.get(("item", row[10])) if trail else None
        under = row[11] if trail is None or seq is None else ids.get(trail.version(seq))
        if under == version:
            yield row


def _trails(tx: Tx, process: str) -> dict[int, Trail]:
    """The trails of the cases that have been moved."""
    rows = tx.all(TRAILS, (process,))
    told = ((row[0], row[1], row[2], row[3], loads(row[4]) if row[1] in (STARTED, MIGRATED) else {}) for row in rows)
    return {case: Trail.of(one[1:] for one in own) for case, own in groupby(told, itemgetter(0))}


def heat(found: Iterable[Step], calendar: Calendar, now: datetime) -> dict[str, Heat]:
    """The figures of every step, by node."""
    grouped: dict[str, list[Step]] = {}
    for one in found:
        grouped.setdefault(one.node, []).append(one)
    return {node: _heat(own, calendar, now) for node, own in grouped.items()}


def versions_run(tx: Tx, process: str) -> Mapping[int, int]:
    """Under which versions cases of the procedure have run: id → how many; one that was moved counts in each."""
    return {int(row[0]): int(row[1]) for row in tx.all(RUN, (process, process))}


def _heat(own: list[Step], calendar: Calendar, now: datetime) -> Heat:
    done = [calendar.between(one.opened_at, one.done_at) for one in own if one.done_at]
    taken = [calendar.between(one.opened_at, one.claimed_at) for one in own if one.claimed_at]
    return Heat(
        name=own[0].name,
        count=len(own),
        open=sum(one.done_at is None for one in own),
        duration=_middle(done),
        waiting=_middle(taken),
        overdue=sum(one.overdue(now) for one in own),
    )


def _middle(lengths: list[timedelta]) -> timedelta | None:
    """The median."""
    if not lengths:
        return None
    ordered, half = sorted(lengths), len(lengths) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _step(row: Row) -> Step:
    node, name, case, number, title, department, opened, claimed, done, due, *_ = row
    timed = None if due == UNTIMED else moment(due)
    return Step(
        node, name, case, number, title, department, moment(opened), moment(claimed) if claimed else None,
        moment(done) if done else None, timed,
    )  # fmt: skip
