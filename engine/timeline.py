"""The three ways time passes for a limit: working time, natural time, duty time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol, get_args

from engine.calendar import Calendar

ClockKind = Literal["work", "wall", "duty"]
CLOCK_KINDS: tuple[ClockKind, ...] = get_args(ClockKind)


class Timeline(Protocol):
    """A way time passes; `between` is signed and additive, `add` and `back` are its inverses."""

    def add(self, start: datetime, amount: timedelta) -> datetime: ...

    def back(self, end: datetime, amount: timedelta) -> datetime: ...

    def between(self, a: datetime, b: datetime) -> timedelta: ...


class NaturalTime:
    """Time that never stops: nights, weekends and holidays count."""

    def add(self, start: datetime, amount: timedelta) -> datetime:
        return start.astimezone(UTC) + amount

    def back(self, end: datetime, amount: timedelta) -> datetime:
        return end.astimezone(UTC) - amount

    def between(self, a: datetime, b: datetime) -> timedelta:
        return b - a


NATURAL = NaturalTime()


def timeline(kind: ClockKind, calendar: Calendar) -> Timeline:
    """What the clock kind counts on this calendar."""
    if kind == "wall":
        return NATURAL
    return calendar.duty if kind == "duty" else calendar
