"""The bell: what a person has been told and not yet read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.store import moment, stamp
from engine.transactions import Tx


@dataclass(frozen=True)
class Notice:
    id: int
    kind: str
    subject: str
    body: str
    instance_id: int | None
    created_at: datetime
    read_at: datetime | None


_READ = "SELECT id, kind, subject, body, instance_id, created_at, read_at FROM notice WHERE channel = 'inbox'"
_MINE = " AND person_id = ?"


def unread_count(tx: Tx, person_id: int) -> int:
    row = tx.one(f"SELECT count(*) FROM notice WHERE channel = 'inbox'{_MINE} AND read_at IS NULL", (person_id,))
    return int(row[0]) if row else 0


def unread(tx: Tx, person_id: int, limit: int = 20) -> list[Notice]:
    """The unread notices of a person, newest first."""
    return _notices(tx, " AND read_at IS NULL", person_id, limit)


def latest(tx: Tx, person_id: int, limit: int = 50) -> list[Notice]:
    """The notices of a person, read or not, newest first."""
    return _notices(tx, "", person_id, limit)


def mark_read(tx: Tx, now: datetime, person_id: int, notice_id: int | None = None) -> int:
    """Mark one notice of the person, or all, as read; returns how many were unread. The first reading counts."""
    return tx.run(
        f"UPDATE notice SET read_at = ? WHERE channel = 'inbox'{_MINE} AND read_at IS NULL AND (? = 0 OR id = ?)",
        (stamp(now), person_id, notice_id or 0, notice_id or 0),
    )


_REMINDED = " AND kind IN ('warn', 'remind') AND instance_id = ? AND read_at IS NULL"


def reminded(tx: Tx, person_id: int, case_id: int) -> bool:
    """Whether a warning or reminder about a case waits unread."""
    sql = f"SELECT 1 FROM notice WHERE channel = 'inbox'{_MINE}{_REMINDED} LIMIT 1"
    return tx.one(sql, (person_id, case_id)) is not None


def mark_reminded(tx: Tx, now: datetime, person_id: int, case_id: int) -> None:
    """Whoever opens the step has seen what he was warned of."""
    sql = f"UPDATE notice SET read_at = ? WHERE channel = 'inbox'{_MINE}{_REMINDED}"
    tx.run(sql, (stamp(now), person_id, case_id))


def _notices(tx: Tx, condition: str, person_id: int, limit: int) -> list[Notice]:
    rows = tx.all(f"{_READ}{_MINE}{condition} ORDER BY created_at DESC, id DESC LIMIT ?", (person_id, limit))
    return [
        Notice(row[0], row[1], row[2], row[3], row[4], moment(row[5]), moment(row[6]) if row[6] else None)
        for row in rows
    ]


@dataclass(frozen=True)
class Undelivered:
    """An outbound message that every channel failed to send; the notice in the inbox stands all the same."""

    id: int
    person: str
    subject: str
    instance_id: int | None
    number: str
    created_at: datetime
    attempts: int
    last_error: str


_FAILED = " FROM notice n JOIN person p ON p.id = n.person_id LEFT JOIN instance i ON i.id = n.instance_id"


def failed_count(tx: Tx) -> int:
    row = tx.one("SELECT count(*) FROM notice WHERE status = 'failed'")
    return int(row[0]) if row else 0


def failed(tx: Tx, limit: int = 50) -> list[Undelivered]:
    """The messages that did not go out, newest first (E-83)."""
    rows = tx.all(
        "SELECT n.id, p.name, n.subject, n.instance_id, i.number, n.created_at, n.attempts, n.last_error"
        f"{_FAILED} WHERE n.status = 'failed' ORDER BY n.created_at DESC, n.id DESC LIMIT ?",
        (limit,),
    )
    return [
        Undelivered(row[0], row[1], row[2], row[3], row[4] or "", moment(row[5]), row[6], row[7] or "") for row in rows
    ]
