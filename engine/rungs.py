"""The ladder of a limit, as moments: warnings at shares of it, then the posts that hear of it once it has run out.

`ladder.py` climbs it; a deadline keeps how many rungs are done (`rung`) and when something is due next (`next_at`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from engine import limits
from engine.calendar import Calendar
from engine.limits import Limit
from engine.policy_rules import Ladder
from engine.store import NEVER
from engine.timeline import ClockKind, timeline


class Rung(NamedTuple):
    """A warning at `share` per cent to whoever owes the work, or an escalation to a post `after` the due moment."""

    share: int = 0
    after: Limit | None = None  # None: at the due moment itself
    to: str = ""
    level: int = 0  # 1 the first escalation; 0 a warning


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


def rungs(ladder: Ladder) -> tuple[Rung, ...]:
    """The rungs of a policy from the first warning to the last escalation."""
    escalations = zip(ladder.escalate, ladder.escalate_to, strict=False)
    return (
        *(Rung(share) for share in sorted(ladder.warn_at)),
        *(Rung(0, after, to, level) for level, (after, to) in enumerate(escalations, 1)),
    )


def next_at(ladder: Ladder, done: int, breached: bool, clock: Clock) -> datetime:
    """When the ladder goes on after `done` rungs; not later than a breach that is not on record yet."""
    left = rungs(ladder)[done:]
    found = clock.moment(left[0]) if left else NEVER
    return found if breached else min(found, clock.due)
