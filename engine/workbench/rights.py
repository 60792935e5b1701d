"""Who redraws procedures: the maintainers, the leader of the department that keeps the master data, administrators."""

from __future__ import annotations

from datetime import datetime

from engine.errors import NotAllowed
from engine.people import People

# There is no post of its own for process owners: the department that maintains the data owns its procedures.
DRAFTING = frozenset({"maintainer", "leader"})
PUBLISHING = frozenset({"leader"})


def may_draft(people: People, person_id: int, now: datetime) -> bool:
    """Whether the person may redraw procedures and read drafts."""
    return _holds(people, person_id, now, DRAFTING)


def may_publish(people: People, person_id: int, now: datetime) -> bool:
    """Whether the person may publish or send back what others have drawn."""
    return _holds(people, person_id, now, PUBLISHING)


def must_draft(people: People, person_id: int, now: datetime, doing: str) -> None:
    if not may_draft(people, person_id, now):
        who = "主数据维护部门的维护员、主管领导或系统管理员"
        raise NotAllowed(what=doing, why=f"流程由{who}起草。需要改流程时，请向他们提出")


def must_publish(people: People, person_id: int, now: datetime, doing: str) -> None:
    if not may_publish(people, person_id, now):
        raise NotAllowed(what=doing, why="由主数据维护部门的主管领导或系统管理员决定")


def _holds(people: People, person_id: int, now: datetime, kinds: frozenset[str]) -> bool:
    for post in people.posts_of(person_id, now):
        if post.kind == "admin":
            return True
        if post.kind in kinds and people.department(post.department_id).kind == "maintaining":
            return True
    return False
