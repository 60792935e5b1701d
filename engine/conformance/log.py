"""The events of one case as rules look at them: in the order of happening, by kind, with urgency and department."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.history import Recorded
from engine.trail import MOVED, Trail

ENDED = "case.ended"
RELEASED = ("case.withdrawn", "case.cancelled")
_URGENCY = {"case.upgraded": True, "case.downgraded": False}


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which events a rule means: kind, node, what their data hold, whether the case was urgent then.

    Values of `data` are alternatives; where an event holds a list, one of its members must be among them.
    """

    events: tuple[str, ...]
    nodes: tuple[str, ...] = ()
    data: Mapping[str, tuple[Any, ...]] | None = None
    urgent: bool | None = None

    def matches(self, fact: Fact) -> bool:
        event = fact.event
        if event.kind not in self.events or (self.nodes and fact.names.isdisjoint(self.nodes)):
            return False
        if self.urgent is not None and fact.urgent is not self.urgent:
            return False
        return self.data is None or all(_holds(event.data.get(key), wanted) for key, wanted in self.data.items())

    def __str__(self) -> str:
        where = f"@{'|'.join(self.nodes)}" if self.nodes else ""
        said = [f"{key}={'|'.join(map(str, values))}" for key, values in (self.data or {}).items()]
        if self.urgent is not None:
            said.append("紧急" if self.urgent else "正常")
        return "|".join(self.events) + where + (f"[{', '.join(said)}]" if said else "")


def _holds(value: Any, wanted: Sequence[Any]) -> bool:
    if isinstance(value, list | tuple):
        return any(one in wanted for one in value)
    return value in wanted


@dataclass(frozen=True, slots=True)
class Fact:
    """An event with its place in the order of happening and what was so at that place."""

    rank: int
    event: Recorded
    urgent: bool
    department: int | None  # of the event, else of the work item or deadline it is about
    names: frozenset[str] = frozenset()  # of the element: what it was called then, and in the versions moved to since

    @property
    def at(self) -> datetime:
        return self.event.occurred_at

    @property
    def seq(self) -> int:
        return self.event.seq


class Log:
    """One case. An event that is dated back, as a breach is to its due moment, stands where it happened."""

    def __init__(self, events: Iterable[Recorded]) -> None:
        self._by_kind: dict[str, list[Fact]] = {}
        self.process: str | None = None
        urgent, departments = False, dict[str | None, int]()
        events = list(events)
        trail = Trail.of(
            (one.kind, one.seq, None, one.data) for one in sorted(events, key=lambda one: one.seq) if one.kind == MOVED
        )
        for rank, event in enumerate(sorted(events, key=lambda one: (one.occurred_at, one.seq))):
            data = event.data
            if event.kind == "case.started":
                self.process = data.get("process")
            if event.kind in _URGENCY:
                urgent = _URGENCY[event.kind]
            elif "urgent" in data:
                urgent = bool(data["urgent"])
            department = data.get("department")
            if isinstance(department, int) and event.subject:
                departments[event.subject] = department
            fact = Fact(rank, event, urgent, departments.get(event.subject, department), _names(trail, event))
            self._by_kind.setdefault(event.kind, []).append(fact)
        self.ended = self._last((ENDED,))
        self.released = self._last(RELEASED)

    def find(self, pattern: Pattern) -> list[Fact]:
        """The facts a pattern means, in the order of happening."""
        found = [f for kind in pattern.events for f in self._by_kind.get(kind, ()) if pattern.matches(f)]
        return found if len(pattern.events) == 1 else sorted(found, key=lambda fact: fact.rank)

    def first_after(self, patterns: Iterable[Pattern], fact: Fact, same: str | None) -> Fact | None:
        """The first fact of one of the patterns after a fact, about the same thing."""
        after = (f for p in patterns for f in self.find(p) if f.rank > fact.rank and alike(f, fact, same))
        return min(after, key=lambda one: one.rank, default=None)

    def last_before(self, pattern: Pattern, fact: Fact, same: str | None) -> Fact | None:
        """The last fact of a pattern before a fact, about the same thing."""
        return next((f for f in reversed(self.find(pattern)) if f.rank < fact.rank and alike(f, fact, same)), None)

    def _last(self, kinds: tuple[str, ...]) -> Fact | None:
        found = self.find(Pattern(kinds))
        return found[-1] if found else None


def _names(trail: Trail, event: Recorded) -> frozenset[str]:
    return trail.names(event.node, event.seq) if event.node else frozenset()


def alike(one: Fact, other: Fact, same: str | None) -> bool:
    """Whether two facts share what `same` names: `subject` (work item, deadline), `department`; None: always."""
    if same == "subject":
        return one.event.subject == other.event.subject
    return same != "department" or one.department == other.department
