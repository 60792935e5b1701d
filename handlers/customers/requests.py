"""The application as the customer store sees it: the key it holds, the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from engine.clock import local
from engine.errors import Refused
from engine.operations import Context
from engine.store import moment, stamp
from engine.transactions import Tx
from handlers.customers.steps import StepDone
from handlers.customers.tables import register
from handlers.customers.values.keys import shown
from handlers.customers.values.secrets import stored_key

# --- the key ---------------------------------------------------------------------------------------

_HOLDER = (
    "SELECT r.instance_id, i.number, d.name, r.reserved_at FROM key_reservation r"
    " JOIN instance i ON i.id = r.instance_id JOIN department d ON d.id = r.department_id"
    " WHERE r.key = ? AND r.released_at IS NULL"
)
_RESERVE = (
    "INSERT INTO key_reservation (key, instance_id, department_id, reserved_at) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
_LET_GO = "UPDATE key_reservation SET released_at = ?, released_as = ? WHERE instance_id = ? AND released_at IS NULL"
_CUSTOMER = (
    "SELECT a.customer_code, n.name, a.status FROM party p JOIN account a ON a.party_id = p.id"
    " JOIN party_name n ON n.party_id = p.id AND n.kind = 'current' AND n.valid_to IS NULL"
    " WHERE p.key = ? AND p.status = 'active' ORDER BY a.customer_code LIMIT 1"
)


@dataclass(frozen=True)
class Holder:
    """The application that holds a key."""

    instance_id: int
    number: str
    department: str
    since: datetime


@dataclass(frozen=True)
class Customer:
    """A customer that has the key an application asks for."""

    code: str
    name: str
    status: str


def holder(tx: Tx, key: str) -> Holder | None:
    """The application that holds the key; None when none does."""
    row = tx.one(_HOLDER, (stored_key(tx.vault, key),))
    return Holder(row[0], row[1], row[2], moment(row[3])) if row else None


def customer_with(tx: Tx, key: str) -> Customer | None:
    """The customer that has the key already, by its first code."""
    row = tx.one(_CUSTOMER, (stored_key(tx.vault, key),))
    return Customer(*row) if row else None


def reserve(tx: Tx, now: datetime, instance_id: int, department_id: int, key: str) -> Holder | None:
    """Take the key for an application, giving up any other it held; returns who has it when that is another.

    The database decides a race: the partial unique index admits one open reservation of a key (E-33).
    """
    current = holder(tx, key)
    if current and current.instance_id == instance_id:
        return None
    if current is None:
        release(tx, instance_id, now, "changed")
        if tx.run(_RESERVE, (stored_key(tx.vault, key), instance_id, department_id, stamp(now))) == 1:
            return None
        current = holder(tx, key)
    return current


def release(tx: Tx, instance_id: int, now: datetime, outcome: str) -> None:
    """Let go of what the application holds, if anything (hook at the end of every case)."""
    tx.run(_LET_GO, (stamp(now), outcome[:12], instance_id))


def must_be_free(tx: Tx, instance_id: int, key: str, excepted: bool) -> None:
    """Refuse with KEY_TAKEN when a customer or another application has the key."""
    other = holder(tx, key)
    if other and other.instance_id != instance_id:
        raise taken(key, other)
    existing = customer_with(tx, key)
    if existing and not excepted:
        raise Refused(
            "KEY_TAKEN",
            f"税号 {shown(key)} 已属于客户 {existing.code} {existing.name}，不能再新增；"
            f"请改走修改、解冻或扩展销售范围流程{_at_work(tx, existing.code)}",
            existing_code=existing.code,
        )


def _at_work(tx: Tx, code: str) -> str:
    """Whose applications about the customer are in flight: whom to talk to."""
    rows = tx.all(
        "SELECT i.number, d.name FROM account_claim c JOIN account a ON a.id = c.account_id"
        " JOIN instance i ON i.id = c.instance_id JOIN department d ON d.id = i.department_id"
        " WHERE a.customer_code = ? AND c.released_at IS NULL ORDER BY c.id",
        (code,),
    )
    texts = "、".join(f"{number}（{department}）" for number, department in rows)
    return f"；该客户在办的申请：{texts}" if texts else ""


def taken(key: str, other: Holder) -> Refused:
    """The refusal that tells the loser who was first and what to do."""
    return Refused(
        "KEY_TAKEN",
        f"税号 {shown(key)} 已由{other.department}的申请 {other.number} "
        f"于 {local(other.since):%m-%d %H:%M} 占用；"
        "请撤回本单，待其建档后以“扩展销售范围”加入，或与该部门归口人员联系",
        holder=other.number,
        department_name=other.department,
    )


# --- the register of SD-010 3.3.3 ------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of the register (登记簿)."""

    result: str
    reason_code: str = ""
    note: str = ""
    existing_code: str | None = None


def enter(ctx: Context, line: Line, step: StepDone | None) -> None:
    """Enter a line with who did the step and when it reached them; once per job."""
    if ctx.tx.one("SELECT 1 FROM register WHERE job = ?", (ctx.job,)):
        return
    ctx.tx.core(
        insert(register).values(
            instance_id=ctx.case.id,
            job=ctx.job,
            round=ctx.case.round,
            result=line.result,
            reason_code=line.reason_code,
            note=line.note,
            existing_code=line.existing_code,
            person_id=step.done_by if step else ctx.actor_id,
            received_at=step.opened_at if step else None,
            done_at=step.done_at if step else None,
            recorded_at=ctx.now,
        )
    )
    data = {"existing_code": line.existing_code} if line.existing_code else {}
    ctx.record("check.registered", result=line.result, reason_code=line.reason_code, note=line.note, **data)
