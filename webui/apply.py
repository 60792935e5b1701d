"""发起: choosing a procedure, searching for duplicates, filling in the form, handing it in once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import drafts, starting
from engine.engine import Application
from engine.errors import CountersignError, FieldProblem, FormInvalid, NotAllowed, NotPossible
from engine.transactions import Tx
from handlers.notices.outbox import Note, queue
from webui import choices, duplicates, start_drafts, subjects, uploads
from webui.application_page import NO_URGENCY, ApplicationPage, Posted
from webui.here import me, now, services, snapshot, toast
from webui.next_steps import next_steps
from webui.paging import sought
from webui.procedures import about_customers, standing
from webui.start_drafts import StartDraft

apply = Blueprint("apply", __name__, url_prefix="/apply")

KEY = "/<process>/<key>"
KEY_FORM = re.compile("[0-9a-f]{32}")


@apply.get("")
def choose() -> str:
    with services().transactions.read() as tx:
        return render_template("apply/choose.html", **choices.shown(tx, snapshot(tx).people))


@apply.get("/<process>")
def begin(process: str) -> ResponseReturnValue:
    """A new application gets its key: reloading finds the draft again, sending twice starts one case (E-31).

    One about a customer first asks which.
    """
    customer = request.args.get("customer") or None
    with services().transactions.read() as tx:
        page = _page(tx, process, uuid.uuid4().hex)
        if page.form.prefill and not customer and not about_customers(page.form):
            raise NotPossible(what=page.form.title, why=_("它是关于某一项的，请从那一项的页面发起"))
        if page.form.prefill and not customer:
            return render_template("apply/customer.html", **subjects.asked(tx, page.definition, sought()))
    return redirect(url_for("apply.fill_in", process=process, key=uuid.uuid4().hex, customer=customer))


@apply.get(KEY)
def fill_in(process: str, key: str) -> ResponseReturnValue:
    with services().transactions.read() as tx:
        if case := starting.known(tx, key):
            return _to_case(case[0])
        page = _page(tx, process, key)
        if page.form.prefill and not page.subject:
            return redirect(url_for("apply.begin", process=process))
        return _drawn(page)


@apply.post(KEY)
def submit(process: str, key: str) -> ResponseReturnValue:
    """Hand the application in: engine.start checks everything and starts at most one case per key."""
    posted, problems = _taken(process, key)
    if "urgent" in request.form and not _may_be_urgent(process):
        problems.append(FieldProblem("urgent", _(NO_URGENCY)))
    if problems:
        return _refused(process, key, posted, FormInvalid(problems))
    with services().transactions.read() as tx:
        page = _page(tx, process, key, posted)
        values, whose = page.values, page.standing.department
        subject, seen = page.subject or None, page.posted_last("seen") or None
    try:
        application = Application(process, me(), whose.id if whose else 0, values, key, subject, seen)
        case_id = services().engine.start(application).case_id
    except CountersignError as error:
        return _refused(process, key, posted, error)
    with services().transactions.write() as tx:
        start_drafts.forget(tx, process, key)
    services().engine.settle(case_id)
    with services().transactions.read() as tx:
        toast(next_steps(tx, snapshot(tx), case_id))
    return _to_case(case_id)


@apply.post(f"{KEY}/search")
def look(process: str, key: str) -> ResponseReturnValue:
    """Search for duplicates, on record; the draft keeps the evidence, so that it works without scripts too."""
    part = "HX-Request" in request.headers
    posted, problems = _taken(process, key, files=not part)
    with services().transactions.write() as tx:
        page = _page(tx, process, key, posted)
        problems += duplicates.problems(page.form, page.values, page.context)
        if not problems:
            found = duplicates.look(tx, page.values)
            posted = {**posted, "search-search_ids": [*posted.get("search-search_ids", ()), found]}
            start_drafts.save(tx, now(), me(), process, key, posted)
    if not problems and not part:
        return redirect(page.address("fill_in") + "#s-search-box", 303)
    with services().transactions.read() as tx:
        page = _page(tx, process, key, posted)
        page.problems = problems
        if not part:
            return _drawn(page, 422 if problems else 200)
        error = "；".join(problem.message for problem in problems)
        shown = page.shown() | ({"search": {"error": error}} if error else {})
        return render_template("apply/_search.html", **shown), 422 if error else 200


@apply.post(f"{KEY}/draft")
def save_draft(process: str, key: str) -> ResponseReturnValue:
    """Keep what is typed; the page does it by itself every few seconds."""
    _posted, problems = _taken(process, key)
    with services().transactions.read() as tx:
        if case := starting.known(tx, key):
            return _to_case(case[0])
        page = _page(tx, process, key)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(saved=page.saved())
    toast("；".join(problem.message for problem in problems) or _("草稿已保存，可从“发起”页接着填。"))
    return redirect(page.address("fill_in"), 303)


@apply.post(f"{KEY}/offer")
def offer(process: str, key: str) -> ResponseReturnValue:
    """Who may not submit hands the draft to the focal person, who is told (E-21)."""
    posted, problems = _taken(process, key)
    if problems:
        return _refused(process, key, posted, FormInvalid(problems))
    with services().transactions.write() as tx:
        page = _page(tx, process, key, posted)
        if not page.standing.ask:
            raise NotAllowed(what=_("请人提交"), why=_("本部门没有归口人员"))
        start_drafts.save(tx, now(), me(), process, key, {**posted, start_drafts.OFFERED: ["1"]})
        name, title = page.people.person(me()).name, StartDraft(process, key, me(), posted, now()).last("legal_name")
        subject = _("%(name)s起草了“%(title)s”的申请，请核对后提交", name=name, title=title or _("未填名称"))
        body = _("草稿在“发起”页“待您提交的草稿”中。提交前须由您本人查重（SD-010 3.1、3.3.2）。")
        whom = [person.id for person in page.standing.ask]
        queue(tx, now(), page.people, whom, Note("draft", f"{key}:{now():%Y%m%d%H%M}", subject, body))
    toast(_("已交%(whom)s，由其核对、查重后提交。", whom=page.standing.whom))
    return redirect(url_for("apply.choose"), 303)


@apply.post(f"{KEY}/discard")
def discard(process: str, key: str) -> ResponseReturnValue:
    with services().transactions.write() as tx:
        drafts.drop(tx, me(), start_drafts.subject(process, key))
    toast(_("草稿已删除。"))
    return redirect(url_for("apply.choose"), 303)


def _may_be_urgent(process: str) -> bool:
    with services().transactions.read() as tx:
        _id, definition = services().engine.definitions.newest(tx, process)
    return "urgent" in definition.model.extensions


# --- what the views share -------------------------------------------------------------------------------------


def _page(tx: Tx, process: str, key: str, posted: Posted | None = None) -> ApplicationPage:
    """The application as this person may see it; raises NotAllowed with whom to ask (E-19), NotFound."""
    people = snapshot(tx).people
    _id, definition = services().engine.definitions.newest(tx, process)
    if "form" not in definition.start.extensions or not KEY_FORM.fullmatch(key):
        abort(404)
    mine = standing(people, definition, me(), now(), request.args.get("department", type=int))
    if not mine.submits and not mine.prepares:
        raise NotAllowed(what=_("提出这项申请"), why=_("%(why)s。可联系：%(whom)s", why=mine.why, whom=mine.whom))
    colleagues = [mine.department.id] if mine.submits and mine.department else []
    draft = start_drafts.find(tx, me(), process, key, colleagues)
    typed = posted if posted is not None else (draft.data if draft else {})
    return ApplicationPage(tx, people, definition, mine, key, typed, draft)


def _taken(process: str, key: str, files: bool = True) -> tuple[dict[str, Sequence[str]], list[FieldProblem]]:
    """What was posted with the ids of the files that came along, kept as a draft first, so that nothing is lost."""
    with services().transactions.read() as tx:
        page = _page(tx, process, key)
        sent = starting.known(tx, key) is not None
    # The first step shows three fields only: what was typed before stays.
    before = page.draft.typed if page.draft and page.searching else {}
    posted = {**before, **request.form.to_dict(flat=False)}
    limit = services().settings.upload_megabytes
    new, problems = uploads.read_all(page.form, page.context.kind, request.files, limit) if files else ({}, [])
    if sent:
        return posted, problems
    with services().transactions.write() as tx:
        for name, some in new.items():
            posted[name] = [*posted.get(name, ()), *(uploads.keep(tx, now(), me(), one) for one in some)]
        start_drafts.save(tx, now(), me(), process, key, posted)
    return posted, problems


def _refused(process: str, key: str, posted: Posted, error: CountersignError) -> ResponseReturnValue:
    """The same page with everything typed kept, and what to do."""
    with services().transactions.read() as tx:
        page = _page(tx, process, key, posted)
        if isinstance(error, FormInvalid):
            page.problems = error.problems
        else:
            page.notices.append({"tone": "late", "text": _("没有提交。%(why)s", why=error.message)})
        return _drawn(page, error.status)


def _drawn(page: ApplicationPage, status: int = 200) -> ResponseReturnValue:
    template = "apply/search.html" if page.searching else "apply/form.html"
    return render_template(template, **page.shown()), status


def _to_case(case_id: int) -> ResponseReturnValue:
    return redirect(url_for("cases.show", case_id=case_id), 303)
