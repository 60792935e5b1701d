"""The row of a case: loaded and locked at the start of a step, saved once at its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import Conflict, NotFound
from engine.store import loads, stamp
from engine.transactions import Row, Tx

ROW_ID = re.compile("[0-9]{1,18}")  # as large as both databases can count
OPEN, SUSPENDED, ENDED, WITHDRAWN, CANCELLED = "open", "suspended", "ended", "withdrawn", "cancelled"

# The versions of `config` come along, so that a process notices changed people or calendars without another query.
COLUMNS = (
    "i.id, i.number, i.definition_id, i.process, i.title, i.status, i.outcome, i.applicant_id,"
    " i.department_id, i.urgent, i.round, i.form, i.state, i.revision, i.event_count, i.event_head,"
    " i.subject, i.base,"
    " c.people, c.calendar, c.policy, c.reference"
)
WIDTH = COLUMNS.count(",") + 1
LOAD = f"SELECT {COLUMNS} FROM instance i, config c WHERE i.id = ?"
_SAVE = (
    "UPDATE instance SET title = ?, outcome = ?, urgent = ?, round = ?, form = ?, base = ?, state = ?,"
    " revision = revision + 1, event_count = ?, event_head = ?{more} WHERE id = ? AND revision = ?"
)
SAVE = _SAVE.format(more="")
# The status only when it changes, because a database rewrites the index of every column that is set, changed or not.
SAVE_STATUS = _SAVE.format(more=", status = ?, ended_at = ?")
CREATE = (
    "INSERT INTO instance (number, definition_id, process, title, status, outcome, applicant_id, department_id,"
    " urgent, request_key, subject, base, round, form, state, revision, event_count, event_head, started_at)"
    " VALUES (?, ?, ?, ?, 'open', NULL, ?, ?, ?, ?, ?, ?, 1, ?, ?, 0, 0, ?, ?) RETURNING id"
)
NEXT_NUMBER = (
    "INSERT INTO number (series, last) VALUES (?, 1)"
    " ON CONFLICT (series) DO UPDATE SET last = number.last + 1 RETURNING last"
)


@dataclass
class CaseRow:
    """A case as one step sees and changes it."""

    id: int
    number: str
    definition_id: int
    process: str
    title: str
    status: str
    outcome: str | None
    applicant_id: int | None
    department_id: int | None
    urgent: bool
    round: int
    form: dict[str, Any]
    state: bytes
    revision: int
    event_count: int
    event_head: str
    subject: str | None = None  # what the case is about, e.g. a customer code
    base: dict[str, Any] | None = None  # what the subject held when the form was filled in
    ended_at: datetime | None = None
    status_before: str = OPEN
    stored: str = ""  # the form as the database holds it, sensitive values encrypted
    plain: str = ""  # the same text decrypted, to see whether a step has changed it

    @property
    def running(self) -> bool:
        return self.status in (OPEN, SUSPENDED)


Versions = tuple[int, int, int, int]


def load(tx: Tx, case_id: int) -> tuple[CaseRow, Versions]:
    """The case, locked until the transaction ends, and the versions of people, calendars and policies."""
    row = tx.one(LOAD + " FOR UPDATE OF i" if tx.postgres else LOAD, (case_id,))
    if row is None:
        raise NotFound(what="这件流程")
    return of_row(tx, row)


def of_row(tx: Tx, row: Row) -> tuple[CaseRow, Versions]:
    """The case behind a row that begins with COLUMNS."""
    plain, base = tx.vault.reveal(row[11]), None if row[17] is None else tx.vault.plain(row[17])
    values: list[Any] = [*row[:9], bool(row[9]), row[10], loads(plain), bytes(row[12]), *row[13:17], base]
    case = CaseRow(*values)
    case.status_before, case.stored, case.plain = case.status, row[11], plain
    return case, (row[18], row[19], row[20], row[21])


def save(tx: Tx, case: CaseRow) -> None:
    """Write the case back, its form as it is `stored`.

    Raises Conflict when somebody else saved it in between (can only happen without the lock).
    """
    base = None if case.base is None else tx.vault.encrypt(case.base)
    values: tuple[Any, ...] = (case.title, case.outcome, case.urgent, case.round, case.stored, base, case.state)
    values += (case.event_count, case.event_head)
    changed = case.status != case.status_before
    if changed:
        values += (case.status, None if case.ended_at is None else stamp(case.ended_at))
    if tx.run(SAVE_STATUS if changed else SAVE, (*values, case.id, case.revision)) != 1:
        raise Conflict()
    case.status_before = case.status
    case.revision += 1


def next_number(tx: Tx, prefix: str, year: int) -> str:
    """The next case number of a series, e.g. CJ-2026-0412."""
    series = f"{prefix}-{year}"
    row = tx.one(NEXT_NUMBER, (series,))
    assert row is not None
    return f"{series}-{row[0]:04d}"


def numbered(tx: Tx, process: str, number: str) -> int:
    """The id of the case of a procedure with that number; raises NotFound."""
    row = tx.one("SELECT id FROM instance WHERE process = ? AND number = ?", (process, number))
    if row is None:
        raise NotFound(what=f"这个流程里单号为“{number}”的一件")
    return int(row[0])


def case_of(wait_id: str) -> int:
    """The case a work item, job, timer or deadline belongs to: its id begins with it.

    Raises NotFound for an id that never existed.
    """
    head, _, tail = wait_id.partition(".")
    if not (tail and ROW_ID.fullmatch(head)):
        raise NotFound(what="这项待办")
    return int(head)


def task_of(wait_id: str) -> str:
    """The address inside the case."""
    return wait_id.partition(".")[2].lstrip("0")


def keys(ids: Sequence[str]) -> list[int | str]:
    """The values for `(instance_id, id) IN (VALUES {key_marks})`: such rows lie under their case."""
    return [part for wait in ids for part in (case_of(wait), wait)]


def key_marks(ids: Sequence[str]) -> str:
    return ", ".join(["(?, ?)"] * len(ids))


def wait_id(case_id: int, task: str) -> str:
    """The id of the row that waits at an address: `412.0017`, padded so that text order is the order of opening."""
    return f"{case_id}.{task:0>4}"
