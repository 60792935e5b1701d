"""设置 · 工作日历: a proposed change with the limits it would move; another administrator approves or refuses it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from engine import calendar_changes
from engine.clock import local
from engine.company import proposals
from engine.company.proposals import Content, Proposal
from engine.errors import CountersignError
from engine.recompute import Moved
from webui.here import now, services
from webui.people.pages import moved_text, people, the_people

LISTED = 200  # moved limits shown one by one
STATUSES = {"open": "待批准", "approved": "已批准", "refused": "未同意", "withdrawn": "已撤回"}


def propose(content: Content, reason: str) -> ResponseReturnValue:
    """Propose a change on behalf of the signed-in administrator, and go where it waits or is in force."""
    number = calendar_changes.propose(services().engine, current_user.id, content, reason)
    if number is None:
        flash(_("%(what)s，已生效。", what=proposals.title(content)))
        return redirect(url_for("people.calendar"))
    flash(_("已提请，由另一位系统管理员批准后生效。"))
    return redirect(url_for("people.proposal", number=number))


@people.get("/calendar/proposals/<int:number>")
def proposal(number: int) -> str:
    with services().transactions.read() as tx:
        found = proposals.proposal(tx, number)
    return _page(found)


@people.post("/calendar/proposals/<int:number>/<verb>")
def decide(number: int, verb: str) -> ResponseReturnValue:
    engine, who = services().engine, current_user.id
    if verb == "approve":
        moved = calendar_changes.approve(engine, who, number)
        flash(_("已批准，%(moved)s。", moved=moved_text(len(moved))))
        with services().transactions.read() as tx:
            return _page(proposals.proposal(tx, number), moved)
    if verb not in ("refuse", "withdraw"):
        abort(404)
    calendar_changes.decline(engine, who, number, request.form.get("reason", "").strip())
    flash(_("已撤回，日历不变。") if verb == "withdraw" else _("已答复不同意，日历不变。"))
    return redirect(url_for("people.calendar"))


def listed() -> list[dict[str, str]]:
    """What waits for approval, for the page of the year."""
    with services().transactions.read() as tx:
        found = proposals.waiting(tx)
    return [
        {
            "title": one.title,
            "who": the_people().person(one.proposed_by).name,
            "at": f"{local(one.proposed_at):%Y-%m-%d %H:%M}",
            "url": url_for("people.proposal", number=one.id),
        }
        for one in found
    ]


def _page(found: Proposal, moved: Sequence[Moved] | None = None) -> str:
    known, error = the_people(), ""
    if moved is None and found.status == "open":
        try:
            moved = calendar_changes.preview(services().engine, found)
        except CountersignError as refused:
            error = _("现在已不能批准：%(why)s", why=refused.message)
    mine = found.proposed_by == current_user.id
    others = [known.person(one).name for one in proposals.approvers(known, found.proposed_by, now())]
    return render_template(
        "admin/proposal.html",
        number=found.id,
        what=found.title,
        reason=found.reason,
        status=_(STATUSES[found.status]),
        open=found.status == "open",
        mine=mine,
        others="、".join(others),
        proposed=_told(known.person(found.proposed_by).name, found.proposed_at),
        decided=_told(known.person(found.decided_by).name, found.decided_at) if found.decided_by else "",
        answer=found.answer or "",
        error=error,
        count=None if moved is None else len(moved),
        moved=[_row(one) for one in (moved or ())[:LISTED]],
        listed=LISTED,
    )


def _told(name: str, at: Any) -> str:
    return f"{name} {local(at):%Y-%m-%d %H:%M}"


def _row(moved: Moved) -> dict[str, str]:
    return {
        "number": moved.number,
        "url": url_for("cases.show", case_id=moved.case_id),
        "name": moved.name,
        "before": f"{local(moved.before):%Y-%m-%d %H:%M}",
        "due": f"{local(moved.due):%Y-%m-%d %H:%M}",
    }
