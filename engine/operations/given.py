"""What handlers are given: the case an operation works for, who submits which form, which step is owed by whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.definitions import Definition
    from engine.people import People
    from engine.policy import Policy
    from engine.seals import Seals
    from engine.transactions import Tx


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
class Judging:
    """A form put before the rules: as it stands, or would stand. `touched` are the fields written, None: all."""

    tx: Tx
    now: datetime
    values: Mapping[str, Any]
    case_id: int | None = None
    touched: frozenset[str] | None = None


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
