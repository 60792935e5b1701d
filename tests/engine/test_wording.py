"""Days, moments and durations in Chinese."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest

from engine.wording import amount_text, days_text, duration_text, moment_text, overrun_text

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 22, 6, 30, tzinfo=UTC), "今天 14:30"),
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), "今天 23:59"),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), "明天 00:00"),
        (datetime(2026, 11, 23, 0, 42, tzinfo=UTC), "明天 08:42"),
        (datetime(2026, 11, 21, 9, 0, tzinfo=UTC), "昨天 17:00"),
        (datetime(2026, 11, 28, 3, 10, tzinfo=UTC), "11-28 11:10"),
        (datetime(2027, 1, 4, 3, 0, tzinfo=UTC), "2027-01-04 11:00"),
    ],
)
def test_a_moment_is_said_as_people_in_shanghai_say_it(moment: datetime, text: str) -> None:
    assert moment_text(moment, NOW) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(hours=3, minutes=20, seconds=59), "3 小时 20 分"),
        (timedelta(minutes=-20), "20 分"),
        (timedelta(hours=30), "30 小时"),
        (timedelta(seconds=1), "1 秒"),
        (timedelta(milliseconds=5), "0 分"),
        (timedelta(), "0 分"),
    ],
)
def test_a_duration_is_short(span: timedelta, text: str) -> None:
    assert duration_text(span) == text


def test_an_amount_is_exact() -> None:
    spans = [timedelta(hours=3.5), timedelta(hours=1, minutes=29, seconds=48), timedelta()]

    assert [amount_text(span) for span in spans] == ["3.5 小时", "1 小时 29 分 48 秒", "0 分"]


def test_an_overrun_shows_its_seconds() -> None:
    assert overrun_text(timedelta(seconds=1)) == "0:00:01"


def test_a_range_of_days_names_month_and_year_only_when_they_change() -> None:
    first, last = datetime(2026, 12, 30, tzinfo=UTC).date(), datetime(2027, 1, 3, tzinfo=UTC).date()

    assert days_text(first, last, 2026) == "12月30日至2027年1月3日"
    assert days_text(first.replace(day=1), first, 2026) == "12月1日至30日"


@pytest.mark.parametrize("module", ["calendar", "calendar_seed", "clauses", "hours", "limits", "wording"])
def test_the_examples_in_the_docstrings_are_true(module: str) -> None:
    result = doctest.testmod(import_module(f"engine.{module}"))

    assert (result.failed, result.attempted > 0) == (0, True)
