"""The text of a timer: the reserved word, or ISO 8601 without quotes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.spiff import timers


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("deadline", None),
        ("PT4H", timedelta(hours=4)),
        ("P2W", timedelta(weeks=2)),
        ("P1DT2H3M4S", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("2026-12-01T08:30:00+08:00", datetime(2026, 12, 1, 0, 30, tzinfo=UTC)),
        ("2026-12-01T00:30:00Z", datetime(2026, 12, 1, 0, 30, tzinfo=UTC)),
    ],
)
def test_each_known_form_is_understood(text: str, due: object) -> None:
    assert timers.due(text) == due


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P4H", "PT4", "-PT4H", "PT1.5H", "P1Y", "P99999999999D", "'PT4H'", "2026-12-01", "20261201T083000",
     "2026-13-01T00:00:00Z", "now", "Deadline", "PT4H\n2", "０"],
)  # fmt: skip
def test_everything_else_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
        timers.due(text)


@given(st.text(max_size=30))
def test_no_text_gives_a_naive_moment(text: str) -> None:
    try:
        due = timers.due(text)
    except ValueError:
        return
    assert due is None or isinstance(due, timedelta) or due.tzinfo is UTC


@pytest.mark.parametrize("text", ["R/P1Y", "R3/PT4H", "R/2026-12-01T08:30:00+08:00/P1M"])
def test_a_cycle_that_a_schedule_can_use_is_accepted(text: str) -> None:
    timers.cycle(text)


@pytest.mark.parametrize("text", ["P1Y", "R", "R/", "R/2026-12-01T08:30:00/P1Y", "* * * * *"])
def test_a_cycle_that_nobody_could_use_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
        timers.cycle(text)
