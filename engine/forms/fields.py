"""The fields of a procedure: what one is, and the conditions under which it matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS = {
    "text": "单行文字", "textarea": "多行文字", "number": "数字", "money": "金额", "date": "日期",
    "choice": "单选", "multichoice": "多选", "bool": "是否", "table": "表格", "attachment": "附件",
    "search": "查重", "static": "说明文字",
}  # fmt: skip
WIDTHS = (2, 3, 4, 6)  # columns of a six-column grid
Options = tuple[tuple[str, str], ...]


def empty(value: Any) -> bool:
    """Nothing was filled in (False and 0 are answers)."""
    return not value and (value is None or value in ("", [], {}))


EMPTY = ""  # among the values of a condition: nothing is filled in


@dataclass(frozen=True)
class Condition:
    """True when another field (of the same row or of the form) has one of the values; `negated`: has none of them."""

    field: str
    values: tuple[Any, ...]
    negated: bool = False

    def holds(self, values: Mapping[str, Any]) -> bool:
        return self._has_one(values.get(self.field)) is not self.negated

    def _has_one(self, value: Any) -> bool:
        if EMPTY in self.values and empty(value):
            return True
        return any(one in self.values for one in value) if isinstance(value, list) else value in self.values


@dataclass(frozen=True)
class Field:
    """One field as the process owner defined it; `max` counts characters, rows or files."""

    id: str
    label: str
    kind: str
    help: str = ""
    width: int = 3
    max: int = 0
    least: int | None = None  # bounds of numbers and money
    most: int | None = None
    decimals: int = 0  # of numbers; money always has two
    required: bool | Condition = False
    show_when: Condition | None = None
    options: Options = ()
    source: str | None = None  # name in registry.sources
    suggest: str | None = None  # of a text: name in registry.suggestions
    without: str | None = None  # name of a fact of the case whose value is no option
    integer: bool = False  # option values are ids: kept as int
    check: str | Mapping[str, str] | None = None  # name in registry.checks, or one per value of `check_by`
    check_by: str | None = None
    sensitive: bool | str = False  # encrypted, masked for readers: always, or when the judge of that name says so
    default: Any = None
    columns: tuple[Field, ...] = ()
    rows: str | None = None  # name in registry.rows: the rows of a table are given, nobody adds or removes one
    fixed: bool = False  # of a column of given rows: shown, never written
    decide: str | None = None  # name of the variable of the diagram that gets the value
    text: str = ""  # of a static field
    unit: str = ""  # of money and numbers, e.g. 元
    mono: bool = False  # codes and numbers read better in equal widths
    radio: bool = False  # draw a choice as radio buttons

    @property
    def given(self) -> bool:
        """Whether the rows of this table live elsewhere: they are shown and decided on, not kept in the case's form."""
        return self.rows is not None

    @property
    def only_shown(self) -> bool:
        """Whether nothing of these given rows can be written."""
        return self.given and all(column.fixed for column in self.columns)

    @property
    def row_key(self) -> str:
        """The column that tells given rows apart."""
        return self.columns[0].id

    def is_required(self, values: Mapping[str, Any]) -> bool:
        return self.required if isinstance(self.required, bool) else self.required.holds(values)

    def check_name(self, values: Mapping[str, Any]) -> str | None:
        """Which check applies, given the other values of the form or row."""
        if isinstance(self.check, str) or self.check is None:
            return self.check
        return self.check.get(str(values.get(self.check_by or "")), self.check.get("*"))


@dataclass(frozen=True)
class Section:
    """A titled group of fields that one party owns, e.g. the accounting view."""

    id: str
    title: str
    owner: str = ""  # e.g. 由财务部填写
    note: str = ""
    fields: tuple[Field, ...] = ()
    show_when: Condition | None = None
