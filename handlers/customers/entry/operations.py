"""Service tasks of entry errors: compare, ask the assessor, put on record what he says; each safe to try again."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from engine.errors import NotFound
from engine.operations import Context, Done, Steps, operation
from handlers.customers import requests, steps
from handlers.customers.changes import claims
from handlers.customers.changes.differences import CODE, CORRECTION, KIND
from handlers.customers.entry import comparing, proposals
from handlers.customers.entry.comparing import Named
from handlers.customers.entry.forms import DISPUTED, ERP, NAMED, POSTING, REVIEWED, named
from handlers.customers.entry.proposals import Check
from handlers.customers.requests import Line
from handlers.customers.steps import StepDone


@operation("customers.compare_erp", "比对 ERP 记录")
def compare_erp(ctx: Context, step: Steps = "Task_erp") -> Done:
    """Hold what was typed back from the ERP against the approved form; decides `erp_differs`."""
    done = _done(ctx, step)
    typed = {str(row.get("item")): str(row.get("value") or "") for row in done.submission.get(ERP) or ()}
    count = 0
    for one in comparing.postings(ctx.tx, ctx.case.id):
        said = [Named(path, "", typed.get(f"{one.customer_code} {comparing.label(path)}", ""))
                for path in comparing.key_fields(ctx.tx, one)]  # fmt: skip
        wrong = [each for each in comparing.compare(ctx.tx, one, said) if each.differs]
        proposals.propose(ctx.tx, ctx.now, ctx.case.id, one, "erp", wrong, None)
        count += len(wrong)
    ctx.record("erp.compared", fields=len(typed), differing=count)
    return Done(decisions={"erp_differs": count > 0})


@operation("customers.register_dispute", "登记异议并比对")
def register_dispute(ctx: Context, step: Steps = "Task_confirm") -> Done:
    """Enter what the applicant department disputes (3.3.3, R-076) and compare the posting; decides `review`.

    Reviewed is what somebody can review: a company without an assessor only registers.
    """
    done = steps.last_done(ctx.tx, ctx.case.id, step)
    disputed = done is not None and done.outcome == "dispute"
    if done is not None and disputed:
        requests.enter(ctx, Line("disputed", note=done.comment), done)
        _dispute(ctx, done)
    if ctx.case.form.get(KIND) == CORRECTION:
        _correct(ctx)
    review = bool(disputed or proposals.of_case(ctx.tx, ctx.case.id))
    return Done(decisions={"review": review and ctx.people.assessing(ctx.now) is not None})


def _dispute(ctx: Context, done: StepDone) -> None:
    said = named(done.submission.get(DISPUTED))
    if not said and ctx.case.form.get("freeze_kind") is None:
        return  # about the time, not about the record
    for one in comparing.postings(ctx.tx, ctx.case.id):
        found = comparing.compare(ctx.tx, one, said)
        proposals.propose(ctx.tx, ctx.now, ctx.case.id, one, "dispute", found, done.done_by)


def _correct(ctx: Context) -> None:
    """Hold the corrected posting against its own form; one whose error is known needs no second finding."""
    form = ctx.case.form
    one = comparing.posting_of(ctx.tx, str(form.get(POSTING) or ""), str(form.get(CODE) or ""))
    if one is None:
        raise NotFound(what=f"{ctx.case.number} 所更正的过账")
    if proposals.known(ctx.tx, one):
        ctx.record("entry.corrected", customer_code=one.customer_code, posting=one.number)
        return
    said = {each.field: each for each in named(form.get(NAMED))}
    for change in claims.items_of(ctx.tx, ctx.case.id, "posted"):
        path = f"{change.view}.{change.field}"
        said.setdefault(path, Named(path, change.shown()[1]))
    found = comparing.compare(ctx.tx, one, said.values())
    proposals.propose(ctx.tx, ctx.now, ctx.case.id, one, "correction", found, ctx.case.applicant_id)


@operation("customers.settle_review", "登记考核人员的认定")
def settle_review(ctx: Context, step: Steps = "Task_review") -> None:
    """Put on record what the assessor says of every field and of the handling time.

    `finding.entry_error` (4.3), one per customer and posting; `form.error` when the approved form was wrong (E-86: no
    finding, it counts for the department in RP-03); `dispute.reviewed` for the whole.
    """
    done = _done(ctx, step)
    said = {str(row.get("item")): str(row.get("verdict") or "none") for row in done.submission.get(REVIEWED) or ()}
    checks = proposals.of_case(ctx.tx, ctx.case.id)
    for one in checks:
        proposals.decide(ctx.tx, one.id, said.get(one.key, "none"))
    for _posting, several in groupby(checks, key=lambda one: (one.posting_id, one.account_id)):
        group = list(several)
        _entry_error(ctx, done, [one for one in group if said.get(one.key) == "entry"])
        _form_error(ctx, [one for one in group if said.get(one.key) == "form"])
    ctx.record("dispute.reviewed", step=step, by=done.done_by, handling=done.submission.get("handling") or "none",
               fields=len(checks), note=done.comment)  # fmt: skip


def _entry_error(ctx: Context, done: StepDone, wrong: list[Check]) -> None:
    if not wrong:
        return
    first = wrong[0]
    if not proposals.claim(ctx.tx, ctx.now, wrong, ctx.case.id, done.done_by):
        ctx.record("entry.corrected", customer_code=first.customer_code, posting=first.posting)
        return
    correction = {"correction": ctx.case.number} if ctx.case.form.get(KIND) == CORRECTION else {}
    ctx.record(
        "finding.entry_error", clause="4.3", customer_code=first.customer_code, person=first.posted_by,
        department=_department(ctx, first.posted_by), posting=first.posting, posted_at=first.posted_at,
        fields=_told(wrong), source=first.source, found_by=first.found_by or first.posted_by,
        confirmed_by=done.done_by, **correction,
    )  # fmt: skip


def _form_error(ctx: Context, wrong: list[Check]) -> None:
    if wrong:
        first = wrong[0]
        ctx.record(
            "form.error", customer_code=first.customer_code, posting=first.posting, department=first.department_id,
            fields=_told(wrong),
        )  # fmt: skip


def _told(checks: Iterable[Check]) -> list[dict[str, Any]]:
    return [
        {"field": one.field, "label": one.label, "applied": one.applied, "posted": one.posted, "claimed": one.claimed}
        for one in checks
    ]


def _department(ctx: Context, person: int) -> int:
    """The department a maintainer entered for: the maintaining one."""
    maintaining = ctx.people.maintaining(ctx.now)
    return ctx.people.person(person).department_id or maintaining.id


def _done(ctx: Context, step: str) -> StepDone:
    done = steps.last_done(ctx.tx, ctx.case.id, step)
    if done is None:
        raise NotFound(what=f"{ctx.case.number} 的环节 {step}")
    return done
