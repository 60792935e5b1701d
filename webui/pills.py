"""Time left, as pages show it: one pill, one thin bar and one sentence for every deadline."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine import due_story
from engine.calendar import Calendar
from engine.casefile import Deadline
from engine.clock import local
from engine.inbox import SOON
from engine.snapshots import Snapshot
from engine.timeline import timeline
from engine.wording import duration_text, moment_text

Pill = dict[str, Any]

UNTIMED: Pill = {"state": "none", "text": "不计时", "share": None, "title": "制度没有为这一步规定时限"}
OTHER_CLOCKS = {"wall": "（自然时间）", "duty": "（值班时间）"}
SOON_SHARE = 0.75  # a quarter left


def pill(deadline: Deadline | None, now: datetime, snapshot: Snapshot) -> Pill:
    """How a deadline stands: over, soon, fine, paused or none, with the used share in per cent."""
    if deadline is None or deadline.status == "void":
        return UNTIMED
    title = due_story.explanation(deadline.steps)[-1]
    if deadline.status == "paused":
        left = duration_text(timedelta(seconds=deadline.paused_left or 0))
        return {"state": "paused", "text": f"已暂停，余 {left}", "share": None, "title": title}
    calendar = snapshot.calendar(deadline.calendar)
    line = timeline(deadline.kind, calendar)
    rest = line.between(now, deadline.due)
    whole = due_story.allowed(deadline.steps, deadline.kind, calendar)
    share = 1 - rest / whole if whole else 1.0
    clock = {"clock": OTHER_CLOCKS[deadline.kind]} if deadline.kind in OTHER_CLOCKS else {}
    if now > deadline.due:
        over = f"已超 {duration_text(rest)}" if rest else "已超时"
        return {"state": "over", "text": over, "share": 100, "title": title} | clock
    state = "soon" if rest <= SOON or share >= SOON_SHARE else "fine"
    text = f"剩 {_left_text(deadline, now, rest, calendar)}"
    return {"state": state, "text": text, "share": round(100 * max(share, 0)), "title": title} | clock


def due_text(deadline: Deadline | None, now: datetime) -> str:
    """The due moment: `今天 16:05`; `恢复后计` when it stands still, empty when there is none."""
    if deadline is None or deadline.status == "void":
        return ""
    return "恢复后计" if deadline.status == "paused" else moment_text(deadline.due, now)


def used_text(deadline: Deadline, now: datetime, snapshot: Snapshot) -> str:
    """`今天 16:05 到期，限 4 小时，已用 2 小时 5 分`."""
    line = timeline(deadline.kind, snapshot.calendar(deadline.calendar))
    used = line.between(deadline.received_at, min(now, deadline.due))
    return f"{due_text(deadline, now)} 到期，限 {limit_text(deadline.amount)}，已用 {duration_text(used)}"


def limit_text(amount: str) -> str:
    """A limit as people say it: `4 小时`, `30 分`, `2 个工作日`."""
    return due_story.length(amount)


def overrun(deadline: Deadline, snapshot: Snapshot, at: datetime) -> str:
    """How late it was closed (or is, at `at`): `超时 25 分`."""
    line = timeline(deadline.kind, snapshot.calendar(deadline.calendar))
    late = line.between(deadline.due, deadline.closed_at or at)
    return f"超时 {duration_text(late)}" if late > timedelta(0) else "超时"


def _left_text(deadline: Deadline, now: datetime, left: timedelta, calendar: Calendar) -> str:
    """Hours and minutes; a limit in days is told in days until its last one."""
    if deadline.amount.endswith("d") and deadline.kind != "wall":
        line = calendar.duty if deadline.kind == "duty" else calendar
        today = local(now).date()
        days = sum(bool(pieces) for day, pieces in line.slices(now, deadline.due) if day.date > today)
        if days:
            return f"{days} 个工作日"
    return duration_text(left)
