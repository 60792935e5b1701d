"""The findings behind a figure of the report, as a page: what was asked for, and exactly those."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.transactions import Tx
from handlers.penalties.findings import Finding
from handlers.penalties.month import Assessed
from webui.assessment.lists import finding_lists

KINDS = {"late": "处理超时", "untrue": "申报不实", "wrong": "录入错误", "exempt": "豁免或申诉成立", "appeal": "申诉"}


def findings_page(
    tx: Tx,
    of: Assessed,
    found: Sequence[Finding],
    kind: str,
    *,
    whole: bool,
    department: int | None,
    person: int | None,
) -> dict[str, Any]:
    """The variables of assessment/findings.html; `whole` is for those who may go back to the month's report."""
    people = of.basis.people
    asked = [of.month.title]
    asked += [people.department(department).name] if department is not None else []
    asked += [people.person(person).name] if person is not None else []
    asked += [_(KINDS[kind])] if kind in KINDS else []
    back = {"url": url_for("assessment.show", which=str(of.month)), "label": of.month.title}
    mine = {"url": url_for("assessment.mine"), "label": _("我的考核建议")}
    return {
        "active": "assessment",
        "asked": asked,
        "count": len(found),
        "found": finding_lists(tx, of, found),
        "crumbs": [{"url": url_for("assessment.index"), "label": _("考核")}, back if whole else mine],
    }
