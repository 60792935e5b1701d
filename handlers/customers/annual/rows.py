"""The rows that the forms of the review show, one customer each; a department is shown its own lines only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.operations import rows
from engine.store import loads
from engine.transactions import Tx
from handlers.customers.annual.tables import OPINIONS, ORIGINS, OUTCOMES
from handlers.customers.changes.states import INTERNAL, scope_text

Row = dict[str, Any]

_HEAD = (
    "SELECT l.id, l.account_id, a.customer_code, n.name, d.name, a.account_group, l.origin, l.as_of,"
    " l.last_transaction_on, l.open_balance, l.open_orders, l.proposal, l.reason"
)
_FROM = (
    " FROM freeze_line l JOIN account a ON a.id = l.account_id JOIN department d ON d.id = a.department_id"
    " JOIN party_name n ON n.party_id = a.party_id AND n.kind = 'current' AND n.valid_to IS NULL"
)
_REVIEW = " JOIN freeze_review r ON r.id = l.review_id AND r.instance_id = ?"
_ORDER = " ORDER BY a.customer_code"
_LINES = f"{_HEAD}{_FROM}{_REVIEW}{_ORDER}"
_PROPOSED = f"{_HEAD}{_FROM}{_REVIEW} WHERE l.proposal = 'propose'{_ORDER}"
_OF_DEPARTMENT = (
    f"{_HEAD}, o.decision, o.reason{_FROM}{_REVIEW}"
    f" JOIN freeze_opinion o ON o.line_id = l.id AND o.department_id = ?{_ORDER}"
)
_FILED = (
    f"{_HEAD}, f.scopes, f.choice, f.choice_reason, f.outcome, f.problem{_FROM}"
    f" JOIN freeze_filing f ON f.line_id = l.id AND f.instance_id = ?{_ORDER}"
)
_SAID = (
    "SELECT r.year, d.name, o.decision, o.reason FROM freeze_opinion o JOIN freeze_line l ON l.id = o.line_id"
    " JOIN freeze_review r ON r.id = l.review_id JOIN department d ON d.id = o.department_id"
    " WHERE l.account_id = ? AND o.signed_at IS NOT NULL AND {which} ORDER BY r.id DESC, d.code"
)
_EARLIER = _SAID.format(which="o.decision != 'agree' AND l.id < ?")
_OPINIONS = _SAID.format(which="l.id = ?")


@rows("customers.review_candidates")
def candidates(tx: Tx, now: datetime, case_id: int, department_id: int) -> list[Row]:
    """What finance edits: every line of the review, with what it has said so far."""
    return [
        {**_shown(tx, one), "owner": one[4], "origin": ORIGINS[one[6]], "proposal": one[11] or "propose",
         "proposal_reason": one[12] or ""}
        for one in tx.all(_LINES, (case_id,))
    ]  # fmt: skip


@rows("customers.review_proposal")
def proposal(tx: Tx, now: datetime, case_id: int, department_id: int) -> list[Row]:
    """What finance's leader signs: the lines that are proposed, each with its reason."""
    return [
        {**_shown(tx, one), "owner": one[4], "proposal_reason": one[12] or ""}
        for one in tx.all(_PROPOSED, (case_id,))
    ]  # fmt: skip


@rows("customers.review_lines")
def lines(tx: Tx, now: datetime, case_id: int, department_id: int) -> list[Row]:
    """What one department reviews, with what it has said so far."""
    return [
        {**_shown(tx, one), "proposal_reason": one[12] or "", "decision": one[13] or "", "reason": one[14] or ""}
        for one in tx.all(_OF_DEPARTMENT, (case_id, department_id))
    ]


@rows("customers.filing_lines")
def filing_lines(tx: Tx, now: datetime, case_id: int, department_id: int) -> list[Row]:
    """What one department applies for: its agreed lines, and the blocks of sales areas it is offered."""
    found = []
    for one in tx.all(_FILED, (case_id,)):
        scopes, choice, why, outcome, problem = loads(one[13]), *one[14:18]
        central = scopes == ["central"]
        found.append(
            {**_shown(tx, one), "opinions": "；".join(_told(tx.all(_OPINIONS, (one[1], one[0])))),
             "scope": "、".join(map(scope_text, scopes)), "choice": choice or ("file" if central else ""),
             "choice_reason": why or "", "outcome": _outcome(outcome, problem)}
        )  # fmt: skip
    return found


@rows("customers.filing_filed")
def filed(tx: Tx, now: datetime, case_id: int, department_id: int) -> list[Row]:
    """What is signed: the lines that the department files."""
    return [
        {name: value for name, value in row.items() if name not in ("choice", "choice_reason", "outcome")}
        for row in filing_lines(tx, now, case_id, department_id)
        if row["choice"] == "file"
    ]


def _outcome(outcome: str | None, problem: str | None) -> str:
    return "：".join(part for part in (OUTCOMES.get(outcome or "", ""), problem or "") if part)


def _shown(tx: Tx, one: Any) -> Row:
    """Customer, last business, what is open, what was said in earlier years (E-68)."""
    return {
        "customer_code": one[2],
        "legal_name": one[3] + ("（内部客户）" if one[5] == INTERNAL else ""),
        "last_business": one[8] or "没有记录",
        "open_items": _open(one[9], one[10], one[7]),
        "history": "；".join(_told(tx.all(_EARLIER, (one[1], one[0])), year=True)),
    }


def _open(balance: Any, orders: int | None, as_of: str | None) -> str:
    parts = [f"余额 {Decimal(str(balance)):,.2f}"] if balance and Decimal(str(balance)) else []
    parts += [f"单据 {orders} 张"] if orders else []
    return "、".join(parts) if parts else "无" if as_of else "没有数据"


def _told(said: Iterable[Any], year: bool = False) -> list[str]:
    return [
        (f"{at} 年" if year else "") + f"{department}{OPINIONS[decision]}" + (f"（{reason}）" if reason else "")
        for at, department, decision, reason in said
    ]
