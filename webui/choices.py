"""The page 发起: procedures one may start or the reason why not, and the drafts that wait."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.definitions import Definition
from engine.people import People
from engine.transactions import Tx
from engine.wording import moment_text
from handlers.customers.batch.tables import PROCESSES
from webui import start_drafts
from webui.here import me, now, services
from webui.procedures import Standing, about_customers, published, standing, start_form
from webui.start_drafts import StartDraft

ICONS = {"create": "user-plus", "modify": "edit", "freeze": "snowflake", "assess": "scale"}


def shown(tx: Tx, people: People) -> dict[str, Any]:
    """The variables of apply/choose.html."""
    known = published(tx, services().engine.definitions)
    mine = {definition.process: standing(people, definition, me(), now()) for definition in known}
    titles = {definition.process: definition.name for definition in known}
    own = start_drafts.own(tx, me())
    started = {draft.key for draft in own}
    colleagues = {one.department.id for one in mine.values() if one.submits and one.department}
    offered = [one for one in start_drafts.offered(tx, me(), colleagues) if one.key not in started]
    return {
        "choices": [_choice(one, mine[one.process]) for one in _carded(known, mine)],
        "drafts": [_draft(one, titles, _("您")) for one in own if one.process in titles],
        "offered": [_draft(one, titles, people.person(one.person_id).name) for one in offered if one.process in titles],
    }


def _carded(known: list[Definition], mine: dict[str, Standing]) -> list[Definition]:
    """The procedures that get a card, in their order."""
    return [one for one in sorted(known, key=_place) if _told(one, mine[one.process])]


def _batch_kind(definition: Definition) -> str | None:
    """The kind of files (`tables.KINDS`) a procedure decides about."""
    return next((kind for kind, process in PROCESSES.items() if process == definition.process), None)


def _place(definition: Definition) -> tuple[bool, int, bool, str]:
    """创建, 修改, 冻结, what else belongs to them, then files."""
    kind = definition.model.extensions.get("kind", "")
    order = list(ICONS).index(kind) if kind in ICONS else len(ICONS)
    own = start_form(definition).prefill is None and order > 0
    return _batch_kind(definition) is not None, order, own, definition.process


def _told(definition: Definition, mine: Standing) -> bool:
    """A procedure one may not start is worth a card only when it is about single customers: it says whom to ask."""
    form = start_form(definition)
    if form.prefill is not None and not about_customers(form):
        return False
    kind = definition.model.extensions.get("kind", "")
    single = _batch_kind(definition) is None and (form.prefill is not None or kind == "create")
    return mine.submits or mine.prepares or single


def _choice(definition: Definition, mine: Standing) -> dict[str, Any]:
    form = definition.forms[definition.start.extensions["form"]]
    choice = {
        "key": definition.process,
        "title": definition.name,
        "text": form.intro,
        "icon": ICONS.get(definition.model.extensions.get("kind", ""), "file-plus"),
        "url": url_for("apply.begin", process=definition.process),
    }
    if kind := _batch_kind(definition):  # begins with a file
        choice |= {"url": url_for("batches.index", kind=kind), "icon": "list-details"}
    if mine.prepares and not mine.submits:
        choice["text"] = _("您可以起草，由%(whom)s核对后提交。%(why)s", whom=mine.whom or _("归口人员"), why=mine.why)
    elif not mine.submits:
        choice["disabled"] = _("%(why)s。可联系：%(whom)s", why=mine.why, whom=mine.whom)
    return choice


def _draft(draft: StartDraft, titles: dict[str, str], by: str) -> dict[str, Any]:
    name = draft.last("legal_name") or _("未填名称")
    saved = moment_text(draft.saved_at, now())
    note = _("已请归口人员提交") if draft.offered and by == _("您") else ""
    return {
        "title": f"{titles[draft.process]}：{name}",
        "note": note,
        "saved": _("%(by)s %(saved)s 保存", by=by, saved=saved),
        "url": url_for("apply.fill_in", process=draft.process, key=draft.key),
    }
