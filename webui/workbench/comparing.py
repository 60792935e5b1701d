"""变更: two texts of a procedure beside each other, in words and on the diagram, with numbers that are the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from engine import policy_limits
from engine import workbench as bench
from engine.errors import NotFound
from engine.operations import registry
from engine.transactions import Tx
from engine.workbench import impact
from engine.workbench.change import KINDS
from engine.workbench.stories.names import procedure
from webui.here import me, services, snapshot
from webui.workbench.gate import golden_rows
from webui.workbench.pages import Present, books, may_publish, person_name, present, said_when, told, workbench
from webui.workbench.shared_steps import callers_told, joined_to

MARKS = {"added": "add", "removed": "del", "changed": "chg"}
TONES = {"added": "ok", "removed": "late", "changed": "warn"}


@workbench.get("/<process>/changes")
def changes(process: str) -> str:
    """The draft against the version it was drawn from, what the check finds, and the publish gate."""
    return changes_page(process)


def changes_page(process: str, error: str = "", typed: str = "") -> str:
    """The same with what went wrong and what was typed."""
    with services().transactions.read() as tx:
        draft = bench.read(tx, process)
        before = bench.documents_of(tx, process, draft.base) if draft.base else {}
        people, current = snapshot(tx).people, present(tx, process)
        newest = current.newest if current else None
        page = {
            "draft": draft,
            "name": current.name if current else procedure(process, draft.documents).name,
            "comparison": _comparison(process, before, draft.documents, str(draft.base or ""), {"of": "draft"}),
            "next": newest.version + 1 if newest else 1,
            "stale": bench.stale(tx, draft),
            "authors": "、".join(person_name(people, one) for one in sorted(draft.authors)),
            "saved": said_when(draft.saved_at),
            "proposer": person_name(people, draft.proposed_by) if draft.proposed else "",
            "proposed": said_when(draft.proposed_at) if draft.proposed_at else "",
            "mine": me() in draft.authors or me() == draft.proposed_by,
            "reviews": may_publish(tx),
            "limits": policy_limits.LIMITS in draft.documents,
            "joined_to": joined_to(tx, process),
            "shared": callers_told(tx, current.steps, draft) if current and current.steps else None,
        } | _gate(tx, draft)
    return render_template("workbench/changes.html", process=process, error=error, typed=typed, **page)


def _gate(tx: Tx, draft: bench.Draft) -> dict[str, Any]:
    """What the gate finds about the draft; of shared steps in every procedure that calls them, which is named."""
    found: bench.Gate | bench.SharedGate
    if draft.shared:
        found = bench.examine_shared(tx, draft, books(tx), registry, {})
        gates, names = found.gates, {caller: f"{name}：" for caller, name in found.names.items()}
    else:
        found = bench.examine(tx, draft, books(tx), registry, None)
        gates, names = {draft.process: found}, {draft.process: ""}
    texts, running = bench.texts_of(tx, draft), bench.running(tx)
    counts = {name: sum(running.get(name, {}).values()) for name in gates}
    return {
        "problems": [told(one) for one in found.problems],
        "errors": len(found.errors),
        "golden": [row for name, gate in gates.items() for row in golden_rows(gate, names[name])],
        "played": [
            _played(draft, text, one, names[name]) for name, text in texts.items() for one in bench.scenarios(text)
        ],
        "running": sum(counts.values()),
        "impacts": [_impact(draft, name, names[name], counts[name]) for name in gates],
        "proposed_impacts": [
            names[name] + impact.said(text.evidence["impact"])
            for name, text in texts.items()
            if draft.proposed and text.evidence
        ],
    }


def _impact(draft: bench.Draft, process: str, name: str, running: int) -> dict[str, Any]:
    caller = {"caller": process} if draft.shared else {}
    url = url_for("workbench.draft_impact", process=draft.process, **caller)
    return {"name": name.removesuffix("："), "running": running, "url": url}


@workbench.get("/<process>/compare")
def compare(process: str) -> str:
    """Two published versions (`from`, `to`: their ids)."""
    old, new = (request.args.get(name, type=int) or 0 for name in ("from", "to"))
    with services().transactions.read() as tx:
        before, after = (bench.documents_of(tx, process, one) for one in (old, new))
        current = present(tx, process)
        titles = _version_titles(tx, process, current)
    if current is None or old not in titles or new not in titles:
        raise NotFound(what=_("要比较的版本"))
    title = f"{titles[old]} → {titles[new]}"
    comparison = _comparison(process, before, after, str(old), {"of": str(new)})
    return _compared(process, current.name, title, comparison, shared=current.steps is not None)


def _version_titles(tx: Tx, process: str, current: Present | None) -> dict[int, str]:
    """What versions are called, by id: of shared steps the version of a procedure that first held a drawing."""
    if current is not None and current.steps is not None:
        found = bench.drawings(tx, current.steps)
        return {one.first.id: _("第 %(n)s 稿", n=one.number) for one in found}
    return {one.id: _("第 %(n)s 版", n=one.version) for one in bench.versions(tx, process)}


@workbench.get("/<process>/asides/<int:aside>")
def compare_aside(process: str, aside: int) -> str:
    """A text that was put aside against the draft, or against the newest version when there is no draft."""
    with services().transactions.read() as tx:
        after = bench.asides.documents_of(tx, process, aside)
        draft, current = bench.find(tx, process), present(tx, process)
        base = bench.documents_of(tx, process, current.of) if current else {}
        before, of = (draft.documents, "draft") if draft else (base, str(current.of) if current else "")
        (kept,) = [one for one in bench.asides.read(tx, process) if one.id == aside]
        who = person_name(snapshot(tx).people, kept.person_id)
    title = _("%(now)s → %(who)s 另存的一稿", now=_("草稿") if draft else _("现行版本"), who=who)
    comparison = _comparison(process, before, after, of, {"aside": str(aside)})
    take = {
        "url": url_for("workbench.take_aside", process=process, aside=aside),
        "revision": draft.revision if draft else 0,
    }
    name, shared = (current.name, current.steps is not None) if current else (process, False)
    return _compared(process, name, title, comparison, take, shared)


def _compared(process: str, name: str, title: str, comparison: Any, take: Any = None, shared: bool = False) -> str:
    page = {"name": name, "title": title, "comparison": comparison, "take": take, "shared": shared}
    return render_template("workbench/compare.html", process=process, **page)


def _comparison(
    process: str, before: Mapping[str, str], after: Mapping[str, str], old: str, new: Mapping[str, str]
) -> dict[str, Any]:
    """The list of changes, and for each of the two drawings its address and what to mark on it.

    Removed elements are drawn on the old diagram only, all others on the new one.
    """
    found = bench.changes(process, before, after)
    marks: dict[str, dict[str, Any]] = {"old": {"nodes": {}, "numbers": {}}, "new": {"nodes": {}, "numbers": {}}}
    for number, one in enumerate(found, start=1):
        sides = [side for side, kind in (("old", "added"), ("new", "removed")) if one.kind != kind]
        for side in sides if one.node else []:
            marks[side]["nodes"][one.node] = MARKS[one.kind]
            marks[side]["numbers"][one.node] = number
    return {
        "rows": [_told(number, one) for number, one in enumerate(found, start=1)],
        "old": url_for("workbench.diagram", process=process, of=old) if before else "",
        "new": url_for("workbench.diagram", process=process, **new),
        "marks": marks,
        "counts": {KINDS[kind]: sum(one.kind == kind for one in found) for kind in KINDS},
    }


def _played(draft: bench.Draft, text: bench.Draft, name: str, where: str) -> dict[str, Any]:
    """How a scenario went on this very text, if it was run."""
    title = re.search(r"^标题:\s*(.+)$", text.documents[f"scenarios/{name}.yaml"], re.MULTILINE)
    wrong = text.played.get(name)
    tone, said = ("", _("未运行")) if wrong is None else ("late", _("不符")) if wrong else ("ok", _("符合"))
    caller = {"caller": text.process} if draft.shared else {}
    url = url_for("workbench.play", process=draft.process, name=name, **caller)
    return {
        "title": where + (title[1] if title else name),
        "tag": {"text": said, "tone": tone},
        "wrong": wrong or "",
        "run": wrong is not None,
        "url": url,
    }


def _told(number: int, one: bench.Change) -> dict[str, Any]:
    return {
        "number": number,
        "kind": KINDS[one.kind],
        "tone": TONES[one.kind],
        "mark": MARKS[one.kind],
        "what": one.what,
        "details": [_detail(text) for text in one.details],
        "node": one.node,
        "removed": one.kind == "removed",
        "file": "" if one.node else one.file,
    }


def _detail(text: str) -> dict[str, str]:
    """`label：old → new` in its parts, so that old and new can be set apart; anything else as it is."""
    label, colon, rest = text.partition("：")
    old, arrow, new = rest.partition(" → ")
    return {"label": label, "old": old, "new": new} if colon and arrow else {"text": text}
