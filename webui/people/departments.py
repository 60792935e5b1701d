"""设置 · 部门: the list, a new one, changing and closing one; and the configuration check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from engine import company, store
from engine.company.administration import last_day
from engine.errors import CountersignError
from engine.people import DEPARTMENT_KINDS, Department
from webui.db import db
from webui.here import now
from webui.people.pages import FormPage, change, choices, control, deed, people, the_people, typed
from webui.people.proposals import propose

COMPANY = "company"  # the calendar a department has that names none
NAMES = ("code", "name", "kind", "calendar")


@people.get("/")
def index() -> str:
    """The configuration check: what would stop a case, each with a link to where it is mended."""
    targets = {"department": "people.department", "post": "people.posts"}
    problems = [
        {
            "level": problem.level,
            "what": problem.what,
            "remedy": problem.remedy,
            "url": _target(problem.target, targets),
        }
        for problem in the_people().problems(now())
    ]
    return render_template("admin/check.html", problems=problems)


@people.get("/departments")
def departments() -> str:
    snapshot = the_people()
    rows = [_row(department) for department in snapshot.departments()]
    return render_template("admin/departments.html", rows=rows)


@people.get("/departments/new")
def new_department() -> ResponseReturnValue:
    return _new_page(dict.fromkeys(NAMES, "")).show()


@people.post("/departments/new")
def add_department() -> ResponseReturnValue:
    values = typed(*NAMES)
    try:
        change(company.add_department, **_own_calendar(values))
    except CountersignError as error:
        return _new_page(values).show(error)
    flash(_("已新建部门%(name)s，请接着任命归口人员和主管领导。", name=values["name"]))
    return redirect(url_for("people.posts"))


@people.get("/departments/<int:department_id>")
def department(department_id: int) -> ResponseReturnValue:
    found = the_people().department(department_id)
    return _edit_page(found, {"name": found.name, "kind": found.kind, "calendar": found.calendar}).show()


@people.post("/departments/<int:department_id>")
def edit_department(department_id: int) -> ResponseReturnValue:
    values = typed("name", "kind", "calendar")
    before, wanted = the_people().department(department_id), _own_calendar(values)["calendar"] or None
    try:
        changed = change(company.edit_department, department_id, name=values["name"], kind=values["kind"])
        if wanted != before.calendar:
            return _switch_calendar(before, wanted)
    except CountersignError as error:
        return _edit_page(before, values).show(error)
    flash(_("已保存。") if changed else _("没有改动。"))
    return redirect(url_for("people.departments"))


@people.post("/departments/<int:department_id>/close")
def close_department(department_id: int) -> ResponseReturnValue:
    found = the_people().department(department_id)
    try:
        change(company.close_department, department_id)
    except CountersignError as error:
        values = {"name": found.name, "kind": found.kind, "calendar": found.calendar}
        return _edit_page(found, values).show(error)
    flash(_("%(name)s已关闭，历史记录保留。", name=found.name))
    return redirect(url_for("people.departments"))


def _switch_calendar(found: Department, wanted: str | None) -> ResponseReturnValue:
    """Another administrator approves that the department counts on another calendar."""
    calendar = store.calendar.c
    named = select(calendar.name).where(calendar.code == (wanted or COMPANY))
    said = {"id": found.id, "name": found.name, "calendar": wanted, "calendar_name": db.session.execute(named).scalar()}
    return propose({"department": said}, _("在“部门”页面提请；此后收到的按新日历计，已在计时的不变"))


def _row(department: Department) -> dict[str, Any]:
    snapshot = the_people()
    names = {}
    for kind in ("focal", "leader"):
        post = snapshot.post(kind, department.id)
        names[kind] = "、".join(a.person.name for a in snapshot.acting(post.id, now())) if post else ""
    return {
        "name": department.name,
        "code": department.code,
        "kind": DEPARTMENT_KINDS[department.kind],
        "people": len(snapshot.persons(department.id, active=True)),
        "closed": last_day(department.valid_to) if department.valid_to else "",
        "url": url_for("people.department", department_id=department.id),
        **names,
    }


def _new_page(values: Mapping[str, Any]) -> FormPage:
    code = control("code", _("编码"), values["code"], help=_("字母、数字、“-”或“_”，定后不改"), mono=True)
    return FormPage(
        active="departments",
        title=_("新建部门"),
        fields=[code, *_fields(values)],
        action=url_for("people.add_department"),
        back=url_for("people.departments"),
    )


def _edit_page(found: Department, values: Mapping[str, Any]) -> FormPage:
    code = control("code", _("编码"), found.code, "static", readonly=True, mono=True)
    consequence = _("关闭后不能再发起或分发到该部门，任职同时结束；历史记录保留。")
    deeds = [deed(_("关闭部门"), "people.close_department", consequence, department_id=found.id)]
    return FormPage(
        active="departments",
        title=found.name,
        fields=[code, *_fields(values)],
        action=url_for("people.edit_department", department_id=found.id),
        back=url_for("people.departments"),
        deeds=deeds if found.valid_to is None else (),
    )


def _fields(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    calendars = choices(
        (row.code, row.name) for row in db.session.execute(select(store.calendar.c.code, store.calendar.c.name))
    )
    kinds = {key: _(label) for key, label in DEPARTMENT_KINDS.items()}
    own = _("工厂等另有班次的部门可选自己的日历")
    return [
        control("name", _("名称"), values["name"], max=120),
        control("kind", _("类别"), values["kind"], "choice", options=kinds),
        control("calendar", _("工作日历"), values["calendar"] or COMPANY, "choice", options=calendars, help=own),
    ]


def _own_calendar(values: Mapping[str, str]) -> dict[str, str]:
    return {**values, "calendar": "" if values["calendar"] == COMPANY else values["calendar"]}


def _target(target: tuple[str, int] | None, endpoints: Mapping[str, str]) -> str:
    if target is None:
        return url_for("people.posts")
    kind, row_id = target
    return url_for(endpoints[kind], **({"department_id": row_id} if kind == "department" else {"post": row_id}))
