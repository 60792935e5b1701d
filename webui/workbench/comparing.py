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
from webui.here import me, services, snapshot
from webui.workbench.gate import golden_rows
from webui.workbench.pages import books, may_publish, person_name, said_when, told, workbench

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
        people, known = snapshot(tx).people, bench.versions(tx, process)
        found = bench.examine(tx, draft, books(tx), registry, None)
        page = {
            "draft": draft,
            "name": known[0].name if known else process,
            "comparison": _comparison(process, before, draft.documents, str(draft.base or ""), {"of": "draft"}),
            "problems": [told(one) for one in found.problems],
            "errors": len(found.errors),
            "golden": golden_rows(found),
            "next": known[0].version + 1 if known else 1,
            "stale": bool(known) and known[0].id != draft.base,
            "authors": "、".join(person_name(people, one) for one in sorted(draft.authors)),
            "saved": said_when(draft.saved_at),
            "proposer": person_name(people, draft.proposed_by) if draft.proposed else "",
            "proposed": said_when(draft.proposed_at) if draft.proposed_at else "",
            "mine": me() in draft.authors or me() == draft.proposed_by,
            "reviews": may_publish(tx),
            "proposed_impact": impact.said(draft.evidence["impact"]) if draft.proposed and draft.evidence else "",
            "played": [_played(draft, name) for name in bench.scenarios(draft)],
            "limits": policy_limits.LIMITS in draft.documents,
            "running": sum(bench.running(tx).get(process, {}).values()),
        }
    return render_template("workbench/changes.html", process=process, error=error, typed=typed, **page)


@workbench.get("/<process>/compare")
def compare(process: str) -> str:
    """Two published versions (`from`, `to`: their ids)."""
    old, new = (request.args.get(name, type=int) or 0 for name in ("from", "to"))
    with services().transactions.read() as tx:
        versions = {one.id: one for one in bench.versions(tx, process)}
        if old not in versions or new not in versions:
            raise NotFound(what=_("要比较的版本"))
        before, after = (bench.documents_of(tx, process, one) for one in (old, new))
    title = _("第 %(old)s 版 → 第 %(new)s 版", old=versions[old].version, new=versions[new].version)
    comparison = _comparison(process, before, after, str(old), {"of": str(new)})
    return _compared(process, versions[new].name, title, comparison)


@workbench.get("/<process>/asides/<int:aside>")
def compare_aside(process: str, aside: int) -> str:
    """A text that was put aside against the draft, or against the newest version when there is no draft."""
    with services().transactions.read() as tx:
        after = bench.aside_documents(tx, process, aside)
        draft = bench.find(tx, process)
        name, before, of = _present(tx, process, draft)
        (kept,) = [one for one in bench.asides(tx, process) if one.id == aside]
        who = person_name(snapshot(tx).people, kept.person_id)
    title = _("%(now)s → %(who)s 另存的一稿", now=_("草稿") if draft else _("现行版本"), who=who)
    comparison = _comparison(process, before, after, of, {"aside": str(aside)})
    take = {
        "url": url_for("workbench.take_aside", process=process, aside=aside),
        "revision": draft.revision if draft else 0,
    }
    return _compared(process, name, title, comparison, take)


def _present(tx: Tx, process: str, draft: bench.Draft | None) -> tuple[str, Mapping[str, str], str]:
    known = bench.versions(tx, process)
    name = known[0].name if known else process
    if draft is not None:
        return name, draft.documents, "draft"
    return name, bench.documents_of(tx, process, known[0].id) if known else {}, str(known[0].id if known else "")


def _compared(process: str, name: str, title: str, comparison: Any, take: Any = None) -> str:
    return render_template(
        "workbench/compare.html", process=process, name=name, title=title, comparison=comparison, take=take
    )


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


def _played(draft: bench.Draft, name: str) -> dict[str, Any]:
    """How a scenario went on this very revision, if it was run."""
    title = re.search(r"^标题:\s*(.+)$", draft.documents[f"scenarios/{name}.yaml"], re.MULTILINE)
    wrong = draft.played.get(name)
    tone, text = ("", _("未运行")) if wrong is None else ("late", _("不符")) if wrong else ("ok", _("符合"))
    url = url_for("workbench.play", process=draft.process, name=name)
    return {
        "title": title[1] if title else name,
        "tag": {"text": text, "tone": tone},
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
