"""What a person has typed and not yet handed in: one draft per person and subject, encrypted as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.store import moment, stamp
from engine.transactions import Tx

READ = "SELECT data, saved_at FROM draft WHERE person_id = ? AND subject = ?"
SAVE = (
    "INSERT INTO draft (person_id, subject, data, saved_at) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (person_id, subject) DO UPDATE SET data = excluded.data, saved_at = excluded.saved_at"
)
DROP = "DELETE FROM draft WHERE person_id = ? AND subject = ?"


@dataclass(frozen=True)
class Draft:
    """The controls of a page as they were posted, name → values, and when."""

    data: Mapping[str, Any]
    saved_at: datetime


def read(tx: Tx, person_id: int, subject: str) -> Draft | None:
    """The draft of a person on a subject: a work item id, or `start:<process>:<key>`."""
    row = tx.one(READ, (person_id, subject))
    return Draft(tx.vault.plain(row[0]), moment(row[1])) if row else None


def save(tx: Tx, now: datetime, person_id: int, subject: str, data: Mapping[str, Any]) -> None:
    """Keep a draft; the one before is replaced."""
    tx.run(SAVE, (person_id, subject, tx.vault.encrypt(data), stamp(now)))


def drop(tx: Tx, person_id: int, subject: str) -> None:
    """Forget a draft, for it has been handed in."""
    tx.run(DROP, (person_id, subject))
