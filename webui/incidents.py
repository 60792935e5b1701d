"""异常: what the system could not do by itself, for administrators to mend; maintainers may look."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import CountersignError, NotAllowed, NotFound
from engine.transactions import Tx
from engine.wording import moment_text
from handlers.notices import outbox
from webui import incident_list
from webui.here import holds, me, now, services, snapshot, toast
from webui.incident_list import KINDS, WHICH, Incident
from webui.paging import sought

incidents = Blueprint("incidents", __name__, url_prefix="/incidents")

CAUSES = {
    "job": "系统自动执行这一步时出错，试了 {n} 次都没有成功。",
    "timer": "到了设定的时刻，定时器没有能执行，试了 {n} 次都没有成功。",
    "step": "有人办理时流程无法往下走，这一步没有提交，所填内容没有丢。",
}
REMEDIES = {
    "job": "先看技术细节，排除原因（如磁盘已满、编码段用完、配置缺项）后点“重试”；仍不行请把技术细节交给流程负责人。",
    "timer": "先看技术细节，排除原因后点“重试”，定时器会马上补执行，到期时刻不变。",
    "step": "把技术细节交给流程负责人；图改好或配置补齐后点“请经办人重新提交”，系统核对流程能否读取并通知经办人；"
    "走不下去的，请打开流程退回或作废。",
}


@incidents.before_request
def operators_only() -> None:
    with services().transactions.read() as tx:
        if not holds(snapshot(tx).people, "admin", "maintainer"):
            raise NotAllowed(what=_("查看异常"), why=_("这里由系统管理员和维护员处理"))


@incidents.get("")
def index() -> str:
    which = request.args.get("which", "")
    page = request.args.get("page", 1, type=int)
    with services().transactions.read() as tx:
        shown = incident_list.listed(tx, which if which in WHICH else "", sought(), page)
    return render_template("incidents/list.html", **shown)


@incidents.get("/<int:incident_id>")
def show(incident_id: int) -> str:
    with services().transactions.read() as tx:
        found = incident_list.find(tx, incident_id)
        if found is None:
            raise NotFound(what=_("这条异常"))
        return render_template("incidents/show.html", **_shown(tx, found))


@incidents.post("/<int:incident_id>/retry")
def retry(incident_id: int) -> ResponseReturnValue:
    stepped = services().engine.retry(incident_id, me())
    services().engine.settle(stepped.case_id)
    toast(_outcome(stepped.case_id, stepped.number))
    return redirect(url_for("incidents.show", incident_id=incident_id), 303)


@incidents.post("/retry")
def retry_all() -> ResponseReturnValue:
    """Try every open incident of a job or timer again; one that a colleague has just taken is passed over."""
    _must_administer(_("重试异常"))
    with services().transactions.read() as tx:
        waiting = [one for one in incident_list.open_ones(tx) if one.kind != "step"]
    done = sum(_retried(one) for one in waiting)
    with services().transactions.read() as tx:
        left = len(incident_list.open_ones(tx))
    toast(_("已重试 %(n)s 件，现有 %(left)s 件待处理。", n=done, left=left))
    return redirect(url_for("incidents.index"), 303)


@incidents.post("/resend")
def resend() -> ResponseReturnValue:
    """Send every message that did not go out once more, at the next beat."""
    _must_administer(_("重发通知"))
    with services().transactions.write() as tx:
        count = outbox.resend(tx, now())
    toast(_("已重新排队 %(n)s 封通知，稍后发出。", n=count))
    return redirect(url_for("incidents.index", which="notices"), 303)


def _retried(one: Incident) -> bool:
    try:
        services().engine.retry(one.id, me())
    except CountersignError:
        return False
    services().engine.settle(one.case_id)
    return True


def _must_administer(doing: str) -> None:
    with services().transactions.read() as tx:
        if not incident_list.administers(tx):
            raise NotAllowed(what=doing, why=_("只有系统管理员可以"))


def _outcome(case_id: int, number: str) -> str:
    with services().transactions.read() as tx:
        again = tx.one("SELECT 1 FROM incident WHERE instance_id = ? AND status = 'open'", (case_id,))
        owed = tx.one("SELECT 1 FROM job WHERE instance_id = ? AND status = 'waiting' AND attempts > 0", (case_id,))
    if again or owed:
        return _("%(number)s 已重试，仍没有成功，系统稍后再试。", number=number)
    return _("%(number)s 已重试，流程继续。", number=number)


# --- one incident ---------------------------------------------------------------------------------------------


def _shown(tx: Tx, one: Incident) -> dict[str, Any]:
    """The variables of incidents/show.html."""
    kind, tone = KINDS[one.kind]
    remedy = _(REMEDIES[one.kind]) if one.open else _("已经处理，不用再做什么。")
    return {
        "incident": {
            "title": one.what,
            "kind": {"text": _(kind), "tone": tone if one.open else "hold"},
            "status": incident_list.status_tag(one),
            "what": _("%(number)s %(title)s：%(what)s", number=one.number, title=one.title, what=one.what),
            "why": _(CAUSES[one.kind]).format(n=one.attempts),
            "remedy": remedy,
            "facts": _facts(tx, one),
            "detail": one.detail,
        },
        "actions": [_action(tx, one)] if one.open else [],
        "list_url": url_for("incidents.index"),
    }


def _facts(tx: Tx, one: Incident) -> list[dict[str, Any]]:
    people, place = snapshot(tx).people, url_for("cases.show", case_id=one.case_id)
    facts: list[dict[str, Any]] = [
        {"label": _("流程"), "value": f"{one.number} {one.title}", "url": place},
        {"label": _("环节"), "value": incident_list.node_name(tx, one) or "–"},
        {"label": _("发生"), "value": moment_text(one.opened_at, now())},
        {"label": _("已试"), "value": _("%(n)s 次", n=one.attempts)},
        {"label": _("编号"), "value": one.subject},
    ]
    if one.resolved_at and one.resolved_by:
        by = f"{people.person(one.resolved_by).name}，{moment_text(one.resolved_at, now())}"
        facts.append({"label": _("处理"), "value": by})
    return facts


def _action(tx: Tx, one: Incident) -> dict[str, Any]:
    return {
        "verb": "retry",
        "label": _("请经办人重新提交") if one.kind == "step" else _("重试"),
        "icon": "refresh",
        "tone": "primary",
        "url": url_for("incidents.retry", incident_id=one.id),
        "consequence": _("记入流转记录；时限不因异常停计"),
        "disabled": None if incident_list.administers(tx) else _("只有系统管理员可以重试，请通知管理员"),
    }
