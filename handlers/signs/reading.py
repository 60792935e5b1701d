"""Stories read from the log: the events of a case gone through once, the cases of a period in chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from engine.calendar import Calendar
from engine.definitions import Definitions
from engine.store import loads, moment, placeholders, stamp
from engine.timeline import timeline
from engine.trail import Passed, Trail
from engine.transactions import Tx
from handlers.signs.story import Clock, Handover, Left, Pause, Step, Story

CHUNK = 400  # cases in memory at a time
CASES = (
    "SELECT id, number, title, definition_id, applicant_id, department_id FROM instance"
    " WHERE id > ? AND started_at < ? AND (ended_at IS NULL OR ended_at >= ?) ORDER BY id LIMIT ?"
)
EVENTS = (
    "SELECT instance_id, seq, kind, occurred_at, actor_id, node, subject, data FROM event"
    " WHERE instance_id IN ({marks}) AND recorded_at < ? ORDER BY instance_id, seq"
)


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


class Happened(NamedTuple):
    """An event of the case, as far as a story looks at it."""

    seq: int
    at: datetime
    actor: int | None
    node: str
    subject: str
    data: Any


class _Teller:
    """Goes through the events of a case once."""

    def __init__(self, story: Story, company: Company, passed: Passed) -> None:
        self.story, self.company, self.passed = story, company, passed
        self.steps: dict[str, Step] = {}
        self.clocks: dict[str, Clock] = {}
        self.under: dict[str, str] = {}  # work item → deadline

    def take(self, row: Any) -> None:
        _, seq, kind, at, actor, node, subject, text = row
        takes = _TAKES.get(kind)
        if takes is not None:
            takes(self, Happened(seq, moment(at), actor, node, subject, loads(text)))

    # --- the case -----------------------------------------------------------------------------------------------

    def started(self, event: Happened) -> None:
        self.story.started_at = event.at
        self.story.began_with = self._name(event.node, event.seq)

    def ended(self, event: Happened) -> None:
        self.story.ended_at = event.at

    def suspended(self, event: Happened) -> None:
        """Comes after the deadlines have been paused: what each had left is still known from its due moment."""
        left = [found for one in self.clocks.values() if (found := self._left(one, event.at)) is not None]
        nearest = min(left, key=lambda one: one.rest, default=None)
        self.story.pauses.append(Pause(event.at, event.seq, event.actor, event.data.get("category", ""), nearest))

    def resumed(self, event: Happened) -> None:
        if self.story.pauses:
            self.story.pauses[-1].until = event.at

    # --- deadlines ----------------------------------------------------------------------------------------------

    def clock_opened(self, event: Happened) -> None:
        data, due = event.data, moment(event.data["due"])
        kind, calendar = data.get("kind", "work"), data.get("calendar", "company")
        whole = timeline(kind, self.company.calendar(calendar)).between(event.at, due)
        self.clocks[event.subject] = Clock(due, whole, kind, calendar)

    def clock_moved(self, event: Happened) -> None:
        if clock := self.clocks.get(event.subject):
            clock.due, clock.running = moment(event.data["due"]), True

    def clock_continued(self, event: Happened) -> None:
        if clock := self.clocks.pop(event.data.get("before") or "", None):
            clock.running = True
            self.clocks[event.subject] = clock

    def clock_closed(self, event: Happened) -> None:
        if clock := self.clocks.get(event.subject):
            clock.running = False

    def _left(self, clock: Clock | None, at: datetime) -> Left | None:
        """What is left at a moment; None when the clock does not run or has run out."""
        if clock is None or not clock.running or at > clock.due:
            return None
        calendar = self.company.calendar(clock.calendar)
        return Left(timeline(clock.kind, calendar).between(at, clock.due), clock.whole)

    # --- steps --------------------------------------------------------------------------------------------------

    def opened(self, event: Happened) -> None:
        step = Step(
            event.subject, event.node, self._name(event.node, event.seq), event.data.get("department"), event.at
        )
        self.steps[event.subject] = step
        self.story.steps.append(step)
        if event.data.get("deadline"):
            self.under[event.subject] = event.data["deadline"]

    def viewed(self, event: Happened) -> None:
        if step := self.steps.get(event.subject):
            step.viewed_at, step.viewed_by = event.at, event.actor

    def transferred(self, event: Happened) -> None:
        if step := self.steps.get(event.subject):
            left = self._left(self.clocks.get(self.under.get(event.subject, "")), event.at)
            before, after = event.data.get("before"), event.data["to"]
            step.handovers.append(Handover(event.at, event.seq, event.actor, before, after, left))

    def completed(self, event: Happened) -> None:
        step = self.steps.get(event.subject)
        if step is None:
            return
        step.done_at, step.done_seq, step.done_by = event.at, event.seq, event.actor
        step.on_behalf_of = event.data.get("on_behalf_of")
        step.returns = self._returns(event.node, event.data.get("outcome"), event.seq)
        step.left = self._left(self.clocks.get(self.under.get(event.subject, "")), event.at)
        step.wrote = bool(event.data.get("fields"))

    def signed(self, event: Happened) -> None:
        if step := self.steps.get(event.subject):
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


_TAKES: Mapping[str, Callable[[_Teller, Happened], None]] = {
    "case.started": _Teller.started, "case.ended": _Teller.ended,
    "case.withdrawn": _Teller.ended, "case.cancelled": _Teller.ended, "case.suspended": _Teller.suspended,
    "case.resumed": _Teller.resumed, "deadline.opened": _Teller.clock_opened, "deadline.moved": _Teller.clock_moved,
    "deadline.resumed": _Teller.clock_moved, "deadline.continued": _Teller.clock_continued,
    "deadline.closed": _Teller.clock_closed, "item.opened": _Teller.opened, "item.viewed": _Teller.viewed,
    "item.transferred": _Teller.transferred, "item.completed": _Teller.completed, "item.signed": _Teller.signed,
}  # fmt: skip
