"""When an application for a "new" customer was not for one (SD-010 4.2), and when that is no finding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine import signing
from engine.errors import NotFound
from engine.operations import Context
from engine.store import loads, moment
from engine.transactions import Tx
from handlers.customers.guards import EXCEPTION, FIELD, last_search


@dataclass(frozen=True)
class Existing:
    """The customer that was there already."""

    code: str
    name: str
    status: str
    created_at: datetime


def existing(tx: Tx, code: str) -> Existing:
    """The customer with that code.

    Raises NotFound: a return as not new rests on a code that exists (E-35).
    """
    row = tx.one(
        "SELECT a.customer_code, n.name, a.status, a.created_at FROM account a JOIN party_name n"
        " ON n.party_id = a.party_id AND n.kind = 'current' AND n.valid_to IS NULL WHERE a.customer_code = ?",
        (code,),
    )
    if row is None:
        raise NotFound(what=f"客户编码“{code}”")
    return Existing(row[0], row[1], row[2], moment(row[3]))


def exemption(ctx: Context, known: Existing) -> str | None:
    """Why 4.2 does not apply, in a sentence; None when it does. Frozen customers count (E-36), later ones do not
    (E-37), nor declared second accounts that finance approved (E-38, AMB-26).
    """
    made = last_search(ctx.tx, (ctx.case.form.get(FIELD) or {}).get("search_ids") or [])
    if made is not None and known.created_at > made.at:
        return "该客户在申请部门查重之后才建档"
    if ctx.case.form.get(EXCEPTION) and _finance_approved(ctx):
        return "申请时已声明分开对账、开票或付款，并经财务审批"
    return None


def _finance_approved(ctx: Context) -> bool:
    """Whether a finance department has signed in this case."""
    rows = ctx.tx.all(
        "SELECT w.signature FROM work_item w JOIN department d ON d.id = w.department_id"
        " WHERE w.instance_id = ? AND w.status = 'done' AND d.kind = 'finance' AND w.signature IS NOT NULL",
        (ctx.case.id,),
    )
    return any(signing.sealed(loads(row[0])) for row in rows)
