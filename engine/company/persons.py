"""Persons: added, edited, deactivated; never deleted (E-110). Passwords arrive here as hashes only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engine import store
from engine.company.administration import added, bump, differences, record, refuse, row, short_text
from engine.company.appointments import end_all_of_person
from engine.errors import FieldProblem, NotPossible
from engine.transactions import Tx

LOGIN = re.compile(r"[\w.@-]{2,80}")
PHONE = re.compile(r"[0-9+()\- ]{5,40}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

department, person = store.department, store.person


def add_person(
    tx: Tx,
    now: datetime,
    actor_id: int | None,
    *,
    login: str,
    name: str,
    department_id: int,
    phone: str = "",
    email: str = "",
    password_hash: str | None = None,
    must_change: bool = True,
) -> int:
    """A new person; without a password hash they cannot sign in yet. Returns the id."""
    bump(tx, "people")
    values = {"login": login.strip().casefold(), **_person_values(name, department_id, phone, email)}
    problems = _person_problems(tx, values)
    if not LOGIN.fullmatch(values["login"]):
        problems.insert(0, FieldProblem("login", "登录名用 2–80 个文字、数字或 . _ - @，不含空格", "登录名"))
    elif taken := tx.core(select(person.c.name).where(person.c.login == values["login"])).scalar():
        text = f"登录名 {values['login']} 已属于{taken}（停用的人员也保留登录名），请换一个"
        problems.insert(0, FieldProblem("login", text, "登录名"))
    refuse(problems, values)
    secret = {"password_hash": password_hash, "must_change": must_change, "created_at": now, "active": True}
    new_id = added(tx, person, values | secret)
    record(tx, now, actor_id, "person.added", f"人员 {values['name']}", values)
    return new_id


def edit_person(
    tx: Tx,
    now: datetime,
    actor_id: int,
    person_id: int,
    *,
    name: str,
    department_id: int,
    phone: str = "",
    email: str = "",
) -> bool:
    """Change a person's particulars; the login stays. False when nothing changed."""
    bump(tx, "people")
    before = row(tx, person, person_id, "人员")
    values = _person_values(name, department_id, phone, email)
    refuse(_person_problems(tx, values), values)
    if not (changes := differences(before, values)):
        return False
    tx.core(update(person).where(person.c.id == person_id).values(values))
    record(tx, now, actor_id, "person.edited", f"人员 {before['name']}", changes)
    return True


def deactivate_person(tx: Tx, now: datetime, actor_id: int, person_id: int) -> tuple[str, ...]:
    """Nobody is deleted: sessions and appointments end now, the name stays on record (E-110).

    Returns the ids of the work items still claimed by this person, which somebody must take over.
    """
    bump(tx, "people")
    found = row(tx, person, person_id, "人员")
    if not found["active"]:
        raise NotPossible(what=f"停用{found['name']}", why="此人已经停用")
    if actor_id == person_id:
        raise NotPossible(what="停用自己", why="请由另一位系统管理员操作，以免无人能进入设置")
    end_all_of_person(tx, now, actor_id, person_id)
    values = {"active": False, "session_epoch": person.c.session_epoch + 1}
    tx.core(update(person).where(person.c.id == person_id).values(values))
    record(tx, now, actor_id, "person.deactivated", f"人员 {found['name']}")
    items = store.work_item.c
    claimed = select(items.id).where(items.holder_id == person_id, items.status == "claimed").order_by(items.id)
    return tuple(tx.core(claimed).scalars())


def reactivate_person(tx: Tx, now: datetime, actor_id: int, person_id: int) -> None:
    """Let a person sign in again; their posts must be given anew."""
    bump(tx, "people")
    found = row(tx, person, person_id, "人员")
    if found["active"]:
        raise NotPossible(what=f"启用{found['name']}", why="此人没有停用")
    tx.core(update(person).where(person.c.id == person_id).values(active=True))
    record(tx, now, actor_id, "person.reactivated", f"人员 {found['name']}")


def set_password(
    tx: Tx, now: datetime, actor_id: int, person_id: int, password_hash: str, *, must_change: bool
) -> None:
    """Store a new password hash and end all sessions of the person; `must_change` at the next sign-in.

    Takes the hash, not the password: hashing is slow on purpose and must not happen inside a transaction.
    """
    bump(tx, "people")
    found = row(tx, person, person_id, "人员")
    values = {
        "password_hash": password_hash,
        "must_change": must_change,
        "session_epoch": person.c.session_epoch + 1,
    }
    tx.core(update(person).where(person.c.id == person_id).values(values))
    kind = "password.changed" if actor_id == person_id else "password.reset"
    record(tx, now, actor_id, kind, f"人员 {found['name']}")


def _person_values(name: str, department_id: int, phone: str, email: str) -> dict[str, Any]:
    return {
        "name": name.strip(),
        "department_id": department_id,
        "phone": phone.strip() or None,
        "email": email.strip() or None,
    }


def _person_problems(tx: Tx, values: Mapping[str, Any]) -> list[FieldProblem]:
    problems = [*short_text("name", "姓名", values["name"], 80)]
    home = select(department.c.valid_to).where(department.c.id == values["department_id"])
    if (found := tx.core(home).first()) is None:
        problems.append(FieldProblem("department_id", "请选择所属部门", "部门"))
    elif found[0] is not None:
        problems.append(FieldProblem("department_id", "该部门已关闭，请选择在用的部门", "部门"))
    if values["phone"] and not PHONE.fullmatch(values["phone"]):
        problems.append(FieldProblem("phone", "电话只含数字、空格和 + - ( )，5–40 位", "电话"))
    if values["email"] and not EMAIL.fullmatch(values["email"]):
        problems.append(FieldProblem("email", "邮箱应形如 name@example.com", "邮箱"))
    return problems
