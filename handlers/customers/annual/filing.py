"""Service tasks of a unit's routine 冻结申请表: which lines it files, freezing line by line.

A line that cannot be frozen is reported with its reason and holds up no other (E-65).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError

from engine.errors import CountersignError, NotFound, Refused
from engine.operations import Context, Done, Part, Steps, operation
from engine.store import loads, stamp
from handlers.customers import posting, requests, steps
from handlers.customers.changes import claims, states
from handlers.customers.changes import writing as changing
from handlers.customers.changes.forms import reason_of
from handlers.customers.changes.states import State
from handlers.customers.changes.tables import CENTRAL
from handlers.customers.posting import Release
from handlers.customers.requests import Line
from handlers.notices.operations import tell_applicant

FROZEN_AT_ONCE = 50
_CHOOSE = (
    "UPDATE freeze_filing SET choice = ?, choice_reason = ?, outcome = ?, problem = NULL, done_at = NULL"
    " WHERE instance_id = ? AND line_id IN (SELECT l.id FROM freeze_line l JOIN account a ON a.id = l.account_id"
    " WHERE a.customer_code = ?)"
)
_TO_DO = (
    "SELECT f.line_id, a.customer_code, f.scopes FROM freeze_filing f JOIN freeze_line l ON l.id = f.line_id"
    " JOIN account a ON a.id = l.account_id WHERE f.instance_id = ? AND f.choice = 'file' AND f.outcome IS NULL"
    " ORDER BY a.customer_code"
)
_NOTE = "UPDATE freeze_filing SET outcome = ?, problem = ?, done_at = ? WHERE instance_id = ? AND line_id = ?"
_COUNT = "SELECT outcome, count(*) FROM freeze_filing WHERE instance_id = ? GROUP BY outcome"


@operation("customers.filing_chosen", "登记报送的客户")
def chosen(ctx: Context, steps_of: Steps = "Task_fill Task_revise") -> Done:
    """Write down which lines the department files and which it leaves, with why; decides `filed`, how many."""
    done = next((one for one in reversed(steps.steps_done(ctx.tx, ctx.case.id)) if one.was(*steps_of.split())), None)
    if done is None:
        raise NotFound(what=f"{ctx.case.number} 的申请表")
    rows = done.submission.get("lines") or ()
    for row in rows:
        left = row.get("choice") != "file"
        said = (row.get("choice"), row.get("choice_reason"), "left" if left else None)
        ctx.tx.run(_CHOOSE, (*said, ctx.case.id, row["customer_code"]))
    count = len(ctx.tx.all(_TO_DO, (ctx.case.id,)))
    ctx.record("filing.chosen", filed=count, omitted=len(rows) - count)
    return Done(form={"filed": count}, decisions={"filed": count})


@operation("customers.filing_none", "登记不报送")
def nothing(ctx: Context) -> Done:
    """The department files nothing, or nothing that could be frozen is left."""
    return Done(outcome="nothing_filed")


@operation("customers.filing_reserve", "登记在办并送达")
def reserve(ctx: Context) -> Done:
    """Put the application on record for every customer it files; decides `filed`, how many are left.

    A line whose customer is frozen, has open items (E-65) or is being frozen by somebody else is reported.
    """
    claims.release(ctx.tx, ctx.case.id, ctx.now, "changed")
    for line, code, scopes in ctx.tx.all(_TO_DO, (ctx.case.id,)):
        try:
            state = _freezable(ctx, code, loads(scopes))
            claims.claim(ctx.tx, ctx.now, ctx.case.id, state.account_id, "freeze")
            _note_request(ctx, state)
        except Refused as refusal:
            _close(ctx, line, "refused", refusal.message)
            ctx.record("filing.refused", customer_code=code, message=refusal.message)
    count = len(ctx.tx.all(_TO_DO, (ctx.case.id,)))
    return Done(form={"filed": count}, decisions={"filed": count})


@operation("customers.freeze_lines", "逐行冻结客户", in_parts=True)
def freeze(ctx: Context, release: Steps = "Task_release") -> Done | Part:
    """Freeze the next customers, each exactly once; one that cannot be is reported and stops no other."""
    done = steps.last_done(ctx.tx, ctx.case.id, release)
    if done is None:
        raise NotFound(what=f"{ctx.case.number} 的冻结步骤")
    released = Release(done.id, done.done_by)
    posting.require_release(ctx.tx, ctx.case.id, released)
    left = ctx.tx.all(_TO_DO, (ctx.case.id,))
    lines = left[:FROZEN_AT_ONCE]
    codes = [code for line, code, scopes in lines if _freeze(ctx, line, code, loads(scopes), released)]
    if lines:
        ctx.record("filing.frozen", codes=codes, failed=len(lines) - len(codes))
    if len(left) > len(lines):
        return Part()
    counted = {row[0]: int(row[1]) for row in ctx.tx.all(_COUNT, (ctx.case.id,))}
    frozen = counted.get("frozen", 0) + counted.get("blocked", 0)
    form = {"lines_frozen": frozen, "lines_refused": counted.get("refused", 0)}
    return Done(form=form, outcome="frozen" if frozen else "none_frozen")


def _freeze(ctx: Context, line: int, code: str, scopes: list[str], released: Release) -> bool:
    """One line within a savepoint; False when it was not frozen."""
    ctx.tx.run("SAVEPOINT line")
    try:
        changing.lock(ctx.tx, code)
        state = _freezable(ctx, code, scopes)
        if posting.posted(ctx.tx, ctx.case.id, state.account_id) is None:
            _write(ctx, state, scopes, released)
        _close(ctx, line, "frozen" if CENTRAL in scopes else "blocked", None)
        problem = ""
    except (CountersignError, Refused, IntegrityError) as error:
        ctx.tx.run("ROLLBACK TO SAVEPOINT line")
        problem = str(getattr(error, "message", "")) or "这个客户刚被别的申请改动；请核对后另行申请"
        _close(ctx, line, "refused", problem)
    ctx.tx.run("RELEASE SAVEPOINT line")
    return not problem


def _write(ctx: Context, state: State, scopes: list[str], released: Release) -> None:
    reason, warnings = reason_of(ctx.case.form), states.freeze_warnings(ctx.tx, state)
    changing.freeze(
        ctx.tx, ctx.now, state.account_id, ctx.case.id, kind=states.ROUTINE, reason=reason, scopes=scopes
    )  # fmt: skip
    _note_request(ctx, state)
    changing.settle(ctx.tx, ctx.now, ctx.case, ctx.job, state.account_id, state.code, released)
    ctx.record("customer.posted", customer_code=state.code, account=state.account_id, by=released.person_id,
               change="freeze", freeze=states.ROUTINE, scopes=scopes, warnings=warnings)  # fmt: skip


@operation("customers.filing_result", "登记结果并通知申请部门", letters={"result": ("frozen", "refused", "posted_by")})
def result(ctx: Context, release: Steps = "Task_release") -> None:
    """Enter the result in the register and tell the department line counts; what was not frozen is in the table."""
    form, done = ctx.case.form, steps.last_done(ctx.tx, ctx.case.id, release)
    frozen, refused = form.get("lines_frozen", 0), form.get("lines_refused", 0)
    requests.enter(ctx, Line("posted", note=f"例行冻结：已冻结 {frozen} 个，未冻结 {refused} 个"), done)
    name = ctx.people.person(done.done_by).name if done else ""
    tell_applicant(ctx, "result", frozen=frozen, refused=refused, posted_by=name)


def _freezable(ctx: Context, code: str, scopes: list[str]) -> State:
    """The customer as it is now; raises Refused when a routine freeze does not accept it."""
    state = states.state_of(ctx.tx, code)
    if state is None:
        raise Refused("STATE", f"系统中没有客户编码“{code}”")
    if objection := states.freeze_objection(ctx.tx, state, states.ROUTINE, scopes):
        raise Refused("OPEN_ITEMS" if state.status == "active" else "STATE", objection)
    return state


def _note_request(ctx: Context, state: State) -> None:
    reason: Any = reason_of(ctx.case.form)
    claims.note_request(
        ctx.tx, ctx.now, ctx.case, state.account_id, "freeze", state.version, reason=reason, evidence=[]
    )  # fmt: skip


def _close(ctx: Context, line: int, outcome: str, problem: str | None) -> None:
    ctx.tx.run(_NOTE, (outcome, problem, stamp(ctx.now), ctx.case.id, line))
