"""字段沿革: the values a field has had, as lanes of time, and the list of what each posting changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.clock import local
from engine.wording import moment_text
from handlers.customers.versions import Version

MOST_LANES = 8
NARROW = 0.5  # percent: the least a value takes, so that it can be seen


def lanes(versions: Sequence[Version], now: datetime) -> dict[str, Any] | None:
    """A lane per field that was ever changed, newest change first; None when nothing was.

    `x` and `w` are percentages of the time from the first posting until now.
    """
    oldest_first = list(reversed(versions))
    changed: dict[str, list[tuple[datetime, Any]]] = {}
    for version in oldest_first[1:]:
        for change in version.changes:
            changed.setdefault(change.path, []).append((version.posted_at, change))
    if not changed:
        return None
    begin = oldest_first[0].posted_at
    span = max((now - begin).total_seconds(), 1.0)

    def place(at: datetime) -> float:
        return round((at - begin).total_seconds() * 100 / span, 2)

    newest = sorted(changed.values(), key=lambda steps: steps[-1][0], reverse=True)[:MOST_LANES]
    return {"lanes": [_lane(steps, place) for steps in newest], "axis": _axis(begin, now, place)}


def _lane(steps: list[tuple[datetime, Any]], place: Callable[[datetime], float]) -> dict[str, Any]:
    begins = [0.0, *(place(at) for at, _change in steps)]
    values = [steps[0][1].old, *(change.new for _at, change in steps)]
    ends = [*begins[1:], 100.0]
    parts = [
        {"x": x, "w": max(round(end - x, 2), NARROW), "text": value or _("（空）"), "now": end == 100.0}
        for x, end, value in zip(begins, ends, values, strict=True)
    ]
    return {"label": steps[-1][1].label, "parts": parts}


def _axis(begin: datetime, now: datetime, place: Callable[[datetime], float]) -> list[dict[str, Any]]:
    """The two ends, and the beginnings of the years between them."""
    first, last = local(begin), local(now)
    marks = [{"x": 0.0, "text": f"{first:%Y-%m-%d}", "end": False}]
    for year in range(first.year + 1, last.year + 1):
        at = place(local(begin).replace(year=year, month=1, day=1, hour=0, minute=0))
        if 14 < at < 86:
            marks.append({"x": at, "text": str(year), "end": False})
    return [*marks, {"x": 100.0, "text": f"{last:%Y-%m-%d}", "end": True}]


def changes(versions: Sequence[Version], now: datetime, name_of: Callable[[int], str]) -> list[dict[str, Any]]:
    """What each posting changed, newest first, one line per field."""
    found = []
    for one in versions:
        head = {
            "at": moment_text(one.posted_at, now),
            "number": one.case_number,
            "url": url_for("cases.show", case_id=one.instance_id),
            "who": name_of(one.posted_by),
            "version": f"v{one.number}",
        }
        found += [head | {"field": c.label, "old": c.old, "new": c.new} for c in one.changes]
    return found


def postings(versions: Sequence[Version], now: datetime, name_of: Callable[[int], str]) -> dict[str, Any]:
    """The postings themselves, each a whole snapshot with its hash."""
    columns = [_("版本"), _("写入时间"), _("申请单"), _("维护人"), _("改动"), _("内容校验码")]
    rows = [
        [
            f"v{one.number}",
            moment_text(one.posted_at, now),
            one.case_number,
            name_of(one.posted_by),
            _("建档") if one.number == 1 else _("%(n)s 项", n=len(one.changes)),
            one.hash[:12],
        ]
        for one in versions
    ]
    return {"title": _("写入记录"), "note": _("每次写入留一份完整快照"), "columns": columns, "rows": rows}
