"""Hints about the quality of a customer's data: what is missing, doubtful or old (dimensions of GB/T 36344)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.clock import local
from engine.transactions import Tx
from handlers.customers.changes.states import ONE_TIME
from handlers.customers.figures import uses

EXPIRES_WITHIN = timedelta(days=60)
CONFIRMED_WITHIN = timedelta(days=365)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Hint:
    """One thing to look at: what it is, in which dimension, and what to do; `serious` asks for a change soon."""

    text: str
    note: str
    dimension: str
    serious: bool = False


def hints(content: Mapping[str, Any], confirmed_at: datetime, now: datetime) -> list[Hint]:
    """What a snapshot of a customer gives reason to look at; `confirmed_at` is its newest posting."""
    found = (_missing(content), _term(content, local(now).date()), _titles(content), _age(confirmed_at, now))
    return [hint for part in found for hint in part]


def one_time(tx: Tx, account_id: int, group: str, most: int | None) -> list[Hint]:
    """A one-time customer used more often than `most` times should become a real one (E-49)."""
    count = uses(tx, account_id) if group == ONE_TIME else 0
    if most is None or count <= most:
        return []
    return [
        Hint(
            f"该一次性客户已使用 {count} 次，请改为正式新增",
            f"超过 {most} 次，有真实主体的须按新增建档",
            "唯一性",
            True,
        )
    ]


def _missing(content: Mapping[str, Any]) -> Iterator[Hint]:
    for name, text in (("accounting", "没有会计成本视图"), ("sales", "没有销售视图"), ("banks", "没有银行账户")):
        if not content.get(name):
            yield Hint(text, "开票、对账或收款前请申请修改补全", "完整性", serious=name == "accounting")
    if not any(one.get("is_primary") for one in content.get("contacts") or ()):
        yield Hint("没有主要联系人", "请申请修改补上联系人，并指明哪一位是主要联系人", "完整性")


def _term(content: Mapping[str, Any], today: date) -> Iterator[Hint]:
    for general in content.get("general") or ():
        days = _DAY.findall(str(general.get("business_term") or ""))
        if not days:
            continue
        end = date.fromisoformat(days[-1])
        if end < today:
            yield Hint("营业期限已届满", f"至 {end}，请取得新执照后申请修改", "规范性", serious=True)
        elif end - today <= EXPIRES_WITHIN:
            left = (end - today).days
            yield Hint("营业期限将届满", f"至 {end}，剩 {left} 天，请取得新执照后申请修改", "规范性", serious=True)


def _titles(content: Mapping[str, Any]) -> Iterator[Hint]:
    name = next((one.get("legal_name") for one in content.get("general") or ()), None)
    for view in content.get("accounting") or ():
        title = view.get("invoice_title")
        if name and title and title != name:
            yield Hint("开票抬头与客户名称不一致", f"公司代码 {view.get('company_code', '')}：“{title}”", "一致性")
    for bank in content.get("banks") or ():
        holder = bank.get("account_name")
        if name and holder and holder != name:
            yield Hint("银行户名与客户名称不一致", f"{bank.get('bank_name', '')}：“{holder}”", "一致性")


def _age(confirmed_at: datetime, now: datetime) -> Iterator[Hint]:
    if now - confirmed_at > CONFIRMED_WITHIN:
        months = int((now - confirmed_at).days / 30.4)
        yield Hint(f"资料 {months} 个月未维护", f"最近维护 {local(confirmed_at):%Y-%m-%d}，请与客户核对", "及时性")
