"""Service tasks of the yearly review: list, proposal, opinions of every department, what comes of them.

Whatever is not signed by the day the review closes is silence, and silence freezes nothing (E-70).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from engine.clock import local
from engine.errors import NotFound
from engine.operations import Context, Done, Launch, Steps, operation
from engine.store import dumps, stamp
from handlers.customers import steps
from handlers.customers.annual import candidates
from handlers.customers.annual.tables import freeze_review
from handlers.customers.changes import states
from handlers.customers.changes.tables import CENTRAL
from handlers.notices.operations import tell_applicant

APPLICATION = "customer_routine_freeze"
_REVIEW = "SELECT id, year, silent_since FROM freeze_review WHERE instance_id = ?"
_PROPOSE = (
    "UPDATE freeze_line SET proposal = ?, reason = ?, proposed_by = ? WHERE review_id = ?"
    " AND account_id = (SELECT id FROM account WHERE customer_code = ?)"
)
_PROPOSED = "SELECT id, account_id FROM freeze_line WHERE review_id = ? AND proposal = 'propose' ORDER BY id"
_ASK = "INSERT INTO freeze_opinion (line_id, department_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
_ANSWER = (
    "UPDATE freeze_opinion SET decision = ?, reason = ?, answered_by = ?, answered_at = ?, signed_by = NULL,"
    " signed_at = NULL WHERE department_id = ? AND line_id = (SELECT l.id FROM freeze_line l"
    " JOIN account a ON a.id = l.account_id WHERE l.review_id = ? AND a.customer_code = ?)"
)
_SIGN = (
    "UPDATE freeze_opinion SET signed_by = ?, signed_at = ? WHERE department_id = ? AND decision IS NOT NULL"
    " AND line_id IN (SELECT id FROM freeze_line WHERE review_id = ?)"
)
_SAID = "SELECT department_id, decision, signed_at FROM freeze_opinion WHERE line_id = ? ORDER BY department_id"
_RESULT = "UPDATE freeze_line SET result = ? WHERE id = ?"
_FILE = "INSERT INTO freeze_filing (line_id, department_id, scopes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_FILERS = (
    "SELECT DISTINCT f.department_id FROM freeze_filing f JOIN freeze_line l ON l.id = f.line_id"
    " WHERE l.review_id = ? ORDER BY f.department_id"
)
_ATTACH = (
    "UPDATE freeze_filing SET instance_id = ? WHERE department_id = ? AND instance_id IS NULL"
    " AND line_id IN (SELECT id FROM freeze_line WHERE review_id = ?)"
)
_COUNT = "SELECT result, count(*) FROM freeze_line WHERE review_id = ? AND proposal = 'propose' GROUP BY result"


@operation("customers.review_candidates", "列出候选客户")
def list_candidates(ctx: Context) -> Done:
    """Open the review of the year and list who has been silent as long as the policy says (E-67)."""
    assert ctx.policy is not None
    rule, today = ctx.policy.annual_freeze, local(ctx.now).date()
    before = candidates.months_before(today, rule.no_business_months)
    values = {"instance_id": ctx.case.id, "year": today.year, "silent_since": before.isoformat(), "opened_at": ctx.now}
    if ctx.tx.one(_REVIEW, (ctx.case.id,)) is None:
        ctx.tx.core(insert(freeze_review).values(values))
    review = review_of(ctx)
    found = candidates.silent(ctx.tx, before, ctx.case.id)
    for account_id in found:
        candidates.put_line(ctx.tx, review, account_id, "listed")
    ctx.record("review.listed", lines=len(found), silent_since=before.isoformat())
    title = f"{today.year} 年度冻结评审"
    return Done(form={"review_title": title, "review_year": today.year, "silent_since": before.isoformat(),
                      "listed": len(found)})  # fmt: skip


@operation("customers.review_propose", "登记财务提议")
def propose(ctx: Context, step: Steps = "Task_propose") -> Done:
    """Write down what finance proposes, leaves out and adds, each with its reason; decides `proposed`, how many."""
    review, done = review_of(ctx), _last(ctx, step)
    for row in done.submission.get("added") or ():
        state = states.state_of(ctx.tx, str(row["customer_code"]))
        assert state is not None, "the guard lets no unknown code pass"
        candidates.put_line(ctx.tx, review, state.account_id, "added")
    said = [(row["customer_code"], row.get("proposal"), row.get("proposal_reason"))
            for row in done.submission.get("lines") or ()]  # fmt: skip
    said += [(row["customer_code"], "propose", row["added_reason"]) for row in done.submission.get("added") or ()]
    for code, proposal, reason in said:
        ctx.tx.run(_PROPOSE, (proposal, reason, done.done_by, review, code))
    count = len(ctx.tx.all(_PROPOSED, (review,)))
    ctx.record("review.proposed", lines=count, omitted=len(said) - count)
    return Done(form={"proposed": count}, decisions={"proposed": count})


@operation("customers.review_distribute", "分送评审")
def distribute(ctx: Context) -> Done:
    """Put every line before marketing and every unit that owns the customer; decides `departments`."""
    review = review_of(ctx)
    marketing = [one.id for one in ctx.people.departments("marketing", ctx.now)]
    asked: set[int] = set()
    for line, account_id in ctx.tx.all(_PROPOSED, (review,)):
        for department in dict.fromkeys([*marketing, *_units(ctx, account_id)]):
            ctx.tx.run(_ASK, (line, department))
            asked.add(department)
    names = "、".join(ctx.people.department(one).name for one in sorted(asked))
    ctx.record("review.distributed", departments=sorted(asked), recipients=names)
    return Done(decisions={"departments": sorted(asked)})


def _units(ctx: Context, account_id: int) -> dict[int, list[str]]:
    """The owners that still exist; a dissolved unit answers no more, marketing still does."""
    standing = {one.id for one in ctx.people.departments(now=ctx.now)}
    return {one: areas for one, areas in candidates.owners(ctx.tx, account_id).items() if one in standing}


@operation("customers.review_answered", "登记评审意见")
def answered(ctx: Context, step: Steps = "Task_review") -> None:
    """Write down what the department of this item says about each of its lines; it counts once it is signed."""
    done, review = _last(ctx, step), review_of(ctx)
    for row in done.submission.get("lines") or ():
        values = (row.get("decision"), row.get("reason"), done.done_by, stamp(done.done_at))
        ctx.tx.run(_ANSWER, (*values, ctx.item, review, row["customer_code"]))


@operation("customers.review_signed", "登记评审签字")
def signed(ctx: Context, step: Steps = "Task_sign_review") -> None:
    """The department's leader has signed and sealed: from now on its opinions count."""
    done = _last(ctx, step)
    count = ctx.tx.run(_SIGN, (done.done_by, stamp(done.done_at), ctx.item, review_of(ctx)))
    ctx.record("review.answered", department=ctx.item, lines=count)


@operation("customers.review_silent", "登记没有答复")
def silent(ctx: Context) -> None:
    """The department has not answered to the end: its lines stay active (E-70)."""
    ctx.record("review.unanswered", department=ctx.item, name=ctx.people.department(int(ctx.item)).name)


@operation("customers.review_merge", "汇总评审意见")
def merge(ctx: Context) -> Done:
    """Put the opinions together line by line; decides `filings`, how many departments have something to file.

    All agree: the customer is frozen everywhere. Marketing and one owner agree, another owner does not: it stays,
    and the one that agrees is offered the block of its own sales areas (E-69). Everything else stays (E-68, E-70).
    """
    review = review_of(ctx)
    for line, account_id in ctx.tx.all(_PROPOSED, (review,)):
        result, filings = _verdict(ctx, line, account_id)
        ctx.tx.run(_RESULT, (result, line))
        for department, scopes in filings.items():
            ctx.tx.run(_FILE, (line, department, dumps(scopes)))
    counted = {str(row[0]): int(row[1]) for row in ctx.tx.all(_COUNT, (review,))}
    ctx.record("review.merged", **counted)
    form = {f"result_{name}": counted.get(name, 0) for name in ("freeze", "area", "keep", "unanswered")}
    return Done(form=form, decisions={"filings": len(ctx.tx.all(_FILERS, (review,)))})


def _verdict(ctx: Context, line: int, account_id: int) -> tuple[str, dict[int, list[str]]]:
    """The result of a line, and who files which scopes."""
    said = {row[0]: row[1] if row[2] else None for row in ctx.tx.all(_SAID, (line,))}
    owned = _units(ctx, account_id)
    if all(decision == "agree" for decision in said.values()):
        return "freeze", {_filer(ctx, owned): [CENTRAL]}
    rest = {one: decision for one, decision in said.items() if one not in owned}
    agreeing = {one: areas for one, areas in owned.items() if said.get(one) == "agree" and areas}
    if agreeing and all(decision == "agree" for decision in rest.values()):
        return "area", agreeing
    return ("keep" if any(one in ("keep", "defer") for one in said.values()) else "unanswered"), {}


def _filer(ctx: Context, owned: dict[int, list[str]]) -> int:
    """Who files the application, as the policy says (AMB-05): the owning unit, or finance."""
    assert ctx.policy is not None
    by_finance = ctx.policy.annual_freeze.filer == "finance"
    return ctx.case.department_id if by_finance or not owned else next(iter(owned))


@operation("customers.review_file", "发起各单位的冻结申请")
def file(ctx: Context) -> None:
    """Start the 冻结申请表 of every department that has lines to file, once each."""
    review = review_of(ctx)
    for (department,) in ctx.tx.all(_FILERS, (review,)):
        name = ctx.people.department(department).name
        form = {
            "freeze_kind": states.ROUTINE,
            "filing_title": f"{name}例行冻结（{ctx.case.form.get('review_year')} 年度）",
            "review_number": ctx.case.number,
            "freeze_reason": f"{ctx.case.form.get('review_title')}：财务部提议，营销部和归属单位评审同意",
        }
        case = ctx.launch(Launch(APPLICATION, department, f"freeze-review:{review}:{department}", form))
        ctx.tx.run(_ATTACH, (case, department, review))


TOLD = ("freeze", "area", "keep", "unanswered")


@operation("customers.review_result", "通知财务部评审结果", letters={"review_result": TOLD})
def result(ctx: Context) -> Done:
    """Tell finance what came of its proposal."""
    tell_applicant(ctx, "review_result", **{name: ctx.case.form.get(f"result_{name}", 0) for name in TOLD})
    return Done(outcome="reviewed")


@operation("customers.review_none", "登记没有提议")
def none(ctx: Context) -> Done:
    """Finance proposes nobody this year."""
    ctx.record("review.none")
    return Done(outcome="none_proposed")


def review_of(ctx: Context) -> int:
    """The id of the review of this case; raises NotFound."""
    row = ctx.tx.one(_REVIEW, (ctx.case.id,))
    if row is None:
        raise NotFound(what=f"{ctx.case.number} 的年度冻结评审")
    return int(row[0])


def _last(ctx: Context, node: str) -> steps.StepDone:
    """The last completion of a step, of the item's own department where it is one of several."""
    mine: Any = [
        one for one in steps.steps_done(ctx.tx, ctx.case.id) if one.was(node) and ctx.item in (None, one.department_id)
    ]
    if not mine:
        raise NotFound(what=f"{ctx.case.number} 的环节 {node}")
    return mine[-1]  # type: ignore[no-any-return]
