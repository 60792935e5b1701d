"""设置 · 人员: the list, a new one, particulars, one-time passwords, deactivation (never deletion, E-110)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from engine import company, store
from engine.errors import CountersignError
from engine.people import People, Person
from webui import passwords
from webui.db import db
from webui.here import now, number
from webui.people.pages import FormPage, change, choices, control, deed, people, the_people, typed

NAMES = ("login", "name", "department_id", "phone", "email")
PAGE = 50


@people.get("/persons")
def persons() -> str:
    """Everybody, also those who have left; found by name, login or telephone number."""
    page, text = request.args.get("page", 1, type=int), request.args.get("q", "").strip()
    table = store.person.c
    wanted = select(table.id, table.password_hash.is_not(None).label("can_enter"))
    if text:
        searched = (table.name, table.login, table.phone)
        wanted = wanted.where(or_(*(column.contains(text, autoescape=True) for column in searched)))
    total = db.session.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    order = wanted.order_by(table.active.desc(), table.login).limit(PAGE).offset(PAGE * (max(page, 1) - 1))
    snapshot = the_people()
    rows = [_row(snapshot, snapshot.person(row.id), row.can_enter) for row in db.session.execute(order)]
    return render_template("admin/persons.html", rows=rows, query=text, pager=pager(page, total, q=text))


@people.get("/persons/new")
def new_person() -> ResponseReturnValue:
    return _new_page(dict.fromkeys(NAMES, "")).show()


@people.post("/persons/new")
def add_person() -> ResponseReturnValue:
    values = typed(*NAMES)
    secret = passwords.one_time()
    digest = passwords.hashed(secret)
    try:
        person_id = change(company.add_person, **_with_numbers(values), password_hash=digest)
    except CountersignError as error:
        return _new_page(values).show(error)
    return _hand_over(person_id, secret)


@people.get("/persons/<int:person_id>")
def person(person_id: int) -> ResponseReturnValue:
    found = the_people().person(person_id)
    return _edit_page(found, _stored(found)).show()


@people.post("/persons/<int:person_id>")
def edit_person(person_id: int) -> ResponseReturnValue:
    values = typed(*NAMES[1:])
    try:
        changed = change(company.edit_person, person_id, **_with_numbers(values))
    except CountersignError as error:
        return _edit_page(the_people().person(person_id), values).show(error)
    flash(_("已保存。") if changed else _("没有改动。"))
    return redirect(url_for("people.persons"))


@people.post("/persons/<int:person_id>/password")
def reset_password(person_id: int) -> ResponseReturnValue:
    """A one-time password, shown once; it must be changed at the first sign-in and ends all sessions."""
    secret = passwords.one_time()
    change(company.set_password, person_id, passwords.hashed(secret), must_change=True)
    return _hand_over(person_id, secret)


@people.post("/persons/<int:person_id>/deactivate")
def deactivate_person(person_id: int) -> ResponseReturnValue:
    found = the_people().person(person_id)
    try:
        left_behind = change(company.deactivate_person, person_id)
    except CountersignError as error:
        return _edit_page(found, _stored(found)).show(error)
    flash(_("%(name)s已停用，登录和任职同时结束。", name=found.name))
    if left_behind:
        flash(_("其已领取的 %(n)s 项待办由同岗位的人接手；岗位没有别人的，请先任命接任者。", n=len(left_behind)))
    return redirect(url_for("people.persons"))


@people.post("/persons/<int:person_id>/reactivate")
def reactivate_person(person_id: int) -> ResponseReturnValue:
    found = the_people().person(person_id)
    try:
        change(company.reactivate_person, person_id)
    except CountersignError as error:
        return _edit_page(found, _stored(found)).show(error)
    flash(_("%(name)s已启用，岗位须重新任命。", name=found.name))
    return redirect(url_for("people.person", person_id=person_id))


def pager(page: int, total: int, endpoint: str = "people.persons", **keep: Any) -> dict[str, Any] | None:
    """The pager of `macros/ui.html`, or None when one page is enough."""
    pages = max(1, -(-total // PAGE))
    if pages == 1:
        return None
    numbers = {"previous": page - 1 if page > 1 else None, "next": page + 1 if page < pages else None}
    urls = {name: url_for(endpoint, page=to, **keep) if to else "" for name, to in numbers.items()}
    return {"page": page, "pages": pages, "total": total, **urls}


def _hand_over(person_id: int, secret: str) -> str:
    found = the_people().person(person_id)
    return render_template("admin/one_time.html", person=found, password=secret)


def _row(snapshot: People, found: Person, can_enter: bool) -> dict[str, Any]:
    posts = snapshot.posts_of(found.id, now())
    home = snapshot.department(found.department_id).name if found.department_id else ""
    return {
        "name": found.name,
        "login": found.login,
        "department": home,
        "posts": [snapshot.post_name(post.id) for post in posts],
        "phone": found.phone or "",
        "active": found.active,
        "can_enter": can_enter,
        "url": url_for("people.person", person_id=found.id),
    }


def _new_page(values: Mapping[str, Any]) -> FormPage:
    login = control("login", _("登录名"), values["login"], help=_("不含空格，定后不改"), mono=True)
    return FormPage(
        active="persons",
        title=_("新建人员"),
        fields=[login, *_fields(values)],
        action=url_for("people.add_person"),
        back=url_for("people.persons"),
        intro=_("保存后给出一次性密码，请转告本人；本人首次登录时须改密码。"),
    )


def _edit_page(found: Person, values: Mapping[str, Any]) -> FormPage:
    key = {"person_id": found.id}
    reset = _("生成一次性密码，并退出此人在所有设备上的登录。")
    away = _("停用后不能登录，任职和代理同时结束；姓名和历史记录保留。")
    back = _("启用后可以登录；岗位须重新任命。")
    deeds = [deed(_("重设密码"), "people.reset_password", reset, **key)]
    if found.active:
        deeds.append(deed(_("停用"), "people.deactivate_person", away, **key))
    else:
        deeds = [deed(_("启用"), "people.reactivate_person", back, **key)]
    return FormPage(
        active="persons",
        title=found.name if found.active else _("%(name)s（已停用）", name=found.name),
        fields=[
            control("login", _("登录名"), found.login, "static", readonly=True, mono=True),
            *_fields(values),
        ],
        action=url_for("people.edit_person", **key),
        back=url_for("people.persons"),
        deeds=deeds,
    )


def _fields(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    open_now = the_people().departments(now=now())
    homes = choices((d.id, d.name) for d in open_now)
    return [
        control("name", _("姓名"), values["name"], max=80),
        control("department_id", _("部门"), values["department_id"], "choice", options=homes),
        control("phone", _("电话"), values["phone"], required=False, help=_("电话通知时显示给对方，请填能接通的")),
        control("email", _("邮箱"), values["email"], required=False),
    ]


def _stored(found: Person) -> dict[str, Any]:
    return {name: getattr(found, name) for name in NAMES}


def _with_numbers(values: Mapping[str, str]) -> dict[str, Any]:
    return {**values, "department_id": number(values["department_id"])}
