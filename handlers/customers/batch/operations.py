"""Service tasks of the batch procedures: hold the batch, hold its keys, judge the approvals, post line by line, tell.

Long work is done in parts (`Part`), each a transaction: a killed process loses the part under way and nothing else.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from engine.errors import CountersignError, NotFound, Refused
from engine.operations import Context, Done, Part, Steps, operation, registry
from engine.store import loads, stamp
from engine.transactions import Tx
from handlers.customers import posting, requests, steps
from handlers.customers.batch.gate import findings
from handlers.customers.batch.staging import digest
from handlers.customers.requests import Line
from handlers.customers.tables import gate_result
from handlers.notices.operations import tell_applicant

HELD_AT_ONCE = 1_000
POSTED_AT_ONCE = 100

_ATTACH = "UPDATE import_batch SET status = 'submitted', instance_id = ? WHERE id = ? AND status = 'staged'"
_FREE = (
    "SELECT r.row, r.key FROM import_row r LEFT JOIN key_reservation k"
    " ON k.key = r.key AND k.instance_id = ? AND k.released_at IS NULL"
    " WHERE r.batch_id = ? AND r.status = 'ready' AND r.result IS NULL AND r.key IS NOT NULL AND k.id IS NULL"
    " ORDER BY r.row LIMIT ?"
)
_HOLD = (
    "INSERT INTO key_reservation (key, instance_id, department_id, reserved_at) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
_FAILED = "UPDATE import_row SET result = 'failed', problem = ? WHERE batch_id = ? AND row = ? AND result IS NULL"
_POSTED = (
    "UPDATE import_row SET result = 'posted', account_id = ?, customer_code = ?"
    " WHERE batch_id = ? AND row = ? AND result IS NULL"
)
_NEXT = (
    "SELECT row, form, customer_code FROM import_row WHERE batch_id = ? AND status = 'ready' AND result IS NULL"
    " ORDER BY row LIMIT ?"
)
_RESULTS = "SELECT result, count(*) FROM import_row WHERE batch_id = ? AND status = 'ready' GROUP BY result"


@operation("customers.batch_attach", "登记批次")
def attach(ctx: Context) -> None:
    """Tie the staged batch to this application, as it was when it was submitted."""
    batch = batch_of(ctx)
    if ctx.tx.run(_ATTACH, (ctx.case.id, batch)) != 1:
        row = ctx.tx.one("SELECT instance_id FROM import_batch WHERE id = ?", (batch,))
        if row is None or row[0] != ctx.case.id:
            raise NotFound(what=f"待提交的批次 {batch}")
    ctx.record("customers.batch_attached", batch=batch, hash=ctx.case.form.get("batch_hash"))


@operation("customers.batch_reserve", "占用批次中的客户主键", in_parts=True)
def reserve(ctx: Context) -> Done | Part:
    """Hold the key of every line until the batch is over; a line whose key somebody else holds is reported (E-33)."""
    batch = batch_of(ctx)
    rows = ctx.tx.all(_FREE, (ctx.case.id, batch, HELD_AT_ONCE))
    if not rows:
        return Done()
    values = [(row[1], ctx.case.id, ctx.case.department_id, stamp(ctx.now)) for row in rows]
    ctx.tx.many(_HOLD, values)
    for number, key in ctx.tx.all(_FREE, (ctx.case.id, batch, HELD_AT_ONCE)):
        if (number, key) not in {(row[0], row[1]) for row in rows}:
            break
        other = requests.holder(ctx.tx, key)
        why = requests.taken(key, other).message if other else "同一证件号的客户正在由别的申请办理"
        ctx.tx.run(_FAILED, (why, batch, number))
    return Part()


@operation("customers.batch_gate", "批量建档前核验")
def check_gate(
    ctx: Context, approvals: Steps = "Task_approve", release: Steps = "Task_release", finance: bool = True
) -> None:
    """Open only for the very file that was approved, signed and sealed, released by a maintainer (SD-010 2.3).

    `approvals` names the nodes whose signatures count; `finance` asks for a finance department among them.
    Refused GATE_FAILED with the findings.
    """
    found = [asdict(one) for one in findings(ctx, approvals.split(), release, finance, digest(ctx.tx, batch_of(ctx)))]
    if not ctx.tx.one("SELECT 1 FROM gate_result WHERE job = ?", (ctx.job,)):
        values = {"job": ctx.job, "instance_id": ctx.case.id, "checked_at": ctx.now, "findings": found}
        ctx.tx.core(insert(gate_result).values(values))
    if found:
        raise Refused("GATE_FAILED", f"建档前核验有 {len(found)} 项不符合 SD-010 2.3", findings=found)


@operation("customers.batch_post", "逐行写入客户主数据", in_parts=True)
def post(ctx: Context, release: Steps = "Task_release") -> Done | Part:
    """Post the next lines, each exactly once; one that fails is reported and stops no other."""
    batch = batch_of(ctx)
    done = steps.last_done(ctx.tx, ctx.case.id, release)
    if done is None:
        raise NotFound(what=f"{ctx.case.number} 的建档步骤")
    ctx.tx.run("UPDATE import_batch SET status = 'posting' WHERE id = ? AND status = 'submitted'", (batch,))
    rows = ctx.tx.all(_NEXT, (batch, POSTED_AT_ONCE))
    codes = [code for row in rows if (code := _post(ctx, batch, row, posting.Release(done.id, done.done_by)))]
    ctx.tx.run("UPDATE import_batch SET written = written + ? WHERE id = ?", (len(rows), batch))
    if rows:
        ctx.record("customers.batch_posted", rows=[rows[0][0], rows[-1][0]], codes=codes, failed=len(rows) - len(codes))
        return Part()
    counted = {row[0]: int(row[1]) for row in ctx.tx.all(_RESULTS, (batch,))}
    form = {"batch_posted": counted.get("posted", 0), "batch_failed": counted.get("failed", 0)}
    return Done(form=form, outcome="posted")


def _post(ctx: Context, batch: int, row: Any, released: posting.Release) -> str | None:
    """Post one line within a savepoint; returns its code, None when it failed."""
    number, form, existing = row
    ctx.tx.run("SAVEPOINT line")
    try:
        case = replace(ctx.case, form=loads(ctx.tx.vault.reveal(form)))
        made = posting.post_one(ctx.tx, ctx.now, case, ctx.job, released, existing)
        ctx.tx.run(_POSTED, (made.account_id, made.customer_code, batch, number))
    except (CountersignError, Refused, IntegrityError) as error:
        ctx.tx.run("ROLLBACK TO SAVEPOINT line")
        why = str(getattr(error, "message", "")) or "同一编码或证件号刚被别的申请占用；请核对后另行申请"
        ctx.tx.run(_FAILED, (why, batch, number))
        made = None
    ctx.tx.run("RELEASE SAVEPOINT line")
    return made.customer_code if made else None


@operation(
    "customers.batch_report", "登记批量结果并通知", letters={"batch_result": ("batch", "posted", "failed", "file")}
)
def report(ctx: Context, release: Steps = "Task_release") -> None:
    """Enter the result in the register, and tell the applicant how many lines were posted."""
    batch, form = batch_of(ctx), ctx.case.form
    sql = "UPDATE import_batch SET status = 'done', done_at = ? WHERE id = ? AND status = 'posting'"
    ctx.tx.run(sql, (stamp(ctx.now), batch))
    posted, failed = form.get("batch_posted", 0), form.get("batch_failed", 0)
    done = steps.last_done(ctx.tx, ctx.case.id, release)
    requests.enter(ctx, Line("posted", note=f"批次 {batch}：建档 {posted} 个，未建档 {failed} 个"), done)
    requests.release(ctx.tx, ctx.case.id, ctx.now, "posted")
    tell_applicant(ctx, "batch_result", batch=batch, posted=posted, failed=failed, file=form.get("batch_file", ""))


@operation("customers.batch_refuse", "退回批量申请", letters={"batch_refused": ("batch", "reason")})
def refuse(ctx: Context) -> Done:
    """The batch was refused: nothing is posted, the keys are free, the applicant is told why."""
    done = next(reversed(steps.steps_done(ctx.tx, ctx.case.id)), None)
    tell_applicant(ctx, "batch_refused", batch=batch_of(ctx), reason=done.comment if done else "")
    return Done(outcome="refused")


def batch_of(ctx: Context) -> int:
    return int(ctx.case.form.get("batch") or 0)


def drop(tx: Tx, instance_id: int, now: datetime, outcome: str) -> None:
    """An application that ends before its lines were written leaves its batch dropped."""
    tx.run(
        "UPDATE import_batch SET status = 'dropped', done_at = ? WHERE instance_id = ? AND status IN"
        " ('submitted', 'posting')",
        (stamp(now), instance_id),
    )


registry.close_after(drop, "customers.batch_attach")
