"""Climbs the ladder of every open deadline: warnings before it is due, the breach, and who hears of it afterwards.

A rung is climbed once, whoever sweeps: the row counts them under the lock of its case. Warnings wait for working
hours, escalations for their own clock to run. The drawn timer is the first rung after the due moment, so that only a
step without one is escalated from here at that moment. A duty on the side (`cs:duty`, the phone call) is neither warned
of nor escalated: its breach goes on record.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine import deadlines, due_story, reminders, rungs, statements
from engine.cases import case_of
from engine.deadlines import Standing
from engine.errors import Misconfigured
from engine.operations import Reminder
from engine.policy_rules import Rung
from engine.posts import SHARED_POSTS
from engine.rungs import Clock
from engine.step import Step
from engine.store import moment, stamp
from engine.timeline import Timeline, timeline

if TYPE_CHECKING:
    from engine.engine import Engine

log = logging.getLogger(__name__)
BATCH = 200
TICK = timedelta(seconds=1)


def sweep(engine: Engine, now: datetime) -> int:
    """Do what the ladders owe by now, a deadline at a time; returns how many were dealt with."""
    with engine.transactions.read() as tx:
        due = [row[0] for row in tx.all(statements.LADDER_DUE, (stamp(now), BATCH))]
    return sum(_attempt(engine, key) for key in due)


def _attempt(engine: Engine, key: str) -> bool:
    try:
        return climb(engine, key)
    except Exception:
        log.exception("ladder not climbed", extra={"action": "ladder_failed", "deadline": key})
        return False


def climb(engine: Engine, key: str) -> bool:
    """Put a breach on record, warn or escalate, whatever is due under one deadline; False when it was closed."""
    with engine.transactions.write() as tx:
        step = Step.of(engine, tx, case_of(key))
        row = tx.one(statements.STANDING_DEADLINE, (step.case.id, key))
        if row is None:
            return False
        _climb(step, Standing(*row))
        step.save()
    return True


def _climb(step: Step, one: Standing) -> None:
    clock = clock_of(step, one)
    overdue = clock.due < step.now
    if overdue and one.has_timer and not one.breached:  # on record as soon as the drawn timers have fired: timers.py
        return
    if overdue and not one.breached:
        step.tx.run(statements.MARK_BREACHED, (True, step.case.id, one.id))
        deadlines.breach(step, one.id, one.node, one.clock, clock.due)
    ladder = deadlines.policy_of(step, one).ladder
    left = ladder.rungs[one.rung :]
    reached = [rung for rung in left if clock.moment(rung) < step.now]
    line = _line_of(step, clock, reached, ladder.reminders)
    if line is not None and not _running(line, step.now):
        opening = line.add(step.now, TICK)
        _keep(step, one, one.rung, opening if overdue else min(opening, clock.due))
        return
    _tell(step, one, reached, clock, overdue)
    done = one.rung + len(reached)
    _keep(step, one, done, rungs.next_at(ladder, done, overdue, clock))


def clock_of(step: Step, one: Standing) -> Clock:
    """A standing deadline as the ladder measures it."""
    calendar = step.snapshot.calendar(one.calendar)
    return Clock(moment(one.due), due_story.allowed(one.steps, one.kind, calendar), one.kind, calendar)


def _keep(step: Step, one: Standing, done: int, next_at: datetime) -> None:
    step.tx.run(statements.CLIMB, (done, stamp(next_at), step.case.id, one.id, one.rung))


def _line_of(step: Step, clock: Clock, reached: list[Rung], hours: str) -> Timeline | None:
    """The time that must run for the rungs reached to be told; None when they may be told at once."""
    if not reached or (reached[-1].share and clock.due < step.now):
        return None
    if reached[-1].share:
        return clock.calendar if hours == "working_hours" else None
    return timeline(clock.kind, clock.calendar)


def _running(line: Timeline, now: datetime) -> bool:
    return line.between(now, now + timedelta(minutes=1)) > timedelta(0)


def _tell(step: Step, one: Standing, reached: list[Rung], clock: Clock, overdue: bool) -> None:
    if "duty" in step.node(one.node).extensions:  # a call is made within minutes and holds nobody up
        return
    warnings = [rung for rung in reached if rung.share]
    if warnings and not overdue:  # of several missed while nothing ran, only the last is still true
        _warn(step, one, warnings[-1], clock)
    for rung in reached:
        if rung.level and not (one.has_timer and rung.level == 1):
            _escalate(step, one, rung, clock)


def _warn(step: Step, one: Standing, rung: Rung, clock: Clock) -> None:
    owed = reminders.owed(step, one.id)
    persons = list(dict.fromkeys(person for row in owed for person in reminders.owing(step, row)))
    if not persons:  # a job is at work: nobody's move
        return
    left = timeline(clock.kind, clock.calendar).between(step.now, clock.due)
    note = "来不及的，到期前可以在办理页申请延期。"
    _notify(step, one, persons, f"{one.id}:{rung.share}", note, share=rung.share, left=left)
    step.record(
        "deadline.warned",
        node=one.node,
        subject=one.id,
        clock=one.clock,
        share=rung.share,
        persons=persons,
        due=one.due,
    )


def _escalate(step: Step, one: Standing, rung: Rung, clock: Clock) -> None:
    persons = _answering(step, rung.to, one.department)
    owing = [person for row in reminders.owed(step, one.id) for person in reminders.owing(step, row)]
    who = "、".join(dict.fromkeys(step.people.person(person).name for person in owing))
    told = _notify(step, one, persons, one.id, who, level=rung.level)
    step.record(
        "deadline.escalated", node=one.node, subject=one.id, clock=one.clock, deadline=one.id, level=rung.level,
        whom=rung.to, persons=told, due=one.due,
    )  # fmt: skip


def _answering(step: Step, kind: str, department: int | None) -> list[int]:
    """Who hears of it: one person for a post of the department, everybody on a post that serves the whole company."""
    people, now = step.people, step.now
    if kind in SHARED_POSTS:
        posts = [post for post in people.posts() if post.kind == kind]
        return list(dict.fromkeys(one.person.id for post in posts for one in people.acting(post.id, now)))
    try:
        return [people.answering(kind, department, now).acting.person.id] if department is not None else []
    except Misconfigured:  # a vacant post is on the administrators' list of things to mend
        return []


def _notify(
    step: Step, one: Standing, persons: list[int], fact: str, note: str, *, share: int = 0, level: int = 0,
    left: timedelta | None = None,
) -> list[int]:  # fmt: skip
    """Have the notice written; returns who did not know it yet."""
    names = "、".join(dict.fromkeys(row[1] for row in reminders.owed(step, one.id))) or step.node(one.node).name
    case, due = step.case, moment(one.due)
    reminder = Reminder(
        case.id, case.number, case.title, names, tuple(persons), fact, note, due, None, share, level, left
    )
    told: list[int] = []
    for tell in step.engine.registry.reminders:
        told += tell(step.tx, step.now, step.people, reminder)
    return list(dict.fromkeys(told))
