"""A changed calendar moves the due moments that have not come yet: deadline, timer and inbox together, on record.

What is overdue stays overdue (E-11), and nobody becomes late by a calendar that comes out afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from engine import deadlines, due_story, statements
from engine.calendar import Calendar
from engine.cases import case_of
from engine.clock import local
from engine.deadlines import Standing
from engine.snapshots import Snapshot
from engine.step import Step
from engine.store import moment, stamp
from engine.transactions import Tx

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


def foreseen(tx: Tx, snapshot: Snapshot, calendars: Mapping[str, Calendar], now: datetime) -> list[Moved]:
    """What would move if these calendars were in force: open limits that are not overdue, by their new moments."""
    found = []
    for number, urgent, *row in tx.all(statements.FORESEEABLE, (stamp(now),)):
        one = Standing(*row)
        told = due_story.anew(one.steps, one.kind, calendars[one.calendar])
        if told.at > now and stamp(told.at) != one.due:
            version = snapshot.version(one.policy)
            rule = version.policy.limit(one.clock, bool(urgent)) if version else None
            name = rule.name if rule else one.clock
            case_id = case_of(one.id)
            found.append(Moved(case_id, number, one.clock, name, moment(one.due), told.at))
    return found


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
