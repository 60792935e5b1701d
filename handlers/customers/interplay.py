"""Applications about one customer at the same time: who gives way, what a change starts from afterwards (E-53)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import prefill as prefills
from engine.errors import FieldProblem
from engine.operations import Context, Done, GuardContext, guard, operation, prefill
from engine.transactions import Tx
from handlers.customers import changes, states
from handlers.notices.outbox import Note, queue

OPEN_ITEMS = "open_items"


def tell_overtaken(ctx: Context, case_id: int) -> None:
    """Tell the applicant and the maintainer of a modification that it stands still and what can be done."""
    row = ctx.tx.one("SELECT number, title, applicant_id FROM instance WHERE id = ?", (case_id,))
    if row is None:
        return
    maintaining = ctx.people.maintaining(ctx.now).id
    people = [ctx.people.answering("maintainer", maintaining, ctx.now).acting.person.id]
    people = [row[2], *people] if row[2] else people
    subject = f"{row[0]} 已挂起：{row[1]} 正在冻结（{ctx.case.number}）"
    body = (
        f"冻结优先于在办的修改。{row[0]} 的时限已停计。\n"
        "冻结办结后，请维护员在该单上选择恢复（按客户现在的数据核对），或请申请部门撤回。"
    )
    told = queue(ctx.tx, ctx.now, ctx.people, people, Note("overtaken", ctx.job, subject, body, case_id))
    if told:
        ctx.record("notice.queued", notice="overtaken", persons=told)


@operation("customers.rebase", "换成客户现在的数据")
def rebase(ctx: Context) -> Done:
    """Set the case on what the customer holds now: what the application does not change follows it.

    Decides `stale`: the case goes back to the maintainer's check.
    """
    code, area, company = str(ctx.case.subject or ""), *changes.row_keys(ctx.case.form)
    now = changes.current(ctx.tx, code, area, company)
    ctx.record("customer.rebased", customer_code=code, version=now[changes.BASE])
    moved = prefills.rebased(ctx.case.form, ctx.case.base, now)
    return Done(decisions={"stale": True}, form=moved, base={**ctx.case.base, **now})


@prefill("customers.to_freeze")
def to_freeze(tx: Tx, now: datetime, key: str) -> Mapping[str, Any]:
    """What a freeze form opens with: the customer, what is still open with it (E-65), and where it can be frozen."""
    state = states.state_of(tx, key)
    items = states.open_items(tx, state) if state else []
    places = [one.partition(":") for one in states.scopes_of_account(tx, state.account_id)] if state else []
    return changes.current(tx, key) | {
        OPEN_ITEMS: "；".join(items) or "没有登记的未清余额和未清单据",
        "existing_areas": "、".join(place for kind, _, place in places if kind == "area") or "没有",
        "existing_companies": "、".join(place for kind, _, place in places if kind == "company") or "没有",
    }


@guard("customers.finance_routed")
def finance_routed(ctx: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """A change of bank accounts, and a freeze with something open, always go through finance (E-57, E-65)."""
    why = _needs_finance(ctx, values)
    if why is None or _finance(ctx) & {int(one) for one in values.get("departments") or ()}:
        return []
    own = ctx.people.department(_applicant(ctx))
    if own.kind == "finance":
        return []
    return [FieldProblem("departments", f"{why}，须分发给财务部审签；请在“分发到部门”中选财务部", "分发到部门")]


def _needs_finance(ctx: GuardContext, values: Mapping[str, Any]) -> str | None:
    changed = prefills.differences(values, ctx.base)
    if values.get(changes.KIND) == "bank" or "banks" in changed:
        return "银行账户变更"
    state = states.state_of(ctx.tx, ctx.subject or "") if "freeze_reason" in values else None
    return "客户还有未清往来" if state and states.open_items(ctx.tx, state) else None


def _finance(ctx: GuardContext) -> set[int]:
    return {one.id for one in ctx.people.departments("finance", ctx.now)}


def _applicant(ctx: GuardContext) -> int:
    row = ctx.tx.one("SELECT department_id FROM instance WHERE id = ?", (ctx.case_id,))
    return int(row[0]) if row else ctx.department_id
