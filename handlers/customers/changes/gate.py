"""The gate before a change or freeze is posted (SD-010 2.3): what changes is approved, signed, sealed and complete.

Of a change only the sections it touches are judged; what it leaves alone was signed when it was posted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.operations import Context
from handlers.customers import gate
from handlers.customers.annual import filing_gate
from handlers.customers.changes import differences as changes
from handlers.customers.changes import rules as change_rules
from handlers.customers.changes import states
from handlers.customers.changes.forms import codes_of, freeze_kind_of, is_freeze, scopes_of
from handlers.customers.evidence import Evidence, Nodes
from handlers.customers.gate import BACK_TO_APPLICANT, Finding
from handlers.customers.view_tables import ROWS


def concerns(form: Mapping[str, Any]) -> bool:
    """Whether a form is about customers that exist."""
    return is_freeze(form) or bool(form.get(changes.BASE))


def findings(ctx: Context, nodes: Nodes) -> list[Finding]:
    """Everything that keeps the gate shut; an empty list opens it."""
    evidence = Evidence(ctx, nodes)
    judged = None if is_freeze(ctx.case.form) else _touched(ctx)
    return [
        *gate.signatures(evidence),
        *gate.sections(evidence, judged),
        *gate.complete(evidence, judged),
        *(_freeze(evidence) if is_freeze(ctx.case.form) else _change(evidence)),
        *gate.releaser(evidence),
    ]


def _freeze(evidence: Evidence) -> Iterator[Finding]:
    yield from filing_gate.findings(evidence)
    yield from _freezable(evidence.ctx)


def _change(evidence: Evidence) -> Iterator[Finding]:
    yield from _banks(evidence)
    yield from _ruled(evidence)
    yield from _changeable(evidence.ctx)


def _banks(evidence: Evidence) -> Iterator[Finding]:
    """A change of bank accounts needs finance (E-57)."""
    if any(one.view == "banks" for one in _changes(evidence.ctx)) and "finance" not in evidence.kinds:
        remedy = f"{gate.BACK_TO_DEPARTMENT}，分发至财务部"
        yield Finding("finance", "银行账户", "银行账户变更没有财务部审签", remedy)


def _ruled(evidence: Evidence) -> Iterator[Finding]:
    """The rules in which a changed field takes part."""
    changed = frozenset(one.view if one.view in ROWS else one.field for one in _changes(evidence.ctx))
    return gate.rules(evidence, changed) if changed else iter(())


def _touched(ctx: Context) -> set[str]:
    """The sections with a changed field, and those that hold nothing of the customer: reason, evidence, release."""
    catalogue = ctx.definition.catalogue
    changed = {one.view if one.view in catalogue.fields else one.field for one in _changes(ctx)}
    return {
        section.id
        for section in catalogue.sections
        if any(one.id in changed or not changes.of_customer(one.id) for one in section.fields)
    }


def _changeable(ctx: Context) -> Iterator[Finding]:
    form = ctx.case.form
    kind = str(form.get(changes.KIND) or "ordinary")
    for code in codes_of(form):
        state = states.state_of(ctx.tx, code)
        objection = states.change_objection(state, kind) if state else f"系统中没有客户编码“{code}”"
        if objection:
            yield Finding("state", "客户编码", objection, BACK_TO_APPLICANT)
    if kind != states.UNFREEZE:
        for one in change_rules.objections(ctx.tx, form, _changes(ctx), ctx.case.id):
            yield Finding(one.code.lower(), one.label, one.text, BACK_TO_APPLICANT)


def _freezable(ctx: Context) -> Iterator[Finding]:
    for code in codes_of(ctx.case.form):
        state = states.state_of(ctx.tx, code)
        kind, scopes = freeze_kind_of(ctx.case.form), scopes_of(ctx.case.form)
        objection = states.freeze_objection(ctx.tx, state, kind, scopes) if state else f"系统中没有客户编码“{code}”"
        if objection:
            yield Finding("state", "客户编码", objection, BACK_TO_APPLICANT)


def _changes(ctx: Context) -> tuple[changes.Change, ...]:
    return changes.of(ctx.case.form, changes.base_of(ctx.tx, ctx.case.form), ctx.definition.catalogue)
