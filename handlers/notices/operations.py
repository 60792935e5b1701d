"""Service tasks that tell people something: an overdue step, the result of an application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.clock import local
from engine.errors import NotFound
from engine.operations import Context, operation
from engine.store import loads, moment, placeholders, stamp
from engine.wording import duration_text
from handlers.notices import letters, outbox
from handlers.notices.outbox import Note


@dataclass(frozen=True)
class _Overdue:
    id: str
    node: str
    clock: str
    department_id: int
    received_at: datetime
    due: datetime


@operation(
    "notices.escalate",
    "催办并上报主管领导",
    letters={"escalate": ("step", "who", "owing", "clock", "received", "due", "late")},
)
def escalate(ctx: Context, clock: str = "") -> None:
    """Tell the leader of the department that owes a step what is due since when; once per deadline.

    `clock` names the clock of the step (T1 …); without it the latest overdue deadline is meant.
    The letter also gets: `step`, `who`, `owing`, `clock`, `received`, `due`, `late`.
    """
    overdue = _overdue(ctx, clock)
    if overdue is None:  # finished in the same moment: nobody owes anything any more
        return
    letter = letters.write(
        ctx,
        "escalate",
        step=_step_name(ctx, overdue),
        who="、".join(_who(ctx, overdue)) or "（岗位空缺）",
        owing=ctx.people.department(overdue.department_id).name,
        clock=overdue.clock,
        received=_text(overdue.received_at),
        due=_text(overdue.due),
        late=duration_text(ctx.now - overdue.due) if ctx.now > overdue.due else "",
    )
    people = [ctx.people.answering("leader", overdue.department_id, ctx.now).acting.person.id]
    told = _tell(ctx, people, "escalate", overdue.id, letter, deadline=overdue.id)
    due = stamp(overdue.due)
    ctx.record(
        "deadline.escalated", clock=overdue.clock, deadline=overdue.id, level=1, whom="leader", persons=told, due=due
    )


@operation("notices.result", "通知申请部门处理结果", letters={"result": ("customer_code", "posted_by", "posted_at")})
def result(ctx: Context) -> None:
    """Tell the applicant and the applicant department's focal person the code, by whom and when posted.

    SD-010 3.1: T3 ends with this notice. The letter also gets: `customer_code`, `posted_by`, `posted_at`.
    """
    row = ctx.tx.one(
        "SELECT occurred_at, data FROM event WHERE instance_id = ? AND kind = 'customer.posted'"
        " ORDER BY seq DESC LIMIT 1",
        (ctx.case.id,),
    )
    if row is None:
        raise NotFound(what=f"{ctx.case.number} 的建档记录")
    done = loads(row[1])
    code = str(done["customer_code"])
    letter = letters.write(
        ctx,
        "result",
        customer_code=code,
        posted_by=ctx.people.person(done["by"]).name,
        posted_at=_text(moment(row[0])),
    )
    _tell(ctx, applicants(ctx), "result", str(ctx.case.id), letter, customer_code=code)


@operation("notices.send", "向申请部门发送函件")
def send(ctx: Context, letter: str) -> None:
    """Send the named letter to the applicant department, e.g. `'incomplete'`; once per job."""
    written = letters.write(ctx, letter)
    _tell(ctx, applicants(ctx), letter, ctx.job, written)


def applicants(ctx: Context) -> list[int]:
    """Who is told on behalf of the applicant department: its focal person and whoever applied."""
    focal = ctx.people.answering("focal", ctx.case.department_id, ctx.now).acting.person.id
    return list(dict.fromkeys([focal, *([ctx.case.applicant_id] if ctx.case.applicant_id else [])]))


def tell_applicant(ctx: Context, kind: str, **data: Any) -> None:
    """For other handlers: queue the letter `kind` to the applicant department, once per job."""
    _tell(ctx, applicants(ctx), kind, ctx.job, letters.write(ctx, kind, **data))


def _tell(ctx: Context, person_ids: list[int], kind: str, fact: str, letter: letters.Letter, **data: Any) -> list[int]:
    note = Note(kind, fact, letter.subject, letter.body, ctx.case.id)
    told = outbox.queue(ctx.tx, ctx.now, ctx.people, person_ids, note)
    if told:
        ctx.record("notice.queued", notice=kind, persons=told, **data)
    return told


def _overdue(ctx: Context, clock: str) -> _Overdue | None:
    """The deadline meant: of the clock, or of the timer drawn before this step (a continued deadline keeps its clock).

    In a multi-instance step only that of the item's own department.
    """
    department = ctx.item if isinstance(ctx.item, int) else 0
    model = ctx.definition.model
    steps = [model.told_by(node) for node in model.nodes.values() if node.timer and ctx.node in node.outgoing]
    marks = placeholders(steps) or "NULL"
    row = ctx.tx.one(
        "SELECT id, node, clock, department_id, received_at, due FROM deadline WHERE instance_id = ?"
        " AND status = 'open' AND due <= ? AND department_id IS NOT NULL AND (? = 0 OR department_id = ?)"
        f" AND (? = '' OR clock = ? OR node IN ({marks}))"
        " ORDER BY due DESC, id DESC LIMIT 1",
        (ctx.case.id, stamp(ctx.now), department, department, clock, clock, *steps),
    )
    return _Overdue(row[0], row[1], row[2], row[3], moment(row[4]), moment(row[5])) if row else None


def _who(ctx: Context, overdue: _Overdue) -> list[str]:
    """Whose move it is under the deadline: the holder of each open item, else who acts in its post."""
    rows = ctx.tx.all(
        "SELECT holder_id, post_id FROM work_item WHERE instance_id = ? AND deadline_id = ?"
        " AND status IN ('open', 'claimed') ORDER BY id",
        (ctx.case.id, overdue.id),
    )
    names = []
    for holder_id, post_id in rows:
        if claimant := ctx.people.claimant(holder_id, post_id, ctx.now):
            names.append(ctx.people.person(claimant).name)
        elif post_id and (executor := ctx.people.executor(post_id, ctx.now)):
            names.append(executor.acting.person.name)
    return list(dict.fromkeys(names))


def _step_name(ctx: Context, overdue: _Overdue) -> str:
    rows = ctx.tx.all(
        "SELECT name FROM work_item WHERE instance_id = ? AND deadline_id = ?"
        " AND status IN ('open', 'claimed') ORDER BY id",
        (ctx.case.id, overdue.id),
    )
    names = [row[0] for row in rows] or [ctx.definition.model.nodes[overdue.node].name]
    return "、".join(dict.fromkeys(names))


def _text(at: datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}"
