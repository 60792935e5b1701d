"""What the page of a policy shows by tab: its text with who carries it out, its parameters and how they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine import policy_texts
from engine.errors import CountersignError, NotFound
from engine.policy_readings import ELSEWHERE, readings
from engine.policy_words import spelled
from engine.transactions import Tx
from webui.here import services
from webui.policies.draft import Typed, draft_page
from webui.policies.seen import PolicyView
from webui.policies.versions import versions_page

TABS = {"clauses": "条文", "parameters": "参数与读法", "versions": "版本", "draft": "修订"}


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
    parts = {"clauses": _clauses, "parameters": _parameters, "versions": versions_page}
    if tab == "draft":
        return page | draft_page(view, typed or Typed(), error)
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
