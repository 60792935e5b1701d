"""办理: one step of a case, filled in, signed and sent on; claimed, handed over, put back; drafts kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import drafts, worklists
from engine.casefile import Item
from engine.cases import case_of
from engine.clock import local
from engine.engine import Completion
from engine.errors import AlreadyDone, CountersignError, FieldProblem, FormInvalid
from engine.forms import Context, Form
from engine.transactions import Tx
from handlers.notices import queries as notices
from webui import duplicates, uploads
from webui.case_lists import holder
from webui.case_view import CaseView
from webui.here import back, me, now, services, snapshot, toast
from webui.work_page import Typed, comments_in, draw, inbox_of, values_of

work = Blueprint("work", __name__, url_prefix="/work")

Posted = dict[str, list[str]]


@work.get("/<item_id>")
def show(item_id: str) -> ResponseReturnValue:
    """The step, for whoever may work it; everybody else is shown the case."""
    with services().transactions.read() as tx:
        view, item = _opened(tx, item_id)
        if item.status not in ("open", "claimed") or view.acting(item) is None:
            return redirect(url_for("cases.show", case_id=view.file.case.id, tab=request.args.get("tab")))
        unseen = notices.reminded(tx, me(), view.file.case.id)
        if item.viewed_at is not None and not unseen:
            return draw(view, item, Typed())
    if unseen:
        with services().transactions.write() as tx:
            notices.mark_reminded(tx, now(), me(), view.file.case.id)
    services().engine.view(item_id, me())
    return _again(item_id, Typed())


@work.post("/<item_id>/complete/<outcome>")
def complete(item_id: str, outcome: str) -> ResponseReturnValue:
    """Finish the step; what is wrong comes back on the same page with everything typed."""
    posted, problems = _taken(item_id)
    values = _values(item_id, posted)
    comments = comments_in(posted)
    comment = comments.get(outcome, "").strip()
    if problems:
        return _again(item_id, Typed(values, problems, comments=comments)), 422
    try:
        services().engine.finish(item_id, me(), Completion(outcome, values, comment))
    except FormInvalid as error:
        return _again(item_id, Typed(values, error.problems, comments=comments)), 422
    except CountersignError as error:
        if isinstance(error, AlreadyDone) and _was_me(item_id, outcome):  # a double click: the first one did it
            return redirect(url_for("cases.show", case_id=case_of(item_id)), 303)
        return _stopped(item_id, values, comment, error)
    _handed_in(item_id)
    return redirect(_after(item_id, outcome), 303)


@work.post("/<item_id>/claim")
def claim(item_id: str) -> ResponseReturnValue:
    services().engine.claim(item_id, me())
    toast(_("已签收。"), url_for("work.release", item_id=item_id))
    return redirect(back(url_for("work.show", item_id=item_id)), 303)


@work.post("/<item_id>/release")
def release(item_id: str) -> ResponseReturnValue:
    services().engine.release(item_id, me())
    toast(_("已退回公共待办。"), url_for("work.claim", item_id=item_id))
    return redirect(back(url_for("inbox.mine")), 303)


@work.post("/<item_id>/transfer")
def transfer(item_id: str) -> ResponseReturnValue:
    to = request.form.get("to", 0, type=int)
    if not to:
        raise CountersignError("没有选择转给谁。请在“转办”中选择同岗位的另一人。")
    stepped = services().engine.transfer(item_id, me(), to, request.form.get("reason", ""))
    with services().transactions.read() as tx:
        name = snapshot(tx).people.person(to).name
    toast(_("%(number)s 已转办给%(name)s，时限不变。", number=stepped.number, name=name))
    return redirect(url_for("inbox.mine"), 303)


@work.post("/<item_id>/draft")
def draft(item_id: str) -> ResponseReturnValue:
    """Keep what is typed; the page saves by itself, the button works without scripts."""
    posted, problems = _taken(item_id)
    moment = now()
    with services().transactions.write() as tx:
        drafts.save(tx, moment, me(), item_id, posted)
    if request.accept_mimetypes.best == "application/json":
        return {"saved": _("%(time)s 已保存", time=f"{local(moment):%H:%M}")}
    toast("；".join(one.message for one in problems) or _("草稿已保存，尚未提交。"))
    return redirect(url_for("work.show", item_id=item_id), 303)


@work.post("/<item_id>/search")
def look(item_id: str) -> ResponseReturnValue:
    """Search for duplicates again, on record; the draft keeps the evidence, so that it works without scripts."""
    posted, problems = _taken(item_id)
    with services().transactions.write() as tx:
        view, item = _opened(tx, item_id)
        form, context = _form_of(view, item)
        values = {**view.file.case.form, **values_of(view, item, posted)}
        found = list(problems) or (duplicates.problems(form, values, context) if form else [])
        if not found:
            searched = duplicates.look(tx, values, view.file.case.id)
            posted = {**posted, "search-search_ids": [*posted.get("search-search_ids", []), searched]}
            drafts.save(tx, now(), me(), item_id, posted)
    if "HX-Request" not in request.headers:
        if found:
            return _again(item_id, Typed(values, found)), 422
        return redirect(url_for("work.show", item_id=item_id) + "#s-search-box", 303)
    return _search_part(item_id, posted, found)


# --- what was posted ------------------------------------------------------------------------------------------


def _opened(tx: Tx, item_id: str) -> tuple[CaseView, Item]:
    view = CaseView.of(tx, case_of(item_id))
    return view, view.file.item(item_id)


def _form_of(view: CaseView, item: Item) -> tuple[Form | None, Context]:
    return view.file.definition.forms.get(item.form or ""), view.context(item)


def _taken(item_id: str) -> tuple[Posted, list[FieldProblem]]:
    """The controls of the page, with the ids of the files that came along; such files are kept at once."""
    posted = {name: values for name, values in request.form.to_dict(flat=False).items() if name != "csrf_token"}
    with services().transactions.read() as tx:
        form, context = _form_of(*_opened(tx, item_id))
    if form is None or not any(file.filename for file in request.files.values()):
        return posted, []
    new, problems = uploads.read_all(form, context.kind, request.files, services().settings.upload_megabytes)
    with services().transactions.write() as tx:
        for name, files in new.items():
            posted[name] = [*posted.get(name, []), *(uploads.keep(tx, now(), me(), one) for one in files)]
        drafts.save(tx, now(), me(), item_id, posted)
    return posted, problems


def _values(item_id: str, posted: Posted) -> dict[str, Any]:
    with services().transactions.read() as tx:
        return values_of(*_opened(tx, item_id), posted)


def _handed_in(item_id: str) -> None:
    """The draft has served."""
    with services().transactions.write() as tx:
        drafts.drop(tx, me(), item_id)


# --- what comes back ------------------------------------------------------------------------------------------


def _again(item_id: str, typed: Typed) -> str:
    with services().transactions.read() as tx:
        return draw(*_opened(tx, item_id), typed)


def _stopped(item_id: str, values: Mapping[str, Any], comment: str, error: CountersignError) -> ResponseReturnValue:
    """The step could not be finished: say why, with everything typed still on the page."""
    with services().transactions.read() as tx:
        view, item = _opened(tx, item_id)
        over = not item.live or isinstance(error, AlreadyDone) or view.acting(item) is None
        notices = [{"tone": "late", "text": error.message}]
        if comment:
            notices.append({"tone": "info", "text": _("您写的意见：%(comment)s", comment=comment)})
        return draw(view, item, Typed(values, notices=notices, stopped=over)), error.status


def _search_part(item_id: str, posted: Posted, problems: Sequence[FieldProblem]) -> ResponseReturnValue:
    with services().transactions.read() as tx:
        view, item = _opened(tx, item_id)
        values = {**view.file.case.form, **values_of(view, item, posted)}
        error = "；".join(problem.message for problem in problems)
        found = {"error": error} if error else duplicates.evidence(tx, values, view.file.case.id)
        shown = {"search": found, "dismissals": duplicates.dismissals(values)}
        return render_template("apply/_search.html", **shown), 422 if error else 200


def _was_me(item_id: str, outcome: str) -> bool:
    with services().transactions.read() as tx:
        _view, item = _opened(tx, item_id)
    return item.done_by == me() and item.outcome == outcome


def _after(item_id: str, outcome: str) -> str:
    """Tell what happened and who is next; go on with the same case if it is mine, else with my next step."""
    with services().transactions.read() as tx:
        view, item = _opened(tx, item_id)
        case = view.file.case
        waiting = worklists.waiting(tx, [case.id])[case.id]
        label = view.teller.outcome(item, outcome)
        text = _("%(number)s 已办：%(label)s。", number=case.number, label=label)
        toast(text + _next_text(view, waiting))
        mine = inbox_of(view)
    following = [*(entry.id for entry in mine if entry.case_id == case.id), *(entry.id for entry in mine)]
    if following:
        return url_for("work.show", item_id=following[0])
    return url_for("cases.show", case_id=case.id)


def _next_text(view: CaseView, waiting: Sequence[worklists.Waiting]) -> str:
    if not view.file.case.running:
        return _("流程办结。")
    owed = [one for one in waiting if "duty" not in view.node(one.node).extensions]
    told = dict.fromkeys(f"{one.name}（{holder(view.known, one)}）" for one in owed)
    return _("下一步：%(next)s。", next="、".join(told)) if told else _("系统正在处理下一步。")
