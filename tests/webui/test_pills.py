"""Time left as a pill: hours and minutes, days for limits in days, paused, untimed, other clocks."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine import limits
from engine.calendar import Calendar
from engine.casefile import Deadline
from engine.limits import Limit
from engine.people import People
from engine.snapshots import Snapshot
from engine.timeline import ClockKind
from tests.cast import moment
from webui.pills import due_text, pill, used_text

KNOWN = Snapshot(People(), {"company": Calendar()}, {})
RECEIVED = moment("2026-11-16", "09:00")  # a Monday


def deadline(amount: str = "4h", kind: ClockKind = "work", status: str = "open", left: int | None = None) -> Deadline:
    due = limits.due(RECEIVED, Limit.parse(amount), kind, KNOWN.calendar(None))
    return Deadline(
        "1.1", "Task", "T1", 1, 1, 1, "company", RECEIVED, amount, kind, due.at, False, due.as_json(), status, False,
        None, None, left, 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("now", "state", "text", "share"),
    [
        (moment("2026-11-16", "09:00"), "fine", "剩 4 小时", 0),
        (moment("2026-11-16", "12:30"), "soon", "剩 1 小时", 75),
        (moment("2026-11-16", "14:30"), "soon", "剩 0 分", 100),
        (moment("2026-11-16", "14:31"), "over", "已超 1 分", 100),
        (moment("2026-11-17", "08:00"), "over", "已超 3 小时", 100),
    ],
)
def test_hours_are_working_hours_and_the_due_moment_itself_is_in_time(
    now: datetime, state: str, text: str, share: int
) -> None:
    shown = pill(deadline(), now, KNOWN)

    assert (shown["state"], shown["text"], shown["share"]) == (state, text, share)


def test_a_limit_in_days_is_told_in_days_until_the_last_one() -> None:
    """Ten working days from Monday end on Monday the 30th; the weekend between does not count."""
    long = deadline("10d")

    told = [pill(long, moment(day, "09:00"), KNOWN)["text"] for day in ("2026-11-16", "2026-11-27", "2026-11-30")]

    assert told == ["剩 10 个工作日", "剩 1 个工作日", "剩 7 小时"]


def test_a_natural_clock_says_so() -> None:
    shown = pill(deadline("4h", "wall"), moment("2026-11-16", "12:30"), KNOWN)

    assert (shown["text"], shown["clock"]) == ("剩 30 分", "（自然时间）")


def test_what_stands_still_tells_what_is_left_of_it() -> None:
    shown = pill(deadline(status="paused", left=7800), moment("2026-12-01", "09:00"), KNOWN)

    assert (shown["state"], shown["text"]) == ("paused", "已暂停，余 2 小时 10 分")
    assert due_text(deadline(status="paused", left=7800), moment("2026-12-01", "09:00")) == "恢复后计"


def test_without_a_deadline_nothing_is_counted() -> None:
    assert pill(None, RECEIVED, KNOWN)["text"] == "不计时"
    assert due_text(None, RECEIVED) == ""


def test_the_pill_carries_the_whole_sum_as_its_title() -> None:
    shown = pill(deadline(), RECEIVED, KNOWN)

    assert "当日 09:00–12:00 计 3 小时" in shown["title"]
    assert used_text(deadline(), moment("2026-11-16", "11:00"), KNOWN) == "今天 14:30 到期，限 4 小时，已用 2 小时"
