"""申请表 on paper: what was filled in by whom, who signed and sealed it, when everybody had it, what came of it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from engine import signed_form
from engine.casefile import Item
from engine.clock import local
from engine.wording import amount_text
from webui import case_page, changes, texts
from webui.case_view import CaseView
from webui.here import services
from webui.pills import limit_text

MINUTE = "%Y-%m-%d %H:%M"
TOLD = ("result", "batch_result")  # notices that tell the applicant what came of it


def paper_page(view: CaseView) -> dict[str, Any]:
    """The context of print/form.html."""
    case, definition = view.file.case, view.file.definition
    start = definition.forms.get(definition.start.extensions.get("form", ""))
    model = definition.model.extensions
    done = changes.done(view.file)
    signed = [item for item in done if item.signature]
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
            "code": signed_form.code_of(view.file) if signed else "",
            "root": services().engine.seals.root()["fingerprint"] if signed else "",
        },
        "columns_in_use": _columns_in_use,
        "sections": [part | {"filled_by": _filled_by(view, part)} for part in case_page.sections(view)],
        "signatures": [_signature(view, item) for item in _latest(view, signed)],
        "times": [_times(view, item) for item in done],
        "checks": [_check(view, item) for item in done if _by_maintainer(view, item)],
        "result": _result(view),
    }


def _columns_in_use(table: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns of a table in which something is filled in; all of them when nothing is."""
    used = [one for one in table["columns"] if any(row.get(one["id"]) not in (None, "", []) for row in table["rows"])]
    return used or table["columns"]


def _filled_by(view: CaseView, part: dict[str, Any]) -> str:
    """Who wrote in a section last, and when."""
    names = {field["id"] for field in part["fields"]}
    wrote = [item for item in changes.done(view.file) if names & item.submission.keys()]
    if not wrote:
        case = view.file.case
        return f"{view.name(case.applicant_id)} {local(case.started_at):{MINUTE}}"
    last = wrote[-1]
    return f"{view.name(last.done_by)} {local(last.done_at or view.now):{MINUTE}}"


def _latest(view: CaseView, signed: list[Item]) -> list[Item]:
    """Of each step and department the signature that counts; earlier rounds are in the log."""
    return list({(view.file.node_now(item), item.department_id): item for item in signed}.values())


def _signature(view: CaseView, item: Item) -> dict[str, Any]:
    assert item.signature is not None
    assert item.done_at is not None
    behalf = f"（代{view.name(item.on_behalf_of)}）" if item.on_behalf_of else ""
    catalogue = view.file.definition_of(item).catalogue
    titles = [catalogue.by_id[name].title for name in item.signature["sections"] if name in catalogue.by_id]
    return {
        "role": item.name,
        "department": view.teller.department(item.department_id),
        "name": f"{view.name(item.done_by)}{behalf}",
        "at": f"{local(item.done_at):{MINUTE}}",
        "day": f"{local(item.done_at):%Y-%m-%d}",
        "decision": view.teller.outcome(item, item.outcome),
        "opinion": item.comment,
        "covers": "、".join(titles),
        "sealed": bool(item.signature.get("seal")),
        "scans": [f"{one['name']}（sha256 {one['sha256'][:16]}）" for one in item.signature.get("scan") or ()],
        "holds": case_page.signature_holds(view, item),
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


def _by_maintainer(view: CaseView, item: Item) -> bool:
    """Whether a maintainer judged here; a phone call on the side judges nothing."""
    duty = "duty" in view.file.node_of(item).extensions
    return item.post_id is not None and view.known.people.post_by_id(item.post_id).kind == "maintainer" and not duty


def _check(view: CaseView, item: Item) -> dict[str, str]:
    comment = f"：{item.comment}" if item.comment else ""
    return {
        "label": item.name,
        "value": f"{view.teller.outcome(item, item.outcome)}{comment}",
        "by": f"{view.name(item.done_by)} {local(item.done_at or view.now):{MINUTE}}",
    }


def _result(view: CaseView) -> list[dict[str, str]]:
    """What came of it: outcome, code, when the applicant was told."""
    case = view.file.case
    told = [one for one in view.file.events if one.kind == "notice.queued" and one.data.get("notice") in TOLD]
    code = str(case.form.get("customer_code") or case.subject or "") if case.outcome or case.subject else ""
    outcome = texts.OUTCOMES.get(case.outcome or "", ("", ""))[0] if case.outcome else _("办理中")
    return [
        {"label": _("处理结果"), "value": outcome or _("已办结")},
        {"label": _("客户编码"), "value": code or "–"},
        {"label": _("通知申请部门"), "value": f"{local(told[-1].occurred_at):{MINUTE}}" if told else "–"},
    ]
