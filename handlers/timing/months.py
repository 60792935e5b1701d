"""The deadlines and steps that a month's reports on timing count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import ceil

from engine.calendar import Calendar
from engine.store import moment
from engine.timeline import timeline
from engine.wording import duration_text

# Cases that may have something due in a span: see handlers/penalties/month.py for why it is asked this way.
CASES = (
    "(SELECT id, process, number, title FROM instance WHERE status IN ('open', 'suspended') AND started_at < ?"
    " UNION ALL SELECT id, process, number, title FROM instance WHERE ended_at >= ? AND started_at < ?) i"
)
LONGEST = timedelta(days=60)


def spent(calendars: Mapping[str, Calendar], code: str, kind: str, since: str, until: str) -> timedelta:
    """How much time of its own kind passed between two stored moments."""
    calendar = calendars.get(code) or calendars["company"]
    return timeline(kind, calendar).between(moment(since), moment(until))  # type: ignore[arg-type]


def percentile(values: Sequence[timedelta], share: int) -> timedelta | None:
    """The nearest-rank percentile: the smallest value that `share` per cent do not exceed."""
    ordered = sorted(values)
    return ordered[max(ceil(len(ordered) * share / 100), 1) - 1] if ordered else None


def shown(span: timedelta | None) -> str | None:
    return None if span is None else duration_text(span)


def mean(values: Sequence[timedelta]) -> timedelta | None:
    return sum(values, timedelta(0)) / len(values) if values else None
