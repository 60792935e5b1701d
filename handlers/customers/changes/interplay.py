"""Applications about one customer at the same time: who gives way, what a change starts from afterwards (E-53)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import orders
from engine import prefill as prefills
from engine.errors import FieldProblem
from engine.operations import Context, Done, GuardContext, Order, guard, operation, prefill, registry, resumption
from engine.people import People
from engine.transactions import Tx
from handlers.customers.changes import claims, states
from handlers.customers.changes import differences as changes
from handlers.notices.outbox import Note, queue

OPEN_ITEMS = "open_items"
CHANGED = "customer_changed"  # the message a suspended modification goes on with when its customer has changed
CHOICE = (
    "二选一：仍要修改的，由维护员在该单上点“恢复”，回到核对环节，原值换成客户现在的数据，重新计时；"
    "不再需要的，由申请部门点“撤回”。冻结的客户只接受解冻和名称、税号的更正，其他修改请先办理解冻再恢复。"
)


def tell_overtaken(ctx: Context, case_id: int) -> None:
    """Tell the applicant and the maintainer of a modification that it stands still and what can be done."""
    row = ctx.tx.one("SELECT number, title FROM instance WHERE id = ?", (case_id,))
    if row is None:
        return
    subject = f"{row[0]} 已挂起：{row[1]} 正在冻结（{ctx.case.number}）"
    body = f"冻结优先于在办的修改。{row[0]} 的时限已停计，不必办理。\n冻结申请办结后再通知您；届时{CHOICE}"
    whom = _concerned(ctx.tx, ctx.now, ctx.people, case_id)
    told = queue(ctx.tx, ctx.now, ctx.people, whom, Note("overtaken", ctx.job, subject, body, case_id))
    if told:
        ctx.record("notice.queued", notice="overtaken", persons=told)


def tell_frozen(ctx: Context, account_id: int, code: str) -> None:
    """Once the freeze is posted, tell those whose modification it has overtaken what they can choose."""
    for one in claims.in_flight(ctx.tx, account_id):
        if one.kind == "modify" and one.status == "suspended":
            subject = f"客户 {code} 已冻结：请决定 {one.number} 恢复还是撤回"
            whom = _concerned(ctx.tx, ctx.now, ctx.people, one.instance_id)
            note = Note("overtaken", f"{ctx.job}-frozen", subject, CHOICE, one.instance_id)
            queue(ctx.tx, ctx.now, ctx.people, whom, note)


def let_go_on(tx: Tx, case_id: int, now: datetime, outcome: str) -> list[Order]:
    """When a freeze ends without having frozen anybody, what it has overtaken goes on, and those concerned are told.

    A modification that somebody has resumed, ended or suspended anew meanwhile is left alone.
    """
    held = [] if claims.posted(tx, case_id) else orders.held_by(tx, case_id)
    if not held:
        return []
    people, freeze = People.load(tx), _named(tx, case_id)[0]
    for one in held:
        number, title = _named(tx, one)
        subject = f"{number} 已恢复：{title}，冻结 {freeze} 未执行"
        body = f"冻结申请 {freeze} 没有执行就结束了，被它挂起的 {number} 已恢复，时限按挂起时剩下的接着计，请继续办理。"
        queue(
            tx, now, people, _concerned(tx, now, people, one), Note("resumed", f"{case_id}-{one}", subject, body, one)
        )
    return [Order(one, "resume", f"冻结 {freeze} 未执行，恢复") for one in held]


def _named(tx: Tx, case_id: int) -> tuple[str, str]:
    """Number and title of a case."""
    row = tx.one("SELECT number, title FROM instance WHERE id = ?", (case_id,))
    assert row is not None
    return row[0], row[1]


def _concerned(tx: Tx, now: datetime, people: People, case_id: int) -> list[int]:
    """The applicant of a modification and the maintainer."""
    row = tx.one("SELECT applicant_id FROM instance WHERE id = ?", (case_id,))
    maintainer = people.answering("maintainer", people.maintaining(now).id, now).acting.person.id
    return [row[0], maintainer] if row and row[0] else [maintainer]


@resumption
def changed_meanwhile(tx: Tx, subject: str | None, form: Mapping[str, Any]) -> str | None:
    """A modification whose customer has a newer version than the one it was filled in over goes back to the check."""
    state = states.state_of(tx, subject or "")
    base = form.get(changes.BASE)
    return CHANGED if state and base is not None and int(base) < state.version else None


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


registry.close_after(let_go_on, "customers.overtake")
