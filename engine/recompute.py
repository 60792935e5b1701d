"""A changed calendar moves the due moments that have not come yet: deadline, timer and inbox together, on record.

What is overdue stays overdue (E-11), and nobody becomes late by a calendar that comes out afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from engine import calendar_tables, deadlines, due_story, statements
from engine.calendar_seed import Special
from engine.clock import local
from engine.company.administration import record
from engine.deadlines import Standing
from engine.errors import NotAllowed
from engine.step import Step
from engine.store import moment, stamp

if TYPE_CHECKING:
    from engine.engine import Engine


@dataclass(frozen=True)
class Moved:
    """A deadline whose due moment is another one now; `name` is what the policy calls its clock."""

    case_id: int
    number: str
    clock: str
    name: str
    before: datetime
    due: datetime

    def __str__(self) -> str:
        return f"{self.number} {self.name}：{local(self.before):%Y-%m-%d %H:%M} → {local(self.due):%Y-%m-%d %H:%M}"


def publish_year(
    engine: Engine, actor: int, year: int, special: Mapping[date, Special], reason: str = ""
) -> list[Moved]:
    """Put the published arrangement of a year in force and recompute what is open; for administrators.

    `special` holds the days that differ from their weekday: holidays and make-up days; `reason` names the notice.
    """
    now = engine.clock.now()
    with engine.transactions.write() as tx:
        posts = engine.snapshots.at(tx).people.posts_of(actor, now)
        if not any(post.kind == "admin" for post in posts):
            raise NotAllowed(what="发布放假安排", why="只有系统管理员可以")
        calendar_tables.publish_year(tx, year, dict(special))
        days = {day.isoformat(): [kind, name] for day, (kind, name) in sorted(special.items())}
        subject = calendar_tables.year_subject(year)
        record(tx, now, actor, calendar_tables.YEAR_PUBLISHED, subject, {"days": days, "reason": reason})
    return recompute(engine, actor, f"{year} 年放假安排公布")


def recompute(engine: Engine, actor: int, why: str) -> list[Moved]:
    """Compute every open due moment anew under the calendars of now, a case at a time; alarm the administrators."""
    now = engine.clock.now()
    with engine.transactions.read() as tx:
        cases = [row[0] for row in tx.all(statements.RECOMPUTABLE_CASES, (stamp(now),))]
    moved = [one for case_id in cases for one in _case(engine, case_id, actor, why)]
    if moved:
        body = "\n".join([f"{why}，{len(moved)} 件时限的到期时刻已改动，新旧时刻都在流转记录中：", *map(str, moved)])
        with engine.transactions.write() as tx:
            engine.registry.raise_alarm(tx, now, f"recompute:{stamp(now)}", f"{why}，未到期的时限已重算", body)
    return moved


def _case(engine: Engine, case_id: int, actor: int, why: str) -> list[Moved]:
    with engine.transactions.write() as tx:
        step = Step.of(engine, tx, case_id, actor)
        rows = tx.all(statements.RECOMPUTABLE, (case_id, step.stamped))
        moved = [one for row in rows if (one := _deadline(step, Standing(*row), why))]
        step.save()
    return moved


def _deadline(step: Step, one: Standing, why: str) -> Moved | None:
    told = due_story.anew(one.steps, one.kind, step.snapshot.calendar(one.calendar))
    if told.at <= step.now:
        return None
    deadlines.move(step, one, told)
    if stamp(told.at) == one.due:
        return None
    step.record(
        "deadline.moved", node=one.node, subject=one.id, clock=one.clock, before=one.due, due=stamp(told.at), reason=why
    )
    rule = step.policy.policy.limit(one.clock, step.case.urgent)
    name = rule.name if rule else step.node(one.node).name
    return Moved(step.case.id, step.case.number, one.clock, name, moment(one.due), told.at)
