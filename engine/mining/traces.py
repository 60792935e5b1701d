"""The log of a month as traces: each case with its events, and what they belong to, told by events alone.

A month holds the cases that were under way in it, whole from their start, but nothing recorded after its end: once it
is over, the same month gives the same traces for good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from engine.clock import LOCAL
from engine.definitions import Definitions
from engine.errors import CountersignError
from engine.people import POST_KINDS, People
from engine.store import loads, moment, placeholders, stamp
from engine.trail import Passed, Trail
from engine.transactions import Tx

CHUNK = 400  # cases that are in memory at a time
CASES = (
    "SELECT id, number, definition_id, process, applicant_id, department_id, subject, started_at FROM instance"
    " WHERE id > ? AND started_at < ? AND (ended_at IS NULL OR ended_at >= ?) ORDER BY id LIMIT ?"
)
EVENTS = (
    "SELECT instance_id, seq, kind, occurred_at, actor_id, node, subject, data FROM event"
    " WHERE instance_id IN ({marks}) AND recorded_at < ? ORDER BY instance_id, occurred_at, seq"
)
KEPT = (
    "outcome",
    "status",
    "category",
    "code",
    "late",
    "left",
    "round",
    "urgent",
    "attempts",
    "operation",
    "reason_code",
)
# What an event means for the life of a step; everything else has simply happened (IEEE 1849-2016, lifecycle extension).
TRANSITIONS = {
    "item.opened": "schedule", "item.claimed": "assign", "item.viewed": "start", "item.transferred": "reassign",
    "item.released": "reassign", "item.completed": "complete", "item.cancelled": "withdraw", "job.done": "complete",
    "job.refused": "ate_abort", "case.suspended": "suspend", "case.resumed": "resume",
}  # fmt: skip


class MonthInvalid(CountersignError):
    """月份写得不对。"""

    template = "看不懂月份“{text}”。请写成 2026-09 这样的形式。"
    status = 422


@dataclass(frozen=True)
class Happening:
    """One event: what (`name` is the step's where there is one), whose, under which deadline."""

    seq: int
    kind: str
    name: str
    transition: str
    at: datetime
    person: int | None
    role: str  # 归口人员 …
    department: int | None
    item: str | None
    deadline: str | None
    clock: str
    due: str  # stamp, "" when no clock runs
    attributes: Mapping[str, Any]
    customer: str  # code, when the event names one


@dataclass(frozen=True)
class Trace:
    """A case with its events in the order in which they happened."""

    id: int
    number: str
    process: str
    applicant: int | None
    department: int | None
    customer: str | None
    started: datetime
    happenings: Sequence[Happening]


def month(text: str) -> tuple[datetime, datetime]:
    """First moment of a month and of the next, in Shanghai; raises MonthInvalid."""
    try:
        first = datetime.strptime(text.strip(), "%Y-%m").replace(tzinfo=LOCAL)
    except ValueError:
        raise MonthInvalid(text=text) from None
    return first, first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


@dataclass
class Reader:
    """Reads the traces of a month; `names` are the words for kinds of events that are no step's."""

    tx: Tx
    definitions: Definitions
    people: People
    names: Mapping[str, str]
    since: datetime
    until: datetime

    def traces(self) -> Iterator[Trace]:
        last = 0
        while rows := self.tx.all(CASES, (last, stamp(self.until), stamp(self.since), CHUNK)):
            last = rows[-1][0]
            yield from self._chunk(rows)

    def _chunk(self, rows: Sequence[Any]) -> Iterator[Trace]:
        """The traces of some cases; their events are let go before the next are read."""
        marks = placeholders(rows)
        events = self.tx.all(EVENTS.format(marks=marks), (*(row[0] for row in rows), stamp(self.until)))
        of_case = {case: list(found) for case, found in groupby(events, key=lambda one: one[0])}
        for row in rows:
            yield self._trace(row, of_case.get(row[0], []))

    def first_about(self, customer: str) -> int | None:
        """The first case of the month that is about this customer from its start."""
        values = (customer, stamp(self.until), stamp(self.since))
        row = self.tx.one(
            "SELECT min(id) FROM instance WHERE subject = ? AND started_at < ? AND (ended_at IS NULL OR ended_at >= ?)",
            values,
        )
        return row[0] if row else None

    def _trace(self, row: Any, events: list[Any]) -> Trace:
        definition = self.definitions.get(self.tx, row[2])
        passed = Passed.read(
            self.tx, self.definitions, definition, Trail.of_rows((row[2], row[1], row[7]) for row in events)
        )
        told = _Story(passed, self.people, self.names)
        happenings = [told.next(event) for event in events]
        return Trace(row[0], row[1], definition.name, row[4], row[5], row[6], moment(row[7]), happenings)


@dataclass
class _Story:
    """What the events of one case have said so far: where each step lies, until when each deadline runs."""

    passed: Passed
    people: People
    names: Mapping[str, str]
    items: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    clocks: dict[str, str] = field(default_factory=dict)
    dues: dict[str, str] = field(default_factory=dict)

    def next(self, row: Any) -> Happening:
        _, seq, kind, at, actor, node, subject, text = row
        data = loads(text)
        if kind == "item.opened":
            self.items[subject] = data
        if kind.startswith("deadline."):
            self._clock(kind, subject, data)
        item = self.items.get(subject or "", {})
        deadline = item.get("deadline") or (subject if subject in self.clocks else None)
        customer = data.get("customer_code")
        return Happening(
            seq, kind, self._name(kind, node, seq), TRANSITIONS.get(kind, "complete"), moment(at), actor,
            self._role(item.get("post")), item.get("department") or data.get("department"),
            subject if item else None, deadline, self.clocks.get(deadline or "", ""), self.dues.get(deadline or "", ""),
            {name: data[name] for name in KEPT if isinstance(data.get(name), str | int)},
            customer if isinstance(customer, str) else "",
        )  # fmt: skip

    def _clock(self, kind: str, key: str, data: Mapping[str, Any]) -> None:
        self.clocks[key] = data.get("clock") or self.clocks.get(key, "")
        if isinstance(data.get("due"), str):
            self.dues[key] = data["due"]
        if kind == "deadline.paused":
            self.dues[key] = ""

    def _name(self, kind: str, node: str | None, seq: int) -> str:
        """The step as it was called when the event was recorded, before the case moved to another version or after."""
        found = self.passed.at(seq).model.nodes.get(node or "") if kind.startswith(("item.", "job.")) else None
        if found and kind in TRANSITIONS:
            return found.name or found.id
        return self.names.get(kind, kind)

    def _role(self, post: int | None) -> str:
        return _known(lambda: POST_KINDS[self.people.post_by_id(post).kind]) if post else ""


def _known(find: Callable[[], str]) -> str:
    try:
        return find()
    except CountersignError:
        return ""


@dataclass(frozen=True)
class Names:
    """How people and departments appear: people under a pseudonym that only this installation can make, or by name."""

    tx: Tx
    people: People
    pseudonyms: bool = True

    def person(self, number: int) -> str:
        """`人员 3f2a9c01`, the same in every export; or `孙倩（sunqian）`."""
        if self.pseudonyms:
            return f"人员 {self.tx.vault.fingerprint(f'person:{number}')[:8]}"
        found = self.people.find_person(number)
        return f"{found.name}（{found.login}）" if found else f"人员 {number}"

    def department(self, number: int) -> str:
        return _known(lambda: self.people.department(number).name) or f"部门 {number}"
