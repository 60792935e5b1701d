"""Which posting gave a field the value it has now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.store import moment
from engine.transactions import Tx
from handlers.customers.changes import differences as changes
from handlers.customers.changes.differences import Change
from handlers.customers.changes.rows import pairs
from handlers.customers.versions import content_of
from handlers.customers.view_tables import ROWS


@dataclass(frozen=True)
class Poster:
    """The posting that made a version."""

    number: int
    case_number: str
    posted_by: int
    posted_at: datetime


def who_changed(tx: Tx, account_id: int, base: int, change: Change) -> Poster | None:
    """The newest posting after version `base` that changed what `change` wants to change."""
    rows = tx.all(
        "SELECT v.number, i.number, v.posted_by, v.posted_at FROM account_version v"
        " JOIN instance i ON i.id = v.instance_id WHERE v.account_id = ? AND v.number > ? ORDER BY v.number",
        (account_id, base),
    )
    origin = content_of(tx, account_id, base)
    found, before = None, _value(origin, origin, change)
    for number, case, by, at in rows:
        after = _value(origin, content_of(tx, account_id, number), change)
        if not changes.same(before, after):
            found = Poster(number, case, by, moment(at))
        before = after
    return found


def _value(origin: dict[str, Any], content: dict[str, Any], change: Change) -> Any:
    """What the field holds in a version; a row is followed by its marks from the version the change started from."""
    if change.view not in ROWS:
        area, company = (change.row if change.view == view else "" for view in ("sales", "accounting"))
        return changes.flat(content, area, company).get(change.field)
    rows = content.get(change.view) or []
    if change.row.startswith("+"):
        return None
    place = pairs(change.view, origin.get(change.view) or [], rows).get(int(change.row) - 1)
    return None if place is None else rows[place].get(change.field)
