"""V-17 … V-19: the working calendar that every due moment is computed on; asked by scans, not by forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from engine.calendar import Calendar
from engine.calendar_seed import days_of
from engine.calendar_tables import load_calendars
from handlers.customers.rules.facts import Facts, Found, rule

LAST_DAY = (12, 31, 8)  # 31 December, 16:00 in Shanghai


@rule("V-17", "system")
def arrangement(facts: Facts) -> Iterator[Found]:
    """This year's days rest on the published arrangement, make-up days included."""
    if _provisional(_company(facts), facts.day.year):
        yield Found("", f"{facts.day.year} 年的放假安排尚未载入，到期时刻按估算的工作日计；请在“设置 → 工作日历”发布。")


@rule("V-18", "system")
def next_year(facts: Facts) -> Iterator[Found]:
    """From November on next year's arrangement is awaited; until it is loaded statutory days alone count."""
    if facts.day.month >= 11 and _provisional(_company(facts), facts.day.year + 1):
        yield Found(
            "",
            f"{facts.day.year + 1} 年的放假安排尚未载入，暂按法定节假日估算；国务院公布后请在“设置 → 工作日历”发布。",
        )


@rule("V-19", "system")
def over_the_year(facts: Facts) -> Iterator[Found]:
    """A form received on the last afternoon of the year gets a due moment, whatever is published."""
    month, day, hour = LAST_DAY
    received = datetime(facts.day.year, month, day, hour, tzinfo=UTC)
    try:
        _company(facts).add(received, timedelta(hours=16))
    except (ValueError, NotImplementedError, LookupError) as error:
        yield Found("", f"跨年的到期时刻算不出来（{error}）；请检查工作日历。")


def _company(facts: Facts) -> Calendar:
    return load_calendars(facts.tx)["company"]


def _provisional(calendar: Calendar, year: int) -> bool:
    return any(calendar.day(day).provisional for day in days_of(year))
