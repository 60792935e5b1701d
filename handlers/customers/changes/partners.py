"""Partner functions (合作伙伴功能): who is delivered to, billed, pays; each account fills the four itself until told.

Rows `function`, `partner_code` or, for people, `partner_name`, as forms and snapshots have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.errors import FieldProblem
from engine.operations import GuardContext, guard
from engine.transactions import Tx
from handlers.customers.tables import ACCOUNT_STATUS

FUNCTIONS = {
    "AG": "售达方", "WE": "送达方", "RE": "收票方", "RG": "付款方",
    "VE": "责任业务员", "AP": "联系人", "DL": "所属经销商",
}  # fmt: skip
REQUIRED = ("AG", "WE", "RE", "RG")
PEOPLE = ("VE", "AP")
PAYER = "RG"
SOLD_TO = frozenset({"C001", "C005", "C006", "C008"})
# Which account groups may stand in a function: a sold-to in every one, a ship-to is only delivered to.
CAPABLE = {
    "AG": SOLD_TO,
    "WE": SOLD_TO | {"C002"},
    "RE": SOLD_TO | {"C003", "C004"},
    "RG": SOLD_TO | {"C003", "C004"},
    "DL": SOLD_TO,
}
Rows = Sequence[Mapping[str, Any]]


def completed(code: str, group: str, rows: Rows) -> list[dict[str, Any]]:
    """The rows of an account with itself in each of the four functions nobody is named for."""
    named = {row.get("function") for row in rows}
    own = REQUIRED if group in SOLD_TO else ()
    itself = [{"function": one, "partner_code": code} for one in own if one not in named]
    return itself + [{name: value for name, value in row.items() if value not in (None, "")} for row in rows]


def problems(tx: Tx, code: str, group: str, rows: Rows) -> list[str]:
    """What is wrong with the partners of an account, a sentence with the remedy each; `code` is "" before its first."""
    found = list(_people(rows)) + list(_doubled(rows))
    for row in rows:
        function, other = str(row.get("function") or ""), str(row.get("partner_code") or "")
        if function in PEOPLE or other == code:
            continue
        known = tx.one("SELECT account_group, status FROM account WHERE customer_code = ?", (other,))
        found += _partner(function, other, known)
        if function == PAYER and code and known and _pays(tx, other, code):
            found.append(f"付款方 {other} 自己由 {code} 付款，付款关系成了环；请只在一方登记")
    if group in SOLD_TO and code:
        named = {row.get("function") for row in rows}
        found += [f"缺少{FUNCTIONS[one]}；请至少登记一个，没有别人时填客户自己" for one in REQUIRED if one not in named]
    return found


def _people(rows: Rows) -> Iterator[str]:
    for row in rows:
        function = str(row.get("function") or "")
        if function in PEOPLE and not row.get("partner_name"):
            yield f"{FUNCTIONS[function]}是人，请填写姓名"
        elif function in FUNCTIONS and function not in PEOPLE and not row.get("partner_code"):
            yield f"{FUNCTIONS[function]}是客户，请填写客户编码"


def _doubled(rows: Rows) -> Iterator[str]:
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        mark = tuple(row.get(name) or "" for name in ("function", "partner_code", "partner_name"))
        if mark in seen:
            yield f"{FUNCTIONS.get(str(mark[0]), mark[0])} {mark[1] or mark[2]} 登记了两次；请删去一行"
        seen.add(mark)


def _partner(function: str, code: str, known: Sequence[Any] | None) -> list[str]:
    name = FUNCTIONS.get(function, function)
    if not code:
        return []
    if known is None:
        return [f"{name} {code} 不存在；请在客户列表中核对编码，新伙伴请先建档"]
    group, status = known
    if group not in CAPABLE.get(function, ()):
        return [f"客户 {code} 属于账户组 {group}，不能作{name}（送达方只能收货，付款方和收票方不能收货）；请另选"]
    if status != "active":
        return [f"{name} {code} 现为{ACCOUNT_STATUS[status]}，不能作合作伙伴；请另选，或先解冻"]
    return []


def _pays(tx: Tx, code: str, payer: str) -> bool:
    """Whether `payer` pays for `code`, directly or through others."""
    seen, next_ones = {code}, [code]
    while next_ones:
        one = next_ones.pop()
        rows = tx.all(
            "SELECT p.partner_code FROM partner p JOIN account a ON a.id = p.account_id"
            " WHERE a.customer_code = ? AND p.function = ?",
            (one, PAYER),
        )
        for (other,) in rows:
            if other == payer:
                return True
            if other and other not in seen:
                seen.add(other)
                next_ones.append(other)
    return False


@guard("customers.partners")
def allowed(ctx: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """The partners a form names exist, are active, may stand in their function; nobody pays in a circle."""
    code, group = str(values.get("customer_code") or ""), str(values.get("account_group") or "")
    texts = problems(ctx.tx, code if values.get("base_version") else "", group, values.get("partners") or [])
    return [FieldProblem("partners", text, "合作伙伴") for text in texts]
