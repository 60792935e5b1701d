"""The publish gate as its page shows it: golden cases and what publishing would mean for the running cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from engine import workbench as bench
from engine.definitions import build
from engine.errors import NotFound
from engine.problems import DefinitionInvalid
from engine.transactions import Tx
from engine.workbench import impact
from webui.here import services, snapshot
from webui.workbench.dry_run import RESULTS, limit_told
from webui.workbench.pages import person_name, present, said_when, workbench

TICK, WHY = "intended", "why_"


def intended() -> dict[int, str]:
    """The golden cases ticked as changed on purpose, each with the reason typed beside it."""
    return {one: request.form.get(f"{WHY}{one}", "") for one in request.form.getlist(TICK, type=int)}


def impact_of_draft(tx: Tx, draft: bench.Draft) -> bench.Impact | None:
    """What the draft would mean for the running cases; None while it cannot be executed."""
    try:
        return bench.impact_of(services().engine, tx, build(draft.process, draft.documents))
    except DefinitionInvalid:
        return None


def golden_rows(found: bench.Gate, where: str = "") -> list[dict[str, Any]]:
    """The golden cases, with what is ticked and typed now, or was said at the proposal."""
    typed = intended()
    return [
        {
            "id": one.id,
            "name": where + one.name,
            "differences": one.differences,
            "ticked": one.id in typed or bool(one.intended),
            "why": typed.get(one.id, one.intended),
        }
        for one in found.golden
    ]


@workbench.get("/<process>/impact")
def draft_impact(process: str) -> str:
    """在办影响 of the draft as it is now; fetched by the page on its own, as many cases take a moment.

    `caller`: of a procedure that calls the shared steps drawn.
    """
    with services().transactions.read() as tx:
        texts = bench.texts_of(tx, bench.read(tx, process))
        draft = texts.get(request.args.get("caller", process))
        if draft is None:
            raise NotFound(what=_("调用共用环节的这个流程"))
        found = impact_of_draft(tx, draft)
        shown = impact_shown(tx, draft.process, found.kept()) if found else None
        before = draft.evidence if draft.proposed else {}
        changed = impact.since(before.get("results"), found) if found else []
        caller = present(tx, draft.process) if draft.process != process else None
    where = caller.name if caller else ""
    return render_template("workbench/_impact.html", impact=shown, since=changed, where=where)


def impact_shown(tx: Tx, process: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of workbench/_impact.html, from what is kept as evidence."""
    counts = kept["counts"]
    return {
        "said": impact.said(kept),
        "at": said_when(impact.seen_at(kept)),
        "parts": [{"tone": tone, "count": counts[one]} for one, (_label, tone) in RESULTS.items()],
        "rows": [_line(one, impact.seen_at(kept)) for one in kept["lines"]],
        "left": kept["judged"] - len(kept["lines"]),
    }


def _line(one: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    label, tone = RESULTS[one["result"]]
    return {
        "number": one["number"],
        "url": url_for("cases.show", case_id=one["case_id"]),
        "tag": {"text": _(label), "tone": tone},
        "steps": [f"{name}（{n}）" if n > 1 else name for name, n in Counter(one["steps"]).items()],
        "told": one["obstacles"],
        "limits": list(dict.fromkeys(limit_told(effect, at) for effect in impact.effects_of(one))),
    }


@workbench.get("/<process>/versions/<int:version>/evidence")
def version_evidence(process: str, version: int) -> str:
    """发布依据: who published a version, why, and what the gate had found."""
    with services().transactions.read() as tx:
        known = bench.versions(tx, process)
        found = next((one for one in known if one.id == version), None)
        if found is None or not found.evidence:
            raise NotFound(what=_("这个版本的发布依据"))
        people, evidence = snapshot(tx).people, found.evidence
        sealed = bench.digest(evidence)
        kept = evidence.get("impact")
        page = {
            "name": known[0].name,
            "drafted": bench.find(tx, process) is not None,
            "version": found,
            "when": said_when(found.published_at),
            "author": person_name(people, found.author_id),
            "approver": person_name(people, found.approver_id),
            "evidence": evidence,
            "digest": sealed,
            "recorded": bench.noted_digest(tx, process, version) == sealed,
            "impact": impact_shown(tx, process, kept) if kept else None,
        }
    return render_template("workbench/evidence.html", process=process, **page)
