"""What the events of a case say about how it was worked: steps, deadlines, pauses, each with moments and people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.timeline import ClockKind

OVERTAKEN = "overtaken"  # a suspension that another case has ordered, nobody's choice


@dataclass(slots=True)
class Clock:
    """A deadline as it stands at a moment of the story."""

    due: datetime
    whole: timedelta  # its limit, on its own clock
    kind: ClockKind
    calendar: str
    running: bool = True


@dataclass(frozen=True, slots=True)
class Left:
    """What was left of a deadline at a moment, on its own clock; `whole` is its limit."""

    rest: timedelta
    whole: timedelta

    @property
    def minutes(self) -> int:
        return int(self.rest.total_seconds() // 60)

    @property
    def used_percent(self) -> int:
        return int(100 - 100 * self.rest / self.whole) if self.whole else 100


@dataclass(frozen=True, slots=True)
class Handover:
    """A work item passed from one person to another; `before` None: nobody had claimed it."""

    at: datetime
    seq: int
    by: int | None
    before: int | None
    to: int
    left: Left | None


@dataclass(slots=True)
class Step:
    """A work item from its delivery to its end; `returns`: it was sent back with it."""

    id: str
    node: str
    name: str
    department: int | None
    opened_at: datetime
    viewed_at: datetime | None = None
    viewed_by: int | None = None
    done_at: datetime | None = None
    done_seq: int = 0
    done_by: int | None = None
    on_behalf_of: int | None = None
    signed: bool = False
    returns: bool = False
    wrote: bool = False  # it changed the form
    left: Left | None = None  # when it was done
    handovers: list[Handover] = field(default_factory=list)


@dataclass(slots=True)
class Pause:
    """The case stood still; `left` is the least that was left of a running deadline when it began."""

    at: datetime
    seq: int
    by: int | None
    category: str
    left: Left | None
    until: datetime | None = None


@dataclass(slots=True)
class Story:
    """One case up to the end of the month that is looked at."""

    id: int
    number: str
    title: str
    applicant: int | None
    department: int | None
    steps: list[Step] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    began_with: str = ""  # the step in which the applicant filled in the form

    def written_by(self, person: int, before: Step) -> str:
        """The step in which somebody had filled in the form before another was done, or ""."""
        wrote = [one for one in self.done() if one.wrote and one.done_by == person and one.done_seq < before.done_seq]
        return wrote[-1].name if wrote else self.began_with if person == self.applicant else ""

    def done(self) -> Iterator[Step]:
        return (one for one in self.steps if one.done_at is not None)
