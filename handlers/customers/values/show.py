"""How stored values are shown: labels of coded values, masks of sensitive ones (`info["mask"]` of a column)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Column

from engine.forms import Catalogue
from engine.operations import registry
from engine.transactions import Tx
from handlers.customers.values.masking import mask, mask_number
from handlers.customers.values.secrets import is_personal
from handlers.customers.view_tables import Money


@dataclass(frozen=True)
class Value:
    """One field as it is shown; `text` is the label of a coded value."""

    name: str
    label: str
    text: str
    masked: bool = False


class Show:
    """Writes values; coded ones read as the catalogue says. `reveal` leaves nothing masked: the caller logs it."""

    def __init__(self, catalogue: Catalogue | None = None, reveal: bool = False, tx: Tx | None = None) -> None:
        self.reveal, self.tx = reveal, tx
        known = catalogue.fields.values() if catalogue else ()
        every = [part for one in known for part in (one, *one.columns)]
        self.options = {one.id: dict(one.options) for one in every if one.options}
        self.labels = {one.id: registry.listings[one.source].label for one in every if one.source in registry.listings}

    def values(self, columns: list[Column[Any]], row: Mapping[str, Any]) -> tuple[Value, ...]:
        return tuple(self.value(column, row[column.name]) for column in columns if column.name in row)

    def value(self, column: Column[Any], value: Any) -> Value:
        money = isinstance(column.type, Money)
        text, kind = _money(value) if money else self._text(column.name, value), column.info.get("mask")
        shown = text if kind is None or self.reveal else _hidden(kind, text)
        return Value(column.name, column.comment or column.name, shown, shown != text)

    def _text(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return "、".join(map(str, value))
        if self.tx is not None and name in self.labels:
            return self.labels[name](self.tx, str(value)) or str(value)
        return self.options.get(name, {}).get(str(value), str(value))


def number_text(tax_id: str | None) -> str:
    """A tax number for lists: an organisation's is public, a person's is masked."""
    return _hidden("tax_id", tax_id) if tax_id else ""


def _money(value: Any) -> str:
    """An amount with separators; versions keep it as text."""
    return f"{Decimal(str(value)):,.2f}"


def _hidden(kind: str, text: str) -> str:
    if kind != "tax_id":
        return mask(kind, text)
    return mask_number(text) if is_personal(text) else text
