"""申诉: an appeal is a case of its own about one finding; 财务部 and 人力资源 must both uphold it (E-98, AMB-22)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.clock import local
from engine.errors import CountersignError, FieldProblem, NotFound
from engine.operations import Context, Done, GuardContext, guard, operation, prefill
from engine.people import People
from engine.transactions import Tx
from handlers.customers.steps import last_done
from handlers.notices import letters, outbox
from handlers.notices.outbox import Note
from handlers.penalties import access, course, decisions, findings
from handlers.penalties import basis as bases
from handlers.penalties.course import Course
from handlers.penalties.decisions import APPEALED, DECIDED, Decision
from handlers.penalties.findings import TITLE, Finding
from handlers.penalties.period import Month
from handlers.penalties.telling import answering

_SUBJECT = "SELECT subject FROM instance WHERE id = ?"


@prefill("penalties.finding")
def about(tx: Tx, now: datetime, key: str) -> dict[str, Any]:
    """What an appeal's form opens with: the finding it is about, without who is charged how much."""
    one = findings.ref(key)
    row = tx.one(
        "SELECT e.occurred_at, i.number FROM event e JOIN instance i ON i.id = e.instance_id"
        " WHERE e.instance_id = ? AND e.seq = ?", (one.case_id, one.seq)
    )  # fmt: skip
    if row is None:
        raise NotFound(what=f"考核事项 {one.name}（日志里没有这条事件）")
    at = local(datetime.fromisoformat(row[0]))
    return {
        "finding": one.name, "appeal_title": f"申诉 {one.name} {TITLE[one.kind]}", "finding_case": row[1],
        "finding_at": f"{at:%Y-%m-%d %H:%M}",
    }  # fmt: skip


def objection(tx: Tx, people: People, now: datetime, person: int, name: str) -> str:
    """Why a person cannot appeal against a finding now, without regard to his reasons; "" when he can."""
    try:
        one = findings.found(tx, name, bases.live(tx, bases.known(tx, people), now))
        access.must_appeal(access.viewer(people, person, now), one)
    except CountersignError as error:
        return error.message
    known = course.of(tx, Month.of(one.at))
    if known is None or known.published_at is None:
        return f"{Month.of(one.at).title}的考核还没有公示；公示后可以申诉，届时会通知本人"
    decision = decisions.read(tx, known.month.begin).get(one.name, Decision())
    return {
        "appealed": "这项考核正在申诉，请等候裁定；维持以后有新的理由或证据，可以再申诉",
        "upheld": "申诉已经成立，这项考核不再计扣",
        "exempt": "这项考核已豁免，不再计扣",
    }.get(decision.status, "")


def late(known: Course, now: datetime) -> bool:
    """Whether an appeal comes after the appeal period: it is heard, and becomes an adjustment of a later month."""
    return known.appeal_until is None or now > known.appeal_until


@guard("penalties.may_appeal")
def may_appeal(who: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """The finding is one's own or one's department's, public, not under appeal; a second appeal says something new."""
    if not who.subject:
        return [FieldProblem("", "请从考核事项的页面提出申诉", "")]
    if refused := objection(who.tx, who.people, who.now, who.actor_id, who.subject):
        return [FieldProblem("appeal_text", refused, "申诉理由")]
    one = findings.ref(who.subject)
    since = Month.of(_at(who.tx, one.name)).begin
    before = decisions.read(who.tx, since).get(one.name, Decision()).appeals
    said = _plain(values.get("appeal_text"))
    if any(_plain(step[3].get("reason")) == said for step in before) and not values.get("appeal_evidence"):
        text = "同一理由已经申诉过；须写明新的理由，或附上新的证据"
        return [FieldProblem("appeal_text", text, "申诉理由")]
    return []


def _at(tx: Tx, name: str) -> datetime:
    one = findings.ref(name)
    row = tx.one("SELECT occurred_at FROM event WHERE instance_id = ? AND seq = ?", (one.case_id, one.seq))
    assert row is not None
    return datetime.fromisoformat(row[0])


def _plain(text: Any) -> str:
    return "".join(str(text or "").split())


@operation("penalties.appeal", "登记申诉")
def appeal(ctx: Context) -> Done:
    """Put the appeal on record against the finding; decides nothing."""
    name = _finding(ctx).name
    known = course.of(ctx.tx, Month.of(_at(ctx.tx, name)))
    assert known is not None
    after = late(known, ctx.now)
    form = ctx.case.form
    ctx.record(
        APPEALED, finding=name, by=ctx.case.applicant_id, reason=form.get("appeal_text"), late=after,
        ground=form.get("appeal_ground"), attachments=len(form.get("appeal_evidence") or ()),
    )  # fmt: skip
    if not after:
        course.appeal(ctx.tx, known.month)
    note = "已过申诉期，照常裁定；成立的，在下一个未锁定月份列调整行" if after else "在申诉期内；裁定以前该月不能锁定"
    return Done(form={"appeal_note": note})


@guard("penalties.may_rule")
def may_rule(who: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """Nobody rules on a finding that is charged to himself, or on his own appeal."""
    row = who.tx.one(_SUBJECT, (who.case_id,))
    assert row is not None
    one = findings.found(who.tx, row[0], bases.live(who.tx, bases.known(who.tx, who.people), who.now))
    own = who.tx.one("SELECT applicant_id FROM instance WHERE id = ?", (who.case_id,))
    if who.actor_id in access.charged(one) or (own is not None and own[0] == who.actor_id):
        return [FieldProblem("", "被考核人和申诉人不能裁定这件申诉；请转给本部门的副岗办理", "")]
    return []


@operation("penalties.decide", "登记裁定并通知", letters={"decided": ("finding", "upheld", "reasons", "after")})
def decide(ctx: Context, outcome: str) -> Done:
    """Put the decision on record: `upheld` (申诉成立，不扣) or `rejected` (申诉不成立), and tell whoever appealed."""
    one = _finding(ctx)
    rulings = [last_done(ctx.tx, ctx.case.id, node) for node in ("Task_finance", "Task_hr")]
    reasons = [f"{_of(ctx, step.department_id)}：{step.submission.get(field) or step.comment}"
               for step, field in zip(rulings, ("finance_reason", "hr_reason"), strict=True) if step]  # fmt: skip
    ctx.record(
        DECIDED, finding=one.name, outcome=outcome, reason="；".join(reasons),
        by=[step.done_by for step in rulings if step],
    )  # fmt: skip
    upheld = outcome == "upheld"
    written = letters.write(ctx, "decided", finding=one.name, upheld=upheld, reasons=reasons, after=_after(ctx, one))
    persons = [ctx.case.applicant_id, *access.charged(one)]
    persons += answering(ctx.people, one.department, ctx.now) if one.department is not None else []
    note = Note("penalty_decided", ctx.job, written.subject, written.body, ctx.case.id)
    outbox.queue(ctx.tx, ctx.now, ctx.people, [person for person in persons if person], note)
    return Done(form={"appeal_result": "申诉成立，不扣" if upheld else "申诉不成立，照扣"}, outcome=outcome)


def _after(ctx: Context, one: Finding) -> str:
    """What becomes of the amounts."""
    known = course.of(ctx.tx, Month.of(one.at))
    if known is not None and known.locked_at is not None:
        return f"{known.month.title}已锁定；更正列在下一个未锁定月份的“以前月份调整”"
    return "当月考核建议随之更改"


def _finding(ctx: Context) -> Finding:
    assert ctx.case.subject is not None
    return findings.found(ctx.tx, ctx.case.subject, bases.live(ctx.tx, bases.known(ctx.tx, ctx.people), ctx.now))


def _of(ctx: Context, department: int | None) -> str:
    return ctx.people.department(department).name if department is not None else ""
