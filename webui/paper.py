"""申请表 on paper: what was filled in, who signed and sealed it, when everybody had it."""

from __future__ import annotations

from typing import Any

from engine.casefile import Item
from engine.clock import local
from engine.wording import amount_text
from webui import case_page, changes
from webui.case_view import CaseView
from webui.pills import limit_text

MINUTE = "%Y-%m-%d %H:%M"


def paper_page(view: CaseView) -> dict[str, Any]:
    """The context of print/form.html."""
    case, definition = view.file.case, view.file.definition
    start = definition.forms.get(definition.start.extensions.get("form", ""))
    model = definition.model.extensions
    done = changes.done(view.file)
    return {
        "sheet": {
            "title": start.title if start else f"{definition.name}申请表",
            "number": case.number,
            "policy": model.get("policy", ""),
            "urgent": case.urgent,
            "applicant": view.name(case.applicant_id),
            "department": view.teller.department(case.department_id),
            "applied_at": f"{local(case.started_at):{MINUTE}}",
            "printed_at": f"{local(view.now):{MINUTE}}",
        },
        "sections": case_page.sections(view, blanks=True),
        "signatures": [_signature(view, item) for item in done if item.signature],
        "times": [_times(view, item) for item in done],
    }


def _signature(view: CaseView, item: Item) -> dict[str, Any]:
    assert item.signature is not None
    assert item.done_at is not None
    holds = case_page.signature_holds(view, item)
    behalf = f"（代{view.name(item.on_behalf_of)}）" if item.on_behalf_of else ""
    return {
        "role": item.name,
        "department": view.teller.department(item.department_id),
        "name": f"{view.name(item.done_by)}{behalf}",
        "at": f"{local(item.done_at):{MINUTE}}",
        "decision": view.teller.outcome(item, item.outcome) + ("" if holds else "（签后有改动，已失效）"),
        "opinion": item.comment,
        "sealed": bool(item.signature.get("seal")) and holds,
    }


def _times(view: CaseView, item: Item) -> dict[str, Any]:
    assert item.done_at is not None
    deadline = view.file.deadline_of(item)
    over = None
    if deadline is not None and item.done_at > item.due:
        line = view.known.calendar(deadline.calendar)
        over = amount_text(line.between(item.due, item.done_at))
    return {
        "step": item.name,
        "department": view.teller.department(item.department_id),
        "person": view.name(item.done_by),
        "received": f"{local(item.opened_at):{MINUTE}}",
        "done": f"{local(item.done_at):{MINUTE}}",
        "limit": limit_text(deadline.amount) if deadline else "不计时",
        "overrun": over,
    }
