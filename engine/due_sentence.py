"""The sentence that explains a due moment: when it came, what counted, what did not, when it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from engine.wording import WEEKDAYS, amount_text, day_text, days_text, time_text

if TYPE_CHECKING:
    from engine.limits import Due, Limit, Step

DAYS_TOLD_SINGLY = 4  # with more counted days only the first and the last are told one by one
FIRST_YEAR_KNOWN = 2004

_CLOCKS = {"work": "工作时间", "wall": "自然时间", "duty": "值班时间"}
_DAYS = {"work": "个工作日", "wall": "个自然日", "duty": "个值班日"}
_ORDINAL = "计第 {} 日"


class _Entry(NamedTuple):
    """What is told about one day; it has no stretches when it did not count."""

    day: date
    label: str
    stretches: tuple[tuple[datetime, datetime], ...]  # local
    number: int  # how many days have counted so far, this one included


class _Context(NamedTuple):
    """What the reader knows already: the day of receipt, and the year when all happens in one."""

    today: date
    year: int | None
    limit: Limit


def compose(due: Due) -> str:
    """The arithmetic of a due moment in one Chinese sentence; the amounts in it add up to the limit.

    Times are told in the zone of the calendar, to the second.
    """
    zone = ZoneInfo(due.zone)
    received, at = _seconds(due.received, zone), _seconds(due.at, zone)
    context = _Context(received.date(), received.year if received.year == at.year else None, due.limit)
    weekday = WEEKDAYS[received.weekday()]
    came = f"{day_text(received.date(), context.year)}（{weekday}）{time_text(received)} 收到"
    ends = f"于 {day_text(at.date(), context.year)} {time_text(at)} 到期"
    told = ["连续计时，夜间、周末和节假日照计"] if due.kind == "wall" else _told(due.steps, zone, context)
    return f"{came}，限 {_limit_text(due)}：{'，'.join(told)}，{ends}{_reservation(due, received, at)}。"


def _told(steps: Sequence[Step], zone: ZoneInfo, context: _Context) -> list[str]:
    entries = _entries(steps, zone)
    counted = [i for i, entry in enumerate(entries) if entry.stretches]
    if len(counted) <= DAYS_TOLD_SINGLY:
        return _phrases(entries, context)
    first, last = counted[1], counted[-2] + 1  # days off at either end are told by themselves
    summary = _summary(entries[first:last], context)
    return [*_phrases(entries[:first], context), summary, *_phrases(entries[last:], context)]


def _entries(steps: Sequence[Step], zone: ZoneInfo) -> list[_Entry]:
    """One entry a day; a stretch is told under the day on which it begins."""

    def day(step: Step) -> date:
        return _seconds(step.start, zone).date() if step.start else step.date

    entries: list[_Entry] = []
    number = 0
    for when, group in groupby(steps, day):
        of_day = list(group)
        stretches = tuple((_seconds(s.start, zone), _seconds(s.end, zone)) for s in of_day if s.start and s.end)
        number += bool(stretches)
        entries.append(_Entry(when, of_day[0].label, stretches, number))
    return entries


def _phrases(entries: Sequence[_Entry], context: _Context) -> list[str]:
    phrases = []
    for reason, group in groupby(entries, _reason):
        run = list(group)
        phrases += [_skipped(run, context)] if reason else [_counted(entry, context) for entry in run]
    return phrases


def _reason(entry: _Entry) -> str:
    """Why a day did not count, all holidays alike; empty when it did."""
    if entry.stretches:
        return ""
    return "放假" if entry.label.endswith("放假") else entry.label


def _skipped(run: Sequence[_Entry], context: _Context) -> str:
    reason = _reason(run[0])
    if reason == "放假":
        names = dict.fromkeys(entry.label.removesuffix("放假") for entry in run)
        reason = f"{'、'.join(names)}放假"
    if reason == "收到当日":
        return "收到当日不计"
    when = "当日" if reason == "已下班" else days_text(run[0].day, run[-1].day, context.year)
    return f"{when}{reason}不计"


def _counted(entry: _Entry, context: _Context) -> str:
    remarks = [] if entry.day == context.today else [WEEKDAYS[entry.day.weekday()]]
    remarks += [entry.label] if entry.label else []
    when = "当日" if entry.day == context.today else day_text(entry.day, context.year)
    when += f"（{'，'.join(remarks)}）" if remarks else " "
    if context.limit.unit == "d":
        return when.rstrip() + _ORDINAL.format(entry.number)
    return when + "、".join(f"{_stretch(start, end)} 计 {amount_text(end - start)}" for start, end in entry.stretches)


def _summary(run: Sequence[_Entry], context: _Context) -> str:
    """Many days in one breath; the days among them that did not count are named by their reasons."""
    counted = [entry for entry in run if entry.stretches]
    days = days_text(counted[0].day, counted[-1].day, context.year)
    if context.limit.unit == "d":
        told = f"{days}间{_ORDINAL.format(f'{counted[0].number} 至 {counted[-1].number}')}"
    else:
        total = sum((end - start for entry in counted for start, end in entry.stretches), timedelta())
        told = f"{days}间 {len(counted)} 个工作日计 {amount_text(total)}"
    reasons = dict.fromkeys(entry.label for entry in run if not entry.stretches)
    return f"{told}（其间{'、'.join(reasons)}不计）" if reasons else told


def _stretch(start: datetime, end: datetime) -> str:
    if end.date() == start.date():
        return f"{time_text(start)}–{time_text(end)}"
    midnight = end.hour == end.minute == end.second == 0
    return f"{time_text(start)}–{'24:00' if midnight else f'次日 {time_text(end)}'}"


def _limit_text(due: Due) -> str:
    limit = due.limit
    if limit.unit == "d":
        return f"{limit.amount} {_DAYS[due.kind]}"
    text = f"{limit.amount} 分钟" if limit.unit == "m" and limit.amount < 60 else amount_text(limit.span)
    if due.kind == "work" and text.endswith("小时"):
        return text.removesuffix("小时") + "工时"
    return f"{text}（{_CLOCKS[due.kind]}）"


def _reservation(due: Due, received: datetime, at: datetime) -> str:
    if not due.provisional:
        return ""
    if received.year < FIRST_YEAR_KNOWN:
        return f"（{received.year} 年没有放假数据，按星期推算）"
    return f"（{at.year} 年放假安排尚未公布，按预估日历计算）"


def _seconds(moment: datetime, zone: ZoneInfo) -> datetime:
    """The local moment, fractions cut off: alike at receipt and due, so differences still add up."""
    return moment.astimezone(zone).replace(microsecond=0)
