"""What an application for a new customer must prove at submission: that the applicant looked (3.3.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.clock import local
from engine.errors import FieldProblem
from engine.operations import GuardContext, guard
from engine.store import moment, placeholders, stamp
from engine.transactions import Tx
from handlers.customers.changes.places import UNSEARCHED
from handlers.customers.matching.naming import normalise
from handlers.customers.matching.search import Hit, candidate_of, find
from handlers.customers.values.keys import key_of
from handlers.customers.values.secrets import stored_key
from handlers.customers.values.show import number_text

FIELD = "search"
LABEL = "查重"
FRESH = timedelta(minutes=30)
# 003:L513: one legal person may have a second account for these reasons, approved by finance (E-38, AMB-26).
EXCEPTION = "separate_reason"


@dataclass(frozen=True)
class LoggedSearch:
    """A search for duplicates that somebody made: over which name and number, when."""

    at: datetime
    normal: str
    key: str | None  # as stored
    name: str
    tax_id: str


@guard("customers.searched")
def searched(ctx: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """A search, at most 30 minutes old, over this name and number; every near hit dismissed with a reason.

    The hits are looked up anew, so that what came in since the search is seen too (R-073).
    """
    if values.get("account_group") in UNSEARCHED:
        return []
    if problem := _search_problem(ctx, values):
        return [problem]
    return [_problem(text) for text in unresolved(ctx.tx, values, ctx.case_id)]


@guard("customers.existing_code")
def existing_code(ctx: GuardContext, values: Mapping[str, Any]) -> list[FieldProblem]:
    """A customer code that is named as already there must be there: a return as not new rests on it (E-35)."""
    code = str(values.get("existing_code") or "").strip()
    if not code or ctx.tx.one("SELECT 1 FROM account WHERE customer_code = ?", (code,)):
        return []
    message = f"系统中没有客户编码“{code}”；请在客户列表中核对后填写已有客户的编码"
    return [FieldProblem("existing_code", message, "已有客户编码")]


def unresolved(tx: Tx, form: Mapping[str, Any], case_id: int | None) -> list[str]:
    """Why this application may not yet be called one for a new customer, a sentence with the remedy each."""
    if form.get("account_group") in UNSEARCHED:
        return []
    hits = find(tx, candidate_of(form), key_of(form), case_id)
    dismissals = (form.get(FIELD) or {}).get("dismissals") or {}
    excepted = bool(form.get(EXCEPTION))
    return [text for hit in hits if (text := _objection(hit, dismissals.get(hit.candidate), excepted))]


def last_search(tx: Tx, search_ids: list[Any], person_id: int | None = None) -> LoggedSearch | None:
    """The newest of the named searches, if the person (anybody when None) made it."""
    ids = [int(one) for one in search_ids if re.fullmatch("[0-9]{1,9}", str(one))]
    if not ids:
        return None
    row = tx.one(
        f"SELECT at, normal, key, name, tax_id FROM search_log WHERE id IN ({placeholders(ids)})"
        " AND (? = 0 OR person_id = ?) ORDER BY id DESC LIMIT 1",
        (*ids, person_id or 0, person_id or 0),
    )
    return LoggedSearch(moment(row[0]), row[1], row[2], row[3], tx.vault.plain(row[4])) if row else None


def _search_problem(ctx: GuardContext, values: Mapping[str, Any]) -> FieldProblem | None:
    made = last_search(ctx.tx, (values.get(FIELD) or {}).get("search_ids") or [], ctx.actor_id)
    if made is None:
        return _problem("提交前须由提交人按客户名称和税号查重（SD-010 3.3.2）；请点击“查重”后再提交")
    if stamp(ctx.now - FRESH) > stamp(made.at):
        at = f"{local(made.at):%H:%M}"
        return _problem(f"最近一次查重在 {at}，已超过 30 分钟，其间可能有人新增；请重新查重后提交")
    if made.normal != normalise(str(values.get("legal_name") or ""))[:200]:
        return _problem(f"查重时的客户名称是“{made.name}”，与表单不一致；请按表单上的名称重新查重")
    if _number(made.key) != _number(stored_key(ctx.tx.vault, key_of(values))):
        number = number_text(made.tax_id) or "（空）"
        return _problem(f"查重时的税号是“{number}”，与表单不一致；请按表单上的税号重新查重")
    return None


def _number(key: str | None) -> str:
    # The search page does not ask for the country, so only the number is compared.
    return (key or "").partition("/")[2]


def _objection(hit: Hit, dismissal: Mapping[str, Any] | None, excepted: bool) -> str | None:
    if hit.same_key:
        return _same_key(hit, excepted)
    reason = str((dismissal or {}).get("reason") or "").strip()
    evidence = str((dismissal or {}).get("evidence") or "").strip()
    who = f"“{hit.name}”（{hit.candidate}，{hit.status_text}，相似度 {hit.score}）"
    if hit.verdict == "block" and not (reason and evidence):
        return f"{who}极可能是同一客户；若是，请改走修改或扩展流程；若确非同一客户，请逐项写明理由和依据"
    if hit.verdict == "dismiss" and not reason:
        return f"{who}与本客户相近；请写明为何不是同一客户"
    return None


def _same_key(hit: Hit, excepted: bool) -> str | None:
    if hit.status == "applied":
        return (
            f"同一税号的客户正在申请新增（{hit.status_text}）；请等其建档后以“扩展销售范围”加入，"
            "或与该部门归口人员联系，不要重复提交"
        )
    if excepted:
        return None
    if hit.status == "frozen":
        return f"同一税号的客户已存在：{hit.candidate} {hit.name}，现为冻结；请提修改申请办理“解冻”，不要新增"
    return (
        f"同一税号的客户已存在：{hit.candidate} {hit.name}（{hit.status_text}，{hit.department}）；"
        "请改走修改或扩展销售范围流程；如确需分开对账、开票或付款，请在表单上选择例外理由，由财务审批"
    )


def _problem(message: str) -> FieldProblem:
    return FieldProblem(FIELD, message, LABEL)
