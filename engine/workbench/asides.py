"""Texts put aside, so that nobody's work is lost: of who came second, of a draft that was replaced or given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.definitions import packed, unpacked
from engine.errors import NotFound
from engine.store import moment, stamp
from engine.transactions import Tx

PUT = (
    "INSERT INTO procedure_aside (process, person_id, revision, why, documents, saved_at) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (process, person_id, revision, why) DO UPDATE SET documents = excluded.documents,"
    " saved_at = excluded.saved_at RETURNING id"
)
READ = (
    "SELECT id, person_id, revision, why, saved_at FROM procedure_aside WHERE process = ?"
    " ORDER BY saved_at DESC, id DESC"
)
DOCUMENTS = "SELECT documents FROM procedure_aside WHERE process = ? AND id = ?"
FORGET = "DELETE FROM procedure_aside WHERE process = ? AND id = ?"

OVERTAKEN, REPLACED, DROPPED = "overtaken", "replaced", "dropped"


@dataclass(frozen=True)
class Aside:
    """A text put aside: whose, when, on which revision it was based, and why."""

    id: int
    person_id: int
    revision: int
    why: str
    saved_at: datetime


def put(tx: Tx, now: datetime, person: int, process: str, revision: int, why: str, documents: Mapping[str, str]) -> int:
    """Keep a text, the latest of a person on one revision for one reason; returns its id."""
    row = tx.one(PUT, (process, person, revision, why, packed(documents), stamp(now)))
    assert row is not None
    return int(row[0])


def read(tx: Tx, process: str) -> list[Aside]:
    """The texts put aside, newest first."""
    return [Aside(one, who, at, why, moment(when)) for one, who, at, why, when in tx.all(READ, (process,))]


def documents_of(tx: Tx, process: str, aside: int) -> dict[str, str]:
    """The documents of a text that was put aside; raises NotFound."""
    row = tx.one(DOCUMENTS, (process, aside))
    if row is None:
        raise NotFound(what="另存的这一稿")
    return unpacked(row[0])


def forget(tx: Tx, process: str, aside: int) -> None:
    tx.run(FORGET, (process, aside))
