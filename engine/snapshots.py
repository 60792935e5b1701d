"""What every step needs to know of the company: people, calendars and policies, kept in memory.

Each process keeps its own copy and loads it anew when the number in the `config` row, which every step reads along
with its case, has changed. So the step path costs no query for it, and a change is in force with the next step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from engine import policy_tables
from engine.calendar import Calendar
from engine.calendar_tables import load_calendars
from engine.cases import Versions
from engine.clock import local
from engine.errors import Misconfigured
from engine.people import People
from engine.policy_tables import PolicyVersion
from engine.transactions import Tx

T = TypeVar("T")
VERSIONS = "SELECT people, calendar, policy, reference FROM config"


@dataclass(frozen=True)
class Snapshot:
    """The company at one moment."""

    people: People
    calendars: Mapping[str, Calendar]
    policies: Mapping[str, tuple[PolicyVersion, ...]]  # by name, newest first

    def policy(self, name: str, at: datetime) -> PolicyVersion:
        """The version in force on the local day of `at`."""
        day = local(at).date()
        for version in self.policies.get(name, ()):
            if version.effective_from <= day:
                return version
        raise Misconfigured(what=f"制度 {name} 在 {day} 没有生效的版本", remedy="发布一个生效日期不晚于该日的版本")

    def version(self, policy_id: int | None) -> PolicyVersion | None:
        """The published version with this id: the one under which something was received."""
        versions = (version for known in self.policies.values() for version in known)
        return next((version for version in versions if version.id == policy_id), None)

    def calendar(self, code: str | None) -> Calendar:
        return self.calendars[code or "company"]


class Snapshots:
    """The cached parts of this process."""

    def __init__(self) -> None:
        self._parts: dict[str, tuple[int, object]] = {}
        self._snapshot: tuple[Versions, Snapshot] | None = None

    def at(self, tx: Tx, versions: Versions | None = None) -> Snapshot:
        """The snapshot of these versions; without versions they are read first."""
        if versions is None:
            row = tx.one(VERSIONS)
            assert row is not None, "the config row is missing: run the migrations"
            versions = (row[0], row[1], row[2], row[3])
        tx.reference = versions[3]  # handlers keep their lists in memory by it
        if self._snapshot is None or self._snapshot[0] != versions:
            self._snapshot = (versions, self._load(tx, versions))
        return self._snapshot[1]

    def _load(self, tx: Tx, versions: Versions) -> Snapshot:
        return Snapshot(
            people=self._part("people", versions[0], lambda: People.load(tx)),
            calendars=self._part("calendar", versions[1], lambda: load_calendars(tx)),
            policies=self._part("policy", versions[2], lambda: policy_tables.load(tx)),
        )

    def _part(self, name: str, version: int, load: Callable[[], T]) -> T:
        kept = self._parts.get(name)
        if kept is None or kept[0] != version:
            kept = (version, load())
            self._parts[name] = kept
        return kept[1]  # type: ignore[return-value]
