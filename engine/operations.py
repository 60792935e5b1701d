"""The registries that handlers fill: operations of service tasks, checks of fields, guards of whole forms."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from engine.errors import FieldProblem

if TYPE_CHECKING:
    from engine.definitions import Definition
    from engine.people import People
    from engine.policy import Policy
    from engine.seals import Seals
    from engine.transactions import Tx

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Case:
    """What an operation may know of the case it works for."""

    id: int
    number: str
    process: str
    title: str
    applicant_id: int
    department_id: int
    urgent: bool
    round: int
    form: Mapping[str, Any]  # the whole form, field id → value
    subject: str | None = None  # what the case is about, e.g. the code of the customer to be modified
    base: Mapping[str, Any] = field(default_factory=dict)  # what the subject held when the form was filled in


@dataclass(frozen=True)
class Order:
    """What one case asks of another; `verb` is suspend, resume or cancel."""

    case_id: int
    verb: str
    reason: str


# What lets go of something when a case ends: (tx, case id, now, outcome) → orders to other cases.
Closer = Callable[["Tx", int, datetime, str], Sequence[Order] | None]


@dataclass(frozen=True)
class Launch:
    """A case that another one starts: at the plain start event of the procedure, nobody's person applying.

    `key` is its idempotency key, `form` what is filled in already.
    """

    process: str
    department: int
    key: str
    form: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Context:
    """Given to an operation as its first argument: the open transaction, the moment, the case."""

    tx: Tx
    now: datetime
    case: Case
    node: str  # id of the service task
    job: str  # id of the job: the same on every retry, so it serves as idempotency key
    people: People
    seals: Seals
    definition: Definition  # with its field catalogue and letters
    item: Any = None  # the item of a multi-instance step, e.g. the department id
    actor_id: int | None = None  # who completed the step that led here, if anybody
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    policy: Policy | None = None  # the version in force now
    launcher: Callable[[Launch], int] | None = None

    def launch(self, launch: Launch) -> int:
        """Start another case in this very transaction; returns its id, that of the first time when it is repeated."""
        assert self.launcher is not None, "only a job can start another case"
        return self.launcher(launch)

    def order(self, case_id: int, verb: str, reason: str) -> None:
        """Ask for another case to be suspended, resumed or cancelled, right after this job is done (`orders.py`)."""
        assert verb in ("suspend", "resume", "cancel"), verb
        self.orders.append(Order(case_id, verb, reason))

    def record(self, kind: str, **data: Any) -> None:
        """Append an event to the case's chain, in the same transaction."""
        self.events.append((kind, data))


@dataclass(frozen=True)
class Done:
    """What an operation reports back: decisions for the diagram, form fields to set, a new title or outcome."""

    decisions: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    outcome: str | None = None  # outcome of the case, e.g. 'posted', 'not_new'
    base: Mapping[str, Any] | None = None  # what the subject holds now: the case goes on against this


@dataclass(frozen=True)
class Part:
    """What a long operation returns when it has done a part: that is committed, and the job comes up again.

    The operation finds out by itself where it stands; it returns `Done` after the last part.
    """


@dataclass(frozen=True)
class Later:
    """What an operation returns when its time has not come: it wrote nothing, and comes up again at this moment."""

    at: datetime


@dataclass(frozen=True)
class GuardContext:
    """Given to a guard: who submits what, when."""

    tx: Tx
    now: datetime
    people: People
    actor_id: int
    department_id: int
    case_id: int | None  # None while the case is being started
    node: str
    subject: str | None = None  # what the case is about, e.g. a customer code
    base: Mapping[str, Any] = field(default_factory=dict)
    definition: Definition | None = None  # with its field catalogue


@dataclass(frozen=True)
class Reminder:
    """Given to whoever writes notices: which step of which case is owed by whom.

    `fact` names the occasion; `due` is when it ran out, None for an urging; `by` is who urges, `note` his words.
    A warning has `share`, the per cent used up, and `left` of its own clock; an escalation has `level`, and its `note`
    says who owes the step: both are due at `due`.
    """

    case_id: int
    number: str
    title: str
    step: str
    persons: tuple[int, ...]
    fact: str
    note: str = ""
    due: datetime | None = None
    by: int | None = None
    share: int = 0
    level: int = 0
    left: timedelta | None = None


@dataclass(frozen=True)
class Operation:
    name: str
    title: str
    run: Callable[..., Done | Part | Later | None]
    parameters: Mapping[str, inspect.Parameter]
    in_parts: bool = False  # may return `Part`: never begun in the transaction of a person's step
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # it writes → what each gets beyond the common


@dataclass(frozen=True)
class Judging:
    """A form put before the rules: as it stands, or would stand. `touched` are the fields written, None: all."""

    tx: Tx
    now: datetime
    values: Mapping[str, Any]
    case_id: int | None = None
    touched: frozenset[str] | None = None


@dataclass(frozen=True)
class Judged:
    """What a rule objects to: at which field (`banks.0.account_no`), why, and whether it stops the submission."""

    rule: str
    field: str
    message: str
    blocks: bool
    fields: tuple[str, ...] = ()  # that take part in the rule


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


def operation(
    name: str, title: str, in_parts: bool = False, letters: Mapping[str, tuple[str, ...]] | None = None
) -> Callable[[F], F]:
    """Register what a service task with `cs:operation="name"` does.

    The function takes a `Context` and the typed keyword parameters of the diagram, and returns `Done` or None, or
    `Part` when there is more to do in a transaction of its own (one registered with `in_parts`), `Later` when its time
    has not come. `letters` names the letters of the procedure (`letters/<name>.j2`) that it writes, and what it gives
    each beyond `engine.letters.COMMON`.
    `Refused(code)` becomes a BPMN error the diagram can catch; any other exception rolls back and is retried.
    """

    def register(function: F) -> F:
        parameters = dict(list(inspect.signature(function).parameters.items())[1:])
        registry.operations[name] = Operation(name, title, function, parameters, in_parts, letters or {})
        return function

    return register


def check(name: str) -> Callable[[F], F]:
    """Register a field check: takes the typed value, returns it normalised or raises ValueError(Chinese text)."""

    def register(function: F) -> F:
        registry.checks[name] = function
        return function

    return register


def guard(name: str) -> Callable[[F], F]:
    """Register a whole-form check at submission: takes a GuardContext and the values, returns FieldProblems."""

    def register(function: F) -> F:
        registry.guards[name] = function
        return function

    return register


def rules(name: str, covers: Callable[[Tx], frozenset[str]]) -> Callable[[F], F]:
    """Register a catalogue of rules: takes a Judging, returns what is objected to, as severely as it is set."""

    def register(function: F) -> F:
        registry.rules[name] = RuleCatalogue(function, covers)
        return function

    return register


def sensitive(name: str) -> Callable[[F], F]:
    """Register what decides whether a value of a field with `sensitive: name` is a sensitive one."""

    def register(function: F) -> F:
        registry.sensitive[name] = function
        return function

    return register


def source(name: str) -> Callable[[F], F]:
    """Register where a choice field's options come from: takes (people, now), returns [(value, label)]."""

    def register(function: F) -> F:
        registry.sources[name] = function
        return function

    return register


def listing(name: str, label: Callable[[Tx, str], str]) -> Callable[[F], F]:
    """Register a source of options that lies in tables: takes (tx, now), returns [(value, label)].

    `label` names a value that is offered no more but stands in older records.
    """

    def register(function: F) -> F:
        registry.listings[name] = Listing(function, label)
        return function

    return register


def suggestion(name: str, needs: tuple[str, ...] = ()) -> Callable[[F], F]:
    """Register what a text field offers while one types: takes (tx, now, values), returns texts."""

    def register(function: F) -> F:
        registry.suggestions[name] = Suggestion(needs, function)
        return function

    return register


def prefill(name: str) -> Callable[[F], F]:
    """Register what a start form opens filled in with: takes (tx, now, key), returns field id → value.

    The key says about what, e.g. a customer code. Raises NotFound when there is nothing of that key.
    """

    def register(function: F) -> F:
        registry.prefills[name] = function
        return function

    return register


def resumption(function: F) -> F:
    """Register what a case is told when it goes on after standing still: takes (tx, subject, form), returns a message
    for the diagram to catch, or None when nothing has changed meanwhile; nobody waiting for it hears it.
    """
    registry.resumptions.append(function)
    return function


def watcher(function: F) -> F:
    """Register what handlers keep beside a running case, in the transaction of the step that changed its form.

    Takes (tx, instance_id, process, form before, form after); the form before is empty when the case starts.
    """
    registry.watchers.append(function)
    return function


def rows(name: str) -> Callable[[F], F]:
    """Register where the rows of a table come from: takes (tx, now, case id, department id), returns rows.

    A row is column id → value, with what has been decided about it so far; its first column tells it from the others.
    """

    def register(function: F) -> F:
        registry.rows[name] = function
        return function

    return register


def readers(process: str) -> Callable[[F], F]:
    """Register who may read the cases of a procedure, where that is not everybody who has to do with it.

    Takes (tx, people, now, person id, case id).
    """

    def register(function: F) -> F:
        registry.readers[process] = function
        return function

    return register


def alarm(function: F) -> F:
    """Register how administrators are told: takes (tx, now, fact, subject, body)."""
    registry.alarms.append(function)
    return function


def teller(function: F) -> F:
    """Register how people are told something in the engine's own words: takes (tx, now, people, persons, fact,
    subject, body, case id); the same `fact` is told once per person.
    """
    registry.tellers.append(function)
    return function


def reminder(function: F) -> F:
    """Register how people hear of a step that is owed: takes (tx, now, people, Reminder), returns who did not know."""
    registry.reminders.append(function)
    return function
