"""What the public calendars know about a year: holidays and make-up days (调休) with their names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

import chinese_calendar

DayKind = Literal["workday", "rest", "holiday", "makeup"]
Seed = Literal["chinesecalendar", "weekday", "everyday"]
Fallback = Literal["holidays", "weekday"]

LAST_YEAR = 2100  # beyond it the fallback's lunar tables are not to be trusted
_PUBLISHED = range(min(chinese_calendar.holidays).year, max(chinese_calendar.holidays).year + 1)
_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


class Special(NamedTuple):
    """A day that differs from what its weekday says."""

    kind: DayKind
    name: str


class SeedYear(NamedTuple):
    """A year as the seed sees it; `provisional` when its arrangement is not published yet.

    `source` is `seed` for published knowledge and `fallback` for an estimate.
    """

    special: Mapping[date, Special]
    provisional: bool
    source: Literal["seed", "fallback"]


@lru_cache(256)
def seed_year(year: int, seed: Seed = "chinesecalendar", fallback: Fallback = "holidays") -> SeedYear:
    """The special days of a year: published, else estimated, else (before 2004, after 2100) plain weekdays.

    >>> seed_year(2026).special[date(2026, 9, 20)]
    Special(kind='makeup', name='国庆节调休上班')
    >>> seed_year(2027).provisional, seed_year(2027).special[date(2027, 1, 1)].name
    (True, '元旦')
    """
    if seed != "chinesecalendar":
        return SeedYear({}, False, "seed")
    if year in _PUBLISHED:
        return SeedYear(_published(year), False, "seed")
    if fallback == "holidays" and _PUBLISHED.stop <= year <= LAST_YEAR:
        return SeedYear(_estimated(year), True, "fallback")
    return SeedYear({}, True, "fallback")


def is_rest(day: date, seed: Seed) -> bool:
    """Whether the weekday alone makes it a day of rest."""
    return seed != "everyday" and day.weekday() >= 5


def days_of(year: int) -> list[date]:
    """All days of a year in order."""
    first = date(year, 1, 1)
    count = (date(year, 12, 31) - first).days + 1
    return [first + timedelta(days=n) for n in range(count)]


def _published(year: int) -> dict[date, Special]:
    off = chinese_calendar.holidays.items()
    on = chinese_calendar.workdays.items()
    days = {day: Special("holiday", _NAMES.get(name, name)) for day, name in off if day.year == year}
    days |= {day: Special("makeup", f"{_NAMES.get(name, name)}调休上班") for day, name in on if day.year == year}
    return days


def _estimated(year: int) -> dict[date, Special]:
    import holidays  # a fifth of a second to import, and only a year nobody has published needs it

    china = holidays.country_holidays("CN", years=year, language="zh_CN")
    days = {day: Special("holiday", _estimated_name(name)) for day, name in china.items() if day.year == year}
    days |= {day: Special("makeup", "调休上班") for day in china.weekend_workdays if day.year == year}
    return days


def _estimated_name(name: str) -> str:
    if name.startswith("休息日"):
        return "调休"
    return "春节" if name == "农历除夕" else name.removesuffix("（补假）")
