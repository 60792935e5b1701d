"""设置 · 工作日历: a year at a glance, and saying what a day is."""

from __future__ import annotations

import calendar as months_of
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.calendar import Calendar
from engine.calendar_seed import days_of
from engine.clock import local
from engine.company.days import DAY_KINDS
from engine.errors import CountersignError, NotFound
from engine.hours import hours_text, typed_hours
from engine.working_year import Day
from webui.here import now, services, snapshot
from webui.people.pages import FormPage, control, deed, people, typed
from webui.people.proposals import listed, propose

NAMES = ("kind", "name", "hours", "reason")
YEARS = range(2004, 2101)


@people.get("/calendar")
def calendar() -> str:
    """Twelve months with kinds, names and the company's own changes."""
    return year_page(request.args.get("year", local(now()).year, type=int))


def year_page(year: int, **more: Any) -> str:
    """The page of a year; `more` says what came of publishing its arrangement."""
    if year not in YEARS:
        raise NotFound(what=_("%(year)s 年的工作日历", year=year))
    found, today = company_calendar(), local(now()).date()
    months = [{"name": _("%(n)s 月", n=n), "weeks": _weeks(found, year, n, today)} for n in range(1, 13)]
    days = [day for month in months for week in month["weeks"] for day in week if day]
    return render_template(
        "admin/calendar.html",
        year=year,
        months=months,
        hours="，".join(hours_text(found.hours)),
        changed=[day for day in days if day["changed"]],
        provisional=provisional(year),
        waiting=listed(),
        previous=url_for("people.calendar", year=year - 1) if year - 1 in YEARS else "",
        next=url_for("people.calendar", year=year + 1) if year + 1 in YEARS else "",
        **more,
    )


@people.get("/calendar/<day>")
def calendar_day(day: str) -> ResponseReturnValue:
    found = _day(day)
    usual = found.hours in (company_calendar().hours, ())
    hours = "" if usual else "，".join(hours_text(found.hours))
    values = {"kind": found.kind, "name": found.name, "hours": hours, "reason": ""}
    return _page(found, values).show()


@people.post("/calendar/<day>")
def set_day(day: str) -> ResponseReturnValue:
    values = typed(*NAMES)
    try:
        entry = {
            "day": day,
            "kind": values["kind"],
            "name": values["name"],
            "hours": list(typed_hours(values["hours"])),
        }
        return propose({"days": [entry]}, values["reason"])
    except CountersignError as error:
        return _page(_day(day), values).show(error)


@people.post("/calendar/<day>/clear")
def clear_day(day: str) -> ResponseReturnValue:
    values = typed(*NAMES)
    try:
        return propose({"clear": [day]}, values["reason"])
    except CountersignError as error:
        return _page(_day(day), values).show(error)


def provisional(year: int) -> bool:
    """Whether the arrangement of a year is an estimate still."""
    found = company_calendar()
    return any(found.day(day).provisional for day in days_of(year))


def company_calendar() -> Calendar:
    with services().transactions.read() as tx:
        return snapshot(tx).calendar(None)


def _weeks(found: Calendar, year: int, month: int, today: date) -> list[list[dict[str, Any] | None]]:
    """Weeks from Monday on; None for the days of the neighbouring months."""
    weeks = months_of.Calendar().monthdatescalendar(year, month)
    return [[_cell(found.day(d), today) if d.month == month else None for d in week] for week in weeks]


def _cell(day: Day, today: date) -> dict[str, Any]:
    hours = "，".join(hours_text(day.hours)) or _("不上班")
    title = f"{day.date} {day.name or _(DAY_KINDS[day.kind])} {hours}"
    return {
        "number": day.date.day,
        "date": day.date.isoformat(),
        "kind": day.kind,
        "name": day.name,
        "hours": hours,
        "title": title + (_("（预估）") if day.provisional else ""),
        "changed": day.source == "company",
        "provisional": day.provisional,
        "today": day.date == today,
        "url": url_for("people.calendar_day", day=day.date.isoformat()) if day.date >= today else "",
    }


def _day(text: str) -> Day:
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        raise NotFound(what=_("日期 %(text)s", text=text)) from None
    if wanted.year not in YEARS:
        raise NotFound(what=_("%(year)s 年的工作日历", year=wanted.year))
    return company_calendar().day(wanted)


def _page(found: Day, values: Mapping[str, str]) -> FormPage:
    kinds = {key: _(label) for key, label in DAY_KINDS.items()}
    day = found.date.isoformat()
    hours = _("与平日不同时填写，如 08:30-12:00；两段用逗号隔开")
    deeds = [deed(_("恢复公共日历"), "people.clear_day", _("撤去公司的调整，须填写调整原因。"), day=day)]
    return FormPage(
        active="calendar",
        title=_("调整 %(day)s", day=day),
        fields=[
            control("kind", _("类别"), values["kind"], "choice", options=kinds),
            control("name", _("名称"), values["name"], help=_("如：厂庆放假、周末赶工"), max=80),
            control("hours", _("工作时间"), values["hours"], required=False, help=hours),
            control("reason", _("调整原因"), values["reason"], help=_("写明批准文号，记入变更记录"), max=200),
        ],
        action=url_for("people.set_day", day=day),
        back=url_for("people.calendar", year=found.date.year),
        intro=_("只能调整今天和以后的日子；由另一位系统管理员批准后生效，已发生的逾期不因改日历而消失。"),
        submit=_("提请批准"),
        deeds=deeds if found.source == "company" else (),
    )
