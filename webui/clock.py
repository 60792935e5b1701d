"""演示时钟: in the demonstration administrators move the clock forward; everything due on the way happens."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select, update

from engine import timers
from engine.calendar import DAY, Calendar
from engine.clock import LOCAL, local
from engine.company.administration import record
from engine.errors import NotAllowed, NotPossible
from engine.store import config, stamp
from engine.wording import moment_text
from webui.clock_text import clock_text
from webui.here import holds, me, now, services, snapshot, toast

clock = Blueprint("clock", __name__, url_prefix="/clock")

STEPS = {"1h": timedelta(hours=1), "4h": timedelta(hours=4)}
MORNING = "morning"
FURTHEST = timedelta(days=60)  # at one go: a slip of the finger must not end the demonstration
LOOKED_AHEAD = 40  # days; no holiday is that long
SECOND = timedelta(seconds=1)


@clock.before_request
def demonstration_only() -> None:
    if not services().settings.demo:
        abort(404)
    with services().transactions.read() as tx:
        if not holds(snapshot(tx).people, "admin"):
            raise NotAllowed(what=_("前拨演示时钟"), why=_("只有系统管理员可以，请用管理员身份登录"))


@clock.get("")
def show() -> str:
    return _page()


@clock.post("")
def move() -> ResponseReturnValue:
    """Move forward by a step, to the next working morning, or to a moment that was typed."""
    try:
        target = _target(request.form.get("to", ""), request.form.get("moment", ""))
    except ValueError as error:
        return _page(str(error)), 422
    started = now()
    _advance(target)
    services().tick()
    with services().transactions.write() as tx:
        subject = _("演示时钟拨到 %(to)s", to=f"{local(target):%Y-%m-%d %H:%M}")
        record(tx, now(), me(), "clock.moved", subject, {"from": stamp(started), "to": stamp(target)})
    toast(_("时钟已拨到 %(to)s，其间到期的提醒和上报都已执行。", to=moment_text(target, started)))
    return redirect(url_for("clock.show"), 303)


def _target(step: str, typed: str) -> datetime:
    """The moment wanted; ValueError with the remedy when it is none, not ahead, or too far."""
    here = now()
    if step in STEPS:
        return here + STEPS[step]
    if step == MORNING:
        return next_morning(_calendar(), here)
    try:
        target = datetime.fromisoformat(typed).replace(tzinfo=LOCAL)
    except ValueError:
        raise ValueError(_("“%(typed)s”不是时刻，请选择日期和时间，如 2026-12-01 09:00", typed=typed)) from None
    if target <= here:
        shown = f"{local(here):%Y-%m-%d %H:%M}"
        raise ValueError(_("时钟只能前拨：请选择晚于 %(now)s 的时刻", now=shown))
    if target - here > FURTHEST:
        raise ValueError(_("一次最多前拨 %(n)s 天；要再往后请分几次拨", n=FURTHEST.days))
    return target


def _advance(target: datetime) -> None:
    """Stop at everything due on the way, so that each fires at its own moment as in a running system."""
    since = now() - SECOND
    while (due := _next_due(since)) is not None and due < target:
        since = due + SECOND
        _shift(since)
        services().engine.sweep()
    _shift(target)


def _next_due(since: datetime) -> datetime | None:
    with services().transactions.read() as tx:
        return timers.next_due(tx, since)


def _shift(to: datetime) -> None:
    """Let the stored offset grow until the clock shows at least this moment; it never shrinks."""
    offset = config.c.clock_offset
    with services().transactions.write() as tx:
        ahead = (to - now()) / SECOND
        if ahead > 0:
            tx.core(update(config).values({offset: offset + int(-(-ahead // 1))}))


def next_morning(calendar: Calendar, here: datetime) -> datetime:
    """When work next begins for the day."""
    for distance in range(LOOKED_AHEAD):
        pieces = calendar.pieces(local(here).date() + distance * DAY)
        if pieces and pieces[0][0] > here:
            return pieces[0][0]
    raise NotPossible(what=_("前拨到下一个上班时刻"), why=_("日历中今后 %(n)s 天没有工作日", n=LOOKED_AHEAD))


def _calendar() -> Calendar:
    with services().transactions.read() as tx:
        return snapshot(tx).calendar(None)


def _page(error: str = "") -> str:
    here, calendar = now(), _calendar()
    with services().transactions.read() as tx:
        offset = timedelta(seconds=tx.core(select(config.c.clock_offset)).scalar_one())
    morning = next_morning(calendar, here)
    steps = [
        {"to": "1h", "label": _("前拨 1 小时"), "note": moment_text(here + STEPS["1h"], here)},
        {"to": "4h", "label": _("前拨 4 小时"), "note": moment_text(here + STEPS["4h"], here)},
        {
            "to": MORNING,
            "label": _("到下一个上班时刻"),
            "note": moment_text(morning, here),
        },
    ]
    return render_template(
        "clock/show.html",
        clock=clock_text(calendar, here),
        ahead=_("比电脑的时钟快 %(days)s 天 %(hours)s 小时", days=offset.days, hours=offset.seconds // 3600),
        steps=steps,
        error=error,
        earliest=f"{local(here) + SECOND * 60:%Y-%m-%dT%H:%M}",
        typed=request.form.get("moment", ""),
    )
