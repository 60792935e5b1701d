"""Why a finding costs what it costs: the clauses, how they are read, the sums, whether it is fair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from engine.policy_readings import readings
from engine.transactions import Tx
from handlers.penalties import fairness
from handlers.penalties.pricing import Line, role_name
from handlers.penalties.queries import Placed
from handlers.reporting import money_text
from webui.assessment.policy_text import quoted
from webui.here import me

READINGS = {
    "overtime": ("AMB-01", "AMB-02", "AMB-14", "AMB-15", "AMB-16", "AMB-21", "AMB-33"),
    "false_new": ("AMB-17", "AMB-18", "AMB-20", "AMB-26"),
    "entry_error": ("AMB-19", "AMB-42"),
}
TONES = {fairness.PASSED: "", fairness.GROUND: "warn", fairness.EXEMPT: "accent"}


def clauses(tx: Tx, placed: Placed) -> list[dict[str, Any] | None]:
    """The clauses a finding rests on, as the policy says them."""
    one = placed.finding
    rule = one.deadline and placed.basis.policies.version(one.policy).limit(one.deadline.clock, one.deadline.urgent)
    numbers = [one.clause, *(number for number in (rule.clauses if rule else ()) if number != one.clause)]
    return [quoted(tx, number, one.deadline.clock if one.deadline else "") for number in numbers]


def read_as(placed: Placed) -> list[str]:
    """How the company reads what these clauses leave open."""
    policy = placed.basis.policies.version(placed.finding.policy)
    wanted = READINGS[placed.finding.kind]
    urgent = placed.finding.deadline is not None and placed.finding.deadline.urgent
    skipped = "AMB-01" if urgent else "AMB-02"
    return [
        f"{one.question}：{one.answer}" for one in readings(policy) if one.number in wanted and one.number != skipped
    ]


def sums(placed: Placed, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """What the finding costs, line by line, with the sum spelled out."""
    people, month = placed.basis.people, placed.month.month
    rows = []
    for line in sorted(lines, key=lambda line: (line.person != me(), line.role == "extra")):
        who = people.person(line.person).name if line.person is not None else ""
        if not who and line.department is not None:
            who = people.department(line.department).name
        note = ""
        if line.role == "extra":
            nth, all_ = line.findings.index(placed.finding.name) + 1, len(line.findings)
            note = _(
                "%(month)s共 %(n)s 次（本次为第 %(nth)s 次）；由部门承担，不分摊到个人",
                month=month.title,
                n=all_,
                nth=nth,
            )
        rows.append({
            "who": _("本人") if line.person == me() else who, "role": role_name(line, people), "formula": line.formula,
            "amount": money_text(line.amount), "mine": line.person == me(), "note": note,
        })  # fmt: skip
    return rows


def fair(tx: Tx, placed: Placed) -> list[dict[str, str]]:
    """What speaks for and against charging it, each with its evidence."""
    return [
        {
            "title": one.title,
            "text": one.evidence,
            "outcome": fairness.OUTCOMES[one.outcome],
            "tone": TONES[one.outcome],
        }
        for one in fairness.checks(tx, placed.finding, placed.basis)
    ]
