"""维护员时效登记 (3.3.3, R-076): departments record the maintainer's times, and confirm or dispute each of them.

The lines come by themselves from the register of T1 and T3: received, done, used. What a department says of a line is
an event of that case, and so is what the assessor finds of a dispute. Nothing of it is priced.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.engine import Engine
from engine.errors import NotAllowed, NotFound, NotPossible
from engine.people import People
from engine.reasons import must_fit
from engine.step import Step
from engine.store import loads, moment, placeholders, stamp
from engine.transactions import Tx
from handlers.penalties.basis import Basis
from handlers.penalties.maintaining import STEPS
from handlers.penalties.period import Month

CONFIRMED, DISPUTED, REVIEWED = "times.confirmed", "times.disputed", "times.reviewed"
STATUS = {
    "": "未确认", CONFIRMED: "已确认", DISPUTED: "有异议，待复核", "upheld": "异议成立", "rejected": "异议不成立",
}  # fmt: skip
ANSWERING = ("focal", "leader")  # who speaks for a department
MOST = 500  # lines of a month shown at once
_STEPS = ", ".join(f"'{one}'" for one in STEPS)
_LINES = (
    "SELECT r.job, r.instance_id, i.number, i.title, i.urgent, r.round, r.result, r.person_id, r.received_at,"
    f" r.done_at, i.department_id FROM register r JOIN instance i ON i.id = r.instance_id WHERE r.result IN ({_STEPS})"
    " AND r.recorded_at >= ? AND r.recorded_at < ? AND r.received_at IS NOT NULL AND r.done_at IS NOT NULL"
    " AND r.person_id IS NOT NULL"
)
_CONCERNED = (
    " AND (i.department_id IN ({marks}) OR EXISTS (SELECT 1 FROM work_item w WHERE w.instance_id = i.id"
    " AND w.department_id IN ({marks}) AND w.status = 'done'))"
)
_ORDER = " ORDER BY r.recorded_at, r.job LIMIT ?"
_SAID = (
    "SELECT instance_id, kind, subject, actor_id, occurred_at, data FROM event WHERE instance_id IN ({marks})"
    " AND kind IN ('times.confirmed', 'times.disputed', 'times.reviewed') ORDER BY instance_id, seq"
)
_LINE = f"SELECT instance_id FROM register WHERE job = ? AND result IN ({_STEPS})"
Saying = tuple[str, int | None, datetime, str]  # status, who, when, reason


@dataclass(frozen=True)
class Time:
    """One handling by the maintainer; `said` is what each department says of it by now."""

    job: str
    case_id: int
    number: str
    title: str
    urgent: bool
    round: int
    clock: str
    result: str
    person: int
    received_at: datetime
    done_at: datetime
    used: timedelta
    department: int
    said: dict[int, Saying] = field(default_factory=dict)


def times(tx: Tx, month: Month, basis: Basis, own: Collection[int] | None) -> list[Time]:
    """The month's lines that concern these departments: they applied, or worked in the case (None: all)."""
    sql, values = _LINES, [stamp(month.begin), stamp(month.end)]
    concerned: list[int] = []
    if own is not None:
        marks = placeholders(own) or "NULL"
        sql, concerned = sql + _CONCERNED.format(marks=marks), [*own, *own]
    counted = basis.calendar("company")
    rows = tx.all(sql + _ORDER, (*values, *concerned, MOST))
    found = {row[0]: _time(row, counted.between(moment(row[8]), moment(row[9]))) for row in rows}
    _tell(tx, found)
    return list(found.values())


def _time(row: Any, used: timedelta) -> Time:
    job, case, number, title, urgent, rounds, result, person, received, done, department = row
    return Time(job, case, number, title, bool(urgent), rounds, STEPS[result], result, person, moment(received),
                moment(done), used, department)  # fmt: skip


def _tell(tx: Tx, found: dict[str, Time]) -> None:
    cases = sorted({one.case_id for one in found.values()})
    if not cases:
        return
    for _case, kind, job, actor, at, text in tx.all(_SAID.format(marks=placeholders(cases)), cases):
        data = loads(text)
        if (line := found.get(job)) is not None:
            status = data["outcome"] if kind == REVIEWED else kind
            line.said[data["department"]] = (status, actor, moment(at), data.get("reason", ""))


def speaks_for(people: People, person: int, now: datetime) -> list[int]:
    """The departments a person may confirm and dispute for."""
    return sorted({post.department_id for post in people.posts_of(person, now) if post.kind in ANSWERING})


def confirm(engine: Engine, actor: int, department: int, jobs: Iterable[str]) -> int:
    """Confirm lines on behalf of a department; those it has spoken on before stay as they are. Returns how many."""
    return sum(_say(engine, actor, department, job, CONFIRMED, "") for job in dict.fromkeys(jobs))


def dispute(engine: Engine, actor: int, department: int, job: str, reason: str) -> None:
    """Dispute a line, with the reason; the assessor reviews it."""
    must_fit(reason)
    if not reason.strip():
        raise NotPossible(what="提出异议", why="没有写理由；请写明实际收到或办完的时间和依据")
    if not _say(engine, actor, department, job, DISPUTED, reason.strip()):
        raise NotPossible(what="提出异议", why="本部门对这一条已经确认或提出过异议")


def review(engine: Engine, actor: int, department: int, job: str, upheld: bool, reason: str) -> None:
    """Decide a dispute; for assessors only, with the reason."""
    must_fit(reason)
    if not reason.strip():
        raise NotPossible(what="复核异议", why="没有写理由")
    with engine.transactions.write() as tx:
        step = Step.of(engine, tx, _case(tx, job), actor)
        if not any(post.kind == "assessor" for post in step.people.posts_of(actor, step.now)):
            raise NotAllowed(what="复核异议", why="由考核人员复核")
        if _last(tx, step.case.id, job, department) != DISPUTED:
            raise NotPossible(what="复核异议", why="这一条没有待复核的异议")
        outcome = "upheld" if upheld else "rejected"
        step.record(REVIEWED, subject=job, department=department, outcome=outcome, reason=reason.strip())
        step.save()


def _say(engine: Engine, actor: int, department: int, job: str, kind: str, reason: str) -> bool:
    with engine.transactions.write() as tx:
        step = Step.of(engine, tx, _case(tx, job), actor)
        if department not in speaks_for(step.people, actor, step.now):
            raise NotAllowed(what="登记维护员时效", why="由本部门的归口人员或主管领导登记")
        if _last(tx, step.case.id, job, department) is not None:
            return False
        step.record(kind, subject=job, department=department, reason=reason)
        step.save()
        return True


def _case(tx: Tx, job: str) -> int:
    row = tx.one(_LINE, (job,))
    if row is None:
        raise NotFound(what="这条维护员时效")
    return int(row[0])


def _last(tx: Tx, case: int, job: str, department: int) -> str | None:
    """What was said last of a line on behalf of a department."""
    found = [kind for _c, kind, subject, _a, _t, data in tx.all(_SAID.format(marks="?"), (case,))
             if subject == job and loads(data)["department"] == department]  # fmt: skip
    return found[-1] if found else None
