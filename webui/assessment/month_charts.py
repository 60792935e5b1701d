"""The months in pictures, and the same figures as a table; static/assessment.js draws them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from handlers.penalties.trend import Counted
from handlers.reporting import share_text
from webui.assessment.month_view import MonthView

AXIS = (900, 950, 980)  # where the axis of shares may begin, of 1000


def share_said(one: Counted) -> str:
    """A share with what it is of: 98.8%（243 / 246）."""
    return f"{share_text(one.share)}（{one.in_time} / {one.steps}）" if one.share is not None else _("没有环节")


def shares(view: MonthView) -> dict[str, Any]:
    """Steps in time by department, this month and the last: what static/assessment.js draws."""
    now_, before = view.months[-1], view.months[-2]
    rows = [
        {"name": view.name(one), "now": now_.of(one).share, "before": before.of(one).share,
         "said": f"{now_.of(one).in_time} / {now_.of(one).steps}"}
        for one in view.departments
        if now_.of(one).share is not None
    ]  # fmt: skip
    lowest = min((share for row in rows for share in (row["now"], row["before"]) if share is not None), default=1000)
    begin = max((one for one in AXIS if one <= lowest), default=lowest // 100 * 100)
    scale = _("自 %(n)s%% 起", n=f"{begin / 10:g}")
    return {
        "rows": rows,
        "begin": begin / 10,
        "scale": scale,
        "now": f"{now_.month.month} 月",
        "before": f"{before.month.month} 月",
    }


def multiples(view: MonthView) -> dict[str, Any]:
    """How often each department was late, month by month; a full number costs it extra."""
    every = view.assessed.basis.rules(view.assessed.month.last_day).penalty.overtime.every
    counts = [[one.of(department).late for one in view.months] for department in view.departments]
    timed = [(department, row) for department, row in zip(view.departments, counts, strict=True) if any(row)]
    return {
        "months": [str(one.month.month) for one in view.months],
        "every": every,
        "most": max([every, *(n for _one, row in timed for n in row)]),
        "rows": [{"name": view.name(department), "counts": row, "total": sum(row)} for department, row in timed],
    }


def figures(view: MonthView) -> dict[str, Any]:
    """The figures of both charts as a table, for readers of screens and of paper."""
    return {
        "months": [one.month.title for one in view.months],
        "rows": [
            {"name": view.name(one), "cells": [_share_and_late(month.of(one)) for month in view.months]}
            for one in view.departments
        ],
    }


def _share_and_late(one: Counted) -> str:
    return _("%(share)s，超时 %(n)s 次", share=share_said(one), n=one.late)
