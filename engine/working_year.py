"""One year of working time, laid out for binary search."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from engine.calendar_seed import DayKind
from engine.hours import Hours, end_offset, start_offset

Piece = tuple[datetime, datetime]
ZERO = timedelta()


class Day(NamedTuple):
    """One calendar day as a calendar sees it; `source` is seed, fallback or company."""

    date: date
    kind: DayKind
    name: str
    hours: Hours
    provisional: bool
    source: str

    @property
    def label(self) -> str:
        """What a sentence says of the day: why it does not count, or what is special about it."""
        if self.kind != "holiday" or self.hours:
            return self.name
        return self.name if self.name.endswith("假") else f"{self.name}放假"


class WorkingYear(NamedTuple):
    """The working intervals of one local year, with running totals."""

    days: Mapping[date, Day]
    pieces: Mapping[date, tuple[Piece, ...]]  # working intervals by the day on which they begin, UTC
    starts: Sequence[datetime]
    ends: Sequence[datetime]
    before: Sequence[timedelta]  # working time of the year before interval i
    total: timedelta
    provisional: bool  # whether any of its days is

    def passed(self, moment: datetime) -> timedelta:
        """W within this year: working time before the moment."""
        i = bisect_right(self.starts, moment) - 1
        if i < 0:
            return ZERO
        return self.before[i] + (min(moment, self.ends[i]) - self.starts[i])

    def moment(self, passed: timedelta) -> datetime:
        """The first moment at which W reaches `passed` (0 < passed <= total)."""
        i = bisect_left(self.before, passed) - 1
        return self.starts[i] + (passed - self.before[i])

    @classmethod
    def build(cls, days: Sequence[Day], zone: ZoneInfo) -> WorkingYear:
        """Lay out the days of a year; their hours must not overlap."""
        pieces = {day.date: _in_utc(day, zone) for day in days}
        flat = [piece for of_day in pieces.values() for piece in of_day]
        before, total = [], ZERO
        for start, end in flat:
            before.append(total)
            total += end - start
        starts, ends = [start for start, _ in flat], [end for _, end in flat]
        provisional = any(day.provisional for day in days)
        return cls({day.date: day for day in days}, pieces, starts, ends, before, total, provisional)


def _in_utc(day: Day, zone: ZoneInfo) -> tuple[Piece, ...]:
    midnight = datetime.combine(day.date, time())
    return tuple(
        (
            (midnight + start_offset(interval)).replace(tzinfo=zone).astimezone(UTC),
            (midnight + end_offset(interval)).replace(tzinfo=zone).astimezone(UTC),
        )
        for interval in day.hours
    )
