"""What a handbook consists of: frozen values whose texts are ready to be printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

StepKind = Literal["start", "user", "service"]


@dataclass(frozen=True)
class Goal:
    """Where a way leads: a step with its number, or an end (`number` None)."""

    name: str
    number: int | None = None


@dataclass(frozen=True)
class Lead:
    """One way on: under which conditions, through which automatic steps, to where; several `to` come side by side."""

    to: tuple[Goal, ...]
    when: tuple[str, ...] = ()
    through: tuple[Goal, ...] = ()


@dataclass(frozen=True)
class Result:
    """One way to end a step: the button, what it says, what it demands, and where it leads."""

    label: str
    consequence: str = ""
    demands: tuple[str, ...] = ()
    leads: tuple[Lead, ...] = ()


@dataclass(frozen=True)
class FieldLine:
    """A field in words; a column of a table names its table in `of`."""

    label: str
    kind: str
    required: str  # 必填, 选填, or the condition
    when: str = ""  # under which condition it is there at all
    note: str = ""
    of: str = ""


@dataclass(frozen=True)
class FieldGroup:
    """A section of the form with its fields, and the steps in which it is filled in."""

    title: str
    owner: str = ""
    note: str = ""
    when: str = ""
    lines: tuple[FieldLine, ...] = ()
    steps: tuple[Goal, ...] = ()


@dataclass(frozen=True)
class Writes:
    """The sections that departments of a kind fill in (`whom` empty: everybody)."""

    whom: str
    sections: tuple[str, ...]


@dataclass(frozen=True)
class Timing:
    """The clock over a step: its limits and what happens as they run out; `untimed` says why there is none.

    `covers` names the scope when the clock runs over more than this step; `key` is the clock of the policy.
    """

    key: str = ""
    name: str = ""
    normal: str = ""
    urgent: str = ""  # empty: the procedure knows no urgent cases
    counted: str = ""
    covers: str = ""
    continues: str = ""
    clauses: str = ""
    marks: tuple[tuple[str, str], ...] = ()  # moment → what happens then
    urgent_marks: tuple[tuple[str, str], ...] = ()
    cost: str = ""
    untimed: str = ""


@dataclass(frozen=True)
class Note:
    """A letter that an automatic step sends: its subject with blanks in words."""

    subject: str
    by: tuple[Goal, ...] = ()


@dataclass(frozen=True)
class Step:
    """A step of a procedure.

    `node` is its id in the diagram, `home` the process it is drawn in; these, `post`, `department` and `kinds` are not
    printed.
    """

    number: int
    kind: StepKind
    node: str
    home: str
    name: str
    part: str  # the shared part or sub-process it belongs to
    who: str
    post: str
    department: str
    kinds: tuple[str, ...]  # of departments that may have to do it; none: of any
    purpose: str  # what the owner wrote about it
    intro: str = ""
    repeated: str = ""
    duty: bool = False
    separate: tuple[str, ...] = ()
    comes_from: tuple[Goal, ...] = ()
    writes: tuple[Writes, ...] = ()
    reads: tuple[str, ...] = ()
    own: tuple[FieldLine, ...] = ()
    results: tuple[Result, ...] = ()
    leads: tuple[Lead, ...] = ()  # of an automatic step
    timing: Timing | None = None
    signature: str = ""
    operation: str = ""
    letters: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    changed: tuple[str, ...] | None = None  # what this version changed about it; None: nothing
    idle: bool = False  # drawn in a shared part, but this procedure never comes here

    @property
    def goal(self) -> Goal:
        return Goal(self.name, self.number)


@dataclass(frozen=True)
class Exceptional:
    """What may interrupt or accompany a step: a timer, an error, a message."""

    at: str
    name: str
    what: str
    leads: tuple[Lead, ...] = ()


@dataclass(frozen=True)
class ClauseLine:
    """A clause of the policy, what it says or what it costs, and the steps and parts concerned."""

    number: str
    title: str
    text: str
    steps: tuple[Goal, ...]


@dataclass(frozen=True)
class Chapter:
    """One diagram to be drawn: the procedure itself or a shared part; `document` is its path among the documents."""

    title: str
    document: str


@dataclass(frozen=True)
class Handbook:
    """A procedure as a document."""

    process: str
    name: str
    purpose: str
    policy: str  # number of the policy, "" for none
    policy_version: str
    policy_since: date | None
    urgency: str
    diagrams: tuple[Chapter, ...]
    steps: tuple[Step, ...]
    idle: tuple[Step, ...]
    groups: tuple[FieldGroup, ...]
    timings: tuple[tuple[Timing, tuple[Goal, ...]], ...]
    exceptions: tuple[Exceptional, ...]
    costs: tuple[ClauseLine, ...]
    letters: tuple[Note, ...]
    clauses: tuple[ClauseLine, ...]
    glossary: tuple[tuple[str, str], ...] = ()
    changes: tuple[tuple[str, str, tuple[str, ...]], ...] = ()  # kind, what, details
    marks: Mapping[str, int] = field(default_factory=dict)  # node → number of its step, for the diagrams
