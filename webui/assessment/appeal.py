"""The appeal against a finding: what was said so far, until when more may be said, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.clock import local
from engine.people import People
from engine.transactions import Tx
from engine.wording import WEEKDAYS
from handlers.penalties import access, appeals
from handlers.penalties.decisions import APPEALED, EXEMPTED, WITHDRAWN
from handlers.penalties.queries import Placed
from webui.assessment.words import minute, short
from webui.here import me, now, snapshot

APPEAL = "penalty_appeal"  # the procedure


def appeal(placed: Placed, tx: Tx) -> dict[str, Any]:
    """What was said so far, until when more may be said, and by whom."""
    until, known = placed.stage.appeal_until, snapshot(tx).people
    steps = [_step(known, *step[:4]) for step in reversed(placed.decision.steps)]
    concerned = access.viewer(known, me(), now()).concerned(placed.finding)
    objection = appeals.objection(tx, known, now(), me(), placed.finding.name) if concerned else ""
    return {
        "steps": steps,
        "until": f"{minute(until)} {WEEKDAYS[local(until).weekday()]}" if until else None,
        "over": bool(until and until < now()),
        "url": _start(tx, placed) if concerned and not objection else None,
        "objection": objection,
        "again": bool(placed.decision.appeals),
        "concerned": concerned,
    }


def _step(people: People, at: datetime, kind: str, actor: int | None, data: Mapping[str, Any]) -> dict[str, str]:
    tone = "hold" if kind == APPEALED else "late" if data.get("outcome") == "rejected" else "ok"
    tone = "" if kind in WITHDRAWN else tone
    by = actor or data.get("by")
    who = people.person(by).name if by else _("系统")
    return {"time": short(at), "who": who, "text": _decided(kind, data), "reason": data.get("reason", ""), "tone": tone}


def _decided(kind: str, data: Any) -> str:
    if kind == APPEALED:
        return _("提出申诉")
    if kind in WITHDRAWN:
        return _("撤回申诉")
    if kind == EXEMPTED:
        return _("批准豁免") if data.get("exempt", True) else _("撤销豁免")
    return _("申诉成立，不计扣款") if data["outcome"] == "upheld" else _("申诉不成立")


def _start(tx: Tx, placed: Placed) -> str | None:
    """The way into the procedure of an appeal, when this installation has one."""
    if tx.one("SELECT id FROM definition WHERE process = ?", (APPEAL,)) is None:
        return None
    return url_for("apply.begin", process=APPEAL, customer=placed.finding.name)
