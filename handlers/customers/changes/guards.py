"""What the forms of modify and freeze must prove at submission: the customer's state, and the rules of the change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import FieldProblem, NotFound
from engine.operations import GuardContext, guard
from handlers.customers.changes import differences as changes
from handlers.customers.changes import rules as change_rules
from handlers.customers.changes import states
from handlers.customers.changes.forms import freeze_kind_of, scopes_of
from handlers.customers.changes.states import State

LABEL = "客户编码"


@guard("customers.may_change")
def may_change(ctx: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """A frozen customer accepts only 解冻 and corrections of name and number (E-54), an active one no 解冻 (E-66)."""
    state = states.state_of(ctx.tx, str(values.get(changes.CODE) or ""))
    if state is None:
        return [_unknown(changes.CODE, values.get(changes.CODE))]
    kind = str(values.get(changes.KIND) or "ordinary")
    objection = states.change_objection(state, kind)
    return [FieldProblem(changes.CODE, objection, LABEL)] if objection else []


@guard("customers.change_allowed")
def change_allowed(ctx: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """Something changes, under the right kind of application, with evidence, to no other party's key (E-56, E-57)."""
    if values.get(changes.KIND) == states.UNFREEZE:
        return []
    try:
        base = changes.base_of(ctx.tx, values)
    except NotFound:
        return [_unknown(changes.CODE, values.get(changes.CODE))]
    catalogue = ctx.definition.catalogue if ctx.definition else None
    found = change_rules.objections(ctx.tx, values, changes.of(values, base, catalogue), ctx.case_id)
    return [FieldProblem(one.field, one.text, one.label) for one in found]


@guard("customers.may_freeze")
def may_freeze(ctx: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """No routine freeze with open balance or orders (E-65), none of a customer already frozen (E-66)."""
    kind, scopes = freeze_kind_of(values), scopes_of(values)
    found = []
    for path, code in _named(values):
        state: State | None = states.state_of(ctx.tx, code)
        objection = states.freeze_objection(ctx.tx, state, kind, scopes) if state else None
        if state is None:
            found.append(_unknown(path, code))
        elif objection:
            found.append(FieldProblem(path, objection, LABEL))
    return found


def _named(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = list(enumerate(values.get("customers") or ()))
    named = [(f"customers.{place}.{changes.CODE}", str(row.get(changes.CODE) or "")) for place, row in rows]
    one = str(values.get(changes.CODE) or "")
    return [(changes.CODE, one), *named] if one or not named else named


def _unknown(field: str, code: Any) -> FieldProblem:
    return FieldProblem(field, f"系统中没有客户编码“{code or ''}”；请在客户列表中核对后填写", LABEL)
