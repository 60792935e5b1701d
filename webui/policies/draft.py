"""The draft of a policy as its page: the text, its parameters as fields, what is wrong, what would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine import policy_drafts, policy_form
from engine.clock import local
from engine.errors import CountersignError, FormInvalid
from engine.policy import Policies, Policy
from engine.policy_drafts import Draft
from engine.policy_reader import PolicyInvalid
from engine.problems import DefinitionInvalid
from webui.policies.seen import PolicyView
from webui.policies.versions import changes


@dataclass(frozen=True)
class Typed:
    """What was typed and could not be carried out."""

    text: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)  # of parameters, by key
    reason: str = ""
    opinion: str = ""


def draft_page(view: PolicyView, typed: Typed, error: CountersignError | None) -> dict[str, Any]:
    """The variables of the tab 修订: the draft, else the newest version to begin one from."""
    draft = policy_drafts.find(view.tx, view.name)
    text = typed.text if typed.text is not None else draft.text if draft else view.versions[0].content
    wrong, version, key = _judged(view, text) if draft or typed.text is not None else ("", None, "")
    earlier = policy_drafts.before(view.versions, version) if version else None
    problems = {one.field: one.message for one in error.problems} if isinstance(error, FormInvalid) else {}
    mine = draft is not None and (view.me in draft.authors or view.me == draft.proposed_by)
    return {
        "draft": None if draft is None else _told(view, draft),
        "revision": draft.revision if draft else 0,
        "text": text,
        "wrong": wrong,
        "groups": _groups(view.name, text, typed.values, key),
        "error": "" if error is None or problems or error.message == wrong else error.message,
        "problems": problems,
        "next": None if version is None else {"version": version.version, "since": version.effective_from.isoformat()},
        "changes": changes(earlier, version) if earlier and version else [],
        "waits": draft is not None and draft.proposed_by is not None,
        "may_publish": not mine,
        "typed": typed,
        "urls": {
            verb: url_for(f"policies.{verb}", name=view.name)
            for verb in ("save", "fill", "propose", "publish", "send_back", "drop")
        },
    }


def _told(view: PolicyView, draft: Draft) -> dict[str, Any]:
    return {
        "saved": f"{view.person(draft.saved_by)} {local(draft.saved_at):%Y-%m-%d %H:%M}",
        "authors": "、".join(view.person(one) for one in sorted(draft.authors)),
        "proposed": f"{view.person(draft.proposed_by)} {local(draft.proposed_at):%Y-%m-%d %H:%M}"
        if draft.proposed_at
        else "",
        "reason": draft.reason,
        "remark": draft.remark,
    }


def _groups(name: str, text: str, typed: Mapping[str, str], wrong: str) -> list[dict[str, Any]]:
    """The fields of a text that can be read, with what was typed, and the one that is wrong."""
    try:
        found = policy_form.groups(text, f"{name}.yaml")
    except DefinitionInvalid:
        return []
    return [
        {
            "title": _(group.title),
            "fields": [
                {
                    "key": one.key,
                    "label": _(one.label),
                    "kind": one.kind,
                    "value": typed.get(one.key, one.value),
                    "choices": [(value, _(words)) for value, words in one.choices],
                    "wrong": bool(wrong) and (wrong == one.key or wrong.startswith(f"{one.key}.")),
                }
                for one in group.fields
            ],
        }
        for group in found
    ]


def _judged(view: PolicyView, text: str) -> tuple[str, Policy | None, str]:
    """What is wrong with a text, the version it says as far as it can be read, and the key that is wrong."""
    try:
        return "", policy_drafts.check(view.versions, view.name, text, view.now), ""
    except CountersignError as error:
        key = str(error.values.get("key", "")) if isinstance(error, PolicyInvalid) else ""
        try:
            found = Policies.parse(text, f"{view.name}.yaml").versions[-1]
            policy_drafts.before(view.versions, found)
        except CountersignError:
            return error.message, None, key
        return error.message, found, key
