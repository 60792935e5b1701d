"""时限说明: how a due moment was computed, as a sentence, a ruler and a table that adds up."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from engine import due_story
from engine.calendar import DAY, Calendar
from engine.casefile import Deadline
from engine.clock import local
from engine.limits import Due
from engine.limits import Step as Slice
from engine.wording import WEEKDAYS, amount_text, duration_text, time_text
from webui.case_view import CaseView
from webui.pills import limit_text

WIDEST = timedelta(hours=30)  # a ruler over more natural time shows mostly nights
EFFECTS = (
    ("转办", "时限不变；到期时在谁手上由谁承担。"),
    ("退回", "本步计时结束；对方补正不计时，重新送达时另起计时，记为新一轮。"),
    ("挂起", "时限暂停，恢复后把剩余的接着计；须写明类别和理由。"),
    ("撤回、作废", "计时停止；已经超时的仍然留在记录上。"),
    ("电话催办", "不改变时限，留作通知证据。"),
)


def limits_page(view: CaseView, deadline: Deadline | None) -> dict[str, Any]:
    """The context of the tab; without a deadline it says that none runs."""
    effects = [{"verb": verb, "text": text} for verb, text in EFFECTS]
    if deadline is None:
        sentence = "这一步不计时：制度没有为它规定时限。"
        return {"sentence": sentence, "slices": [], "due_line": "没有到期时刻", "total_line": "", "effects": effects}
    due = deadline.computed()
    slices = _slices(due)
    return {
        "sentence": "".join(due_story.explanation(deadline.steps)),
        "ruler": _ruler(view, deadline, due),
        "slices": slices,
        "due_line": f"到期 {_day(due.at)} {time_text(local(due.at))}（到期时刻办完算按时）",
        "total_line": f"合计 {slices[-1]['total']}" if slices else "",
        "effects": effects,
        "basis": _basis(view, deadline, due),
        "provisional": "途经年份的放假安排尚未公布，按预估日历计算；公布后会重新计算并留痕。"
        if due.provisional
        else None,
    }


def _slices(due: Due) -> list[dict[str, Any]]:
    days = due.limit.unit == "d" and due.kind != "wall"
    rows, total = [], timedelta()
    for step in due.steps:
        counted = step.start is not None
        length = _length(step)
        total += length
        rows.append(
            {
                "span": _span(step),
                "counted": counted,
                "reason": None if counted else step.label or "不计",
                "length": f"{length // DAY} 日" if days else amount_text(length),
                "total": f"{total // DAY} 日" if days else amount_text(total),
            }
        )
    return rows


def _length(step: Slice) -> timedelta:
    """What a slice counts, by the whole seconds in which its ends are shown, so that the table adds up."""
    if step.start is None or step.end is None or step.counted != step.end - step.start:
        return step.counted
    return step.end.replace(microsecond=0) - step.start.replace(microsecond=0)


def _span(step: Slice) -> str:
    if step.start is None or step.end is None:
        return f"{step.date:%m-%d} {WEEKDAYS[step.date.weekday()]}"
    return f"{_day(step.start)} {time_text(local(step.start))}–{time_text(local(step.end))}"


def _day(at: datetime) -> str:
    return f"{local(at):%m-%d} {WEEKDAYS[local(at).weekday()]}"


def _basis(view: CaseView, deadline: Deadline, due: Due) -> str:
    name = view.file.definition.model.extensions.get("policy", "SD-010")
    version = next((v for v in view.known.policies.get(name, ()) if v.id == deadline.policy_id), None)
    parts = [f"限 {limit_text(deadline.amount)}"]
    if version is not None:
        rule = version.policy.limit(deadline.clock, view.file.case.urgent)
        clauses = f"第 {'、'.join(rule.clauses)} 条" if rule and rule.clauses else ""
        parts.append(f"依据 {name}（{version.policy.version} 版，{version.effective_from} 起施行）{clauses}")
    parts.append(f"工作日历版本 {due.calendar}")
    parts.append(f"流程 {view.file.definition.name} 第 {view.file.definition.version} 版")
    return "；".join(parts)


# --- the ruler ------------------------------------------------------------------------------------------------


def _ruler(view: CaseView, deadline: Deadline, due: Due) -> dict[str, Any] | None:
    """Natural time from receipt to due (or to now, when that is later) with working time drawn in."""
    until = deadline.closed_at or view.now
    start, end = due.received, max(due.at, until)
    if deadline.status == "paused" or deadline.due != due.at or end - start > WIDEST or end <= start:
        return None
    calendar = view.known.calendar(deadline.calendar)
    axis = Axis(start, end)
    pieces = _pieces(calendar.duty if due.kind == "duty" else calendar, due, start, end)
    segments = [axis.segment(*part) for part in _cut(pieces, min(until, end), due.at)]
    marks = [{"at": axis.at(due.at), "text": f"{local(due.at):%H:%M} 到期", "due": True}]
    if start < until < end and abs(axis.at(until) - axis.at(due.at)) > 12:
        word = "办结" if deadline.closed_at else "现在"
        marks.append({"at": axis.at(until), "text": f"{word} {local(until):%H:%M}"})
    ticks = [{"at": axis.at(at), "text": f"{local(at):%H:%M}"} for at in _ticks(pieces, axis)]
    return {
        "label": f"{local(start):%H:%M} 送达，{local(due.at):%H:%M} 到期",
        "segments": segments,
        "marks": marks,
        "ticks": ticks,
    }


class Axis:
    """Moments as per cent of the ruler's width."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.whole = start, end - start

    def at(self, moment: datetime) -> float:
        return round(100 * ((moment - self.start) / self.whole), 2)

    def segment(self, kind: str, start: datetime, end: datetime) -> dict[str, Any]:
        width = round(self.at(end) - self.at(start), 2)
        text = duration_text(end - start) if width > 9 and kind != "closed" else ""
        return {"kind": kind, "left": self.at(start), "width": width, "text": text}


def _pieces(calendar: Calendar, due: Due, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    if due.kind == "wall":
        return [(start, end)]
    return [piece for _day_of, pieces in calendar.slices(start, end) for piece in pieces]


def _cut(
    pieces: list[tuple[datetime, datetime]], until: datetime, due: datetime
) -> list[tuple[str, datetime, datetime]]:
    """Working pieces cut at now and at the due moment: used, left, overrun; what lies between them is closed."""
    parts: list[tuple[str, datetime, datetime]] = []
    for start, end in pieces:
        if parts and parts[-1][2] < start:
            parts.append(("closed", parts[-1][2], start))
        edges = sorted({start, end, *(edge for edge in (until, due) if start < edge < end)})
        for left, right in pairwise(edges):
            kind = "overrun" if left >= due else "used" if right <= until else "left"
            parts.append((kind, left, right))
    return parts


def _ticks(pieces: list[tuple[datetime, datetime]], axis: Axis) -> list[datetime]:
    """Where working time begins and ends, so far apart that the texts do not touch."""
    found: list[datetime] = []
    for edge in (edge for piece in pieces for edge in piece):
        if not found or axis.at(edge) - axis.at(found[-1]) > 7:
            found.append(edge)
    return found
