"""What the reviews have said about customers: the lines of RP-09, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.transactions import Tx
from handlers.customers.annual.tables import OPINIONS, OUTCOMES, PROPOSALS, RESULTS

_LINES = (
    "SELECT l.id, a.customer_code, l.proposal, l.reason, l.result, i.id, i.number FROM freeze_line l"
    " JOIN freeze_review r ON r.id = l.review_id JOIN instance i ON i.id = r.instance_id"
    " JOIN account a ON a.id = l.account_id ORDER BY r.id, l.id"
)
_SAID = (
    "SELECT o.line_id, d.name, o.decision, o.reason, o.signed_at FROM freeze_opinion o"
    " JOIN department d ON d.id = o.department_id ORDER BY o.line_id, d.code"
)
_FILED = (
    "SELECT f.line_id, d.name, f.outcome, f.problem, f.choice_reason FROM freeze_filing f"
    " JOIN department d ON d.id = f.department_id ORDER BY f.line_id, d.code"
)
_NEWEST = (
    "SELECT a.id FROM freeze_line l JOIN account a ON a.id = l.account_id"
    " WHERE l.review_id = (SELECT max(id) FROM freeze_review) ORDER BY a.customer_code"
)


@dataclass(frozen=True)
class Decision:
    """What the newest review of a customer has said: finance proposes, the departments decide, a unit files."""

    proposal: str
    opinions: str
    result: str
    instance_id: int
    number: str


def decisions(tx: Tx) -> dict[str, Decision]:
    """By customer code; a customer that was in no review has none."""
    said: dict[int, list[str]] = {}
    for line, department, decision, reason, signed in tx.all(_SAID):
        word = OPINIONS[decision] + (f"，{reason}" if reason else "") if decision and signed else "没有答复"
        said.setdefault(line, []).append(f"{department}：{word}")
    filed: dict[int, list[str]] = {}
    for line, department, outcome, problem, why in tx.all(_FILED):
        word = OUTCOMES.get(outcome or "", "申请在办") + (f"，{problem or why}" if problem or why else "")
        filed.setdefault(line, []).append(f"{department}：{word}")
    found: dict[str, Decision] = {}
    for line, code, proposal, reason, result, instance_id, number in tx.all(_LINES):
        if proposal is None and code in found:  # just listed again: what the review before said still stands
            continue
        outcome = "；".join(filed.get(line, ())) or (RESULTS[result] if result else _open(proposal))
        proposed = f"{PROPOSALS[proposal]}：{reason}" if proposal else ""
        found[code] = Decision(proposed, "；".join(said.get(line, ())), outcome, instance_id, number)
    return found


def newest(tx: Tx) -> list[int]:
    """The accounts of the newest review, those included that finance added by hand."""
    return [int(row[0]) for row in tx.all(_NEWEST)]


def _open(proposal: str | None) -> str:
    return {"propose": "评审中", "leave": "不提议"}.get(proposal or "", "提议中")
