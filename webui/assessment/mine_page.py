"""我的考核建议: what the last months charge to oneself, and to the departments one answers for (E-99)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import url_for

from engine.transactions import Tx
from handlers.penalties import queries
from handlers.penalties.access import Viewer
from handlers.penalties.pricing import Line, role_name
from handlers.penalties.queries import Share
from handlers.reporting import money_text
from webui.assessment.lists import finding_lists
from webui.assessment.words import MONTH_TAGS, minute, tag
from webui.here import now, snapshot


def mine_page(tx: Tx, viewer: Viewer) -> dict[str, Any]:
    """The variables of assessment/mine.html."""
    own, department = [], []
    for which in queries.months(now()):
        of, at = queries.assessed(tx, which, snapshot(tx), now()), queries.stage(tx, which)
        own.append(queries.own(of, at, viewer.person))
        department.append(queries.of_departments(of, at, viewer))
    people = snapshot(tx).people
    return {
        "active": "assessment",
        "own": [_share(tx, one) for one in own if one.findings or one.lines],
        "own_sum": money_text(sum((one.amount for one in own if one.month.month.year == now().year), queries.ZERO)),
        "departments": "、".join(people.department(one).name for one in sorted(viewer.departments)),
        "of_departments": [_share(tx, one) for one in department if one.findings or one.lines],
        "year": now().year,
        "whole_url": url_for("assessment.show", which=str(queries.latest(tx, now()))) if viewer.everything else None,
    }


def _share(tx: Tx, one: Share) -> dict[str, Any]:
    return {
        "title": one.month.month.title,
        "key": str(one.month.month),
        "tag": tag(MONTH_TAGS[one.stage.status]),
        "until": minute(one.stage.appeal_until) if one.stage.appeal_until and one.stage.appeal_until > now() else None,
        "amount": money_text(one.amount),
        "sums": [_sum(one, line) for line in _merged(one.lines)],
        "lists": finding_lists(tx, one.month, one.findings),
    }


def _merged(lines: tuple[Line, ...]) -> list[list[Line]]:
    """Lines of one clause, role and payer together."""
    found: dict[Any, list[Line]] = {}
    for line in lines:
        found.setdefault(line.key, []).append(line)
    return [found[key] for key in sorted(found, key=str)]


def _times(lines: list[Line]) -> list[str]:
    """Equal amounts together: 50×3."""
    return [f"{amount}×{times}" for amount, times in Counter(line.amount for line in lines).items()]


def _sum(one: Share, lines: list[Line]) -> dict[str, str]:
    people, first = one.month.basis.people, lines[0]
    who = people.person(first.person).name if first.person is not None else ""
    amount = sum((line.amount for line in lines), queries.ZERO)
    formula = "＋".join(_times(lines)) if first.role != "extra" else first.formula
    return {
        "clause": first.clause,
        "role": role_name(first, people),
        "who": who,
        "formula": formula,
        "amount": money_text(amount),
    }
