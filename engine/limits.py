"""Limits and due moments: how long a step may take, until when, and the arithmetic that proves it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

import orjson

from engine import due_sentence
from engine.calendar import DAY, Calendar
from engine.clock import LOCAL, local
from engine.errors import CountersignError
from engine.timeline import CLOCK_KINDS, ClockKind, timeline
from engine.working_year import Day, Piece

Unit = Literal["m", "h", "d"]

_TEXT = re.compile(r"(?P<d>\d{1,4})d|(?=\d)(?:(?P<h>\d{1,5})h)?(?:(?P<m>\d{1,6})m)?", re.IGNORECASE)
_SPANS: dict[Unit, timedelta] = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": DAY}
_LONGEST = timedelta(days=3660)
_SECOND = timedelta(seconds=1)


class LimitInvalid(CountersignError):
    """限期写得不对。"""

    template = "看不懂限期“{text}”。请写成 4h（工时）、30m（分钟）、4h30m 或 2d（工作日），大于零，不超过十年。"
    status = 422


class MomentInvalid(CountersignError):
    """收到时间或时钟写得不对。"""

    template = "看不懂{what}“{text}”。请写成 {example}。"
    status = 422


@dataclass(frozen=True, slots=True)
class Limit:
    """A time allowed: `h` and `m` are hours and minutes of a clock, `d` its days: never converted."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 1 or self.span > _LONGEST:
            raise LimitInvalid(text=str(self))

    @classmethod
    def parse(cls, text: str) -> Limit:
        """A limit from its written form; raises LimitInvalid.

        >>> Limit.parse("4h"), Limit.parse("4h30m"), Limit.parse("2d")
        (Limit(amount=4, unit='h'), Limit(amount=270, unit='m'), Limit(amount=2, unit='d'))
        """
        match = _TEXT.fullmatch(str(text).strip())
        if match is None:
            raise LimitInvalid(text=text)
        days, hours, minutes = (match["d"], int(match["h"] or 0), match["m"])
        if days:
            return cls(int(days), "d")
        return cls(hours * 60 + int(minutes), "m") if minutes else cls(hours, "h")

    @property
    def span(self) -> timedelta:
        """The limit on the scale of its own unit; a span of days says nothing about working hours."""
        return self.amount * _SPANS[self.unit]

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


class Step(NamedTuple):
    """A piece of the way to the due moment: a stretch that counted, or a day that did not (start None)."""

    date: date
    label: str  # why it did not count (周末, 国庆节放假, 已下班), or what is special about a day that did
    start: datetime | None = None  # UTC
    end: datetime | None = None
    counted: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Due:
    """A due moment (UTC) with all that explains it; work finished exactly `at` it is on time.

    The counted parts of `steps` add up to the limit's span. `provisional` says that a year was involved whose
    holidays are not published yet; `calendar` is the version it was computed with.
    """

    at: datetime
    provisional: bool
    steps: tuple[Step, ...]
    received: datetime
    limit: Limit
    kind: ClockKind
    zone: str
    calendar: str

    def whole(self, calendar: Calendar) -> timedelta:
        """The whole time it grants, on its own clock; what days come to depends on the moment of receipt."""
        if self.limit.unit == "d" and self.kind != "wall":
            return timeline(self.kind, calendar).between(self.received, self.at)
        return self.limit.span

    def late(self, done: datetime) -> bool:
        """Whether work finished at `done` is overdue: the instant decides, one second late is late."""
        return done > self.at

    def remaining(self, now: datetime, calendar: Calendar) -> timedelta:
        """Time left on this due moment's own clock; negative when it has passed."""
        return timeline(self.kind, calendar).between(now, self.at)

    def overrun(self, done: datetime, calendar: Calendar) -> timedelta:
        """How late on its own clock; at least a second when late, though nobody worked in that second."""
        if not self.late(done):
            return timedelta()
        return max(_SECOND, timeline(self.kind, calendar).between(self.at, done))

    def share(self, percent: int, calendar: Calendar) -> datetime:
        """The moment at which `percent` of the time is used up, for warnings."""
        return timeline(self.kind, calendar).add(self.received, self.whole(calendar) * percent / 100)

    def sentence(self) -> str:
        """The arithmetic in one Chinese sentence."""
        return due_sentence.compose(self)

    def as_json(self) -> str:
        """The stored form; `from_json` reads it back to an equal value."""
        head = [
            self.at,
            self.received,
            str(self.limit),
            self.kind,
            self.provisional,
            self.zone,
            self.calendar,
        ]
        steps = [step[:4] if step.start else step[:2] for step in self.steps]
        return orjson.dumps([*head, steps]).decode()

    @classmethod
    def from_json(cls, text: str) -> Due:
        """The due moment that `as_json` stored."""
        at, received, amount, kind, provisional, zone, calendar, steps = orjson.loads(text)
        limit = Limit.parse(amount)
        days = limit.unit == "d" and kind != "wall"
        restored = tuple(_restored(step, days) for step in steps)
        moments = datetime.fromisoformat(at), datetime.fromisoformat(received)
        return cls(moments[0], provisional, restored, moments[1], limit, kind, zone, calendar)


def due(received: datetime, limit: Limit, kind: ClockKind, calendar: Calendar) -> Due:
    """When a step received at an aware moment is due.

    Hours run on the clock of that kind. `d` ends with the working time of the n-th day after the day of
    receipt; natural days (kind wall) end at the same time of day.
    """
    if received.tzinfo is None:
        raise ValueError("a receipt needs an aware moment")
    received = received.astimezone(UTC)
    clock = calendar.duty if kind == "duty" else calendar
    if kind == "wall":
        at = received + limit.span
        whole = Step(received.astimezone(clock.zone).date(), "", received, at, limit.span)
        return Due(at, False, (whole,), received, limit, kind, clock.tz, clock.version)
    if limit.unit == "h" and clock.daytime:  # the usual case, in one pass
        at, days = clock.walk(received, limit.span)
        provisional = any(day.provisional for day, _ in days)
        return Due(at, provisional, _hour_steps(days), received, limit, kind, clock.tz, clock.version)
    if limit.unit == "d":
        at = clock.nth_workday_end(received, limit.amount)
        steps = _day_steps(received, at, clock)
    else:
        at = clock.add(received, limit.span)
        steps = _hour_steps(clock.slices(received, at))
    return Due(at, clock.provisional(received, at), steps, received, limit, kind, clock.tz, clock.version)


def explain_due(text: str, limit: str, clock: str = "work", calendar: Calendar | None = None) -> list[str]:
    """What `countersign due` prints: the explaining sentence, then as last line the local due moment.

    `text` is a local moment `2026-09-18 17:30`, `clock` one of work, wall, duty. Raises MomentInvalid,
    LimitInvalid.
    """
    if clock not in CLOCK_KINDS:
        raise MomentInvalid(what="时钟", text=clock, example="work（工作时间）、wall（自然时间）或 duty（值班时间）")
    answer = due(_moment(text), Limit.parse(limit), clock, calendar or _usual_calendar())
    moment = local(answer.at)
    return [answer.sentence(), f"{moment:%Y-%m-%d %H:%M:%S}".removesuffix(":00")]


def _hour_steps(days: Iterable[tuple[Day, tuple[Piece, ...]]]) -> tuple[Step, ...]:
    steps = []
    for day, pieces in days:
        if not pieces:
            steps.append(Step(day.date, day.label or "已下班"))
        for start, end in pieces:
            steps.append(Step(day.date, day.label, start, end, end - start))
    return tuple(steps)


def _day_steps(received: datetime, at: datetime, calendar: Calendar) -> tuple[Step, ...]:
    day, steps = received.astimezone(calendar.zone).date(), []
    steps.append(Step(day, "收到当日"))
    pieces = calendar.pieces(day)
    while not pieces or pieces[-1][1] != at:
        day += DAY
        pieces = calendar.pieces(day)
        counted = (pieces[0][0], pieces[-1][1], DAY) if pieces else ()
        steps.append(Step(day, calendar.day(day).label, *counted))
    return tuple(steps)


def _restored(step: list[str], days: bool) -> Step:
    day, label = date.fromisoformat(step[0]), step[1]
    if len(step) == 2:
        return Step(day, label)
    start, end = datetime.fromisoformat(step[2]), datetime.fromisoformat(step[3])
    return Step(day, label, start, end, DAY if days else end - start)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or len(text.strip()) < len("2026-09-18 17:30") or not 1900 < moment.year < 9000:
        raise MomentInvalid(what="收到时间", text=text, example="2026-09-18 17:30（上海时间）")
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


@lru_cache(1)
def _usual_calendar() -> Calendar:
    return Calendar()
