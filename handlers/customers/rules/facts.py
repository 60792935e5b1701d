"""What a rule is given to judge, and how rules are registered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NamedTuple

from engine.transactions import Tx
from handlers.customers.reference import ReferenceList, reference
from handlers.customers.values.text import Checked, Invalid, unify

Kind = Literal["field", "cross", "unique", "system"]


class Found(NamedTuple):
    """What a rule objects to: the path of the field (`banks.0.account_no`) and the sentence with the remedy.

    The sentence never repeats sensitive numbers: it is logged with the step.
    """

    field: str
    message: str


@dataclass(frozen=True)
class Facts:
    """A customer as a form or the store holds it; `case_id` and `account_id` are itself, no duplicate of itself."""

    values: Mapping[str, Any]
    day: date
    tx: Tx
    case_id: int | None = None
    account_id: int | None = None

    def text(self, name: str) -> str:
        """A value as one tidy line, empty when there is none."""
        return _text(self.values.get(name))

    def rows(self, name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
        """The rows of a table, each with its path, every cell as text."""
        found = self.values.get(name)
        for number, row in enumerate(found if isinstance(found, list) else []):
            if isinstance(row, Mapping):
                yield f"{name}.{number}", {key: _text(value) for key, value in row.items()}

    def cells(self, name: str, table: str = "", column: str = "") -> Iterator[tuple[str, str]]:
        """Every filled value of that kind: the field itself and a column of a table, each with its path."""
        if name and (text := self.text(name)):
            yield name, text
        for path, row in self.rows(table) if table else ():
            if text := row.get(column or name, ""):
                yield f"{path}.{column or name}", text

    def amount(self, name: str) -> Decimal | None:
        """A number; None when it is missing or no number (the form says so itself)."""
        try:
            return Decimal(self.text(name)) if self.text(name) else None
        except InvalidOperation:
            return None

    def date(self, name: str) -> date | None:
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            return None

    def list(self, name: str) -> ReferenceList:
        return reference(self.tx, name)


Judge = Callable[[Facts], Iterator[Found]]


@dataclass(frozen=True)
class Implementation:
    """The function behind a rule; a `fixed` one is enforced by the database as well and cannot be switched."""

    kind: Kind
    judge: Judge
    fixed: str = ""  # why


IMPLEMENTED: dict[str, Implementation] = {}


def rule(name: str, kind: Kind = "field", fixed: str = "") -> Callable[[Judge], Judge]:
    """Register the function that judges the rule of that id."""

    def register(judge: Judge) -> Judge:
        IMPLEMENTED[name] = Implementation(kind, judge, fixed)
        return judge

    return register


def refused(path: str, text: str, check: Callable[..., Checked], **facts: Any) -> Iterator[Found]:
    """What a check refuses, as a finding at that path."""
    try:
        check(text, **facts)
    except Invalid as error:
        yield Found(path, error.message_zh)


def doubted(path: str, text: str, check: Callable[..., Checked], **facts: Any) -> Iterator[Found]:
    """What a check lets pass with a warning; what it refuses is another rule's business."""
    try:
        warnings = check(text, **facts).warnings
    except Invalid:
        return
    for warning in warnings:
        yield Found(path, warning)


def _text(value: Any) -> str:
    if value is None or isinstance(value, (bool, list, dict)):
        return ""
    return unify(str(value))
