"""Ship-to places (C002 送达方): no number of their own, one per parent and address (E-40); and who needs no search."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from engine.errors import FieldProblem
from engine.operations import GuardContext, guard
from engine.transactions import Tx
from handlers.customers.changes.partners import SOLD_TO
from handlers.customers.tables import ACCOUNT_STATUS
from handlers.customers.values.text import unify

SHIP_TO = "C002"
# Groups without an identity of their own: not looked for as duplicates, nor found as such (C009 一次性客户).
UNSEARCHED = frozenset({SHIP_TO, "C004", "C009"})
_ADDRESS = ("country", "region_code", "city", "district", "street_address")


def place_key(form: Mapping[str, Any]) -> str | None:
    """What must be unique of a ship-to: its parent and its address in normal form; None for other groups."""
    parent = str(form.get("parent_code") or "").strip()
    if form.get("account_group") != SHIP_TO or not parent:
        return None
    parts = (re.sub(r"\W", "", unify(str(form.get(name) or ""))).upper() for name in _ADDRESS)
    return sha256("/".join((parent, *parts)).encode()).hexdigest()


def objections(tx: Tx, form: Mapping[str, Any], own: str = "") -> list[tuple[str, str]]:
    """Why a ship-to cannot be created like this, as field and text; `own` is the code of one that exists already."""
    if form.get("account_group") != SHIP_TO:
        return []
    parent = str(form.get("parent_code") or "").strip()
    row = tx.one("SELECT account_group, status FROM account WHERE customer_code = ?", (parent,))
    if row is None:
        return [("parent_code", f"上级客户编码“{parent}”不存在；送达方须属于一个已建档的售达方，请核对编码")]
    if row[0] not in SOLD_TO:
        return [("parent_code", f"客户 {parent} 属于账户组 {row[0]}，不是售达方；请填售达方的编码")]
    if row[1] != "active":
        return [("parent_code", f"上级客户 {parent} 现为{ACCOUNT_STATUS[row[1]]}，不能增加送达方；请先解冻")]
    taken = tx.one("SELECT customer_code FROM account WHERE place_key = ?", (place_key(form),))
    if taken and taken[0] != own:
        return [("street_address", f"客户 {parent} 在这个地址已有送达方 {taken[0]}；请直接使用，不要重复建档")]
    return []


@guard("customers.place_free")
def place_free(ctx: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """A ship-to has an active sold-to as parent, and no other ship-to of it stands at the same address (E-40)."""
    return [FieldProblem(field, text) for field, text in objections(ctx.tx, values)]
