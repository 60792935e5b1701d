"""Departments: opened, renamed, closed; never deleted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from engine import store
from engine.company.administration import added, bump, differences, one_of, record, refuse, row, short_text
from engine.company.appointments import end_all_of_department
from engine.errors import FieldProblem, NotPossible
from engine.posts import DEPARTMENT_KINDS
from engine.seals import RESERVED
from engine.transactions import Tx

CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
OWED = ("open", "claimed", "paused")

department, person = store.department, store.person


def add_department(
    tx: Tx,
    now: datetime,
    actor_id: int | None,
    *,
    code: str,
    name: str,
    kind: str,
    calendar: str | None = None,
) -> int:
    """A new department, in force from now; returns its id."""
    bump(tx, "people")
    values = {"code": code.strip(), "name": name.strip(), "kind": kind, "calendar": calendar or None}
    problems = [*short_text("name", "名称", values["name"] or "", 120), *_kind_problems(tx, values, None)]
    if not CODE.fullmatch(values["code"] or ""):
        problems.append(FieldProblem("code", "编码用字母、数字、“-”或“_”，最多 40 位", "编码"))
    elif values["code"] in RESERVED:
        problems.append(FieldProblem("code", f"编码 {values['code']} 留给系统自己的印章，请换一个编码", "编码"))
    elif taken := tx.core(select(department.c.name).where(department.c.code == values["code"])).scalar():
        problems.append(FieldProblem("code", f"编码 {values['code']} 已用于“{taken}”，请换一个编码", "编码"))
    refuse([*problems, *_calendar_problems(tx, calendar)], values)
    new_id = added(tx, department, values | {"valid_from": now})
    record(tx, now, actor_id, "department.added", f"部门 {values['name']}", values)
    return new_id


def edit_department(
    tx: Tx,
    now: datetime,
    actor_id: int,
    department_id: int,
    *,
    name: str,
    kind: str,
) -> bool:
    """Rename a department or change its kind; the code stays. False when nothing changed.

    Its calendar takes a second administrator: `proposals.py`.
    """
    bump(tx, "people")
    before = row(tx, department, department_id, "部门")
    values = {"name": name.strip(), "kind": kind}
    refuse([*short_text("name", "名称", name.strip(), 120), *_kind_problems(tx, values, department_id)], values)
    return _changed(tx, now, actor_id, before, values)


def switch_calendar(tx: Tx, now: datetime, actor_id: int, department_id: int, calendar: str | None) -> bool:
    """Let a department count on another calendar (None: the company's) from now on; open deadlines keep theirs.

    Where there are cases, `proposals.py` stands before this: another administrator must approve.
    """
    bump(tx, "people")
    check_calendar(tx, calendar)
    return _changed(tx, now, actor_id, row(tx, department, department_id, "部门"), {"calendar": calendar or None})


def check_calendar(tx: Tx, code: str | None) -> None:
    """Raise FormInvalid when there is no such calendar."""
    refuse(_calendar_problems(tx, code), {"calendar": code})


def _changed(tx: Tx, now: datetime, actor_id: int, before: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    if not (changes := differences(before, values)):
        return False
    tx.core(update(department).where(department.c.id == before["id"]).values(**values))
    record(tx, now, actor_id, "department.edited", f"部门 {before['name']}", changes)
    return True


def close_department(tx: Tx, now: datetime, actor_id: int, department_id: int) -> None:
    """Close a department from now on: its appointments end; its history stays."""
    bump(tx, "people")
    found = row(tx, department, department_id, "部门")
    if found["valid_to"] is not None:
        raise NotPossible(what=f"关闭{found['name']}", why="它已经关闭")
    if reason := _still_needed(tx, department_id):
        raise NotPossible(what=f"关闭{found['name']}", why=reason)
    end_all_of_department(tx, now, actor_id, department_id)
    tx.core(update(department).where(department.c.id == department_id).values(valid_to=now))
    record(tx, now, actor_id, "department.closed", f"部门 {found['name']}")


def _still_needed(tx: Tx, department_id: int) -> str:
    cases, items = store.instance.c, store.work_item.c
    counts = {
        "未办结的流程 {n} 件，请先办结或撤回": select(func.count()).where(
            cases.department_id == department_id, cases.status.in_(("open", "suspended"))
        ),
        "未办的待办 {n} 项，请先办完或转交": select(func.count()).where(
            items.department_id == department_id, items.status.in_(OWED)
        ),
        "在用的人员 {n} 名，请先调往别的部门或停用": select(func.count()).where(
            person.c.department_id == department_id, person.c.active
        ),
    }
    found = ((text, tx.core(question).scalar()) for text, question in counts.items())
    return "；".join("还有" + text.format(n=n) for text, n in found if n)


def _kind_problems(tx: Tx, values: Mapping[str, Any], own_id: int | None) -> list[FieldProblem]:
    problems = [*one_of("kind", "类别", values["kind"], DEPARTMENT_KINDS)]
    if values["kind"] == "maintaining":
        others = select(department.c.name).where(
            department.c.kind == "maintaining",
            department.c.valid_to.is_(None),
            department.c.id != (own_id or 0),
        )
        if name := tx.core(others).scalar():
            why = f"主数据维护部门已是“{name}”，全公司只能有一个（SD-010 1.2）；请选别的类别"
            problems.append(FieldProblem("kind", why, "类别"))
    return problems


def _calendar_problems(tx: Tx, code: str | None) -> list[FieldProblem]:
    calendar = store.calendar.c.code
    if not code or tx.core(select(calendar).where(calendar == code)).first():
        return []
    return [FieldProblem("calendar", f"没有代码为“{code}”的工作日历，留空即用公司日历", "工作日历")]
