"""设置 · 岗位任职: who fills which post when; appointing holders and deputies, ending an appointment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import company
from engine.company.administration import first_day, last_day, period
from engine.company.appointment_rules import RANKS
from engine.errors import CountersignError
from engine.people import POST_KINDS, SHARED_POSTS, Appointment, Department, People
from engine.people_check import REQUIRED
from webui.here import now, number
from webui.people.pages import FormPage, change, choices, control, people, the_people, typed

NAMES = ("department_id", "kind", "person_id", "rank", "valid_from", "valid_to", "exception")
ALWAYS = ("focal", "leader", "executive")


@people.get("/posts")
def posts() -> str:
    """The post register by department: present and future appointments; past ones on demand."""
    snapshot, past = the_people(), "past" in request.args
    groups = [_group(snapshot, department, past) for department in snapshot.departments(now=now())]
    marked = request.args.get("post", 0, type=int)
    return render_template("admin/posts.html", groups=groups, past=past, marked=marked)


@people.get("/posts/appoint")
def new_appointment() -> ResponseReturnValue:
    given = {name: request.args.get(name, "") for name in NAMES}
    return _appoint_page(given | {"rank": given["rank"] or "0"}).show()


@people.post("/posts/appoint")
def appoint() -> ResponseReturnValue:
    values = typed(*NAMES)
    try:
        begin, end = period(values["valid_from"], values["valid_to"], now())
        change(
            company.appoint,
            department_id=number(values["department_id"]),
            kind=values["kind"],
            person_id=number(values["person_id"]),
            rank=number(values["rank"]),
            valid_from=begin,
            valid_to=end,
            exception=values["exception"],
        )
    except CountersignError as error:
        return _appoint_page(values).show(error)
    flash(_("已任命。生效之日起，该岗位的待办自动归其办理。"))
    return redirect(url_for("people.posts"))


@people.get("/posts/appointments/<int:appointment_id>/end")
def ending(appointment_id: int) -> ResponseReturnValue:
    return _end_page(appointment_id, "").show()


@people.post("/posts/appointments/<int:appointment_id>/end")
def end_appointment(appointment_id: int) -> ResponseReturnValue:
    """End at the end of the day given, or at once."""
    text = typed("valid_to")["valid_to"]
    try:
        _begin, at = period("", text, now())
        change(company.end_appointment, appointment_id, at)
    except CountersignError as error:
        return _end_page(appointment_id, text).show(error)
    flash(_("任职已结束，历史记录保留。") if at is None else _("到期将自动结束。"))
    return redirect(url_for("people.posts"))


def _group(snapshot: People, department: Department, past: bool) -> dict[str, Any]:
    """A department with the posts it must have, may well have, and has."""
    required = REQUIRED.get(department.kind, ())
    existing = {post.kind for post in snapshot.posts(department.id)}
    kinds = [kind for kind in POST_KINDS if kind in (*required, *ALWAYS) or kind in existing]
    rows = [_post(snapshot, department, kind, kind in required, past) for kind in kinds]
    return {"name": department.name, "posts": rows}


def _post(snapshot: People, department: Department, kind: str, required: bool, past: bool) -> dict[str, Any]:
    post = snapshot.post(kind, department.id)
    listed = snapshot.appointments(post.id) if post else ()
    rows = [_appointment(snapshot, a) for a in listed if past or a.valid_to is None or a.valid_to > now()]
    next_rank = 0 if kind in SHARED_POSTS or not (post and snapshot.acting(post.id, now())) else 1
    place = {"department_id": department.id, "kind": kind, "rank": next_rank}
    return {
        "id": post.id if post else 0,
        "name": _(POST_KINDS[kind]),
        "vacant": required and not (post and snapshot.acting(post.id, now())),
        "holders": rows,
        "appoint_url": url_for("people.new_appointment", **place),
        "appoint_label": _("设副岗") if next_rank else _("任命"),
    }


def _appointment(snapshot: People, appointment: Appointment) -> dict[str, Any]:
    post = snapshot.post_by_id(appointment.post_id)
    over = appointment.valid_to is not None and appointment.valid_to <= now()
    state = "past" if over else "now" if appointment.valid(now()) else "later"
    return {
        "person": snapshot.person(appointment.person_id).name,
        "rank": "" if post.kind in SHARED_POSTS else _(RANKS[appointment.rank]),
        "since": first_day(appointment.valid_from),
        "until": _(last_day(appointment.valid_to)),
        "state": state,
        "end_url": "" if over else url_for("people.ending", appointment_id=appointment.id),
    }


def _appoint_page(values: Mapping[str, str]) -> FormPage:
    snapshot = the_people()
    homes = choices((d.id, d.name) for d in snapshot.departments(now=now()))
    persons = choices((p.id, _label(snapshot, p.id)) for p in snapshot.persons(active=True))
    kinds = {key: _(label) for key, label in POST_KINDS.items()}
    ranks = {str(rank): _(label) for rank, label in RANKS.items()}
    since, until = _("留空即从现在起；不能早于今天"), _("当天仍有效；长期任职留空")
    exception = _("仅当归口人员与主管领导为同一人时填写：写明批准的分管领导和原因")
    return FormPage(
        active="posts",
        title=_("任命"),
        fields=[
            control("department_id", _("部门"), values["department_id"], "choice", options=homes),
            control("kind", _("岗位"), values["kind"], "choice", options=kinds),
            control("person_id", _("人员"), values["person_id"], "choice", options=persons),
            control("rank", _("次序"), values["rank"], "choice", options=ranks),
            control("valid_from", _("生效日期"), values["valid_from"], "date", required=False, help=since),
            control("valid_to", _("最后一天"), values["valid_to"], "date", required=False, help=until),
            control("exception", _("例外理由"), values["exception"], required=False, help=exception, width=6, max=200),
        ],
        action=url_for("people.appoint"),
        back=url_for("people.posts"),
        submit=_("任命"),
        intro=_("每个岗位同一时间只有一位正职（SD-010 3.3.1）。副岗在有效期内可以代行，办理的每一步都记明代谁办理。"),
    )


def _label(snapshot: People, person_id: int) -> str:
    found = snapshot.person(person_id)
    home = snapshot.department(found.department_id).name if found.department_id else ""
    return f"{found.name}（{home}，{found.login}）"


def _end_page(appointment_id: int, text: str) -> FormPage:
    snapshot = the_people()
    found = snapshot.appointment(appointment_id)
    who, where = snapshot.person(found.person_id).name, snapshot.post_name(found.post_id)
    at = control("valid_to", _("最后一天"), text, "date", required=False, help=_("留空即现在结束"))
    return FormPage(
        active="posts",
        title=_("结束%(who)s的%(where)s任职", who=who, where=where),
        fields=[at],
        action=url_for("people.end_appointment", appointment_id=appointment_id),
        back=url_for("people.posts"),
        submit=_("结束任职"),
        intro=_("已由其负责的步骤仍记在其名下；未办的待办归接任者，已领取的也由接任者接手。"),
    )
