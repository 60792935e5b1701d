"""What a record holds of sensitive values is never sent to a page: a mask stands for each value, and comes back as one.

Who leaves the mask as it is keeps the value, who types over it replaces it. A row of a table says by a key which stored
row it was drawn from, so rows may be moved, added and taken away meanwhile. The key is a fingerprint of the vault: it
helps nobody to guess what is masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from engine.forms.fields import Field, empty
from engine.forms.filled import is_list
from engine.forms.sensitive import is_sensitive, may_be_sensitive
from engine.store import dumps

if TYPE_CHECKING:
    from engine.forms.context import Context

ROW = "_row"  # the control of a row that holds its key
CHANGED = "（已改）"  # after a mask whose value is not the one the record holds
_DOTS = "••••"
_KEPT = 4

Row = Mapping[str, Any]


def mask(value: Any) -> str:
    """All but the last four characters hidden; of a short value all, so that half is always hidden."""
    text = "" if value is None else str(value)
    if len(text) < 2 * _KEPT:
        return _DOTS if text else ""
    return f"{_DOTS} {text[-_KEPT:]}"


def is_mask(value: Any) -> bool:
    """Whether a text is what `mask` made, or what is left of it: never a value."""
    return isinstance(value, str) and _DOTS in value


class Stored:
    """What a form holds before anything is typed: which values a control stands for."""

    def __init__(self, fields: Iterable[Field], values: Mapping[str, Any], context: Context) -> None:
        self.fields, self.values, self.context = may_be_sensitive(fields), values, context
        self._rows: dict[str, dict[str, Row]] = {
            one.id: {self.key(one, row): row for row in values.get(one.id) or []} for one in self.fields if one.columns
        }

    def key(self, table: Field, row: Row) -> str:
        """What recognises a stored row: equal rows have equal keys."""
        cells = {column.id: row[column.id] for column in table.columns if not empty(row.get(column.id))}
        return self.context.fingerprint(dumps([table.id, cells]))[:20]

    def row(self, table: Field, key: Any) -> Row:
        """The stored row of that key, an empty one when there is none (any more)."""
        rows = self._rows.get(table.id, {})
        return rows.get(str(key), {})

    def lifted(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """What was typed, with each mask that was left as it is replaced by the value it stands for."""
        found = dict(typed)
        for one in self.fields:
            value = typed.get(one.id)
            if one.columns and is_list(value):
                found[one.id] = [self._lifted(one, row) if isinstance(row, Mapping) else row for row in value or ()]
            elif is_mask(value):
                found[one.id] = _lift(value, self.values.get(one.id))
        return found

    def _lifted(self, table: Field, row: Row) -> dict[str, Any]:
        held = self.row(table, row.get(ROW))
        masked = [one.id for one in table.columns if one.sensitive and is_mask(row.get(one.id))]
        return {**row, **{name: _lift(row[name], held.get(name)) for name in masked}}


class Held:
    """The sensitive values of the record a case is about: shown to nobody in full, whatever his rights in the case."""

    def __init__(self, fields: Iterable[Field], values: Mapping[str, Any] | None) -> None:
        self.values = values or {}
        self._known = {pair for one in may_be_sensitive(fields) for pair in _leaves(one, self.values.get(one.id))}

    def has(self, one: Field, value: Any, table: Field | None = None) -> bool:
        return (table.id if table else "", one.id, str(value)) in self._known

    def marked(self, one: Field, value: Any, table: Field | None = None) -> str:
        """The mask of a value, which says so when the record holds another."""
        return mask(value) + (CHANGED if self.values and not self.has(one, value, table) else "")


def _leaves(one: Field, value: Any) -> list[tuple[str, str, str]]:
    """Where the sensitive values of a field stand: table, field or column, value as text."""
    if not one.columns:
        return [("", one.id, str(value))] if is_sensitive(one, value) else []
    cells = [(column, row.get(column.id)) for row in value or [] for column in one.columns]
    return [(one.id, column.id, str(cell)) for column, cell in cells if is_sensitive(column, cell)]


def _lift(typed: Any, held: Any) -> Any:
    return held if str(typed).strip() == mask(held) else typed
