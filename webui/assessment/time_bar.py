"""The time bar of a late finding: working minutes to scale, what does not count as gaps of fixed width.

Every figure is per cent of the width, so that the page draws it without styles of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _

from engine.clock import local
from engine.people import POST_KINDS
from engine.wording import WEEKDAYS, overrun_text
from handlers.penalties import explain, stretches
from handlers.penalties.basis import Basis
from handlers.penalties.facts import Clocked
from handlers.penalties.findings import Finding
from handlers.penalties.liability import Slice

WIDE, NARROW = 10.2, 4.5  # per cent of a gap: a night or more, a break at noon
MOST = 56.0  # per cent that all gaps together may take
NIGHT = timedelta(hours=3)
READABLE, ROOMY = 4.2, 10.0  # per cent from which a segment carries its length: on a desk, on a phone
APART = 7.0  # per cent between two ticks
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Span:
    """A stretch of the axis, counted or not, with its place on it."""

    since: datetime
    until: datetime
    counted: bool
    left: float
    width: float


class Axis:
    """Moments as per cent: counted time to scale, gaps of fixed width."""

    def __init__(self, deadline: Clocked, basis: Basis, until: datetime) -> None:
        edges = [deadline.received_at, *(at for one in stretches.counted(deadline, basis, deadline.received_at, until)
                                         for at in one), until]  # fmt: skip
        parts = [(a, b, number % 2 == 1) for number, (a, b) in enumerate(pairwise(edges)) if a < b]
        self.spans = list(_laid_out(parts))

    @property
    def running(self) -> list[Span]:
        return [one for one in self.spans if one.counted]

    @property
    def gaps(self) -> list[Span]:
        return [one for one in self.spans if not one.counted]

    def at(self, moment: datetime) -> float:
        for one in self.spans:
            if moment <= one.until:
                passed = max(moment - one.since, timedelta(0)) / (one.until - one.since)
                return round(one.left + one.width * passed, 2)
        return 100.0

    def cut(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The counted parts of a stretch."""
        for one in self.running:
            a, b = max(since, one.since), min(until, one.until)
            if a < b:
                yield a, b


def _laid_out(parts: Sequence[tuple[datetime, datetime, bool]]) -> Iterator[Span]:
    fixed = [0.0 if counted else WIDE if b - a > NIGHT else NARROW for a, b, counted in parts]
    room = min(sum(fixed), MOST if any(one[2] for one in parts) else 100.0)
    shrink = room / sum(fixed) if sum(fixed) else 0.0
    whole = sum(((b - a) for a, b, counted in parts if counted), timedelta(0))
    left = 0.0
    for (a, b, counted), gap in zip(parts, fixed, strict=True):
        width = (100 - room) * ((b - a) / whole) if counted else gap * shrink
        yield Span(a, b, counted, left, width)
        left += width


def time_bar(one: Finding, basis: Basis) -> dict[str, Any]:
    """The variables of assessment/_time_bar.html."""
    deadline = one.deadline
    assert deadline is not None
    until, hands = deadline.closed_at or basis.as_of, explain.hands(one, basis)
    axis = Axis(deadline, basis, until)
    whole = [(a, b) for a, b in pairwise(sorted({deadline.received_at, min(deadline.due, until), until}))]
    department = basis.people.department(one.department).name if one.department is not None else _("部门")
    rows = [_row(axis, department, _("计时 %(span)s", span=length(explain.total(hands))), whole, deadline.due, True)]
    rows += [_holder(axis, some, deadline.due, basis) for some in _by_hand(hands)]
    return {
        "label": _label(rows, deadline),
        "due": axis.at(deadline.due),
        "due_text": _("应完成 %(at)s", at=f"{local(deadline.due):%H:%M}"),
        "days": _days(axis),
        "gaps": [_place(gap.left, gap.width) for gap in axis.gaps],
        "rows": rows,
        "ticks": _ticks(axis, deadline, hands, until),
        "natural": _natural(axis, deadline, until),
    }


def length(span: timedelta) -> str:
    """Hours and minutes `3:02`, with seconds only when there are any."""
    text = overrun_text(span)
    return text.removesuffix(":00") if span.seconds % 60 == 0 else text


def _by_hand(hands: Sequence[Slice]) -> list[list[Slice]]:
    """The slices of each person in the order in which they first had it; what took no time is left out."""
    found: dict[tuple[int | None, bool], list[Slice]] = {}
    for one in hands:
        found.setdefault((one.person, one.item is None), []).append(one)
    return [some for some in found.values() if any(one.counted for one in some)]


def _holder(axis: Axis, some: Sequence[Slice], due: datetime, basis: Basis) -> dict[str, Any]:
    first, people = some[0], basis.people
    post = first.item.post if first.item else None
    kind = POST_KINDS[people.post_by_id(post).kind] if post is not None else ""
    kind = {"客户主数据维护员": "维护员"}.get(kind, kind)
    said = f"{kind} {length(sum((one.counted for one in some), timedelta(0)))}".strip()
    return _row(
        axis, explain.hand(first, people), said, [(one.since, one.until) for one in some if not one.paused], due, False
    )


def _row(
    axis: Axis, name: str, said: str, parts: Sequence[tuple[datetime, datetime]], due: datetime, whole: bool
) -> dict[str, Any]:
    segments = [
        _segment(axis, a, b, late=a >= due) for since, until in parts for a, b in axis.cut(since, until) if a < b
    ]
    return {"name": name, "said": said, "segments": segments, "whole": whole}


def _segment(axis: Axis, since: datetime, until: datetime, *, late: bool) -> dict[str, Any]:
    left = axis.at(since)
    width = round(axis.at(until) - left, 2)
    text = length(until.replace(microsecond=0) - since.replace(microsecond=0)) if width >= READABLE else ""
    if len(text) > 5 and width < ROOMY:
        text = text.rpartition(":")[0]
    return _place(left, width) | {"late": late, "text": text, "roomy": width >= ROOMY}


def _place(left: float, width: float) -> dict[str, Any]:
    return {"left": round(left, 2), "width": round(width, 2), "middle": round(left + width / 2, 2)}


def _days(axis: Axis) -> list[dict[str, Any]]:
    found: dict[date, list[Span]] = {}
    for one in axis.running:
        found.setdefault(local(one.since).date(), []).append(one)
    return [
        _place(some[0].left, some[-1].left + some[-1].width - some[0].left)
        | {"text": f"{day:%m-%d} {WEEKDAYS[day.weekday()]}"}
        for day, some in found.items()
    ]


def _ticks(axis: Axis, deadline: Clocked, hands: Sequence[Slice], until: datetime) -> list[dict[str, Any]]:
    """Receipt and end, changes of hand, then where counting stops and goes on, as far as there is room."""
    wanted = [(deadline.received_at, _("收到")), (until, _("办完") if deadline.closed_at else _("至今"))]
    wanted += [(one.since, _("转手")) for before, one in pairwise(hands) if before.person != one.person]
    wanted += [(at, "") for one in axis.gaps for at in (one.since, one.until)]
    found: list[dict[str, Any]] = []
    for at, said in wanted:
        place = axis.at(at)
        if all(abs(place - other["at"]) >= APART for other in found):
            found.append({"at": place, "time": f"{local(at):%H:%M}", "said": said})
    return sorted(found, key=lambda tick: tick["at"])


def _natural(axis: Axis, deadline: Clocked, until: datetime) -> dict[str, Any]:
    """All the time there was, to scale, with what counted in it."""
    whole = until - deadline.received_at
    parts = [
        _place(100 * ((a - deadline.received_at) / whole), 100 * ((b - a) / whole)) | {"late": a >= deadline.due}
        for one in axis.running
        for a, b in pairwise(
            sorted({one.since, one.until, *([deadline.due] if one.since < deadline.due < one.until else [])})
        )
    ]
    return {"said": overrun_text(whole - whole % MINUTE).removesuffix(":00"), "parts": parts}


def _label(rows: Sequence[dict[str, Any]], deadline: Clocked) -> str:
    told = "；".join(f"{row['name']} {row['said']}" for row in rows)
    return _("时间轴：%(rows)s；应完成 %(due)s", rows=told, due=f"{local(deadline.due):%m-%d %H:%M}")
