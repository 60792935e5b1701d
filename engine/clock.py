"""The only place that reads the time; everybody else is handed a `Clock`."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Says what time it is: an aware UTC instant, whole milliseconds so that tables keep it exactly."""

    def now(self) -> datetime: ...


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        return _whole(datetime.now(UTC))


class ManualClock:
    """A clock that stands still until somebody moves it: for tests and for playing the demo."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware moment")
        self._now = _whole(start.astimezone(UTC))

    def now(self) -> datetime:
        return self._now

    def advance(self, **span: float) -> datetime:
        """Move forward by a `timedelta(**span)`."""
        return self.move_to(self._now + timedelta(**span))

    def move_to(self, moment: datetime) -> datetime:
        if moment < self._now:
            raise ValueError("a clock never goes back")
        self._now = _whole(moment.astimezone(UTC))
        return self._now


class ShiftedClock:
    """The computer's clock plus an offset that all processes share (demo mode): seconds, read anew each time."""

    def __init__(self, offset: Callable[[], float]) -> None:
        self._offset = offset

    def now(self) -> datetime:
        return _whole(datetime.now(UTC) + timedelta(seconds=self._offset()))


def local(moment: datetime) -> datetime:
    """The moment as the company's people see it: Asia/Shanghai."""
    return moment.astimezone(LOCAL)


def stopwatch() -> float:
    """Seconds on a monotonic scale, for measuring and for waiting; says nothing about the time of day."""
    return time.perf_counter()
