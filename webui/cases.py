"""A case to look at: its page, its diagram, its paper form; and what is done to a case as a whole."""

from __future__ import annotations

from hashlib import sha256

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from engine import signed_form
from engine.company.administration import record
from engine.definitions import CALLED, DIAGRAM
from engine.errors import CountersignError, NotAllowed
from handlers.notices.formal import signed_letters
from webui import actions, case_page, more_time, uploads
from webui.case_view import CaseView
from webui.evidence_pack import EXPORTED, ZIP, evidence_pack
from webui.here import download, me, now, services, toast
from webui.paper import paper_page

cases = Blueprint("cases", __name__, url_prefix="/cases")


@cases.get("/<int:case_id>")
def show(case_id: int) -> str:
    """The case for everybody who may see it, with a way to the step that is theirs."""
    base = url_for("cases.show", case_id=case_id)
    with services().transactions.read() as tx:
        view = CaseView.of(tx, case_id)
        page = case_page.context(view, request.args.get("tab", "form"), base)
        page |= {"crumb": _crumb(view), "actions": actions.of_case(view), "more": [], "draft": None}
        page |= {"active": "started" if view.file.case.applicant_id == me() else "inbox"}
        mine = [item for item in view.file.items if item.live and view.acting(item)]
        if mine and view.file.case.status == "open":
            link = {"label": _("去办理"), "icon": "arrow-right", "url": url_for("work.show", item_id=mine[0].id)}
            page["tools"] = [link, *page["tools"]]
        if page["tab"] == "form":
            page |= {"sections": case_page.sections(view), "errors": [], "notices": _notices(view), "quiet": True}
        return render_template("cases/show.html", **page)


@cases.get("/<int:case_id>/diagram.bpmn")
def diagram(case_id: int) -> Response:
    """The diagram of the version that governs the case, or of one it was on before, or of the shared steps called."""
    with services().transactions.read() as tx:
        file = CaseView.of(tx, case_id).file
    earlier = file.passed.earlier.get(request.args.get("version", 0, int), file.definition)
    documents = earlier.documents
    part = request.args.get("part")
    text = documents.get(f"{CALLED}{part}.bpmn" if part else DIAGRAM)
    if text is None:
        abort(404)
    return Response(text, mimetype="application/xml")


@cases.get("/<int:case_id>/print")
def paper(case_id: int) -> str:
    """申请表, as it goes into the binder."""
    with services().transactions.read() as tx:
        return render_template("print/form.html", **paper_page(CaseView.of(tx, case_id)))


@cases.get("/<int:case_id>/signed.json")
def signed(case_id: int) -> Response:
    """签章文件: what was signed, by whom, with which seals, for `countersign verify-form`; downloads are on record."""
    seals, at = services().engine.seals, now()
    with services().transactions.write() as tx:
        view = CaseView.of(tx, case_id)
        letters = signed_letters(tx, case_id)
        content = signed_form.write(tx, view.file, view.known.people, seals, at, view.clear, letters)
        record(tx, at, me(), "signed.exported", view.file.case.number)
    return download(content, f"{view.file.case.number} 签章文件.json")


@cases.get("/<int:case_id>/evidence.zip")
def evidence(case_id: int) -> Response:
    """证据包: all that proves this case, to be checked without this system; who took it is on record."""
    with services().transactions.write() as tx:
        view = CaseView.of(tx, case_id)
        if not view.may_prove:
            why = _("证据包只供申请人、经办人、有关部门的归口人员和主管领导、考核人员、管理员下载")
            raise NotAllowed(what=_("下载证据包"), why=why)
        content = evidence_pack(tx, services(), case_id, view.clear)
        record(tx, now(), me(), EXPORTED, view.file.case.number, {"sha256": sha256(content).hexdigest()})
    return download(content, f"{view.file.case.number} 证据包.zip", ZIP)


@cases.post("/<int:case_id>/<verb>")
def act(case_id: int, verb: str) -> ResponseReturnValue:
    """Withdraw, suspend, resume, urge, void, up- or downgrade the case, with a reason."""
    engine, reason = services().engine, request.form.get("reason", "").strip()
    with services().transactions.read() as tx:
        CaseView.of(tx, case_id)
    if verb == "withdraw":
        stepped, done = engine.withdraw(case_id, me(), reason), _("已撤回")
    elif verb == "suspend":
        category, files = request.form.get("category", ""), _evidence()
        stepped, done = engine.suspend(case_id, me(), category, reason, files), _("已挂起，时限暂停")
    elif verb == "resume":
        stepped, done = engine.resume(case_id, me(), reason), _("已恢复")
    elif verb == "upgrade":
        stepped = engine.reprioritise(case_id, me(), True, reason, request.form.get("ground", ""))
        done = _("已升为紧急处理，各环节限 2 个工作小时")
    elif verb == "downgrade":
        stepped, done = engine.reprioritise(case_id, me(), False, reason), _("已改为正常处理")
    elif verb == "urge":
        stepped, done = engine.urge(case_id, me(), reason), _("已催办，经办人会收到提醒")
    elif verb == "cancel":
        stepped, done = engine.cancel(case_id, me(), reason), _("已作废")
    else:
        abort(404)
    toast(f"{stepped.number} {done}。")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _evidence() -> list[str]:
    """The files handed in with a pause, kept; what cannot be taken in stops it with the remedy."""
    try:
        files = [uploads.read(one, services().settings.upload_megabytes) for one in _files()]
    except ValueError as error:
        raise CountersignError(str(error)) from error
    with services().transactions.write() as tx:
        return [uploads.keep(tx, now(), me(), one) for one in files]


def _files() -> list[FileStorage]:
    return [one for one in request.files.getlist("evidence") if one.filename]


def _crumb(view: CaseView) -> dict[str, str]:
    if view.file.case.applicant_id == view.me:
        return {"label": _("我发起的"), "url": url_for("inbox.started")}
    return {"label": _("我的待办"), "url": url_for("inbox.mine")}


def _notices(view: CaseView) -> list[dict[str, str]]:
    case = view.file.case
    said = {
        "case.suspended": case.status == "suspended",
        "case.withdrawn.reason": case.status == "withdrawn",
        "case.cancelled.reason": case.status == "cancelled",
    }
    told = [e for e in view.file.events if said.get(e.kind)]
    tone = "late" if case.status == "cancelled" else "warn"
    stuck = [text for item in view.live if (text := view.alone(item))] if case.running else []
    return [
        *more_time.notices(view),
        *({"tone": "warn", "text": text} for text in stuck),
        *({"tone": tone, "text": f"{view.teller.who(e)}：{view.teller.sentence(e)}"} for e in told[-1:]),
    ]
