"""延期申请: asked for on the page of a step, decided on that of the case; what waits for me stands over the inbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import due_story, extensions
from engine.casefile import Item
from engine.extensions import Request
from engine.limits import Limit
from engine.snapshots import Snapshot
from engine.transactions import Tx
from engine.wording import moment_text
from webui.case_view import CaseView
from webui.here import me, services, toast

more_time = Blueprint("more_time", __name__)

CHOICES = ("30m", "1h", "2h", "4h", "8h")
Action = dict[str, Any]


@more_time.post("/work/<item_id>/extend")
def ask(item_id: str) -> ResponseReturnValue:
    form = request.form
    stepped = services().engine.ask_extension(item_id, me(), form.get("amount", ""), form.get("reason", "").strip())
    toast(_("%(number)s 已申请延期；批准之前时限不变。", number=stepped.number))
    return redirect(url_for("work.show", item_id=item_id), 303)


@more_time.post("/extensions/<int:request_id>/<decision>")
def decide(request_id: int, decision: str) -> ResponseReturnValue:
    if decision not in ("grant", "refuse"):
        abort(404)
    granted = decision == "grant"
    stepped = services().engine.decide_extension(request_id, me(), granted, request.form.get("reason", "").strip())
    toast(_("%(number)s 已准予延期。" if granted else "%(number)s 已答复不同意延期，时限不变。", number=stepped.number))
    return redirect(url_for("cases.show", case_id=stepped.case_id), 303)


# --- on the page of a step or a case ----------------------------------------------------------------------------


def asking(view: CaseView, item: Item, reason: dict[str, Any]) -> list[Action]:
    """The button of whoever owes a step, while more time may still be asked for."""
    deadline = view.file.deadline_of(item)
    rule = extensions.rule_of(view.known, deadline.policy_id if deadline else None)
    if deadline is None or rule is None or deadline.status != "open" or deadline.due < view.now:
        return []
    if "duty" in view.node(item.node).extensions or due_story.extensions(deadline.steps) >= rule.times:
        return []
    if any(one.deadline_id == deadline.id for one in waiting(view)):
        return []
    amount = {
        "id": "amount",
        "name": "amount",
        "label": _("延长"),
        "kind": "choice",
        "width": 3,
        "required": True,
        "options": [
            {"value": one, "label": due_story.length(one)} for one in CHOICES if Limit.parse(one).span <= rule.max.span
        ],
    }
    effect = _("由主管领导决定；批准之前时限不变，到期后不能再延")
    url = url_for("more_time.ask", item_id=item.id)
    confirm = {"title": _("申请延期"), "button": _("提交申请"), "fields": [amount, reason], "effects": [effect]}
    return [
        {
            "verb": "extend",
            "label": _("申请延期"),
            "icon": "clock",
            "consequence": effect,
            "url": url,
            "confirm": confirm,
        }
    ]


def deciding(view: CaseView, reason: dict[str, Any]) -> list[Action]:
    """Two buttons for each request that this person may decide."""
    found = []
    for one in waiting(view):
        if view.me in _deciders(view.known, one, view.now):
            found += [_decision(view, one, reason, granted=True), _decision(view, one, reason, granted=False)]
    return found


def _decision(view: CaseView, one: Request, reason: dict[str, Any], *, granted: bool) -> Action:
    label = _("准予延期") if granted else _("不同意延期")
    effect = _("到期时刻、提醒和待办一并顺延 %(n)s", n=due_story.length(one.amount)) if granted else _("时限不变")
    field = reason | {"ref": f"reason-{one.id}-{granted}", "required": not granted, "label": _("意见")}
    return {
        "verb": f"extension-{one.id}-{'grant' if granted else 'refuse'}",
        "label": label,
        "icon": "check" if granted else "x",
        "tone": "primary" if granted else "",
        "consequence": effect,
        "url": url_for("more_time.decide", request_id=one.id, decision="grant" if granted else "refuse"),
        "confirm": {
            "title": f"{label}：{_words(view, one)}",
            "button": label,
            "danger": not granted,
            "fields": [field],
            "effects": [effect],
        },
    }


def notices(view: CaseView) -> list[dict[str, str]]:
    """What is asked for and not decided yet, for everybody who sees the case."""
    return [
        {"tone": "warn", "text": _("%(what)s。理由：%(why)s", what=_words(view, one), why=one.reason)}
        for one in waiting(view)
    ]


def waiting(view: CaseView) -> Sequence[Request]:
    return extensions.pending(view.tx, view.now, view.file.case.id) if view.file.case.status == "open" else ()


def _words(view: CaseView, one: Request) -> str:
    step = view.file.item(one.item_id).name
    return _(
        "%(who)s申请把“%(step)s”延期 %(n)s（原 %(due)s 到期）",
        who=view.name(one.asked_by), step=step, n=due_story.length(one.amount), due=view.moment(one.before),
    )  # fmt: skip


# --- over the inbox ---------------------------------------------------------------------------------------------


def of_inbox(tx: Tx, known: Snapshot, now: datetime) -> list[dict[str, str]]:
    """The requests that wait for the person signed in."""
    mine = [one for one in extensions.pending(tx, now) if me() in _deciders(known, one, now)]
    titles = extensions.titles(tx, mine)
    return [
        {
            "title": titles[one.case_id],
            "text": _(
                "%(who)s申请延期 %(n)s，原 %(due)s 到期：%(why)s",
                who=known.people.person(one.asked_by).name, n=due_story.length(one.amount),
                due=moment_text(one.before, now), why=one.reason,
            ),
            "url": url_for("cases.show", case_id=one.case_id),
        }
        for one in mine
    ]  # fmt: skip


def _deciders(known: Snapshot, one: Request, now: datetime) -> list[int]:
    rule = extensions.rule_of(known, one.policy_id)
    return extensions.who_decides(known.people, rule, one.department, one.asked_by, now) if rule else []
