"""Drafts of applications: kept under the key of the page they are typed on, which is also the key of the request.

Who may not submit offers a draft to the focal person of the department, who finds it on the page 发起 (E-21).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from engine import drafts
from engine.store import draft, person
from engine.transactions import Tx

OFFERED = "offered"  # a control of the draft that says: ready for the focal person
NOT_KEPT = ("csrf_token", "outcome")


@dataclass(frozen=True)
class StartDraft:
    """What somebody has typed into an application that is not handed in."""

    process: str
    key: str
    person_id: int
    data: Mapping[str, Sequence[str]]
    saved_at: datetime

    @property
    def offered(self) -> bool:
        return OFFERED in self.data

    @property
    def typed(self) -> dict[str, Sequence[str]]:
        """What the controls held."""
        return {name: values for name, values in self.data.items() if name != OFFERED}

    def last(self, name: str) -> str:
        """The last value of a control, empty when there is none."""
        values = self.data.get(name) or [""]
        return str(values[-1])


def subject(process: str, key: str) -> str:
    return f"start:{process}:{key}"


def save(tx: Tx, now: datetime, person_id: int, process: str, key: str, posted: Mapping[str, Sequence[str]]) -> None:
    """Keep what was posted; an offered draft stays offered."""
    before = drafts.read(tx, person_id, subject(process, key))
    data: dict[str, Any] = {name: list(values) for name, values in posted.items() if name not in NOT_KEPT}
    if before and OFFERED in before.data:
        data[OFFERED] = ["1"]
    drafts.save(tx, now, person_id, subject(process, key), data)


def find(tx: Tx, person_id: int, process: str, key: str, colleagues: Iterable[int] = ()) -> StartDraft | None:
    """The person's own draft, else one that was offered to them by one of the departments they submit for."""
    where = draft.c.subject == subject(process, key)
    found = [one for one in _read(tx, where) if one.person_id == person_id]
    return next(iter(found or [one for one in offered(tx, person_id, colleagues) if one.key == key]), None)


def own(tx: Tx, person_id: int) -> list[StartDraft]:
    """The applications a person has begun, newest first."""
    return _read(tx, draft.c.person_id == person_id)


def offered(tx: Tx, person_id: int, departments: Iterable[int]) -> list[StartDraft]:
    """What people of these departments have prepared for submission, newest first."""
    theirs = draft.c.person_id.in_(select(person.c.id).where(person.c.department_id.in_(list(departments))))
    return [one for one in _read(tx, theirs) if one.offered and one.person_id != person_id]


def forget(tx: Tx, process: str, key: str) -> None:
    """The application was handed in: nobody's draft of it is needed any more."""
    tx.core(delete(draft).where(draft.c.subject == subject(process, key)))


def _read(tx: Tx, where: Any) -> list[StartDraft]:
    query = select(draft).where(where, draft.c.subject.like("start:%")).order_by(draft.c.saved_at.desc())
    found = []
    for row in tx.core(query).mappings():
        _start, process, key = row["subject"].split(":", 2)
        found.append(StartDraft(process, key, row["person_id"], tx.vault.plain(row["data"]), row["saved_at"]))
    return found
