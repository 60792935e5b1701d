"""Signing in and out, changing one's password, and choosing a person in the demo."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from sqlalchemy import select

from engine import attempts, company
from engine.attempts import TooManyAttempts
from engine.errors import FieldProblem
from engine.people import POST_KINDS, People, Person
from engine.store import person as person_table
from webui import passwords
from webui.db import db
from webui.here import now, services
from webui.sessions import SignedIn, begin_session, open_page

auth = Blueprint("auth", __name__)

# One sentence for an unknown login, a wrong password and a deactivated person: it betrays none of them.
REFUSED = "登录名或密码不对，或此人已停用。忘记密码请联系系统管理员重设。"


@auth.get("/login")
@open_page
def login() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(safe_next())
    return login_page()


@auth.post("/login")
@open_page
def enter() -> ResponseReturnValue:
    """Check login and password; the brake comes before the password is looked at."""
    if "demo" in request.form:
        return _enter_demo(request.form["demo"])
    typed, address = request.form.get("username", "").strip().casefold()[:80], request.remote_addr or ""
    try:
        with services().transactions.write() as tx:
            attempt = attempts.begin(tx, now(), typed, address)
    except TooManyAttempts as brake:
        return login_page(typed, brake.message), brake.status
    found = db.session.execute(
        select(person_table.c.id, person_table.c.password_hash).where(
            person_table.c.login == typed, person_table.c.active
        )
    ).first()
    right = passwords.matches(found and found.password_hash, request.form.get("password", ""))
    if not right or found is None:
        return login_page(typed, _(REFUSED)), 422
    with services().transactions.write() as tx:
        attempts.succeeded(tx, attempt)
    return _welcome(found.id)


def _enter_demo(username: str) -> ResponseReturnValue:
    """Demo only: become the chosen person without a password."""
    if not services().settings.demo:
        abort(404)
    with services().transactions.read() as tx:
        person = services().people(tx).by_login(username)
    if person is None or not person.active:
        return login_page(error=_(REFUSED)), 422
    return _welcome(person.id)


@auth.post("/logout")
def logout() -> ResponseReturnValue:
    logout_user()
    return redirect(url_for("auth.login"))


@auth.get("/password")
def password() -> str:
    return _password_page({})


@auth.post("/password")
def change_password() -> ResponseReturnValue:
    """A new password ends all other sessions of the person; this one goes on."""
    new, repeated = request.form.get("password", ""), request.form.get("repeated", "")
    problems = _wrong_present_password() or passwords.problems(new, repeated, current_user.login)
    if problems:
        return _password_page({problem.field: problem.message for problem in problems}), 422
    digest, me = passwords.hashed(new), current_user.id
    with services().transactions.write() as tx:
        company.set_password(tx, now(), me, me, digest, must_change=False)
    begin_session(_fresh(me))
    flash(_("密码已修改，其他设备上的登录已全部退出。"))
    return redirect(safe_next())


def _password_page(errors: dict[str, str]) -> str:
    wanted = request.values.get("next", "")
    return render_template("auth/password.html", forced=current_user.must_change, errors=errors, next=wanted)


def login_page(username: str = "", error: str = "") -> str:
    return render_template(
        "auth/login.html",
        username=username,
        error=error,
        next=request.values.get("next", ""),
        demo=demo_choices() if services().settings.demo else [],
    )


def demo_choices() -> list[dict[str, Any]]:
    """The people of the demo by department, each with the posts they fill."""
    with services().transactions.read() as tx:
        people = services().people(tx)
    groups = ((d.name, people.persons(d.id, active=True)) for d in people.departments(now=now()))
    return [
        {"department": name, "people": [_choice(people, person) for person in members]}
        for name, members in groups
        if members
    ]


def _choice(people: People, person: Person) -> dict[str, str]:
    kinds = [_(POST_KINDS[post.kind]) for post in people.posts_of(person.id, now())]
    shown = {"username": person.login, "name": person.name, "initial": person.name[-1]}
    return shown | {"posts": "、".join(kinds) or _("业务人员")}


def _welcome(person_id: int) -> ResponseReturnValue:
    user = _fresh(person_id)
    begin_session(user)
    return redirect(url_for("auth.password", next=safe_next()) if user.must_change else safe_next())


def _fresh(person_id: int) -> SignedIn:
    with services().transactions.read() as tx:
        people = services().people(tx)
    return SignedIn(people.person(person_id), people.posts_of(person_id, now()))


def _wrong_present_password() -> list[FieldProblem]:
    """Who has just signed in with a one-time password need not type it again."""
    if current_user.must_change:
        return []
    stored = select(person_table.c.password_hash).where(person_table.c.id == current_user.id)
    if passwords.matches(db.session.execute(stored).scalar(), request.form.get("present", "")):
        return []
    return [FieldProblem("present", _("原密码不对"))]


def safe_next() -> str:
    """Where to go after signing in: only a path of this site, else the start page."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted.replace("\\", "/"))
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    if not inside or parts.scheme or parts.netloc or not wanted.isprintable():
        return "/"
    return wanted
