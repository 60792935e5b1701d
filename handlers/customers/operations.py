"""Service tasks of the customer procedures; each is safe to try again."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import insert

from engine.errors import NotFound, Refused
from engine.operations import Context, Done, Steps, operation, registry
from handlers.customers import findings, gate, guards, posting, requests, steps
from handlers.customers.changes import gate as change_gate
from handlers.customers.evidence import Nodes
from handlers.customers.requests import Line
from handlers.customers.tables import gate_result
from handlers.customers.values.keys import key_of, shown
from handlers.notices.operations import tell_applicant


@operation("customers.reserve", "占用客户主键")
def reserve(ctx: Context) -> None:
    """Hold the party's key for this application until it is posted or over.

    Refused KEY_TAKEN when a customer or another application has it (E-33); the loser is no false-new case.
    """
    key = key_of(ctx.case.form)
    if key is None:  # no number of its own: only the matcher guards it (E-48)
        requests.release(ctx.tx, ctx.case.id, ctx.now, "changed")
        return
    requests.must_be_free(ctx.tx, ctx.case.id, key, bool(ctx.case.form.get(guards.EXCEPTION)))
    other = requests.reserve(ctx.tx, ctx.now, ctx.case.id, ctx.case.department_id, key)
    if other:
        raise requests.taken(key, other)
    ctx.record("customer.key_reserved", key=shown(key))


@operation("customers.register_check", "登记检查结果")
def register_check(ctx: Context, step: Steps = "Task_check") -> None:
    """Enter the maintainer's check and its time in the register, whatever it came to (3.3.3)."""
    done = steps.last_done(ctx.tx, ctx.case.id, step)
    if done is None:
        raise NotFound(what=f"{ctx.case.number} 的核对结果")
    requests.enter(ctx, Line(done.outcome, _reason(ctx, done), _note(ctx, done)), done)


@operation("customers.register_return", "登记退回补正", letters={"incomplete": ()})
def register_return(ctx: Context, step: Steps = "Task_check") -> None:
    """Enter that the application went back as incomplete, with the reasons (3.3.3), and tell the applicant.

    The key stays held.
    """
    done = steps.last_done(ctx.tx, ctx.case.id, step)
    requests.enter(ctx, Line("incomplete", _reason(ctx, done), _note(ctx, done)), done)
    tell_applicant(ctx, "incomplete")


@operation(
    "customers.refuse_not_new",
    "登记非新增并退回",
    letters={"not_new": ("existing_code", "existing_name", "reason", "exemption")},
)
def refuse_not_new(ctx: Context, step: Steps = "Task_check") -> Done:
    """Return an application for a customer that is not new: register it, free the key, tell the applicant.

    Records `finding.false_new` (clause 4.2), dated with this delivery, unless it is exempt (`findings`).
    """
    done = steps.last_done(ctx.tx, ctx.case.id, step)
    code = steps.said(ctx, done, "existing_code").strip()
    existing, note = findings.existing(ctx.tx, code), _note(ctx, done)
    requests.enter(ctx, Line("not_new", _reason(ctx, done), note, code), done)
    requests.release(ctx.tx, ctx.case.id, ctx.now, "not_new")
    exemption = findings.exemption(ctx, existing)
    if exemption is None:
        ctx.record(
            "finding.false_new", clause="4.2", existing_code=code, existing_status=existing.status,
            department=ctx.case.department_id, person=ctx.case.applicant_id,
        )  # fmt: skip
    else:
        ctx.record("finding.exempt", clause="4.2", existing_code=code, why=exemption)
    tell_applicant(
        ctx, "not_new", existing_code=code, existing_name=existing.name, reason=note, exemption=exemption or ""
    )
    return Done(outcome="not_new")


@operation("customers.gate", "建档前核验")
def check_gate(
    ctx: Context,
    approval: Steps = "Task_approve",
    check: Steps = "Task_check",
    completion: Steps = "Task_complete_view",
    signature: Steps = "Task_sign_view",
    release: Steps = "Task_release",
) -> None:
    """Open only when SD-010 2.3 is met in full; Refused GATE_FAILED with the findings, which the page shows.

    The parameters name the nodes whose completions count.
    """
    nodes = Nodes(approval, check, completion, signature, release)
    judge = change_gate if change_gate.concerns(ctx.case.form) else gate
    found = [asdict(finding) for finding in judge.findings(ctx, nodes)]
    if not ctx.tx.one("SELECT 1 FROM gate_result WHERE job = ?", (ctx.job,)):
        ctx.tx.core(
            insert(gate_result).values(job=ctx.job, instance_id=ctx.case.id, checked_at=ctx.now, findings=found)
        )
    if found:
        raise Refused("GATE_FAILED", f"建档前核验有 {len(found)} 项不符合 SD-010 2.3", findings=found)


@operation("customers.post", "写入客户主数据")
def post(ctx: Context, release: Steps = "Task_release") -> Done:
    """Write the customer and give it its code, exactly once; Refused KEY_TAKEN when it is not new."""
    released = steps.last_done(ctx.tx, ctx.case.id, release)
    if released is None:
        raise NotFound(what=f"{ctx.case.number} 的建档步骤")
    result = posting.post(ctx.tx, ctx.now, ctx.case, ctx.job, posting.Release(released.id, released.done_by))
    if not result.again:
        requests.enter(ctx, Line("posted", note=released.comment), released)
        ctx.record(
            "customer.posted",
            customer_code=result.customer_code,
            account=result.account_id,
            by=result.posted_by,
        )
    return Done(form={"customer_code": result.customer_code}, outcome="posted")


def _reason(ctx: Context, done: steps.StepDone | None) -> str:
    return steps.said(ctx, done, "reason_code")[:40]


def _note(ctx: Context, done: steps.StepDone | None) -> str:
    return steps.said(ctx, done, "check_note") or (done.comment if done else "")


# A case that ends in any way lets go of the key it holds.
registry.close_after(requests.release, "customers.reserve", "customers.reserve_change", "customers.batch_reserve")
