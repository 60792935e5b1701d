"""Due moments: the golden vectors of SD-010, and that every due moment can be explained."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import Calendar, Override
from engine.hours import parse_hours
from engine.limits import Due, Limit, LimitInvalid, MomentInvalid, due, explain_due
from engine.timeline import ClockKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
COMPANY = Calendar()
FOUR, TWO = Limit(4, "h"), Limit(2, "h")
SECOND = timedelta(seconds=1)
START = datetime(2024, 1, 1, tzinfo=UTC)

moments = st.integers(0, 5 * 365 * 86_400_000).map(lambda ms: START + timedelta(milliseconds=ms))
hour_limits = st.builds(Limit, st.integers(1, 3000), st.just("m")) | st.builds(Limit, st.integers(1, 60), st.just("h"))
limits = hour_limits | st.builds(Limit, st.integers(1, 20), st.just("d"))
kinds = st.sampled_from(["work", "wall", "duty"])
fast = settings(deadline=None, max_examples=150)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def seen(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("received", "normal", "urgent"),
    [
        ("2026-09-16 09:00", "2026-09-16 14:30", "2026-09-16 11:00"),
        ("2026-09-16 12:30", "2026-09-16 17:30", "2026-09-16 15:30"),
        ("2026-09-16 22:10", "2026-09-17 14:00", "2026-09-17 10:30"),
        ("2026-09-18 17:30", "2026-09-20 14:00", "2026-09-20 10:30"),
        ("2026-09-25 09:00", "2026-09-28 14:00", "2026-09-28 10:30"),
        ("2026-09-30 17:00", "2026-10-08 12:00", "2026-10-08 10:00"),
        ("2026-10-09 17:30", "2026-10-10 14:00", "2026-10-10 10:30"),
        ("2025-09-26 17:30", "2025-09-28 14:00", "2025-09-28 10:30"),
        ("2026-12-31 16:00", "2027-01-04 11:00", "2027-01-04 09:00"),
    ],
)
def test_the_golden_vectors_hold(received: str, normal: str, urgent: str) -> None:
    # given a form delivered at that moment
    # when a step has four working hours, or two because it is urgent
    answers = [due(at(received), limit, "work", COMPANY) for limit in (FOUR, TWO)]

    # then it is due when SD-010 and the national calendar say; only an unpublished year is provisional
    assert [seen(answer.at) for answer in answers] == [normal, urgent]
    assert [answer.provisional for answer in answers] == [normal.startswith("2027")] * 2


def test_an_urgent_form_before_the_holiday_can_run_on_the_duty_clock() -> None:
    # given an urgent freeze delivered at five on the eve of National Day (E-03)
    # when its two hours run on working time, on duty time, and on natural time
    answers = {kind: due(at("2026-09-30 17:00"), TWO, kind, COMPANY) for kind in ("work", "duty", "wall")}

    # then the duty officer's clock ends the same evening
    assert {kind: seen(answer.at) for kind, answer in answers.items()} == {
        "work": "2026-10-08 10:00",
        "duty": "2026-09-30 19:00",
        "wall": "2026-09-30 19:00",
    }


def test_duty_hours_shorter_than_the_day_are_kept() -> None:
    # given duty from eight to ten in the evening, on every day
    calendar = Calendar(duty_hours=parse_hours(["08:00-22:00"]))

    # when two hours of duty are counted from nine in the evening of the holiday's eve
    answer = due(at("2026-09-30 21:00"), TWO, "duty", calendar)

    # then one hour counts that evening, and one on the morning of National Day
    assert seen(answer.at) == "2026-10-01 09:00"


def test_one_second_late_is_late_and_on_the_second_is_not() -> None:
    # given a form due at 14:30
    answer = due(at("2026-09-16 09:00"), FOUR, "work", COMPANY)

    # when it is finished on the second, and one second later
    on_time, late = answer.at, answer.at + SECOND

    # then only the second is overdue, by one second
    assert (answer.late(on_time), answer.overrun(on_time, COMPANY)) == (False, timedelta())
    assert (answer.late(late), answer.overrun(late, COMPANY)) == (True, SECOND)


def test_late_after_closing_time_is_late_although_no_working_time_passed() -> None:
    # given a form due at closing time
    answer = due(at("2026-09-16 12:30"), FOUR, "work", COMPANY)

    # when it is finished that evening, and the next morning at ten
    evening, morning = at("2026-09-16 20:00"), at("2026-09-17 10:00")

    # then the overrun is never shown as zero, and counts working time
    assert answer.overrun(evening, COMPANY) == SECOND
    assert answer.overrun(morning, COMPANY) == timedelta(hours=1, minutes=30)


def test_what_remains_runs_on_the_clock_of_the_limit() -> None:
    # given one form on working time and one on natural time, both received at five on a Friday
    work, wall = (due(at("2026-09-11 17:00"), FOUR, kind, COMPANY) for kind in ("work", "wall"))

    # when somebody looks at eight that evening
    left = [answer.remaining(at("2026-09-11 20:00"), COMPANY) for answer in (work, wall)]

    # then half an hour of work is used up, but three natural hours
    assert left == [timedelta(hours=3, minutes=30), timedelta(hours=1)]


def test_warnings_fall_at_a_share_of_the_working_time() -> None:
    # given four hours from 16:30
    answer = due(at("2026-09-16 16:30"), FOUR, "work", COMPANY)

    # when half and four fifths of them are used up
    warnings = [seen(answer.share(percent, COMPANY)) for percent in (50, 80, 100)]

    # then the warnings fall into the next morning, the last at the due moment
    assert warnings == ["2026-09-17 09:30", "2026-09-17 10:42", "2026-09-17 11:30"]


def test_two_working_days_are_not_sixteen_hours() -> None:
    # given a form received at nine
    received = at("2026-09-16 09:00")

    # when it has two working days, or sixteen working hours
    days, hours = (due(received, Limit.parse(text), "work", COMPANY) for text in ("2d", "16h"))

    # then days end with the day, hours with the hour
    assert (seen(days.at), seen(hours.at)) == ("2026-09-18 17:30", "2026-09-18 10:00")


def test_a_natural_day_ends_at_the_same_time_of_day() -> None:
    # given a complaint received on a Saturday evening (E-106)
    # when it must be answered within a natural day, or 24 natural hours
    answers = [due(at("2026-09-12 20:00"), Limit.parse(text), "wall", COMPANY) for text in ("1d", "24h")]

    # then it is due on Sunday evening, weekend or not
    assert [seen(answer.at) for answer in answers] == ["2026-09-13 20:00"] * 2


@pytest.mark.parametrize("text", ["4h", "30m", "90m", "270m", "2d"])
def test_a_limit_is_written_as_it_was_read(text: str) -> None:
    assert str(Limit.parse(text)) == text


def test_hours_and_minutes_may_be_joined() -> None:
    assert Limit.parse("4h30m") == Limit.parse("270m")


@pytest.mark.parametrize(
    "text", ["", "4", "0h", "0d", "1.5h", "-2h", "2d4h", "四小时", "PT4H", "99999d", "h", "99999999m"]
)
def test_a_limit_that_cannot_be_read_teaches_how_to_write_it(text: str) -> None:
    with pytest.raises(LimitInvalid, match="请写成 4h"):
        Limit.parse(text)


def test_the_sentence_tells_the_whole_arithmetic() -> None:
    # given the form delivered half an hour before the National Day holiday
    # when its due moment is explained
    sentence = due(at("2026-09-30 17:00"), FOUR, "work", COMPANY).sentence()

    # then anybody can add it up
    assert sentence == (
        "9月30日（周三）17:00 收到，限 4 工时：当日 17:00–17:30 计 0.5 小时，10月1日至7日国庆节放假不计，"
        "10月8日（周四）08:30–12:00 计 3.5 小时，于 10月8日 12:00 到期。"
    )


@pytest.mark.parametrize(
    ("received", "limit", "kind", "said"),
    [
        (
            "2026-09-18 17:30",
            "4h",
            "work",
            "当日已下班不计，9月19日周末不计，9月20日（周日，国庆节调休上班）08:30–12:00",
        ),
        ("2026-12-31 16:00", "4h", "work", "（2027 年放假安排尚未公布，按预估日历计算）"),
        ("2025-09-30 16:00", "4h", "work", "10月1日至8日国庆节、中秋节放假不计"),
        (
            "2026-09-30 17:00",
            "2d",
            "work",
            "10月8日（周四）计第 1 日，10月9日（周五）计第 2 日，于 10月9日 17:30 到期",
        ),
        ("2026-09-30 17:00", "2h", "duty", "限 2 小时（值班时间）：当日 17:00–19:00 计 2 小时"),
        ("2026-09-30 17:00", "2h", "wall", "限 2 小时（自然时间）：连续计时"),
        ("2026-09-16 09:00", "30m", "work", "限 30 分钟（工作时间）：当日 09:00–09:30 计 0.5 小时"),
        ("2026-09-30 17:00", "90h", "work", "10月8日至21日间 11 个工作日计 82.5 小时（其间周末不计）"),
        ("2026-09-16 17:00:12", "4h", "work", "当日 17:00:12–17:30 计 29 分 48 秒"),
    ],
)
def test_the_sentence_names_what_did_not_count(received: str, limit: str, kind: ClockKind, said: str) -> None:
    assert said in due(at(received), Limit.parse(limit), kind, COMPANY).sentence()


def test_the_sentence_of_a_night_shift_follows_the_clock_past_midnight() -> None:
    # given a factory's night shift
    factory = Calendar(parse_hours(["22:00-06:00"]), seed="everyday")

    # when a form received in the evening has ten hours
    sentence = due(at("2026-09-16 20:00"), Limit(10, "h"), "work", factory).sentence()

    # then the morning belongs to the shift
    assert "当日 22:00–次日 06:00 计 8 小时，9月17日（周四）22:00–24:00 计 2 小时" in sentence


def test_a_company_day_off_is_called_by_its_name() -> None:
    # given an anniversary on which the company is closed
    anniversary = {at("2026-09-17 00:00").date(): Override("holiday", "厂庆")}

    # when a form is received the evening before
    sentence = due(at("2026-09-16 22:10"), TWO, "work", Calendar(overrides=anniversary)).sentence()

    # then the day is left out by name
    assert "9月17日厂庆放假不计，9月18日（周五）08:30–10:30 计 2 小时" in sentence


@given(moments, limits, kinds)
@fast
def test_the_counted_steps_add_up_to_the_limit(received: datetime, limit: Limit, kind: ClockKind) -> None:
    answer = due(received, limit, kind, COMPANY)

    assert sum((step.counted for step in answer.steps), timedelta()) == limit.span
    assert answer.at > received
    assert answer.late(answer.at + SECOND)


@given(moments, hour_limits, st.sampled_from(["work", "duty"]))
@fast
def test_the_amounts_in_the_sentence_add_up_to_the_limit(received: datetime, limit: Limit, kind: ClockKind) -> None:
    sentence = due(received, limit, kind, COMPANY).sentence()

    assert sum(map(_amount, re.findall(r"计 ([\d.]+ (?:小时|分|秒)(?: \d+ [分秒])*)", sentence))) == limit.span / SECOND


def _amount(text: str) -> float:
    seconds = {"小时": 3600, "分": 60, "秒": 1}
    return sum(float(number) * seconds[unit] for number, unit in re.findall(r"([\d.]+) (小时|分|秒)", text))


@given(moments, limits, kinds)
@fast
def test_a_stored_due_moment_comes_back_the_same(received: datetime, limit: Limit, kind: ClockKind) -> None:
    answer = due(received, limit, kind, COMPANY)

    assert Due.from_json(answer.as_json()) == answer


def test_a_receipt_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        due(datetime(2026, 9, 16, 9), FOUR, "work", COMPANY)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "limit", "clock", "last"),
    [
        ("2026-09-18 17:30", "4h", "work", "2026-09-20 14:00"),
        ("2026-09-30 17:00", "2d", "work", "2026-10-09 17:30"),
        ("2026-09-30 17:00", "2h", "duty", "2026-09-30 19:00"),
        ("2026-12-31 16:00:30", "4h", "work", "2027-01-04 11:00:30"),
    ],
)
def test_the_due_command_ends_with_the_due_moment(text: str, limit: str, clock: str, last: str) -> None:
    # given what somebody types
    # when it is explained
    sentence, moment = explain_due(text, limit, clock)

    # then the sentence comes first, the moment last
    assert sentence.endswith("。")
    assert "到期" in sentence
    assert moment == last


@pytest.mark.parametrize("text", ["", "明天", "2026-02-30 10:00", "2026-09-18", "17:30", "0001-01-01 00:00"])
def test_the_due_command_teaches_how_to_write_a_moment(text: str) -> None:
    with pytest.raises(MomentInvalid, match="2026-09-18 17:30"):
        explain_due(text, "4h", "work")


def test_the_due_command_names_its_clocks() -> None:
    with pytest.raises(MomentInvalid, match="duty"):
        explain_due("2026-09-18 17:30", "4h", "lunar")
