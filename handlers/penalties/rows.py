"""The rows that the forms of the assessment show: findings to check, lines to confirm."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.operations import rows
from engine.people import People
from engine.transactions import Tx
from engine.wording import overrun_text
from handlers.customers.steps import last_done
from handlers.penalties import basis as bases
from handlers.penalties import course, fairness, month
from handlers.penalties.basis import Basis
from handlers.penalties.decisions import STATUS
from handlers.penalties.findings import OVERTIME, TITLE, Finding
from handlers.penalties.month import Assessed
from handlers.penalties.pricing import ROLES
from handlers.penalties.telling import payer

Row = dict[str, Any]


@rows("penalties.draft_lines")
def draft_lines(tx: Tx, now: datetime, case_id: int, department_id: int) -> list[Row]:
    """What the assessor checks: every finding with its guards, and what has been said about it so far."""
    assessed = _assessed(tx, now, case_id)
    said = _said(tx, case_id)
    return [{**_shown(tx, one, assessed), **said.get(one.name, _usual(one, assessed))} for one in _open(assessed)]


@rows("penalties.checked_lines")
def checked_lines(tx: Tx, now: datetime, case_id: int, department_id: int) -> list[Row]:
    """What a second person approves: the same, as the assessor left it."""
    return draft_lines(tx, now, case_id, department_id)


@rows("penalties.month_lines")
def month_lines(tx: Tx, now: datetime, case_id: int, department_id: int) -> list[Row]:
    """What is confirmed: who pays how much for what."""
    assessed = _assessed(tx, now, case_id)
    people = assessed.basis.people
    return [
        {
            "line": number, "clause": line.clause, "role": ROLES[line.role], "payer": payer(people, line),
            "department": people.department(line.department).name if line.department is not None else "",
            "amount": f"{line.amount:.2f}", "formula": line.formula, "findings": "、".join(line.findings),
        }
        for number, line in enumerate(assessed.lines, start=1)
    ]  # fmt: skip


def _assessed(tx: Tx, now: datetime, case_id: int) -> Assessed:
    known = course.of_case(tx, case_id)
    assert known is not None, f"case {case_id} assesses no month"
    return month.assess(tx, known.month, bases.live(tx, bases.known(tx, People.load(tx)), now), steps=False)


def _open(assessed: Assessed) -> list[Finding]:
    """The findings about which something can still be said: an appeal that was upheld has settled its own."""
    return [one for one in assessed.findings if assessed.status(one.name) != "upheld"]


def _said(tx: Tx, case_id: int) -> dict[str, Row]:
    done = last_done(tx, case_id, "Task_check")
    lines = (done.submission.get("lines") or ()) if done else ()
    return {row["finding"]: {"treatment": row["treatment"], "reason": row.get("reason") or ""} for row in lines}


def _usual(one: Finding, assessed: Assessed) -> Row:
    exempt = assessed.status(one.name) == "exempt"
    return {"treatment": "exempt" if exempt else "charge", "reason": ""}


def _shown(tx: Tx, one: Finding, assessed: Assessed) -> Row:
    basis = assessed.basis
    found = fairness.checks(tx, one, basis)
    doubts = [f"{each.title}（{fairness.OUTCOMES[each.outcome]}）：{each.evidence}"
              for each in found if each.outcome != fairness.PASSED]  # fmt: skip
    return {
        "finding": one.name, "what": _what(one, basis), "who": _who(one, basis),
        "status": STATUS[assessed.status(one.name)],
        "guards": "；".join(doubts) or ("各项通过" if found else "没有需核对的项目"),
        "proposal": "建议豁免" if fairness.proposal(found) else "",
    }  # fmt: skip


def _what(one: Finding, basis: Basis) -> str:
    department = basis.people.department(one.department).name if one.department is not None else ""
    if one.kind == OVERTIME and one.deadline is not None:
        return f"{department} {one.deadline.clock} 超时 {overrun_text(one.overrun)}"
    return f"{department} {TITLE[one.kind]}"


def _who(one: Finding, basis: Basis) -> str:
    payers = [each for each in (one.payer, one.leader) if each is not None and each.person is not None]
    return "、".join(basis.people.person(each.person).name for each in payers if each.person is not None)
