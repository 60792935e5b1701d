"""What the pages of a policy show: its text, its parameters in words, its versions, the draft with its differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine import policy_drafts, policy_form, policy_texts
from engine.clock import local
from engine.errors import CountersignError, FormInvalid, NotFound
from engine.people import People
from engine.policy import Policies, Policy
from engine.policy_drafts import Draft
from engine.policy_reader import PolicyInvalid
from engine.policy_readings import ELSEWHERE, readings
from engine.policy_tables import Published
from engine.policy_words import differences, spelled
from engine.problems import DefinitionInvalid
from engine.transactions import Tx
from webui.here import services

TABS = {"clauses": "条文", "parameters": "参数与读法", "versions": "版本", "draft": "修订"}


@dataclass(frozen=True)
class Typed:
    """What was typed and could not be carried out."""

    text: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)  # of parameters, by key
    reason: str = ""
    opinion: str = ""


@dataclass(frozen=True)
class PolicyView:
    """A policy as one person sees it now."""

    tx: Tx
    name: str
    versions: Sequence[Published]  # newest first
    people: People
    me: int
    now: datetime

    @cached_property
    def owner(self) -> bool:
        return policy_drafts.owns(self.people, self.me, self.now)

    @cached_property
    def current(self) -> Published | None:
        """The version in force today."""
        today = local(self.now).date()
        return next((one for one in self.versions if one.policy.effective_from <= today), None)

    def person(self, person_id: int | None) -> str:
        return self.people.person(person_id).name if person_id else _("随系统安装")


def drawn(
    view: PolicyView, tab: str, typed: Typed | None = None, error: CountersignError | None = None
) -> dict[str, Any]:
    """The variables of policies/show.html."""
    shown = [key for key in TABS if key != "draft" or view.owner]
    tab = tab if tab in shown else "clauses"
    current = view.current or view.versions[-1]
    page: dict[str, Any] = {
        "name": view.name,
        "tab": tab,
        "tabs": [
            {"key": key, "label": _(TABS[key]), "url": url_for("policies.show", name=view.name, tab=key)}
            for key in shown
        ],
        "current": {"version": current.policy.version, "since": current.policy.effective_from.isoformat()},
    }
    parts = {"clauses": _clauses, "parameters": _parameters, "versions": _versions}
    if tab == "draft":
        return page | _draft(view, typed or Typed(), error)
    return page | parts[tab](view)


# --- clauses --------------------------------------------------------------------------------------------------


def _clauses(view: PolicyView) -> dict[str, Any]:
    rules = {one.clause: one for one in policy_texts.rules(view.tx, view.name).bindings}
    names = _Names(view.tx)
    return {
        "clauses": [
            {
                "number": one.number,
                "title": one.title,
                "text": one.text.split("\n"),
                "exempt": one.exempt,
                "carried": [
                    {"process": names.process(process), "nodes": "、".join(names.nodes(process, nodes))}
                    for process, nodes in one.nodes.items()
                ],
                "rules": [
                    {"says": rule.says, "title": _(rule.title), "unpriced": bool(rule.duty)}
                    for rule in (rules[one.number].rules if one.number in rules else ())
                ],
                "not_testable": rules[one.number].not_testable if one.number in rules else "",
            }
            for one in policy_texts.clauses(view.tx, view.name)
        ]
    }


class _Names:
    """The names of procedures and nodes in their newest versions; what is not published keeps its id."""

    def __init__(self, tx: Tx) -> None:
        self._processes: dict[str, str] = {}
        self._nodes: dict[tuple[str, str], str] = {}
        definitions = services().engine.definitions
        for (process,) in tx.all("SELECT DISTINCT process FROM definition ORDER BY process"):
            try:
                _id, definition = definitions.newest(tx, process)
            except NotFound:
                continue
            self._processes[process] = definition.name
            self._processes |= {called: f"{name}（共用）" for called, name in definition.called.items()}
            for node in definition.model.nodes.values():
                self._nodes[node.process, node.id] = node.name or node.id

    def process(self, process: str) -> str:
        return self._processes.get(process, process)

    def nodes(self, process: str, nodes: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(self._nodes.get((process, node), node) for node in nodes))


# --- parameters and versions ----------------------------------------------------------------------------------


def _parameters(view: PolicyView) -> dict[str, Any]:
    policy = (view.current or view.versions[-1]).policy
    groups: dict[str, list[dict[str, str]]] = {}
    for key, (name, value) in spelled(policy).items():
        head, _space, rest = name.partition(" ")
        if key != "effective_from":
            groups.setdefault(head, []).append({"name": rest or head, "key": key, "value": value})
    return {
        "readings": [
            {"number": one.number, "question": one.question, "answer": one.answer, "key": one.key}
            for one in readings(policy)
        ],
        "elsewhere": [one._asdict() for one in ELSEWHERE],
        "groups": [{"title": title, "rows": rows} for title, rows in groups.items()],
    }


def _versions(view: PolicyView) -> dict[str, Any]:
    known = [one.policy for one in view.versions]
    return {"versions": [_version(view, one, _earlier(known, one.policy)) for one in view.versions]}


def _version(view: PolicyView, one: Published, earlier: Policy | None) -> dict[str, Any]:
    state, tone = _state(view, one)
    return {
        "version": one.policy.version,
        "since": one.policy.effective_from.isoformat(),
        "state": state,
        "tone": tone,
        "author": view.person(one.author_id),
        "approver": view.person(one.approver_id) if one.approver_id else "",
        "published": f"{local(one.published_at):%Y-%m-%d %H:%M}",
        "reason": one.reason,
        "opinion": one.opinion,
        "fingerprint": one.policy.fingerprint,
        "changes": _changes(earlier, one.policy) if earlier else [],
        "content": one.content,
    }


def _state(view: PolicyView, one: Published) -> tuple[str, str]:
    if one is view.current:
        return _("现行"), "ok"
    if one.policy.effective_from > local(view.now).date():
        return _("未到生效日"), "accent"
    return _("已被取代"), ""


def _earlier(known: Sequence[Policy], policy: Policy) -> Policy | None:
    before = [one for one in known if one.effective_from < policy.effective_from]
    return max(before, key=lambda one: one.effective_from, default=None)


def _changes(old: Policy, new: Policy) -> list[dict[str, str]]:
    return [{"label": name, "old": was, "new": now} for name, was, now in differences(old, new) if name != "生效日期"]


# --- the draft ------------------------------------------------------------------------------------------------


def _draft(view: PolicyView, typed: Typed, error: CountersignError | None) -> dict[str, Any]:
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
        "changes": _changes(earlier, version) if earlier and version else [],
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
