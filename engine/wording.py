"""How days, moments and durations are written in Chinese, the same on pages, in letters and in reports."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from engine.clock import local

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_NEAR = {-1: "昨天", 0: "今天", 1: "明天"}
_SECOND = timedelta(seconds=1)
_HALF_HOUR = timedelta(minutes=30)


def duration_text(span: timedelta) -> str:
    """A length of time for a glance, whole minutes; its sign is the caller's word (剩, 超时).

    Hours are never turned into days: a working day has fewer of them than a natural one.

    >>> duration_text(timedelta(hours=3, minutes=20)), duration_text(timedelta(seconds=-45))
    ('3 小时 20 分', '45 秒')
    """
    seconds = abs(span) // _SECOND
    if 0 < seconds < 60:
        return f"{seconds} 秒"
    hours, minutes = divmod(seconds // 60, 60)
    return " ".join(_counted(hours, "小时") + _counted(minutes, "分")) or "0 分"


def amount_text(span: timedelta) -> str:
    """A length of time in full, to the second, so that a reader can add up.

    >>> amount_text(timedelta(hours=3, minutes=30)), amount_text(timedelta(minutes=29, seconds=48))
    ('3.5 小时', '29 分 48 秒')
    """
    if span and not span % _HALF_HOUR:
        return f"{span / timedelta(hours=1):g} 小时"
    minutes, seconds = divmod(abs(span) // _SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    parts = _counted(hours, "小时") + _counted(minutes, "分") + _counted(seconds, "秒")
    return " ".join(parts) or "0 分"


def overrun_text(span: timedelta) -> str:
    """An overrun to the second, as reports print it.

    >>> overrun_text(timedelta(seconds=1)), overrun_text(timedelta(hours=26, minutes=5))
    ('0:00:01', '26:05:00')
    """
    minutes, seconds = divmod(span // _SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def moment_text(moment: datetime, now: datetime) -> str:
    """A moment as it is said today: `今天 14:30`, `11-28 11:10`, with the year when it is not this one."""
    day, today = local(moment), local(now)
    near = _NEAR.get((day.date() - today.date()).days)
    if near:
        return f"{near} {day:%H:%M}"
    return f"{day:%m-%d %H:%M}" if day.year == today.year else f"{day:%Y-%m-%d %H:%M}"


def day_text(day: date, year: int | None = None) -> str:
    """A day in a sentence: `10月8日`, with its year unless that is the year already spoken of.

    >>> day_text(date(2026, 10, 8), 2026), day_text(date(2027, 1, 4), 2026)
    ('10月8日', '2027年1月4日')
    """
    text = f"{day.month}月{day.day}日"
    return text if day.year == year else f"{day.year}年{text}"


def days_text(first: date, last: date, year: int | None = None) -> str:
    """A range of days in a sentence: `10月1日至7日`."""
    if first == last:
        return day_text(first, year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{day_text(first, year)}至{last.day}日"
    return f"{day_text(first, year)}至{day_text(last, first.year)}"


def time_text(moment: datetime) -> str:
    """The time of day of a local moment: `17:30`, with seconds only when there are any."""
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def _counted(number: int, unit: str) -> list[str]:
    return [f"{number} {unit}"] if number else []
