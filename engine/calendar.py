"""Working time: which days and hours count, and arithmetic on them that is exact and fast.

Working time is a function W(t): how much of it has passed up to the moment t. Then the working time
between two moments is W(b) - W(a), and a due moment is where W reaches W(received) + limit. W is kept
per year as sorted intervals with running totals, so every question is a binary search.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from importlib.metadata import version as version_of
from types import MappingProxyType
from zoneinfo import ZoneInfo

from engine.calendar_seed import DayKind, Fallback, Seed, days_of, is_rest, seed_year
from engine.hours import Hours, check_hours, end_offset, parse_hours
from engine.working_year import ZERO, Day, Piece, WorkingYear

DEFAULT_HOURS = parse_hours(["08:30-12:00", "13:30-17:30"])
ALL_DAY = parse_hours(["00:00-24:00"])
DAY = timedelta(days=1)
CENTURY = 36525 * DAY


@dataclass(frozen=True, slots=True)
class Override:
    """What the company's own table says about a day; `hours` None means the calendar's usual hours."""

    kind: DayKind
    name: str = ""
    hours: Hours | None = None
    provisional: bool = False
    source: str = "company"


@dataclass(frozen=True, eq=False)
class Calendar:
    """The working time of a company or a department, as an immutable value.

    `overrides` win over the seed. `seed` says where the other days come from: the national calendar,
    plain weekdays, or every day (shifts). An interval whose end is not after its start runs past midnight
    and belongs to the day on which it begins. `version` identifies the content: two calendars of one
    version agree on every day.
    """

    hours: Hours = DEFAULT_HOURS
    overrides: Mapping[date, Override] = field(default_factory=dict)
    tz: str = "Asia/Shanghai"
    seed: Seed = "chinesecalendar"
    fallback: Fallback = "holidays"
    duty_hours: Hours = ALL_DAY
    version: str = ""
    zone: ZoneInfo = field(init=False, repr=False)
    _years: dict[int, WorkingYear] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        own = [day.hours for day in self.overrides.values() if day.hours]
        check_hours(self.hours, *own)
        check_hours(self.duty_hours)
        object.__setattr__(self, "overrides", MappingProxyType(dict(self.overrides)))
        object.__setattr__(self, "zone", ZoneInfo(self.tz))
        object.__setattr__(self, "version", self.version or self._fingerprint())

    def day(self, day: date) -> Day:
        """What this calendar says about a date.

        >>> Calendar().day(date(2026, 10, 1)).name, Calendar().day(date(2026, 10, 10)).name
        ('国庆节', '国庆节调休上班')
        """
        return self._year(day.year).days[day]

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The moment (UTC) at which `amount` of working time since `start` is used up.

        An amount used up exactly at the end of an interval ends there (17:30, not 08:30 of the next morning).
        """
        if amount <= ZERO:
            if amount == ZERO:
                return start.astimezone(UTC)
            raise ValueError("working time can only be added, not taken away")
        number = self._first_year(start)
        while True:
            year = self._year(number)
            target = year.passed(start) + amount
            if target <= year.total:
                return year.moment(target)
            amount = target - year.total
            number += 1

    def back(self, end: datetime, amount: timedelta) -> datetime:
        """The moment (UTC) from which `amount` of working time is left until `end`: `add` the other way round."""
        if amount < ZERO:
            raise ValueError("how much working time is left cannot be negative")
        number = end.astimezone(self.zone).year
        while True:
            year = self._year(number)
            passed = year.passed(end)
            if passed > amount:
                return year.moment(passed - amount)
            amount -= passed
            number -= 1

    def walk(self, start: datetime, amount: timedelta) -> tuple[datetime, list[tuple[Day, tuple[Piece, ...]]]]:
        """`add` for a daytime calendar, with the days on the way and their pieces, as `slices` would say it."""
        day, days, left = start.astimezone(self.zone).date(), [], amount
        while True:
            year, inside = self._year(day.year), []
            for begin, end in year.pieces[day]:
                if end <= start or not left:
                    continue
                begin = max(begin, start)
                end = min(end, begin + left)
                left -= end - begin
                inside.append((begin, end))
            days.append((year.days[day], tuple(inside)))
            if not left:
                return inside[-1][1], days
            day += DAY

    def nth_workday_end(self, start: datetime, n: int) -> datetime:
        """The end (UTC) of working time on the n-th working day after the local day of `start`.

        The day of receipt itself is not counted.
        """
        if n < 1:
            raise ValueError("the first working day after receipt is number 1")
        day = start.astimezone(self.zone).date()
        while n:
            day += DAY
            pieces = self._year(day.year).pieces[day]
            n -= bool(pieces)
        return pieces[-1][1]

    def between(self, a: datetime, b: datetime) -> timedelta:
        """The working time in [a, b), exactly; negative when b is before a, so that slices always add up."""
        if b < a:
            return -self.between(b, a)
        if b - a > CENTURY:
            raise ValueError("more than a century of working time: an untimed item has no time left to count")
        total = ZERO
        for number in range(self._first_year(a), b.astimezone(self.zone).year + 1):
            year = self._year(number)
            total += year.passed(b) - year.passed(a)
        return total

    def slices(self, a: datetime, b: datetime) -> Iterator[tuple[Day, tuple[Piece, ...]]]:
        """Every calendar day touched by [a, b) with its working pieces inside; they sum to `between`."""
        day = a.astimezone(self.zone).date()
        if any(end > a for _, end in self.pieces(day - DAY)):  # a night shift that began the day before
            day -= DAY
        last = (b - timedelta.resolution).astimezone(self.zone).date()
        while day <= last:
            whole = self.pieces(day)
            inside = tuple((max(a, s), min(b, e)) for s, e in whole if s < b and e > a)
            yield self.day(day), inside
            day += DAY

    def provisional(self, a: datetime, b: datetime) -> bool:
        """Whether any calendar day from a to b rests on an estimate, its year not being published yet."""
        first, last = a.astimezone(self.zone).date(), b.astimezone(self.zone).date()
        years = range(first.year, last.year + 1)
        if not any(self._year(number).provisional for number in years):
            return False
        return any(self.day(first + n * DAY).provisional for n in range((last - first).days + 1))

    @cached_property
    def daytime(self) -> bool:
        """Whether no interval reaches midnight, so that every working moment belongs to its local day."""
        hours = (self.hours, *(day.hours for day in self.overrides.values() if day.hours))
        return all(end_offset(interval) < DAY for variant in hours for interval in variant)

    @cached_property
    def duty(self) -> Calendar:
        """The duty calendar: `duty_hours` on every single day."""
        return Calendar(self.duty_hours, {}, self.tz, "everyday", version=f"{self.version}/duty")

    def pieces(self, day: date) -> tuple[Piece, ...]:
        """The working intervals (UTC) that begin on a local day."""
        return self._year(day.year).pieces[day]

    def _first_year(self, moment: datetime) -> int:
        # A night shift of 31 December reaches into the new year: that morning still belongs to the old.
        day = moment.astimezone(self.zone)
        return day.year - (day.month == 1 and day.day == 1)

    def _year(self, number: int) -> WorkingYear:
        year = self._years.get(number)
        if year is None:
            days = [self._day(day) for day in days_of(number)]
            year = self._years[number] = WorkingYear.build(days, self.zone)
        return year

    def _day(self, day: date) -> Day:
        override = self.overrides.get(day)
        if override is not None:
            usual = self.hours if override.kind in ("workday", "makeup") else ()
            hours = usual if override.hours is None else override.hours
            return Day(day, override.kind, override.name, hours, override.provisional, override.source)
        special, provisional, source = seed_year(day.year, self.seed, self.fallback)
        if day in special:
            kind, name = special[day]
            return Day(day, kind, name, self.hours if kind == "makeup" else (), provisional, source)
        if is_rest(day, self.seed):
            return Day(day, "rest", "周末", (), provisional, source)
        return Day(day, "workday", "", self.hours, provisional, source)

    def _fingerprint(self) -> str:
        libraries = [version_of("chinesecalendar"), version_of("holidays")]
        content = (
            self.hours,
            sorted(self.overrides.items()),
            self.tz,
            self.seed,
            self.fallback,
            self.duty_hours,
        )
        return hashlib.sha256(repr((content, libraries)).encode()).hexdigest()[:16]
