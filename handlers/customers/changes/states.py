"""What may be applied for in which state of a customer (E-54, E-65, E-66, E-71)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.clock import local
from engine.store import moment
from engine.transactions import Tx
from handlers.customers.changes.tables import CENTRAL, FREEZE_KINDS
from handlers.customers.figures import counted, lines
from handlers.customers.tables import ACCOUNT_STATUS

UNFREEZE = "unfreeze"
ON_FROZEN = frozenset({UNFREEZE, "identity"})  # what a frozen customer accepts
ROUTINE, SPECIAL = "routine", "special"
ONE_TIME, INTERNAL = "C009", "C008"


@dataclass(frozen=True)
class State:
    """Where an account stands, in words a refusal can use."""

    account_id: int
    code: str
    group: str
    status: str
    version: int
    frozen: str  # 特殊冻结，2026-09-16，申请 XD-2026-0001; "" when it is not frozen
    blocked: bool = False  # somewhere, be it in one sales area only

    @property
    def text(self) -> str:
        return f"{ACCOUNT_STATUS[self.status]}（{self.frozen}）" if self.frozen else ACCOUNT_STATUS[self.status]


def state_of(tx: Tx, code: str) -> State | None:
    """The state of the customer with that code."""
    row = tx.one(
        "SELECT a.id, a.customer_code, a.account_group, a.status, a.version, a.freeze_kind, a.frozen_at, i.number,"
        " EXISTS (SELECT 1 FROM account_block b WHERE b.account_id = a.id)"
        " FROM account a LEFT JOIN instance i ON i.id = a.freeze_request_id WHERE a.customer_code = ?",
        (code.strip(),),
    )
    if row is None:
        return None
    frozen = ""
    if row[3] == "frozen" and row[6]:
        frozen = f"{FREEZE_KINDS.get(row[5], '冻结')}，{local(moment(row[6])):%Y-%m-%d}，申请 {row[7]}"
    return State(row[0], row[1], row[2], row[3], row[4], frozen, bool(row[8]))


def change_objection(state: State, kind: str) -> str | None:
    """Why this kind of change cannot be applied for now, with the remedy; None when it can."""
    if state.status == "active":
        if kind == UNFREEZE and not state.blocked:
            return f"客户 {state.code} 现为正常，没有可解的冻结；请核对客户编码，或改选修改类型"
        return None
    if state.status == "frozen":
        if kind in ON_FROZEN:
            return None
        return f"客户 {state.code} 现为{state.text}，只接受“解冻”和名称、税号的更正；请先办理解冻，再修改其他内容"
    if state.status == "merged":
        return f"客户 {state.code} 已合并到其他编码，不能修改；请改用合并后的客户编码"
    return f"客户 {state.code} 现为{state.text}，不能修改；请与主数据维护员联系"


def freeze_objection(tx: Tx, state: State, kind: str, scopes: Sequence[str] = (CENTRAL,)) -> str | None:
    """Why the customer cannot be frozen now in these scopes, with the remedy; None when it can."""
    if state.status != "active":
        return f"客户 {state.code} 现为{state.text}，不能再冻结；请核对客户编码"
    if kind == ROUTINE and state.group == ONE_TIME:
        return f"客户 {state.code} 是一次性客户，不参加例行冻结；确有特殊原因的请走特殊冻结"
    if kind == ROUTINE and (items := open_items(tx, state)):
        return (
            f"客户 {state.code} 还有{'、'.join(items)}，往来没有完全结束，不能例行冻结（SD-010 2.1.3）；"
            "请清理后再提，或改走特殊冻结"
        )
    return _scope_objection(tx, state, scopes)


def _scope_objection(tx: Tx, state: State, scopes: Sequence[str]) -> str | None:
    """A narrowed freeze names areas and company codes the customer has, one at least of which is still free."""
    known = scopes_of_account(tx, state.account_id)
    unknown = [scope_text(one) for one in scopes if one not in (CENTRAL, *known)]
    if unknown:
        there = "、".join(scope_text(one) for one in known) or "没有"
        return f"客户 {state.code} 没有{'、'.join(unknown)}；现有：{there}。请改填现有的范围，或冻结全部业务"
    blocked = {row[0] for row in tx.all("SELECT scope FROM account_block WHERE account_id = ?", (state.account_id,))}
    if scopes and CENTRAL not in scopes and blocked.issuperset(scopes):
        return f"客户 {state.code} 的{'、'.join(map(scope_text, scopes))}已经冻结；请核对范围，或冻结全部业务"
    return None


def scopes_of_account(tx: Tx, account_id: int) -> list[str]:
    """Where the account can be frozen other than everywhere: its company codes and sales areas."""
    companies = tx.all(
        "SELECT company_code FROM company_code_view WHERE account_id = ? ORDER BY company_code", (account_id,)
    )
    areas = tx.all(
        "SELECT sales_organisation, distribution_channel, division FROM sales_area_view WHERE account_id = ?"
        " ORDER BY sales_organisation, distribution_channel, division",
        (account_id,),
    )
    return [f"company:{row[0]}" for row in companies] + [f"area:{'/'.join(map(str, row))}" for row in areas]


def scope_text(scope: str) -> str:
    """`company:1000` as people say it: 公司代码 1000."""
    where, _, place = scope.partition(":")
    return {"company": f"公司代码 {place}", "area": f"销售范围 {place}"}.get(where, "全部")


def freeze_warnings(tx: Tx, state: State) -> list[str]:
    """What must be known when the customer is frozen nevertheless (E-65, E-71)."""
    found = [f"冻结时还有{'、'.join(items)}，须由财务确认"] if (items := open_items(tx, state)) else []
    if state.group == INTERNAL:
        found.append("内部客户：冻结前须核对内部往来，合并报表的抵销可能受影响")
    return found


def open_items(tx: Tx, state: State) -> list[str]:
    """What the imported figures say is still open, each company code by itself: 未清余额 1,200.00, 未清单据 3 张."""
    name = "内部往来未清余额" if state.group == INTERNAL else "未清余额"
    found = []
    for one in counted(lines(tx, state.account_id)):
        where = f"公司代码 {one.company_code}，" if one.company_code else ""
        if one.open_balance:
            found.append(f"{name} {one.open_balance:,.2f}（{where}{one.as_of} 的数据）")
        if one.open_orders:
            found.append(f"未清单据 {one.open_orders} 张" + (f"（公司代码 {one.company_code}）" if where else ""))
    return found
