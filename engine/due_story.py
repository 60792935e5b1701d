"""The story of a due moment, as kept in `deadline.steps`: the arithmetic at receipt, then every move, oldest inside.

A move is a dict whose `before` is the story until then: a pause (`resumed`, `left`), a change of urgency (`urgent`,
`from`, `amount`) or an extension (`extended`, `from`, `reason`); `due` is where it led to.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from engine import limits
from engine.calendar import Calendar
from engine.clock import local
from engine.limits import Due, Limit
from engine.store import dumps, loads, moment, stamp
from engine.timeline import ClockKind, timeline
from engine.wording import duration_text


class Told(NamedTuple):
    """A due moment, whether it rests on an estimated calendar, and its story."""

    at: datetime
    provisional: bool
    steps: str


def computed(steps: str) -> Due:
    """The due moment as it was first computed, before any move."""
    stored = loads(steps)
    return computed(stored["before"]) if isinstance(stored, dict) else Due.from_json(steps)


def explanation(steps: str) -> list[str]:
    """The sentences that explain a due moment, oldest first: the arithmetic, then each move."""
    stored = loads(steps)
    if not isinstance(stored, dict):
        return [Due.from_json(steps).sentence()]
    return [*explanation(stored["before"]), _sentence(stored)]


def _sentence(stored: Any) -> str:
    due = _minute(stored["due"])
    if "extended" in stored:
        reason = f"，理由：{stored['reason']}" if stored["reason"] else ""
        return f"原于 {_minute(stored['from'])} 到期；准予延期 {length(stored['extended'])}{reason}，改于 {due} 到期。"
    if "urgent" in stored:
        if stored["urgent"]:
            return f"{_minute(stored['from'])} 升为紧急处理，限 {stored['amount']}，于 {due} 到期。"
        return f"改为正常处理，自原收到时间 {_minute(stored['from'])} 起计 {stored['amount']}，于 {due} 到期。"
    left = duration_text(timedelta(seconds=stored["left"]))
    return f"其间暂停，余 {left}；{_minute(stored['resumed'])} 恢复计时，于 {due} 到期。"


def anew(steps: str, kind: ClockKind, calendar: Calendar) -> Told:
    """The due moment and its story computed once more under this calendar; after a pause only what was left counts."""
    stored = loads(steps)
    if not isinstance(stored, dict):
        known = Due.from_json(steps)
        found = limits.due(known.received, known.limit, kind, calendar)
        return Told(found.at, found.provisional, found.as_json())
    if "extended" in stored:
        return extended(anew(stored["before"], kind, calendar), stored["extended"], stored["reason"], kind, calendar)
    if "urgent" in stored:
        found = limits.due(moment(stored["from"]), Limit.parse(stored["amount"]), kind, calendar)
        return Told(found.at, found.provisional, dumps({**stored, "due": stamp(found.at)}))
    return resumed(stored["before"], moment(stored["resumed"]), stored["left"], kind, calendar)


def resumed(before: str, at: datetime, left: int, kind: ClockKind, calendar: Calendar) -> Told:
    """The story goes on after a pause with `left` seconds of its own clock."""
    due = timeline(kind, calendar).add(at, timedelta(seconds=left))
    story = {"before": before, "left": left, "resumed": stamp(at), "due": stamp(due)}
    return Told(due, calendar.provisional(at, due), dumps(story))


def extended(before: Told, amount: str, reason: str, kind: ClockKind, calendar: Calendar) -> Told:
    """The story goes on with an extension by `amount` of its own clock, counted from where it stood."""
    after = limits.due(before.at, Limit.parse(amount), kind, calendar)
    story = {
        "before": before.steps, "extended": amount, "from": stamp(before.at), "reason": reason, "due": stamp(after.at),
    }  # fmt: skip
    return Told(after.at, before.provisional or after.provisional, dumps(story))


def allowed(steps: str, kind: ClockKind, calendar: Calendar) -> timedelta:
    """The whole time granted on the deadline's own clock: the limit in force and every extension, without pauses."""
    stored = loads(steps)
    if not isinstance(stored, dict):
        known = Due.from_json(steps)
        return timeline(kind, calendar).between(known.received, known.at)
    if "extended" in stored:
        more = timeline(kind, calendar).between(moment(stored["from"]), moment(stored["due"]))
        return allowed(stored["before"], kind, calendar) + more
    if "urgent" in stored:
        return timeline(kind, calendar).between(moment(stored["from"]), moment(stored["due"]))
    return allowed(stored["before"], kind, calendar)


def extensions(steps: str) -> int:
    """How many times this due moment was extended."""
    stored = loads(steps)
    return extensions(stored["before"]) + ("extended" in stored) if isinstance(stored, dict) else 0


def length(amount: str) -> str:
    """A limit as people say it: `2 小时`, `2 个工作日`."""
    limit = Limit.parse(amount)
    return f"{limit.amount} 个工作日" if limit.unit == "d" else duration_text(limit.span)


def _minute(stored: str) -> str:
    return f"{local(moment(stored)):%Y-%m-%d %H:%M}"
