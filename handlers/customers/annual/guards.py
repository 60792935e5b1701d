"""What finance may put on the list besides those the system found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import FieldProblem
from engine.operations import GuardContext, guard
from handlers.customers.changes import states


@guard("customers.may_propose")
def may_propose(ctx: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """An added customer exists, is active, no one-time customer, with nothing open (E-65, E-67), and named once."""
    found: list[FieldProblem] = []
    named: list[str] = []
    for place, row in enumerate(values.get("added") or ()):
        code = str(row.get("customer_code") or "").strip()
        if problem := _objection(ctx, code, named):
            found.append(FieldProblem(f"added.{place}.customer_code", problem, "客户编码"))
        named.append(code)
    return found


def _objection(ctx: GuardContext, code: str, named: list[str]) -> str | None:
    state = states.state_of(ctx.tx, code)
    if state is None:
        return f"系统中没有客户编码“{code}”；请在客户列表中核对后填写"
    if code in named:
        return f"客户 {code} 已经写过一行；请删去重复的行"
    return states.freeze_objection(ctx.tx, state, states.ROUTINE)
