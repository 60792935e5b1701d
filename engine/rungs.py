"""The ladder of a limit, as moments: warnings at shares of it, then the posts that hear of it once it has run out.

`ladder.py` climbs it; a deadline keeps how many rungs are done (`rung`) and when something is due next (`next_at`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from engine import limits
from engine.calendar import Calendar
from engine.policy_rules import Ladder, Rung
from engine.store import NEVER
from engine.timeline import ClockKind, timeline


class Clock(NamedTuple):
    """When a deadline is due, and the whole time it grants on its own clock."""

    due: datetime
    whole: timedelta
    kind: ClockKind
    calendar: Calendar

    def moment(self, rung: Rung) -> datetime:
        """When a rung is reached."""
        if rung.share:
            return timeline(self.kind, self.calendar).back(self.due, self.whole * (100 - rung.share) / 100)
        return self.due if rung.after is None else limits.due(self.due, rung.after, self.kind, self.calendar).at


def next_at(ladder: Ladder, done: int, breached: bool, clock: Clock) -> datetime:
    """When the ladder goes on after `done` rungs; not later than a breach that is not on record yet."""
    left = ladder.rungs[done:]
    found = clock.moment(left[0]) if left else NEVER
    return found if breached else min(found, clock.due)
