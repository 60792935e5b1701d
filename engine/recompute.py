"""A changed calendar moves the due moments that have not come yet: deadline, timer and inbox together, on record.

What is overdue stays overdue (E-11), and nobody becomes late by a calendar that comes out afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine import calendar_tables, limits, statements
from engine.calendar import Calendar
from engine.calendar_seed import Special
from engine.clock import local
from engine.company.administration import record
from engine.errors import NotAllowed
from engine.limits import Limit
from engine.step import Step
from engine.store import dumps, loads, moment, stamp
from engine.timeline import timeline

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
        moved = [one for row in rows if (one := _deadline(step, row, why))]
        step.save()
    return moved


def _deadline(step: Step, row: Any, why: str) -> Moved | None:
    key, node, clock, code, kind, received, amount, before, steps = row
    calendar = step.snapshot.calendar(code)
    due, provisional, explained = _anew(calendar, kind, received, amount, loads(steps))
    if due <= step.now:
        return None
    step.tx.run(statements.MOVE_DEADLINE, (stamp(due), provisional, explained, step.case.id, key))
    if stamp(due) == before:
        return None
    for rows in (statements.MOVE_TIMERS, statements.MOVE_ITEMS):
        step.tx.run(rows, (stamp(due), step.case.id, key))
    step.record("deadline.moved", node=node, subject=key, clock=clock, before=before, due=stamp(due), reason=why)
    rule = step.policy.policy.limit(clock, step.case.urgent)
    name = rule.name if rule else step.node(node).name
    return Moved(step.case.id, step.case.number, clock, name, moment(before), due)


def _anew(calendar: Calendar, kind: Any, received: str, amount: str, steps: Any) -> tuple[datetime, bool, str]:
    """The due moment, whether it is an estimate, and what explains it; after a pause only what was left counts."""
    if isinstance(steps, dict) and "urgent" in steps:  # up- or downgraded: that limit counts from that moment
        found = limits.due(moment(steps["from"]), Limit.parse(steps["amount"]), kind, calendar)
        return found.at, found.provisional, dumps({**steps, "due": stamp(found.at)})
    if isinstance(steps, dict):
        resumed = moment(steps["resumed"])
        due = timeline(kind, calendar).add(resumed, timedelta(seconds=steps["left"]))
        return due, calendar.provisional(resumed, due), dumps({**steps, "due": stamp(due)})
    found = limits.due(moment(received), Limit.parse(amount), kind, calendar)
    return found.at, found.provisional, found.as_json()
