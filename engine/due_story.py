"""The story of a due moment, as kept in `deadline.steps`: the arithmetic at receipt, then every move in its order.

Until something moves it, it is the arithmetic alone (`Due.as_json`); then `computed` holds that and `moves` a dict
each: a pause (`resumed`, `left`), a change of urgency (`urgent`, `from`, `amount`) or an extension (`extended`,
`from`, `reason`); `due` is where it led to. It grows by one line a move, however often a case is suspended.
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

Move = dict[str, Any]


class Told(NamedTuple):
    """A due moment, whether it rests on an estimated calendar, and its story."""

    at: datetime
    provisional: bool
    steps: str


def computed(steps: str) -> Due:
    """The due moment as it was first computed, before any move."""
    return Due.from_json(parts(steps)[0])


def explanation(steps: str) -> list[str]:
    """The sentences that explain a due moment, oldest first: the arithmetic, then each move."""
    first, moves = parts(steps)
    return [Due.from_json(first).sentence(), *(_sentence(move) for move in moves)]


def _sentence(stored: Move) -> str:
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
    first, moves = parts(steps)
    known = Due.from_json(first)
    found = limits.due(known.received, known.limit, kind, calendar)
    told = Told(found.at, found.provisional, found.as_json())
    for move in moves:
        told = _again(told, move, kind, calendar)
    return told


def _again(before: Told, move: Move, kind: ClockKind, calendar: Calendar) -> Told:
    if "extended" in move:
        return extended(before, move["extended"], move["reason"], kind, calendar)
    if "urgent" in move:
        found = limits.due(moment(move["from"]), Limit.parse(move["amount"]), kind, calendar)
        return Told(found.at, found.provisional, moved(before.steps, {**move, "due": stamp(found.at)}))
    return resumed(before.steps, moment(move["resumed"]), move["left"], kind, calendar)


def moved(before: str, move: Move) -> str:
    """The story with one more move at its end."""
    first, moves = parts(before)
    return dumps({"computed": first, "moves": [*moves, move]})


def resumed(before: str, at: datetime, left: int, kind: ClockKind, calendar: Calendar) -> Told:
    """The story goes on after a pause with `left` seconds of its own clock."""
    due = timeline(kind, calendar).add(at, timedelta(seconds=left))
    move = {"left": left, "resumed": stamp(at), "due": stamp(due)}
    return Told(due, calendar.provisional(at, due), moved(before, move))


def extended(before: Told, amount: str, reason: str, kind: ClockKind, calendar: Calendar) -> Told:
    """The story goes on with an extension by `amount` of its own clock, counted from where it stood."""
    after = limits.due(before.at, Limit.parse(amount), kind, calendar)
    move = {"extended": amount, "from": stamp(before.at), "reason": reason, "due": stamp(after.at)}
    return Told(after.at, before.provisional or after.provisional, moved(before.steps, move))


def allowed(steps: str, kind: ClockKind, calendar: Calendar) -> timedelta:
    """The whole time granted on the deadline's own clock: the limit in force and every extension, without pauses."""
    first, moves = parts(steps)
    known, line = Due.from_json(first), timeline(kind, calendar)
    granted = line.between(known.received, known.at)
    for move in moves:
        if "extended" in move:
            granted += line.between(moment(move["from"]), moment(move["due"]))
        elif "urgent" in move:
            granted = line.between(moment(move["from"]), moment(move["due"]))
    return granted


def extensions(steps: str) -> int:
    """How many times this due moment was extended."""
    return sum("extended" in move for move in parts(steps)[1])


def length(amount: str) -> str:
    """A limit as people say it: `2 小时`, `2 个工作日`."""
    limit = Limit.parse(amount)
    return f"{limit.amount} 个工作日" if limit.unit == "d" else duration_text(limit.span)


def parts(steps: str) -> tuple[str, list[Move]]:
    """The arithmetic at receipt, and the moves; rows of the first releases nest them, the oldest inside (`before`)."""
    moves: list[Move] = []
    stored = loads(steps)
    while isinstance(stored, dict) and "before" in stored:
        steps = stored.pop("before")
        moves.insert(0, stored)
        stored = loads(steps)
    if isinstance(stored, dict):
        return stored["computed"], stored["moves"] + moves
    return steps, moves


def _minute(stored: str) -> str:
    return f"{local(moment(stored)):%Y-%m-%d %H:%M}"
