"""Service tasks of the monthly assessment: draft, exempt, publish, wait for appeals, confirm, lock, export.

Nothing is charged by silence: only confirmations that people sign lead to the lock, and what they signed is what is
locked (`figures_digest`); the deadlines of these steps only remind.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import insert

from engine import store
from engine.calendar_tables import load_calendars
from engine.clock import local
from engine.errors import CountersignError, FieldProblem, NotFound, NotPossible, Refused
from engine.operations import Context, Done, GuardContext, Later, Part, Steps, check, guard, operation, registry
from engine.transactions import Tx
from handlers.customers.steps import StepDone, last_done
from handlers.penalties import basis as bases
from handlers.penalties import course, decisions, findings, hr_file, ledger
from handlers.penalties.course import Course
from handlers.penalties.decisions import EXEMPTED
from handlers.penalties.figures import assess, digest, figures
from handlers.penalties.period import Month
from handlers.penalties.telling import TOLD, tell_all

SOON = timedelta(hours=1)  # of working time, until an appeal or an earlier month is looked at again


# --- beginning ----------------------------------------------------------------------------------------------------


@check("penalties.month")
def a_month(value: Any) -> str:
    """`2026-09`; raises ValueError for anything else."""
    try:
        return str(Month.parse(str(value)))
    except CountersignError as error:
        raise ValueError(error.message) from None


@guard("penalties.may_assess")
def may_assess(who: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """Only a month that is over, and that nobody assesses yet."""
    which = Month.parse(str(values.get("month") or ""))
    known = course.of(who.tx, which)
    if who.now < which.end:
        return [FieldProblem("month", f"{which.title}还没有结束，{which.plus(1).title} 1 日起才能考核", "考核月份")]
    objection = course.taken(who.tx, known) if known else ""
    return [FieldProblem("month", objection, "考核月份")] if objection else []


@operation("penalties.draft", "拟考核")
def draft(ctx: Context) -> Done:
    """Open the ledger's page of the month: the one applied for, else the one just over.

    Raises Refused `BEGUN` when it is assessed already.
    """
    typed = ctx.case.form.get("month")
    which = Month.parse(str(typed)) if typed else Month.of(ctx.now).plus(-1)
    number = course.begin(ctx.tx, which, ctx.now, ctx.case.id)
    course.draft(ctx.tx, which)
    assessed = assess(ctx.tx, which, ctx.people, ctx.now)
    ctx.record("penalty.drafted", month=str(which), number=number, findings=len(assessed.findings))
    title = f"{which.title}主数据维护考核"
    return Done(
        form={"month": str(which), "ledger_number": number, "assessment_title": title, **figures(assessed)}
    )  # fmt: skip


# --- 公示 ---------------------------------------------------------------------------------------------------------


@operation("penalties.publish", "登记豁免并公示", in_parts=True, letters={"own": TOLD, "department": TOLD})
def publish(ctx: Context, checked: Steps = "Task_check", approved: Steps = "Task_approve") -> Done | Part:
    """Put the approved exemptions on record, then make the month public and tell everybody concerned (R-094).

    Appeals are in time for the longer of `publicity_days` and `appeal_days`, in working days (AMB-22).
    """
    which = month_of(ctx)
    if _exempted(ctx, which, _done(ctx, checked), _done(ctx, approved)):
        return Part()  # the figures below count on these events
    assert ctx.policy is not None
    rule = ctx.policy.assessment
    days = max(rule.publicity_days, rule.appeal_days)
    until = load_calendars(ctx.tx)["company"].nth_workday_end(ctx.now, days) if days else ctx.now
    course.publish(ctx.tx, which, ctx.now, until)
    assessed = assess(ctx.tx, which, ctx.people, ctx.now)
    told = tell_all(ctx, assessed, "own", "department", until=f"{local(until):%Y-%m-%d %H:%M}")
    ctx.record(
        "penalty.published", month=str(which), until=store.stamp(until), findings=len(assessed.findings),
        lines=len(assessed.lines), total=str(assessed.total), persons=told,
    )  # fmt: skip
    return Done(form={**figures(assessed), "appeal_until": f"{local(until):%Y-%m-%d %H:%M}"})


def _exempted(ctx: Context, which: Month, checked: StepDone, approved: StepDone) -> int:
    """Record what the assessor exempted and a second person approved, as far as it is not on record yet."""
    known = decisions.read(ctx.tx, which.begin)
    count = 0
    for row in checked.submission.get("lines") or ():
        now_exempt = known[row["finding"]].status == "exempt" if row["finding"] in known else False
        wanted = row.get("treatment") == "exempt"
        if wanted != now_exempt:
            reason = row.get("reason") or "复核后恢复计入"
            ctx.record(
                EXEMPTED, finding=row["finding"], exempt=wanted, reason=reason, by=checked.done_by,
                approved_by=approved.done_by,
            )  # fmt: skip
            count += 1
    return count


# --- 申诉期，确认 -------------------------------------------------------------------------------------------------


@operation("penalties.settle", "等待公示期满、申诉裁定")
def settle(ctx: Context) -> Done | Later:
    """Wait until the appeal period is over and every appeal made in time is decided; then fix the figures to confirm.

    Decides `by_finance`, `by_hr`: who confirms, as the policy says.
    """
    known = _course(ctx)
    assert known.appeal_until is not None
    if ctx.now <= known.appeal_until:
        return Later(known.appeal_until + timedelta(seconds=1))
    if pending(ctx.tx, known.month):
        return Later(_soon(ctx))
    assert ctx.policy is not None
    who = ctx.policy.assessment.confirm_by
    form = figures(assess(ctx.tx, known.month, ctx.people, ctx.now))
    return Done(form=form, decisions={"by_finance": "finance" in who, "by_hr": "hr" in who})


def pending(tx: Tx, which: Month) -> list[str]:
    """The findings of a month with an appeal made in time that is not decided."""
    known = decisions.read(tx, which.begin)
    names = [name for name, one in known.items() if one.pending]
    return sorted(name for name in names if _of_month(tx, name, which))


def _of_month(tx: Tx, name: str, which: Month) -> bool:
    at = findings.ref(name)
    row = tx.one("SELECT occurred_at FROM event WHERE instance_id = ? AND seq = ?", (at.case_id, at.seq))
    return row is not None and Month.of(store.moment(row[0])) == which


@operation("penalties.confirm", "登记确认")
def confirm(ctx: Context) -> None:
    """Everybody the policy names has signed: 确认."""
    which = month_of(ctx)
    course.confirm(ctx.tx, which, ctx.now)
    ctx.record("penalty.confirmed", month=str(which), figures=ctx.case.form.get("figures_digest"))


# --- 锁定，导出 ---------------------------------------------------------------------------------------------------


@operation("penalties.lock", "锁定")
def lock(ctx: Context) -> Done | Later:
    """Lock the month as it was confirmed; waits for an earlier month that is still open.

    Raises Refused `NOT_LOCKABLE` when the log has gone on since and gives other figures than were signed, or an appeal
    made in time is undecided: it must be settled and confirmed anew.
    """
    which = month_of(ctx)
    if ledger.open_before(ctx.tx, which) is not None:
        return Later(_soon(ctx))
    if names := pending(ctx.tx, which):
        raise Refused("NOT_LOCKABLE", f"{'、'.join(names)} 的申诉还没有裁定；裁定以后重新确认")
    if digest(assess(ctx.tx, which, ctx.people, ctx.now).lines) != ctx.case.form.get("figures_digest"):
        raise Refused("NOT_LOCKABLE", "确认以后日志又有新的事件，金额与确认的不同；按现在的金额重新确认")
    try:
        kept = ledger.lock(ctx.tx, which, bases.known(ctx.tx, ctx.people), ctx.now)
    except NotPossible as error:
        raise Refused("NOT_LOCKABLE", error.message) from None
    ctx.record("penalty.locked", month=str(which), digest=kept.digest)
    return Done(form={"report_digest": kept.digest}, outcome="locked")


@operation("penalties.export", "导出人力资源文件")
def export(ctx: Context) -> Done:
    """Keep the files HR takes over, and the report as locked, with the case: they can be downloaded there."""
    which = month_of(ctx)
    kept = ledger.locked(ctx.tx, which)
    if kept is None:
        raise NotFound(what=f"{which.title}的锁定月报")
    files = {
        f"主数据考核-{which}-个人.csv": hr_file.persons(ctx.tx, which, ctx.people),
        f"主数据考核-{which}-部门.csv": hr_file.departments(ctx.tx, which, ctx.people),
        f"考核月报-{which}.csv": kept.report,
    }
    ids = [_keep(ctx, name, content) for name, content in files.items()]
    ctx.record("penalty.exported", month=str(which), files=sorted(files))
    return Done(form={"export_files": ids})


def _keep(ctx: Context, name: str, content: bytes) -> str:
    """A file of the case, in the name of whoever confirmed last."""
    file = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{ctx.case.number}/{name}"))
    row = ctx.tx.one(
        "SELECT done_by FROM work_item WHERE instance_id = ? AND done_by IS NOT NULL ORDER BY done_at DESC, id DESC"
        " LIMIT 1", (ctx.case.id,)
    )  # fmt: skip
    assert row is not None, "nobody has confirmed"
    values = {
        "id": file, "instance_id": ctx.case.id, "name": name, "media_type": "text/csv", "size": len(content),
        "sha256": sha256(content).hexdigest(), "content": content, "uploaded_by": row[0], "uploaded_at": ctx.now,
    }  # fmt: skip
    ctx.tx.core(insert(store.attachment).values(values))
    return file


@operation("penalties.result", "通知考核结果", letters={"result_own": TOLD, "result_department": TOLD})
def result(ctx: Context) -> None:
    """Tell everybody with a line, and who answers for the departments, what the month has come to."""
    which = month_of(ctx)
    assessed, _report = ledger.build(ctx.tx, which, bases.known(ctx.tx, ctx.people), ctx.now)
    told = tell_all(ctx, assessed, "result_own", "result_department", until="")
    ctx.record("penalty.told", month=str(which), persons=told)


# --- small words --------------------------------------------------------------------------------------------------


def month_of(ctx: Context) -> Month:
    """The month of the case; raises NotFound."""
    return _course(ctx).month


def _course(ctx: Context) -> Course:
    known = course.of_case(ctx.tx, ctx.case.id)
    if known is None:
        raise NotFound(what=f"{ctx.case.number} 的考核月份")
    return known


def _done(ctx: Context, node: str) -> StepDone:
    done = last_done(ctx.tx, ctx.case.id, node)
    if done is None:
        raise NotFound(what=f"{ctx.case.number} 的环节 {node}")
    return done


def _soon(ctx: Context) -> datetime:
    return load_calendars(ctx.tx)["company"].add(ctx.now, SOON)


def given_up(tx: Tx, case_id: int, now: datetime, outcome: str) -> None:
    """An assessment that is voided leaves its month a draft, to be taken over by another case."""
    known = course.of_case(tx, case_id)
    if known is not None and known.locked_at is None:
        course.draft(tx, known.month)


registry.close_after(given_up, "penalties.draft")
