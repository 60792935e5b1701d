"""Changes of the calendar as two administrators make them: 赵磊 proposes, 吴晓东 approves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine import calendar_changes, company
from engine.calendar_seed import Special
from engine.engine import Engine
from engine.recompute import Moved
from tests.cast import Cast


def second_administrator(engine: Engine, cast: Cast, who: str = "吴晓东") -> int:
    """Make somebody an administrator beside 赵磊, unless he is one."""
    person, now = cast.person(who), engine.clock.now()
    with engine.transactions.write() as tx:
        posts = engine.snapshots.at(tx).people.posts_of(person, now)
        if not any(post.kind == "admin" for post in posts):
            company.appoint(
                tx, now, cast.person("赵磊"), department_id=cast.department("MDM"), kind="admin", person_id=person
            )
    return person


def year(number: int, special: Mapping[date, Special]) -> dict[str, Any]:
    """The content of a proposal that publishes a year."""
    return {"year": {"year": number, "days": {day.isoformat(): list(said) for day, said in special.items()}}}


def changed(engine: Engine, cast: Cast, content: Mapping[str, Any], reason: str = "集团通知 12 号") -> list[Moved]:
    """A change that has been proposed and approved; what it moved."""
    approver = second_administrator(engine, cast)
    number = calendar_changes.propose(engine, cast.person("赵磊"), content, reason)
    return calendar_changes.approve(engine, approver, number) if number is not None else []
