"""Reminders to those who owe a step: every working day while it is overdue (E-77), and when somebody asks (催办).

A reminder changes no deadline. It is on record in the case's log; the notice itself is written by the handlers.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine import deadlines
from engine.cases import case_of
from engine.clock import local
from engine.errors import NotAllowed, NotPossible
from engine.operations import Reminder
from engine.step import Step
from engine.store import moment, stamp
from engine.transactions import Row

if TYPE_CHECKING:
    from engine.engine import Engine

log = logging.getLogger(__name__)
PAUSE = timedelta(hours=1)  # between two urgings of one case

# The day of the breach itself has its escalation; a day is reminded of once, whoever sweeps.
OVERDUE = (
    "SELECT id FROM deadline WHERE status = 'open' AND breached AND due < ?"
    " AND (reminded_on IS NULL OR reminded_on < ?) ORDER BY due"
)
WHOSE = "SELECT department_id FROM deadline WHERE instance_id = ? AND id = ?"
MARK = (
    "UPDATE deadline SET reminded_on = ? WHERE instance_id = ? AND id = ? AND status = 'open' AND breached"
    " AND (reminded_on IS NULL OR reminded_on < ?) RETURNING node, clock, due"
)
ITEM = (
    "SELECT node, name, post_id, holder_id, due, deadline_id FROM work_item"
    " WHERE instance_id = ? AND status IN ('open', 'claimed')"
)
OWED = f"{ITEM} ORDER BY id"
URGED = "SELECT max(occurred_at) FROM event WHERE instance_id = ? AND kind = 'case.urged'"


def sweep(engine: Engine, now: datetime) -> int:
    """Remind of every deadline that ran out on an earlier day, once a day in working hours; returns how many."""
    today = local(now).date()
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    with engine.transactions.read() as tx:
        due = [row[0] for row in tx.all(OVERDUE, (stamp(midnight), today.isoformat()))]
    return sum(_attempt(engine, key) for key in due)


def _attempt(engine: Engine, key: str) -> bool:
    try:
        return remind(engine, key)
    except Exception:
        log.exception("reminder failed", extra={"action": "reminder_failed", "deadline": key})
        return False


def remind(engine: Engine, key: str) -> bool:
    """Remind whoever owes work under an overdue deadline; False outside working hours or when it was done today."""
    with engine.transactions.write() as tx:
        step = Step.of(engine, tx, case_of(key))
        whose, today = tx.one(WHOSE, (step.case.id, key)), local(step.now).date().isoformat()
        if whose is None or not _at_work(step, whose[0]):
            return False
        row = tx.one(MARK, (today, step.case.id, key, today))
        if row is None:
            return False
        node, clock, due = row
        waiting = owed(step, key)
        if not waiting or "duty" in step.node(node).extensions:  # nobody's move, or a call that holds nobody up
            return False
        told = _tell(step, waiting, f"{key}:{today}", "", moment(due))
        step.record("deadline.reminded", node=node, subject=key, clock=clock, persons=told)
        step.save()
    return True


def urge(step: Step, actor: int, note: str) -> None:
    """Remind all who owe a step of the case, on behalf of the applicant or the maintainer; at most once an hour."""
    if not _may_urge(step, actor):
        raise NotAllowed(what="催办", why="只有申请人、申请部门的归口人员和客户主数据维护员可以催办")
    step.must_be_open("催办")
    if (last := last_urged(step)) and step.now - last < PAUSE:
        raise NotPossible(
            what="催办", why=f"{local(last):%H:%M} 已经催办过，一小时内只催一次；时限照常计算，到期自动上报"
        )
    waiting = [
        row for row in step.tx.all(OWED, (step.case.id,))
        if "duty" not in step.node(row[0]).extensions and actor not in owing(step, row)
    ]  # fmt: skip
    told = _tell(step, waiting, f"{step.case.id}:{step.stamped}", note.strip(), None, by=actor)
    if not told:
        raise NotPossible(what="催办", why="现在没有等别人办理的环节")
    step.record("case.urged", persons=told, reason=note.strip())


def ask_again(step: Step, item_id: str, actor: int) -> None:
    """Ask whoever owes a step that could not go on to hand it in once more; the deadline is what it was."""
    row = step.tx.one(f"{ITEM} AND id = ?", (step.case.id, item_id))
    if row is not None:
        note = "上次提交时流程没能往下走，问题已处理；所填内容仍在，请重新提交。"
        _tell(step, [row], f"again:{item_id}:{step.stamped}", note, None, by=actor)


def last_urged(step: Step) -> datetime | None:
    row = step.tx.one(URGED, (step.case.id,))
    return moment(row[0]) if row and row[0] else None


def _may_urge(step: Step, actor: int) -> bool:
    focal = step.people.post("focal", step.case.department_id or 0)
    if step.case.applicant_id == actor or (focal and step.people.may(actor, focal.id, step.now)):
        return True
    return any(post.kind == "maintainer" for post in step.people.posts_of(actor, step.now))


def _at_work(step: Step, department: int | None) -> bool:
    calendar = step.snapshot.calendar(deadlines.calendar_of(step, department))
    return calendar.between(step.now, step.now + timedelta(minutes=1)) > timedelta(0)


def owed(step: Step, key: str) -> list[Row]:
    """The items that wait for people under a deadline."""
    return [row for row in step.tx.all(OWED, (step.case.id,)) if row[5] == key]


def owing(step: Step, row: Row) -> list[int]:
    """Whose move an item is: its holder's, else that of everybody who acts in its post."""
    post = row[2]
    if (claimant := step.people.claimant(row[3], post, step.now)) is not None:
        return [claimant]
    return [one.person.id for one in step.people.acting(post, step.now)] if post is not None else []


def _tell(step: Step, rows: list[Row], fact: str, note: str, due: datetime | None, by: int | None = None) -> list[int]:
    persons = list(dict.fromkeys(person for row in rows for person in owing(step, row)))
    names = "、".join(dict.fromkeys(row[1] for row in rows))
    known = step.case
    reminder = Reminder(known.id, known.number, known.title, names, tuple(persons), fact, note, due, by)
    for tell in step.engine.registry.reminders if persons else ():
        tell(step.tx, step.now, step.people, reminder)
    return persons
