"""The post register (SD-010 3.3.1): who fills which post in which rank, from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from engine import store
from engine.company import appointment_rules as rules
from engine.company.administration import added, bump, last_day, one_of, record, refuse, row
from engine.errors import FieldProblem, NotPossible
from engine.posts import POST_KINDS
from engine.transactions import Tx

department, person, post, holder = store.department, store.person, store.post, store.holder


def ensure_post(tx: Tx, department_id: int, kind: str) -> int:
    """The id of a department's post of this kind, created when missing."""
    wanted = select(post.c.id).where(post.c.department_id == department_id, post.c.kind == kind)
    if found := tx.core(wanted).scalar():
        return int(found)
    return added(tx, post, {"department_id": department_id, "kind": kind})


def appoint(
    tx: Tx,
    now: datetime,
    actor_id: int,
    *,
    department_id: int,
    kind: str,
    person_id: int,
    rank: int = 0,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    exception: str = "",
) -> int:
    """Appoint the holder (rank 0) or a deputy (rank 1…) of a post for [valid_from or now, valid_to).

    Refused: two people in one rank at a time (E-25), one person twice in a post, back-dating, a maintainer
    outside the maintaining department (2.3), and one person as focal person and leader (E-22) unless
    `exception` says which executive approved it and why. Returns the id of the appointment.
    """
    bump(tx, "people")
    values = {"person_id": person_id, "rank": rank, "valid_from": valid_from or now, "valid_to": valid_to}
    home = row(tx, department, department_id, "部门")
    refuse([*one_of("kind", "岗位", kind, POST_KINDS), *rules.place_problems(home, kind)], values)
    post_id = ensure_post(tx, department_id, kind)
    post_name = home["name"] + POST_KINDS[kind]
    problems = (
        rules.person_problems(tx, person_id)
        or [*rules.period_problems(values, now), *rules.rank_problems(kind, rank)]
        or rules.overlap_problems(tx, post_id, post_name, kind, values)
    )
    if not problems and not exception.strip():
        problems = rules.four_eyes_problems(tx, department_id, kind, values)
    refuse(problems, values)
    new_id = added(tx, holder, values | {"post_id": post_id})
    _record_appointment(tx, now, actor_id, post_name, values, exception.strip())
    return new_id


def end_appointment(tx: Tx, now: datetime, actor_id: int, appointment_id: int, at: datetime | None = None) -> None:
    """End an appointment at `at` (now when omitted); one that has not begun yet never comes into force."""
    bump(tx, "people")
    found = row(tx, holder, appointment_id, "任职")
    end = at or now
    if end < now:
        problem = FieldProblem("valid_to", "结束日期不能早于今天：已经由其负责的事不能追改", "最后一天")
        refuse([problem], {"valid_to": end})
    if found["valid_to"] is not None and found["valid_to"] <= now:
        raise NotPossible(what="结束这项任职", why=f"它已于 {last_day(found['valid_to'])} 结束")
    if found["valid_to"] is not None and found["valid_to"] < end:
        text = f"这项任职到 {last_day(found['valid_to'])} 为止，这里只能提前结束；延长请另行任命一段"
        refuse([FieldProblem("valid_to", text, "最后一天")], {"valid_to": end})
    _keep_an_admin(tx, end, [found])
    _end(tx, now, actor_id, found, end)


def end_all_of_person(tx: Tx, now: datetime, actor_id: int, person_id: int) -> None:
    """End everything a person fills or is to fill."""
    _end_all(tx, now, actor_id, holder.c.person_id == person_id)


def end_all_of_department(tx: Tx, now: datetime, actor_id: int, department_id: int) -> None:
    """End everything anybody fills in a department."""
    posts = select(post.c.id).where(post.c.department_id == department_id)
    _end_all(tx, now, actor_id, holder.c.post_id.in_(posts))


def _end_all(tx: Tx, now: datetime, actor_id: int, which: ColumnElement[bool]) -> None:
    running = select(holder).where(which, or_(holder.c.valid_to.is_(None), holder.c.valid_to > now))
    rows = [dict(found) for found in tx.core(running).mappings()]
    _keep_an_admin(tx, now, rows)
    for found in rows:
        _end(tx, now, actor_id, found, now)


def _end(tx: Tx, now: datetime, actor_id: int, found: Mapping[str, Any], at: datetime) -> None:
    end = max(at, found["valid_from"])  # an empty period: it stays on record but never holds
    tx.core(update(holder).where(holder.c.id == found["id"]).values(valid_to=end))
    place = row(tx, post, found["post_id"], "岗位")
    name = row(tx, department, place["department_id"], "部门")["name"] + POST_KINDS[place["kind"]]
    who = row(tx, person, found["person_id"], "人员")["name"]
    record(tx, now, actor_id, "appointment.ended", f"{name} {who}", {"rank": found["rank"], "to": end})


def _keep_an_admin(tx: Tx, at: datetime, ending: Iterable[Mapping[str, Any]]) -> None:
    """Somebody must stay, and for good: one whose own time runs out only puts off the day when nobody can get in."""
    ids = {found["id"] for found in ending}
    running = (
        select(holder.c.id, holder.c.valid_to)
        .join(post, post.c.id == holder.c.post_id)
        .join(person, person.c.id == holder.c.person_id)
        .where(post.c.kind == "admin", person.c.active, holder.c.valid_from <= at)
        .where(or_(holder.c.valid_to.is_(None), holder.c.valid_to > at))
    )
    ends = {found.id: found.valid_to for found in tx.core(running)}
    lasting = {found for found, end in ends.items() if end is None}
    if (ends and ends.keys() <= ids) or (lasting and lasting <= ids):
        why = "这是最后一位系统管理员（任职有期限的不算），请先任命另一位系统管理员"
        raise NotPossible(what="结束这项任职", why=why)


def _record_appointment(
    tx: Tx, now: datetime, actor_id: int, post_name: str, values: dict[str, Any], exception: str
) -> None:
    who = row(tx, person, values["person_id"], "人员")["name"]
    data = {"rank": values["rank"], "from": values["valid_from"], "to": values["valid_to"]}
    if exception:
        data["exception"] = exception
    record(tx, now, actor_id, "appointment.made", f"{post_name} {who}", data)
