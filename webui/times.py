"""维护员时效登记: the maintainer's handlings of a month, confirmed or disputed by the departments they concern."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.snapshots import Snapshot
from engine.wording import amount_text
from handlers.customers.tables import RESULTS
from handlers.penalties import basis
from handlers.penalties import times as register
from handlers.penalties.period import Month
from handlers.penalties.times import DISPUTED, STATUS, Time
from webui.assessment.words import short
from webui.here import holds, me, now, number, services, snapshot, toast

times = Blueprint("times", __name__, url_prefix="/assessment/times")
MONTHS = 12
_SECOND = timedelta(seconds=1)
TONES = {"": "", register.CONFIRMED: "ok", DISPUTED: "warn", "upheld": "late", "rejected": ""}


@times.get("")
def show() -> str:
    with services().transactions.read() as tx:
        known, month = snapshot(tx), _month()
        own = register.speaks_for(known.people, me(), now())
        whole = holds(known.people, "assessor", "admin")
        found = register.times(tx, month, basis.live(tx, known, now()), None if whole else own)
        rows = [row for one in found for row in _rows(one, known, own, whole)]
        months = [(str(one), one.title) for one in (Month.of(now()).plus(-back) for back in range(MONTHS))]
        names = [(one, known.people.department(one).name) for one in own]
        return render_template(
            "assessment/times.html", rows=rows, month=str(month), title=month.title, months=months, own=names,
            waiting=sum(row["mine"] for row in rows), most=register.MOST if len(found) == register.MOST else 0,
        )  # fmt: skip


@times.post("/confirm")
def confirm() -> ResponseReturnValue:
    """Confirm what is ticked: `line` is `department:job`."""
    count = 0
    for department, jobs in _ticked().items():
        count += register.confirm(services().engine, me(), department, jobs)
    toast(_("已确认 %(count)s 条", count=count) if count else _("没有勾选任何一条"))
    return redirect(url_for("times.show", month=request.form.get("month")))


@times.post("/dispute")
def dispute() -> ResponseReturnValue:
    department, job = _line(request.form["line"])
    register.dispute(services().engine, me(), department, job, request.form.get("reason", ""))
    toast(_("异议已登记，由考核人员复核"))
    return redirect(url_for("times.show", month=request.form.get("month")))


@times.post("/review")
def review() -> ResponseReturnValue:
    department, job = _line(request.form["line"])
    upheld = request.form.get("outcome") == "upheld"
    register.review(services().engine, me(), department, job, upheld, request.form.get("reason", ""))
    toast(_("复核结果已登记"))
    return redirect(url_for("times.show", month=request.form.get("month")))


def _month() -> Month:
    asked = request.args.get("month", "")
    return Month.parse(asked) if asked else Month.of(now())


def _ticked() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for line in request.form.getlist("line"):
        department, job = _line(line)
        found.setdefault(department, []).append(job)
    return found


def _line(text: str) -> tuple[int, str]:
    department, _colon, job = text.partition(":")
    return number(department), job


def _rows(one: Time, known: Snapshot, own: list[int], whole: bool) -> list[dict[str, Any]]:
    """A line per department that may speak, or has spoken, on it."""
    departments = sorted({*one.said} | ({one.department} if whole else set(own)))
    return [_row(one, department, known, department in own, whole) for department in departments]


def _row(one: Time, department: int, known: Snapshot, mine: bool, whole: bool) -> dict[str, Any]:
    people = known.people
    status, who, at, reason = one.said.get(department, ("", None, None, ""))
    said = f"{people.person(who).name} {short(at)}" if who is not None and at is not None else ""
    return {
        "line": f"{department}:{one.job}", "case_url": url_for("cases.show", case_id=one.case_id), "number": one.number,
        "title": one.title, "urgent": one.urgent, "step": f"{one.clock} {RESULTS[one.result]}",
        "maintainer": people.person(one.person).name, "received": short(one.received_at), "done": short(one.done_at),
        "used": amount_text(one.used - one.used % _SECOND), "department": people.department(department).name,
        "status": {"text": _(STATUS[status]), "tone": TONES[status]}, "said": said, "reason": reason,
        "mine": mine and not status, "reviewable": whole and status == DISPUTED,
    }  # fmt: skip
