"""What the events of a case say about how it was worked: steps, deadlines, pauses, each with moments and people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from engine.calendar import Calendar
from engine.definitions import Definitions
from engine.store import loads, moment, placeholders, stamp
from engine.timeline import ClockKind, timeline
from engine.trail import Passed, Trail
from engine.transactions import Tx

CHUNK = 400  # cases in memory at a time
CASES = (
    "SELECT id, number, title, definition_id, applicant_id, department_id FROM instance"
    " WHERE id > ? AND started_at < ? AND (ended_at IS NULL OR ended_at >= ?) ORDER BY id LIMIT ?"
)
EVENTS = (
    "SELECT instance_id, seq, kind, occurred_at, actor_id, node, subject, data FROM event"
    " WHERE instance_id IN ({marks}) AND recorded_at < ? ORDER BY instance_id, seq"
)
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


@dataclass(frozen=True, slots=True)
class Company:
    """What a story needs besides the events: the diagrams, and the calendars on which the clocks run."""

    tx: Tx
    definitions: Definitions
    calendars: Mapping[str, Calendar]

    def calendar(self, code: str) -> Calendar:
        return self.calendars.get(code) or self.calendars["company"]


def stories(company: Company, since: datetime, until: datetime) -> Iterator[Story]:
    """The cases that were under way between two moments, told up to the second."""
    last, tx = 0, company.tx
    while rows := tx.all(CASES, (last, stamp(until), stamp(since), CHUNK)):
        last = rows[-1][0]
        marks = placeholders(rows)
        events = tx.all(EVENTS.format(marks=marks), (*(row[0] for row in rows), stamp(until)))
        of_case = {case: list(found) for case, found in groupby(events, key=lambda one: one[0])}
        for row in rows:
            told = of_case.get(row[0], [])
            trail = Trail.of_rows((event[2], event[1], event[7]) for event in told)
            passed = Passed.read(tx, company.definitions, company.definitions.get(tx, row[3]), trail)
            teller = _Teller(Story(row[0], row[1], row[2], row[4], row[5]), company, passed)
            for event in told:
                teller.take(event)
            yield teller.story


class _Teller:
    """Goes through the events of a case once."""

    def __init__(self, story: Story, company: Company, passed: Passed) -> None:
        self.story, self.company, self.passed = story, company, passed
        self.steps: dict[str, Step] = {}
        self.clocks: dict[str, Clock] = {}
        self.under: dict[str, str] = {}  # work item → deadline

    def take(self, event: Any) -> None:
        _, seq, kind, at, actor, node, subject, text = event
        takes = _TAKES.get(kind)
        if takes is not None:
            takes(self, seq, moment(at), actor, node, subject, loads(text))

    # --- the case -----------------------------------------------------------------------------------------------

    def started(self, seq: int, at: datetime, actor: int | None, node: str, subject: str, data: Any) -> None:
        self.story.started_at = at
        self.story.began_with = self._name(node, seq)

    def ended(self, seq: int, at: datetime, actor: int | None, node: str, subject: str, data: Any) -> None:
        self.story.ended_at = at

    def suspended(self, seq: int, at: datetime, actor: int | None, node: str, subject: str, data: Any) -> None:
        """Comes after the deadlines have been paused: what each had left is still known from its due moment."""
        left = [found for one in self.clocks.values() if (found := self._left(one, at)) is not None]
        nearest = min(left, key=lambda one: one.rest, default=None)
        self.story.pauses.append(Pause(at, seq, actor, data.get("category", ""), nearest))

    def resumed(self, seq: int, at: datetime, actor: int | None, node: str, subject: str, data: Any) -> None:
        if self.story.pauses:
            self.story.pauses[-1].until = at

    # --- deadlines ----------------------------------------------------------------------------------------------

    def clock_opened(self, seq: int, at: datetime, actor: int | None, node: str, subject: str, data: Any) -> None:
        kind, calendar, due = data.get("kind", "work"), data.get("calendar", "company"), moment(data["due"])
        whole = timeline(kind, self.company.calendar(calendar)).between(at, due)
        self.clocks[subject] = Clock(due, whole, kind, calendar)

    def clock_moved(self, seq: int, at: datetime, actor: int | None, node: str, subject: str, data: Any) -> None:
        if clock := self.clocks.get(subject):
            clock.due, clock.running = moment(data["due"]), True

    def clock_continued(self, seq: int, at: datetime, actor: int | None, node: str, subject: str, data: Any) -> None:
        if clock := self.clocks.pop(data.get("before") or "", None):
            clock.running = True
            self.clocks[subject] = clock

    def clock_closed(self, seq: int, at: datetime, actor: int | None, node: str, subject: str, data: Any) -> None:
        if clock := self.clocks.get(subject):
            clock.running = False

    def _left(self, clock: Clock | None, at: datetime) -> Left | None:
        """What is left at a moment; None when the clock does not run or has run out."""
        if clock is None or not clock.running or at > clock.due:
            return None
        calendar = self.company.calendar(clock.calendar)
        return Left(timeline(clock.kind, calendar).between(at, clock.due), clock.whole)

    # --- steps --------------------------------------------------------------------------------------------------

    def opened(self, seq: int, at: datetime, actor: int | None, node: str, subject: str, data: Any) -> None:
        step = Step(subject, node, self._name(node, seq), data.get("department"), at)
        self.steps[subject] = step
        self.story.steps.append(step)
        if data.get("deadline"):
            self.under[subject] = data["deadline"]

    def viewed(self, seq: int, at: datetime, actor: int | None, node: str, subject: str, data: Any) -> None:
        if step := self.steps.get(subject):
            step.viewed_at, step.viewed_by = at, actor

    def transferred(self, seq: int, at: datetime, actor: int | None, node: str, subject: str, data: Any) -> None:
        if step := self.steps.get(subject):
            left = self._left(self.clocks.get(self.under.get(subject, "")), at)
            step.handovers.append(Handover(at, seq, actor, data.get("before"), data["to"], left))

    def completed(self, seq: int, at: datetime, actor: int | None, node: str, subject: str, data: Any) -> None:
        step = self.steps.get(subject)
        if step is None:
            return
        step.done_at, step.done_seq, step.done_by = at, seq, actor
        step.on_behalf_of = data.get("on_behalf_of")
        step.returns = self._returns(node, data.get("outcome"), seq)
        step.left = self._left(self.clocks.get(self.under.get(subject, "")), at)
        step.wrote = bool(data.get("fields"))

    def signed(self, seq: int, at: datetime, actor: int | None, node: str, subject: str, data: Any) -> None:
        if step := self.steps.get(subject):
            step.signed = True

    def _returns(self, node: str, outcome: str | None, seq: int) -> bool:
        definition = self.passed.at(seq)
        found = definition.model.nodes.get(node)
        form = definition.forms.get(found.extensions.get("form", "")) if found else None
        chosen = form.outcome(outcome) if form else None
        return outcome == "returned" or (chosen is not None and chosen.skip_validation and not chosen.signs)

    def _name(self, node: str | None, seq: int) -> str:
        found = self.passed.at(seq).model.nodes.get(node or "")
        return str(found.name or found.id) if found else str(node or "")


_TAKES: Mapping[str, Callable[..., None]] = {
    "case.started": _Teller.started, "case.ended": _Teller.ended,
    "case.withdrawn": _Teller.ended, "case.cancelled": _Teller.ended, "case.suspended": _Teller.suspended,
    "case.resumed": _Teller.resumed, "deadline.opened": _Teller.clock_opened, "deadline.moved": _Teller.clock_moved,
    "deadline.resumed": _Teller.clock_moved, "deadline.continued": _Teller.clock_continued,
    "deadline.closed": _Teller.clock_closed, "item.opened": _Teller.opened, "item.viewed": _Teller.viewed,
    "item.transferred": _Teller.transferred, "item.completed": _Teller.completed, "item.signed": _Teller.signed,
}  # fmt: skip
