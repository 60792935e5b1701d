"""Bringing the changes of an application onto a customer that others have changed meanwhile.

Changes of different fields both stand; of the same field only when both want the same value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from handlers.customers.changes.differences import Change, same
from handlers.customers.changes.rows import pairs
from handlers.customers.view_tables import ROWS

Flat = Mapping[str, Any]  # an account in form fields, see changes.flat


@dataclass(frozen=True)
class Conflict:
    """A field that somebody else has meanwhile given another value."""

    change: Change
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """What is still to be done to the current version: changes, and the tables of rows as they shall be."""

    changes: tuple[Change, ...]
    rows: Mapping[str, list[dict[str, Any]]]
    conflicts: tuple[Conflict, ...]


def merge(changes: Sequence[Change], base: Flat, current: Flat) -> Merged:
    """Three ways: what the application started from, what it wants, what is there now."""
    made = _Merging()
    for change in changes:
        if change.view not in ROWS:
            made.settle(change, current.get(change.field))
    for view in ROWS:
        own = [change for change in changes if change.view == view]
        if own:
            made.settle_rows(view, own, list(base.get(view) or ()), [dict(row) for row in current.get(view) or ()])
    return Merged(tuple(made.changes), made.rows, tuple(made.conflicts))


class _Merging:
    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.conflicts: list[Conflict] = []
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def settle(self, change: Change, now: Any) -> bool:
        """Decide one field; whether it is to be written."""
        if same(now, change.new):
            return False
        if not same(now, change.old):
            self.conflicts.append(Conflict(change, now))
            return False
        self.changes.append(change)
        return True

    def settle_rows(self, view: str, changes: list[Change], base: list[Flat], rows: list[dict[str, Any]]) -> None:
        where, gone = pairs(view, base, rows), set[int]()
        for (key, kind), group in groupby(changes, lambda one: (one.row, one.kind == "removed")):
            parts = list(group)
            if key.startswith("+"):
                self._add(parts, rows)
                continue
            place = where.get(int(key) - 1)
            if place is None:
                self._lost(parts, kind)
            elif kind:
                self._remove(parts, rows[place], gone, place)
            else:
                for part in parts:
                    if self.settle(part, rows[place].get(part.field)):
                        rows[place][part.field] = part.new
        self.rows[view] = [row for place, row in enumerate(rows) if place not in gone]

    def _add(self, parts: list[Change], rows: list[dict[str, Any]]) -> None:
        row = {part.field: part.new for part in parts}
        if not any(all(same(known.get(name), value) for name, value in row.items()) for known in rows):
            rows.append(row)
            self.changes += parts

    def _lost(self, parts: list[Change], removed: bool) -> None:
        """The row is no longer there: fine for who wanted it away, a conflict for who wanted it changed."""
        if not removed:
            self.conflicts += [Conflict(part, None) for part in parts]

    def _remove(self, parts: list[Change], row: Flat, gone: set[int], place: int) -> None:
        changed = [Conflict(part, row.get(part.field)) for part in parts if not same(row.get(part.field), part.old)]
        if changed:
            self.conflicts += changed
        else:
            gone.add(place)
            self.changes += parts
