"""The clock in the head of every page: date, time, and how it stands with working time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine.calendar import DAY, Calendar
from engine.clock import local
from engine.hours import hours_text
from engine.wording import WEEKDAYS, duration_text

FURTHEST = 40  # days to look ahead for the next working day; no holiday is that long


def clock_text(calendar: Calendar, now: datetime) -> dict[str, Any]:
    """`11月24日 周二 14:10`, `工作时间 · 距下班 3 小时 20 分`."""
    here = local(now)
    working = any(start <= now < end for start, end in calendar.pieces(here.date()))
    return {
        "text": f"{here.month}月{here.day}日 {WEEKDAYS[here.weekday()]} {here:%H:%M}",
        "state": _until_close(calendar, now) if working else _until_open(calendar, now),
        "working": working,
        "title": f"工作时间 {'、'.join(hours_text(calendar.hours))}，时限只在工作时间里走",
    }


def end_of_day(now: datetime) -> datetime:
    """The last moment of the local day."""
    return local(now).replace(hour=23, minute=59, second=59, microsecond=999000)


def _until_close(calendar: Calendar, now: datetime) -> str:
    end = calendar.pieces(local(now).date())[-1][1]
    return f"工作时间 · 距下班 {duration_text(end - now)}"


def _until_open(calendar: Calendar, now: datetime) -> str:
    today = local(now).date()
    for distance in range(FURTHEST):
        day = today + distance * DAY
        for start, _ in calendar.pieces(day):
            if start > now:
                return f"{_reason(calendar, now)} · {_when(start, now)} 上班"
    return _reason(calendar, now)


def _reason(calendar: Calendar, now: datetime) -> str:
    day = calendar.day(local(now).date())
    pieces = calendar.pieces(day.date)
    if not pieces:
        return day.label or "休息"
    if now < pieces[0][0]:
        return "未上班"
    return "已下班" if now >= pieces[-1][1] else "午休"


def _when(start: datetime, now: datetime) -> str:
    distance: timedelta = local(start).date() - local(now).date()
    if distance.days > 1:
        return f"{local(start):%m-%d} {WEEKDAYS[local(start).weekday()]} {local(start):%H:%M}"
    return f"{'明天 ' if distance.days else ''}{local(start):%H:%M}"
