"""The words of the organisation: kinds of departments and posts, and the records the snapshot is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

POST_KINDS = {
    "focal": "归口人员",
    "leader": "主管领导",
    "executive": "分管领导",
    "maintainer": "客户主数据维护员",
    "staff": "执行层",
    "assessor": "考核人员",
    "admin": "系统管理员",
}
DEPARTMENT_KINDS = {
    "marketing": "营销",
    "unit": "经营单位",
    "finance": "财务",
    "maintaining": "主数据维护",
    "legal": "法务",
    "audit": "审计考核",
    "other": "其他",
}
# Posts that several people fill side by side; all others have one holder and ranked deputies (SD-010 3.3.1).
SHARED_POSTS = frozenset({"staff", "assessor", "admin"})
# Who stands in for a vacant post: the leader for the focal person (E-24) and for the executive, who defaults
# to the same person (AMB-23). Nobody for a leader (E-23: no self-approval) or a maintainer (SD-010 2.3).
STAND_IN = {"focal": "leader", "executive": "leader"}


def in_force(valid_from: datetime, valid_to: datetime | None, now: datetime) -> bool:
    return valid_from <= now and (valid_to is None or now < valid_to)


@dataclass(frozen=True, slots=True)
class Department:
    id: int
    code: str
    name: str
    kind: str
    calendar: str | None
    valid_from: datetime
    valid_to: datetime | None

    def valid(self, now: datetime) -> bool:
        return in_force(self.valid_from, self.valid_to, now)


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    login: str
    name: str
    department_id: int | None
    phone: str | None
    email: str | None
    active: bool
    must_change: bool
    session_epoch: int


@dataclass(frozen=True, slots=True)
class Post:
    id: int
    department_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """One row of the post register: who fills a post in which rank (0 holder, 1… deputies) and when."""

    id: int
    post_id: int
    person_id: int
    rank: int
    valid_from: datetime
    valid_to: datetime | None

    def valid(self, now: datetime) -> bool:
        return in_force(self.valid_from, self.valid_to, now)


@dataclass(frozen=True, slots=True)
class Acting:
    """A person who may act in a post now; a deputy acts on behalf of the holder, if there is one."""

    person: Person
    rank: int
    on_behalf_of: Person | None


@dataclass(frozen=True, slots=True)
class Executor:
    """Whose work it is: the post that really does it and the person first in line there.

    `vacant` says that the post asked for is empty and this one stands in for it (E-24).
    """

    post: Post
    acting: Acting
    vacant: bool
