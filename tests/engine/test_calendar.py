"""Working time: what counts, and that adding it up never loses or invents a second."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import Calendar, Override
from engine.calendar_seed import days_of, is_rest
from engine.hours import HoursInvalid, parse_hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
START = datetime(2024, 1, 1, tzinfo=UTC)

COMPANY = Calendar()
FACTORY = Calendar(parse_hours(["22:00-06:00"]), seed="everyday")
HALF_DAY_OFF = Calendar(overrides={date(2026, 9, 16): Override("workday", "公司半天假", parse_hours(["08:30-12:00"]))})

calendars = st.sampled_from([COMPANY, FACTORY, HALF_DAY_OFF, COMPANY.duty])
moments = st.integers(0, 5 * 365 * 86400).map(lambda seconds: START + timedelta(seconds=seconds))
amounts = st.integers(1, 400 * 3600).map(lambda seconds: timedelta(seconds=seconds))
fast = settings(deadline=None, max_examples=150)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def seen(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("year", range(2020, 2027))
def test_every_published_day_is_what_the_state_council_said(year: int) -> None:
    # given the days of a published year
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]

    # when the company calendar is asked
    working = [day for day in days if COMPANY.day(day).hours]

    # then it works exactly when the national calendar does, and nothing is an estimate
    assert working == [day for day in days if chinese_calendar.is_workday(day)]
    assert not any(COMPANY.day(day).provisional for day in days)


def test_holidays_and_make_up_days_have_their_chinese_names() -> None:
    # given National Day 2026 and the two days worked for it
    holiday, sunday, saturday = date(2026, 10, 1), date(2026, 9, 20), date(2026, 10, 10)

    # when the calendar is asked for them
    kinds = [(COMPANY.day(day).kind, COMPANY.day(day).name) for day in (holiday, sunday, saturday)]

    # then they are called what people call them
    assert kinds == [("holiday", "国庆节"), ("makeup", "国庆节调休上班"), ("makeup", "国庆节调休上班")]


def test_an_unpublished_year_is_estimated_and_says_so() -> None:
    # given that nobody has published 2027
    new_year, monday = date(2027, 1, 1), date(2027, 1, 4)

    # when the calendar is asked
    days = [COMPANY.day(day) for day in (new_year, monday)]

    # then it answers from statutory days, and calls every day of that year provisional
    assert [(day.kind, day.name, day.provisional) for day in days] == [
        ("holiday", "元旦", True),
        ("workday", "", True),
    ]
    assert COMPANY.provisional(at("2026-12-31 16:00"), at("2027-01-04 11:00"))
    assert not COMPANY.provisional(at("2026-12-31 09:00"), at("2026-12-31 16:00"))


@pytest.mark.parametrize("year", [1999, 2003, 2101, 2500])
def test_years_beyond_all_tables_are_plain_weekdays(year: int) -> None:
    # given a year nobody keeps holidays for
    start = datetime(year, 10, 1, 4, tzinfo=UTC)

    # when eight hours are added
    due = COMPANY.add(start, 8 * HOUR)

    # then it computes with weekdays, provisionally
    assert due > start
    assert COMPANY.day(date(year, 10, 1)).kind in ("workday", "rest")
    assert COMPANY.provisional(start, due)


def published_year(year: int, holidays: Mapping[date, str], makeup: Mapping[date, str]) -> dict[date, Override]:
    """Overrides for every day of a year whose official arrangement has come out: date → name, both complete.

    With them no day of that year is provisional any more.
    """
    plain = {day: Override("rest", "周末") if is_rest(day, "weekday") else Override("workday") for day in days_of(year)}
    off = {day: Override("holiday", name) for day, name in holidays.items() if day.year == year}
    on = {day: Override("makeup", name or "调休上班") for day, name in makeup.items() if day.year == year}
    return plain | off | on


def test_loading_the_published_year_ends_the_estimate() -> None:
    # given an official 2027 with New Year from Friday to Sunday and a day worked for it on Sunday 10 January
    official = published_year(
        2027,
        {date(2027, 1, 1): "元旦", date(2027, 1, 4): "元旦"},
        {date(2027, 1, 10): "元旦调休上班"},
    )

    # when the calendar is built with it
    loaded = Calendar(overrides=official)

    # then the new arrangement decides, nothing in it is provisional, and the version differs
    assert seen(loaded.add(at("2026-12-31 16:00"), 4 * HOUR)) == "2027-01-05 11:00"
    assert not loaded.provisional(at("2026-12-31 16:00"), at("2027-12-31 16:00"))
    assert loaded.day(date(2027, 1, 10)).kind == "makeup"
    assert loaded.version != COMPANY.version


def test_a_half_day_off_stops_the_clock_at_noon() -> None:
    # given that the company closes on the afternoon of 16 September
    # when four hours are added to nine o'clock
    due = HALF_DAY_OFF.add(at("2026-09-16 09:00"), 4 * HOUR)

    # then three hours count that morning and one the next
    assert seen(due) == "2026-09-17 09:30"


def test_a_night_shift_runs_across_midnight_and_new_year() -> None:
    # given a factory that works from ten in the evening to six in the morning, every day
    # when four hours are added before, and in the middle of, the last shift of the year
    before, within = (FACTORY.add(at(text), 4 * HOUR) for text in ("2026-12-31 20:00", "2027-01-01 03:00"))

    # then the shift counts as one, whatever the date
    assert seen(before) == "2027-01-01 02:00"
    assert seen(within) == "2027-01-01 23:00"
    assert FACTORY.between(at("2026-12-31 20:00"), at("2027-01-01 23:00")) == 9 * HOUR


def test_an_amount_used_up_at_closing_time_ends_there() -> None:
    # given half an hour of work left in the day
    # when exactly that is added
    due = COMPANY.add(at("2026-09-16 17:00"), HOUR / 2)

    # then it is due at closing time, not the next morning
    assert seen(due) == "2026-09-16 17:30"


def test_working_days_end_with_the_working_time_of_that_day() -> None:
    # given a receipt before National Day
    received = at("2026-09-30 09:00")

    # when one and three working days are counted
    ends = [seen(COMPANY.nth_workday_end(received, n)) for n in (1, 3)]

    # then the day of receipt and the holidays do not count, the Saturday worked for them does
    assert ends == ["2026-10-08 17:30", "2026-10-10 17:30"]


@pytest.mark.parametrize(
    "hours",
    [
        [],
        ["08:30-12:00", "11:00-17:30"],
        ["13:30-17:30", "08:30-12:00"],
        ["08:30–25:00"],
        ["8点半到12点"],
        ["00:00-08:00", "22:00-06:00"],
    ],
)
def test_hours_that_overlap_or_cannot_be_read_are_refused(hours: list[str]) -> None:
    # given office hours with a mistake
    # when they are read
    with pytest.raises(HoursInvalid) as refusal:
        parse_hours(hours)

    # then the message shows how to write them
    assert "08:30-12:00" in refusal.value.message


def test_a_day_may_not_begin_before_the_night_shift_ends() -> None:
    # given a night shift until six, and one day on which work is to begin at five
    early = {date(2026, 9, 17): Override("workday", "提前上班", parse_hours(["05:00-09:00"]))}

    # when the calendar is built
    with pytest.raises(HoursInvalid) as refusal:
        Calendar(FACTORY.hours, early)

    # then the overlap is named
    assert "夜班" in refusal.value.message


@given(calendars, moments, amounts)
@fast
def test_adding_is_the_inverse_of_measuring(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    due = calendar.add(start, amount)

    assert calendar.between(start, due) == amount
    assert due > start
    assert calendar.between(due - timedelta(seconds=1), due) == timedelta(seconds=1)  # inside working time, or its end


@given(calendars, moments, amounts)
@fast
def test_going_back_leaves_just_that_much_until_the_end(calendar: Calendar, end: datetime, amount: timedelta) -> None:
    start = calendar.back(end, amount)

    assert start <= end
    assert calendar.between(start, end) == amount


@given(calendars, moments, amounts, amounts)
@fast
def test_more_work_is_never_due_earlier(
    calendar: Calendar, start: datetime, amount: timedelta, more: timedelta
) -> None:
    assert calendar.add(start, amount) < calendar.add(start, amount + more)
    assert calendar.add(start, amount) <= calendar.add(start + more, amount)


@given(calendars, st.lists(moments, min_size=3, max_size=5))
@fast
def test_slices_add_up_to_the_whole_in_any_order(calendar: Calendar, cuts: list[datetime]) -> None:
    parts = [calendar.between(a, b) for a, b in pairwise(cuts)]

    assert sum(parts, timedelta()) == calendar.between(cuts[0], cuts[-1])


@given(calendars, moments, amounts)
@fast
def test_the_daily_slices_sum_to_the_working_time(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    end = start + amount

    pieces = [piece for _, of_day in calendar.slices(start, end) for piece in of_day]

    assert sum((b - a for a, b in pieces), timedelta()) == calendar.between(start, end)
    assert all(start <= a < b <= end for a, b in pieces)


@given(calendars.filter(lambda calendar: calendar.daytime), moments, amounts)
@fast
def test_one_walk_says_the_same_as_adding_and_slicing(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    due, days = calendar.walk(start, amount)

    assert due == calendar.add(start, amount)
    assert days == list(calendar.slices(start, due))
    assert any(day.provisional for day, _ in days) == calendar.provisional(start, due)


@given(st.dates(date(2024, 1, 1), date(2026, 12, 10)), st.integers(0, 95), st.integers(0, 14 * 24 * 4))
@settings(deadline=None, max_examples=30)
def test_working_time_agrees_with_counting_quarter_hours(day: date, first: int, quarters: int) -> None:
    # an oracle that knows only the national calendar and the clock on the wall
    start = datetime.combine(day, time(), SHANGHAI) + first * QUARTER
    ticks = [start + n * QUARTER for n in range(quarters)]

    counted = sum(_at_work(tick) for tick in ticks) * QUARTER

    assert COMPANY.between(start, start + quarters * QUARTER) == counted


def _at_work(moment: datetime) -> bool:
    clock = moment.hour * 60 + moment.minute
    in_hours = 510 <= clock < 720 or 810 <= clock < 1050
    return in_hours and chinese_calendar.is_workday(moment.date())
