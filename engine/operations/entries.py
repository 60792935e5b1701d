"""Where the names in diagrams and forms meet the code of handlers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.errors import FieldProblem
from engine.operations.answers import Done, Judged, Later, Part
from engine.operations.given import GuardContext, Judging, Order, Reminder

if TYPE_CHECKING:
    from engine.people import People
    from engine.transactions import Tx

# A parameter that names steps by their ids, blanks between them; the check sees that they are drawn.
Steps: TypeAlias = str

# What lets go of something when a case ends: (tx, case id, now, outcome) → orders to other cases.
Closer = Callable[["Tx", int, datetime, str], Sequence[Order] | None]


@dataclass(frozen=True)
class Operation:
    name: str
    title: str
    run: Callable[..., Done | Part | Later | None]
    parameters: Mapping[str, inspect.Parameter]
    in_parts: bool = False  # may return `Part`: never begun in the transaction of a person's step
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # it writes → what each gets beyond the common


@dataclass(frozen=True)
class RuleCatalogue:
    """Rules over whole forms; `covers` names the fields (`banks.account_no`) whose own checks they stand for."""

    judge: Callable[[Judging], list[Judged]]
    covers: Callable[[Tx], frozenset[str]]


@dataclass(frozen=True)
class Listing:
    """Options that come and go in tables: what is offered now, and what any code is or was called."""

    offered: Callable[[Tx, datetime], Sequence[tuple[str, str]]]
    label: Callable[[Tx, str], str]


@dataclass(frozen=True)
class Suggestion:
    """What a text field may offer while one types; `needs` are the other fields it looks at."""

    needs: tuple[str, ...]
    find: Callable[[Tx, datetime, Mapping[str, Any]], list[str]]


class Registry:
    """Names on the left, code on the right; the composition root imports the handlers, which fill it."""

    def __init__(self) -> None:
        self.operations: dict[str, Operation] = {}
        self.checks: dict[str, Callable[[Any], Any]] = {}
        self.guards: dict[str, Callable[[GuardContext, Mapping[str, Any]], list[FieldProblem]]] = {}
        self.sources: dict[str, Callable[[People, datetime], list[tuple[str, str]]]] = {}
        self.prefills: dict[str, Callable[[Tx, datetime, str], Mapping[str, Any]]] = {}
        self.listings: dict[str, Listing] = {}
        self.rules: dict[str, RuleCatalogue] = {}
        self.suggestions: dict[str, Suggestion] = {}
        self.sensitive: dict[str, Callable[[Any], bool]] = {}
        self.rows: dict[str, Callable[[Tx, datetime, int, int], list[dict[str, Any]]]] = {}
        self.closers: list[Closer] = []
        self.takers: dict[Closer, frozenset[str]] = {}  # closer → the operations it clears up after
        self.resumptions: list[Callable[[Tx, str | None, Mapping[str, Any]], str | None]] = []
        self.watchers: list[Callable[[Tx, int, str, Mapping[str, Any], Mapping[str, Any]], None]] = []
        self.readers: dict[str, Callable[[Tx, People, datetime, int, int], bool]] = {}
        self.alarms: list[Callable[[Tx, datetime, str, str, str], None]] = []
        self.tellers: list[Callable[[Tx, datetime, People, list[int], str, str, str, int], None]] = []
        self.reminders: list[Callable[[Tx, datetime, People, Reminder], list[int]]] = []

    def close_after(self, closer: Closer, *operations: str) -> None:
        """Register what is let go when a case ends in any way, if its diagram has one of these operations.

        It takes (tx, case id, now, outcome); the orders it returns, if any, go to other cases right after.
        """
        self.closers.append(closer)
        self.takers[closer] = frozenset(operations)

    def raise_alarm(self, tx: Tx, now: datetime, fact: str, subject: str, body: str) -> None:
        """Tell the administrators something they must look at; the same `fact` is told once."""
        for tell in self.alarms:
            tell(tx, now, fact, subject, body)


registry = Registry()
