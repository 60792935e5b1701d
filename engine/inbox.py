"""Questions about work items: whose turn it is, in which order, how much time is left."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from engine.clock import local
from engine.people import People
from engine.store import NEVER, moment, stamp
from engine.transactions import Tx

OVERDUE, TODAY, LATER = "overdue", "today", "later"
SOON = timedelta(minutes=60)

COLUMNS = (
    "w.id, w.instance_id, w.node, w.name, w.post_id, w.department_id, w.deadline_id, w.due, w.urgent, w.round,"
    " w.status, w.holder_id, w.opened_at, w.viewed_at, w.done_at, w.done_by, w.outcome, i.number, i.title, i.summary,"
    " i.process, i.applicant_id, i.department_id"
)
# One query per post, merged: a single IN (…) over several posts would have to sort them all before it can stop.
OF_POST = (
    f"SELECT {COLUMNS} FROM work_item w JOIN instance i ON i.id = w.instance_id"
    " WHERE w.post_id = ? AND w.status IN ('open', 'claimed', 'paused') ORDER BY w.due LIMIT ?"
)
COUNT_POST = (
    "SELECT count(*), count(CASE WHEN due < ? THEN 1 END), count(CASE WHEN due >= ? AND due <= ? THEN 1 END)"
    " FROM work_item WHERE post_id = ? AND status IN ('open', 'claimed', 'paused')"
)
DONE_BY = (
    f"SELECT {COLUMNS} FROM work_item w JOIN instance i ON i.id = w.instance_id"
    " WHERE w.done_by = ? AND w.status = 'done' ORDER BY w.done_at DESC LIMIT ? OFFSET ?"
)
VERSION = (
    "SELECT count(*), max(opened_at), max(claimed_at) FROM work_item"
    " WHERE post_id = ? AND status IN ('open', 'claimed', 'paused')"
)


@dataclass(frozen=True)
class Entry:
    """A line of an inbox."""

    id: str
    case_id: int
    node: str
    name: str
    post_id: int
    department_id: int | None
    deadline_id: str | None
    due: datetime
    urgent: bool
    round: int
    status: str
    holder_id: int | None
    opened_at: datetime
    viewed_at: datetime | None
    done_at: datetime | None
    done_by: int | None
    outcome: str | None
    number: str
    title: str
    summary: str
    process: str
    applicant_id: int | None
    applicant_department: int | None

    @property
    def timed(self) -> bool:
        return self.due < NEVER


@dataclass(frozen=True)
class Counts:
    """How many lines an inbox has, and how many are overdue or due before the day ends."""

    total: int
    overdue: int
    today: int


def of_posts(tx: Tx, posts: Iterable[int], limit: int = 200) -> list[Entry]:
    """What the posts owe, most pressing first: overdue, then by due moment, untimed and paused last."""
    found = [_entries(tx.all(OF_POST, (post, limit))) for post in posts]
    return list(heapq.merge(*found, key=attrgetter("due")))[:limit]


def mine(entries: Sequence[Entry], person_id: int, people: People, now: datetime) -> list[Entry]:
    """Those of a person's posts that nobody else in them has claimed."""
    return [one for one in entries if people.claimant(one.holder_id, one.post_id, now) in (None, person_id)]


def done_by(tx: Tx, person_id: int, limit: int = 50, offset: int = 0) -> list[Entry]:
    """What a person has done, newest first."""
    return _entries(tx.all(DONE_BY, (person_id, limit, offset)))


def counts(tx: Tx, post_id: int, now: datetime, end_of_day: datetime) -> Counts:
    """Totals of one post's inbox."""
    row = tx.one(COUNT_POST, (stamp(now), stamp(now), stamp(end_of_day), post_id))
    assert row is not None
    return Counts(row[0], row[1], row[2])


def version(tx: Tx, posts: Iterable[int]) -> str:
    """A token that changes whenever a line of these inboxes comes, goes or is claimed."""
    return ".".join("-".join(str(part) for part in tx.one(VERSION, (post,)) or ()) for post in posts)


def band(entry: Entry, now: datetime) -> str:
    """已超时, 今日到期 or 未到期 (which also holds paused and untimed lines)."""
    if entry.due < now:
        return OVERDUE
    return TODAY if entry.timed and local(entry.due).date() == local(now).date() else LATER


def _entries(rows: Iterable[Sequence[object]]) -> list[Entry]:
    return [_entry(row) for row in rows]


def _entry(row: Sequence[object]) -> Entry:
    values = list(row)
    for i in (7, 12):
        values[i] = moment(str(values[i]))
    for i in (13, 14):
        values[i] = None if values[i] is None else moment(str(values[i]))
    values[8] = bool(values[8])
    return Entry(*values)  # type: ignore[arg-type]
