"""The page on which one step is worked: the form with everything typed, what is wrong with it, the buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from engine import drafts, forms
from engine import inbox as items
from engine.casefile import Item
from engine.drafts import Draft
from engine.errors import FieldProblem
from engine.forms import SCAN, Context, Form
from engine.history import Recorded
from handlers.customers.guards import FIELD
from webui import actions, case_page, duplicates, more_time
from webui.case_view import CaseView

REFUSED = "job.refused"


@dataclass(frozen=True)
class Typed:
    """What was typed and what is wrong with it; nothing of it is lost when a step does not go through."""

    values: Mapping[str, Any] | None = None
    problems: Sequence[FieldProblem] = ()
    notices: list[dict[str, str]] = field(default_factory=list)
    comments: Mapping[str, str] = field(default_factory=dict)  # by outcome
    stopped: bool = False  # the step is over or not this person's: the buttons go away


def draw(view: CaseView, item: Item, typed: Typed) -> str:
    """The whole page."""
    kept = None if typed.stopped else drafts.read(view.tx, view.me, item.id)
    comments = typed.comments or (comments_in(kept.data) if kept else {})
    bar, more = ([], []) if typed.stopped else actions.of_item(view, item, comments)
    base = url_for("work.show", item_id=item.id)
    page = case_page.context(view, request.args.get("tab", "form"), base, item)
    page |= {"crumb": _crumb(view, item), "actions": bar, "more": more}
    form = view.file.definition.forms.get(item.form or "")
    if page["tab"] == "form" and form is not None:
        page |= _form(view, item, form, typed, kept)
    return render_template("work/show.html", **page)


def values_of(view: CaseView, item: Item, posted: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The values of the controls of the page; a step without a form has none."""
    form = view.file.definition.forms.get(item.form or "")
    return forms.values_from_html(form, posted, view.context(item), view.file.case.form) if form else {}


def comments_in(posted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What was written beside each outcome: the controls `comment-<outcome>`."""
    start = "comment-"
    return {
        name.removeprefix(start): values[-1] for name, values in posted.items() if name.startswith(start) and values
    }


def inbox_of(view: CaseView) -> list[items.Entry]:
    """The person's own inbox, most pressing first."""
    posts = [post.id for post in view.known.people.posts_of(view.me, view.now)]
    return items.mine(items.of_posts(view.tx, posts), view.me, view.known.people, view.now)


# --- the form -------------------------------------------------------------------------------------------------


def _form(view: CaseView, item: Item, form: Form, typed: Typed, kept: Draft | None) -> dict[str, Any]:
    context = view.context(item)
    values = typed.values
    if values is None and kept is not None:
        values = values_of(view, item, kept.data)
    now = {**view.file.case.form, **(values or {})}
    drawn = forms.render(
        form,
        view.file.case.form,
        context,
        typed=values,
        problems=typed.problems,
        before=view.before,
        held=view.file.case.base,
    )
    searching = duplicates.wanted(form, context.kind) and not typed.stopped
    if searching:
        drawn = [_without(part, FIELD) for part in drawn]
    shown = {one["id"] for part in drawn for one in part["fields"]}
    return {
        "intro": form.intro,
        "sections": _ordered(drawn),
        "errors": _errors(typed.problems, shown),
        "notices": [
            *typed.notices,
            *_unplaced(typed.problems, shown),
            *_restored(view, kept if typed.values is None else None),
            *refusals(view, item),
            *more_time.notices(view),
            *([{"tone": "warn", "text": alone}] if (alone := view.alone(item)) else []),
        ],
        "draft": None if typed.stopped else _draft(view, item, kept),
    } | (_searching(view, item, now, typed) if searching else _found(view, form, context, now))


def _ordered(drawn: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is to be filled in comes first, then what is only to be read, then what may be handed in with it."""
    parts = [case_page.with_links(case_page.without_blanks(part)) for part in drawn]
    return sorted((part for part in parts if part["fields"]), key=lambda part: part["readonly"] or part["id"] == SCAN)


def _without(part: dict[str, Any], name: str) -> dict[str, Any]:
    return part | {"fields": [one for one in part["fields"] if one["id"] != name]}


def _errors(problems: Sequence[FieldProblem], shown: set[str]) -> list[dict[str, str]]:
    """Links to the controls that are not right; a cell is named as its control is."""
    found = [one for one in problems if one.field.split(".")[0] in shown]
    return [{"name": one.field.replace(".", "-"), "label": one.label or one.field} for one in found]


def _unplaced(problems: Sequence[FieldProblem], shown: set[str]) -> list[dict[str, str]]:
    """What is wrong with no control in sight: a missing comment, a guard over the whole form."""
    found = [one for one in problems if one.field.split(".")[0] not in shown and one.field != FIELD]
    return [{"tone": "late", "text": one.message} for one in found]


def _restored(view: CaseView, kept: Draft | None) -> list[dict[str, str]]:
    if kept is None:
        return []
    text = _("已恢复 %(at)s 保存的草稿，尚未提交。", at=view.moment(kept.saved_at))
    return [{"tone": "info", "text": text}]


def _draft(view: CaseView, item: Item, kept: Draft | None) -> dict[str, str | None]:
    saved = _("%(at)s 已保存", at=view.moment(kept.saved_at)) if kept else None
    return {"url": url_for("work.draft", item_id=item.id), "saved": saved}


def refusals(view: CaseView, item: Item) -> list[dict[str, str]]:
    """Why an automatic step sent the case back to this one: each finding with its remedy."""
    came = next((e for e in view.file.events if e.kind == "item.opened" and e.subject == item.id), None)
    same_step = [e for e in view.file.events if came and e.kind == REFUSED and e.recorded_at == came.recorded_at]
    return [notice for event in same_step for notice in _findings(event)]


def _findings(event: Recorded) -> list[dict[str, str]]:
    findings = event.data.get("findings") or [{"what": event.data.get("message", "")}]
    told = ["。".join(str(one[key]) for key in ("what", "remedy") if one.get(key)) for one in findings]
    return [{"tone": "late", "text": text} for text in told if text]


# --- duplicates -----------------------------------------------------------------------------------------------


def _searching(view: CaseView, item: Item, values: Mapping[str, Any], typed: Typed) -> dict[str, Any]:
    """The search box of a form that must be searched for anew before it is handed in."""
    return {
        "search_url": url_for("work.look", item_id=item.id),
        "search": duplicates.evidence(view.tx, values, view.file.case.id),
        "search_problems": duplicates.messages(typed.problems),
        "dismissals": duplicates.dismissals(values),
    }


def _found(view: CaseView, form: Form, context: Context, values: Mapping[str, Any]) -> dict[str, Any]:
    """What looks like the same customer, for those who judge the application."""
    if not any(one.kind == "search" for _part, fields in form.shown(context.kind) for one in fields):
        return {}
    hits = duplicates.hits(view.tx, values, view.file.case.id)
    return {"hits": hits, "dismissals": duplicates.dismissals(values)}


# --- where it stands in the inbox -----------------------------------------------------------------------------


def _crumb(view: CaseView, item: Item) -> dict[str, Any]:
    ids = [entry.id for entry in inbox_of(view)]
    crumb: dict[str, Any] = {"label": _("我的待办"), "url": url_for("inbox.mine")}
    if item.id not in ids:
        return crumb
    at = ids.index(item.id)
    before, after = ids[at - 1 : at], ids[at + 1 : at + 2]
    return crumb | {
        "position": _("第 %(at)s / %(all)s 件", at=at + 1, all=len(ids)),
        "previous": url_for("work.show", item_id=before[0]) if before else None,
        "next": url_for("work.show", item_id=after[0]) if after else None,
    }
