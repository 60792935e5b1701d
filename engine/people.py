"""Who answers for what, and when: departments, posts, holders and deputies as one immutable snapshot.

A step asks this snapshot and never the tables; `config.people` says when it must be loaded anew. Every answer
is valid for a moment: departments and appointments hold in [from, to).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Table, select

from engine import store
from engine.errors import Misconfigured, NotFound
from engine.people_check import ConfigProblem, configuration_problems
from engine.posts import (
    DEPARTMENT_KINDS,
    POST_KINDS,
    SHARED_POSTS,
    STAND_IN,
    Acting,
    Appointment,
    Department,
    Executor,
    Person,
    Post,
)
from engine.transactions import Tx

__all__ = [
    "DEPARTMENT_KINDS",
    "POST_KINDS",
    "SHARED_POSTS",
    "Acting",
    "Appointment",
    "ConfigProblem",
    "Department",
    "Executor",
    "People",
    "Person",
    "Post",
]

R = TypeVar("R", Department, Person, Post, Appointment)


class People:
    """The snapshot: built once per change of the tables, then only dict look-ups."""

    def __init__(
        self,
        departments: Iterable[Department] = (),
        persons: Iterable[Person] = (),
        posts: Iterable[Post] = (),
        appointments: Iterable[Appointment] = (),
        version: int = 0,
    ) -> None:
        self.version = version
        self._departments = {d.id: d for d in departments}
        self._codes = {d.code: d for d in sorted(self._departments.values(), key=lambda d: d.code)}
        self._maintaining = [d for d in self._codes.values() if d.kind == "maintaining"]
        self._persons = {p.id: p for p in persons}
        self._logins = {p.login: p for p in self._persons.values()}
        self._posts = {p.id: p for p in posts}
        self._kinds = {(p.kind, p.department_id): p for p in self._posts.values()}
        self._of_post: dict[int, list[Appointment]] = defaultdict(list)
        self._of_person: dict[int, list[Appointment]] = defaultdict(list)
        for appointment in sorted(appointments, key=lambda a: (a.rank, a.valid_from, a.id)):
            self._of_post[appointment.post_id].append(appointment)
            self._of_person[appointment.person_id].append(appointment)

    @classmethod
    def load(cls, tx: Tx) -> People:
        """Read the four tables once; `version` is the `config.people` they belong to."""
        version = tx.core(select(store.config.c.people)).scalar()
        return cls(
            _records(tx, Department, store.department),
            _records(tx, Person, store.person),
            _records(tx, Post, store.post),
            _records(tx, Appointment, store.holder),
            version or 0,
        )

    # --- single things ----------------------------------------

    def department(self, department_id: int) -> Department:
        """The department, also a closed one; NotFound when there never was one."""
        if found := self._departments.get(department_id):
            return found
        raise NotFound(what=f"部门（编号 {department_id}）")

    def by_code(self, code: str) -> Department | None:
        return self._codes.get(code)

    def person(self, person_id: int) -> Person:
        """The person, also a deactivated one: history keeps the name (E-110)."""
        if found := self._persons.get(person_id):
            return found
        raise NotFound(what=f"人员（编号 {person_id}）")

    def find_person(self, person_id: int) -> Person | None:
        return self._persons.get(person_id)

    def by_login(self, login: str) -> Person | None:
        return self._logins.get(login)

    def post(self, kind: str, department_id: int) -> Post | None:
        return self._kinds.get((kind, department_id))

    def post_by_id(self, post_id: int) -> Post:
        if found := self._posts.get(post_id):
            return found
        raise NotFound(what=f"岗位（编号 {post_id}）")

    def post_name(self, post_id: int) -> str:
        """The post as pages and errors say it: 财务部归口人员."""
        post = self.post_by_id(post_id)
        return self.department(post.department_id).name + POST_KINDS[post.kind]

    # --- lists ----------------------------------------

    def departments(self, kind: str | None = None, now: datetime | None = None) -> tuple[Department, ...]:
        """Departments in the order of their codes: those in force at `now`, those of one kind."""
        return tuple(
            d for d in self._codes.values() if (kind is None or d.kind == kind) and (now is None or d.valid(now))
        )

    def only(self, kind: str, now: datetime) -> Department | None:
        """The department of a kind, where the company has just one of it."""
        found = self.departments(kind, now)
        return found[0] if len(found) == 1 else None

    def persons(self, department_id: int | None = None, active: bool | None = None) -> tuple[Person, ...]:
        return tuple(
            p
            for _, p in sorted(self._logins.items())
            if (department_id is None or p.department_id == department_id) and (active is None or p.active is active)
        )

    def posts(self, department_id: int | None = None) -> tuple[Post, ...]:
        """Posts in the order of POST_KINDS, department by department."""
        order = list(POST_KINDS)
        chosen = (p for p in self._posts.values() if department_id in (None, p.department_id))
        return tuple(sorted(chosen, key=lambda p: (p.department_id, order.index(p.kind))))

    def appointments(self, post_id: int) -> tuple[Appointment, ...]:
        """All appointments of a post, past and future ones too: holders first, then by rank and date."""
        return tuple(self._of_post.get(post_id, ()))

    def appointment(self, appointment_id: int) -> Appointment:
        for listed in self._of_post.values():
            for found in listed:
                if found.id == appointment_id:
                    return found
        raise NotFound(what=f"任职（编号 {appointment_id}）")

    def maintaining(self, now: datetime | None = None) -> Department:
        """The one department that maintains customer master data; Misconfigured when there is none."""
        for department in self._maintaining:
            if now is None or department.valid(now):
                return department
        raise Misconfigured(what="没有主数据维护部门", remedy="新建一个类别为“主数据维护”的部门（SD-010 1.2）")

    def assessing(self, now: datetime) -> Department | None:
        """The department of whoever assesses now; None while no assessor is appointed."""
        staffed = (post for post in self.posts() if post.kind == "assessor" and self.staffed(post.id, now))
        return next((self.department(post.department_id) for post in staffed), None)

    # --- who acts ----------------------------------------

    def acting(self, post_id: int, now: datetime) -> tuple[Acting, ...]:
        """Who may act in the post now: the holder first, then deputies by rank; only active people."""
        valid = [
            (a.rank, person)
            for a in self._of_post.get(post_id, ())
            if a.valid(now) and (person := self._persons[a.person_id]).active
        ]
        head = valid[0][1] if valid and valid[0][0] == 0 else None
        return tuple(Acting(person, rank, head if rank else None) for rank, person in valid)

    def staffed(self, post_id: int, now: datetime) -> bool:
        """Whether anybody may act in the post now."""
        return any(a.valid(now) and self._persons[a.person_id].active for a in self._of_post.get(post_id, ()))

    def holder(self, post_id: int, now: datetime) -> Person | None:
        """Who answered for the post at that moment, also when that person has left since (AMB-21)."""
        for appointment in self._of_post.get(post_id, ()):
            if appointment.rank == 0 and appointment.valid(now):
                return self._persons[appointment.person_id]
        return None

    def posts_of(self, person_id: int, now: datetime) -> tuple[Post, ...]:
        """The posts a person holds or deputises now; none for a deactivated person."""
        person = self._persons.get(person_id)
        if person is None or not person.active:
            return ()
        held = {a.post_id: None for a in self._of_person.get(person_id, ()) if a.valid(now)}
        return tuple(self._posts[post_id] for post_id in held)

    def may(self, person_id: int, post_id: int, now: datetime) -> Acting | None:
        """In which quality the person may act in the post now; None when not at all."""
        return next((a for a in self.acting(post_id, now) if a.person.id == person_id), None)

    def claimant(self, holder_id: int | None, post_id: int | None, now: datetime) -> int | None:
        """Who keeps a step for himself by having claimed it; a claim of somebody who has left the post binds nobody."""
        if holder_id is None or post_id is None or self.may(holder_id, post_id, now) is None:
            return None
        return holder_id

    def executor(self, post_id: int, now: datetime) -> Executor | None:
        """Whose work it is: holder, else deputy, else the post that stands in (E-24), else None."""
        post = self.post_by_id(post_id)
        if acting := self.acting(post_id, now):
            return Executor(post, acting[0], vacant=False)
        stand_in = self.post(STAND_IN.get(post.kind, ""), post.department_id)
        if stand_in and (acting := self.acting(stand_in.id, now)):
            return Executor(stand_in, acting[0], vacant=True)
        return None

    def answering(self, kind: str, department_id: int, now: datetime) -> Executor:
        """As `executor`, by kind of post; Misconfigured with the remedy when nobody answers (E-23, E-24)."""
        post = self.post(kind, department_id)
        stand_in = self.post(STAND_IN.get(kind, ""), department_id)
        for candidate in (post, stand_in):
            if candidate and (found := self.executor(candidate.id, now)):
                return Executor(found.post, found.acting, vacant=found.post.kind != kind)
        name = self.department(department_id).name
        raise Misconfigured(
            what=f"{name}的{POST_KINDS[kind]}岗位现在没有人任职，这一步无人可办",
            remedy=f"在“岗位任职”中为{name}任命{POST_KINDS[kind]}或其副岗",
        )

    def problems(self, now: datetime) -> tuple[ConfigProblem, ...]:
        """What is missing or unsafe in the posts now; empty when every step will find somebody."""
        return configuration_problems(self, now)


def _records(tx: Tx, record: type[R], table: Table) -> Iterator[R]:
    """The rows of a table as records whose fields are named as its columns."""
    columns = [table.c[field.name] for field in fields(record)]
    return (record(*list(row)) for row in tx.core(select(*columns)))
