"""Office hours of a day: intervals of local time, written `08:30-12:00`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time, timedelta
from itertools import pairwise

from engine.errors import CountersignError

Interval = tuple[time, time]  # an end that is not after the start lies on the next day; 00:00 is midnight (24:00)
Hours = tuple[Interval, ...]

_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~]\s*(\d{1,2}):(\d{2})")
_DAY = timedelta(days=1)
_TYPED = str.maketrans({"，": ",", "、": ",", "；": ",", ";": ",", "：": ":", "–": "-", "—": "-", "～": "-", "至": "-"})


class HoursInvalid(CountersignError):
    """工作时间写得不对。"""

    template = "工作时间“{hours}”有误：{why}。请写成 08:30-12:00 这样的时段，按先后排列，互不重叠。"
    status = 422


def parse_hours(texts: Sequence[str]) -> Hours:
    """Office hours from texts such as `["08:30-12:00", "22:00-06:00"]`; raises HoursInvalid.

    >>> parse_hours(["08:30-12:00"])
    ((datetime.time(8, 30), datetime.time(12, 0)),)
    """
    hours = tuple(_interval(text) for text in texts)
    check_hours(hours)
    return hours


def typed_hours(line: str) -> list[str]:
    """The intervals in a line as people type it, ready for `parse_hours`.

    >>> typed_hours("08:30–12:00，13:30至17:30")
    ['08:30-12:00', '13:30-17:30']
    """
    return [piece for part in line.translate(_TYPED).split(",") if (piece := part.strip())]


def hours_text(hours: Hours) -> list[str]:
    """The written form of office hours, which `parse_hours` reads back."""
    return [f"{start:%H:%M}-{'24:00' if end == time() else format(end, '%H:%M')}" for start, end in hours]


def start_offset(interval: Interval) -> timedelta:
    """How long after midnight the interval begins."""
    return _since_midnight(interval[0])


def end_offset(interval: Interval) -> timedelta:
    """How long after the midnight before its start the interval ends: more than a day for a night shift."""
    end = _since_midnight(interval[1])
    return end if end > start_offset(interval) else end + _DAY


def check_hours(hours: Hours, *others: Hours) -> None:
    """Refuse hours in which two intervals overlap, also a night shift with the next morning.

    `others` are the hours of single days in the same calendar, any of which may be the day after.
    """
    if not hours:
        raise HoursInvalid(hours="", why="没有任何时段，任何限期都永远到不了")
    for variant in (hours, *others):
        for earlier, later in pairwise(variant):
            if end_offset(earlier) > start_offset(later):
                raise HoursInvalid(hours="、".join(hours_text(variant)), why="前后时段重叠或次序颠倒")
    earliest = min(start_offset(variant[0]) for variant in (hours, *others))
    for variant in (hours, *others):
        if end_offset(variant[-1]) - _DAY > earliest:
            raise HoursInvalid(hours="、".join(hours_text(variant)), why="夜班的下班时间晚于次日的上班时间")


def _interval(text: str) -> Interval:
    match = _INTERVAL.fullmatch(str(text).strip())
    if match is None:
        raise HoursInvalid(hours=text, why="看不出起止时刻")
    from_hour, from_minute, to_hour, to_minute = (int(part) for part in match.groups())
    if (to_hour, to_minute) == (24, 0):
        to_hour = 0
    try:
        return time(from_hour, from_minute), time(to_hour, to_minute)
    except ValueError:
        raise HoursInvalid(hours=text, why="时刻不存在") from None


def _since_midnight(moment: time) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
