"""Shared steps redrawn by one and published by another: a new version of every calling procedure, all or none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine import policy_limits
from engine.company.administration import record
from engine.definitions import DIAGRAM, packed
from engine.errors import NotPossible
from engine.operations import Registry
from engine.people import People
from engine.store import dumps, stamp
from engine.transactions import Tx
from engine.wording import moment_text
from engine.workbench import drafts, shared
from engine.workbench.documents import place_of
from engine.workbench.drafts import DROP, Draft
from engine.workbench.gate import reasons
from engine.workbench.impact import Impact, since
from engine.workbench.joining import must_be_unchanged, must_fit
from engine.workbench.publishing import PROPOSE, at, given, make_limits, make_version, must_be_proposed
from engine.workbench.rights import must_draft
from engine.workbench.shared import SharedSteps
from engine.workbench.shared_gate import Books, callers_drafts, evidence_of, examine_shared, joined

DRAFTS = "SELECT process FROM procedure_draft WHERE callers IS NULL ORDER BY process"
HOLD = "UPDATE procedure_draft SET revision = revision WHERE process = ?"
CARRY = (
    "UPDATE procedure_draft SET base_id = ?, documents = ?, revision = revision + 1, saved_by = ?, saved_at = ?,"
    " proposed_by = NULL, proposed_at = NULL, played = NULL, plays = NULL, remark = ?"
    " WHERE process = ? AND revision = ?"
)
Impacts = Mapping[str, Impact | None]


def propose_shared(
    tx: Tx,
    now: datetime,
    people: People,
    actor: int,
    process: str,
    revision: int,
    reason: str,
    books: Books,
    registry: Registry,
    impacts: Impacts,
    intended: Mapping[int, str] | None = None,
) -> Draft:
    """Hand redrawn shared steps to a second person; raises as `propose`, naming the caller that something is about."""
    must_draft(people, actor, now, "提请发布")
    draft = at(drafts.read(tx, process), revision, "提请发布")
    reason = given("reason", "修改原因", reason)
    steps = shared.read(tx, process)
    own = joined(tx, draft)
    _must_differ(tx, steps, draft)
    must_fit(tx, own)
    found = examine_shared(tx, draft, books, registry, impacts, reasons(intended or {}))
    found.must_hold("提请发布")
    kept = {
        caller: evidence_of(found, process, caller) | {"results": _results(impacts.get(caller))}
        for caller in steps.callers
    }
    evidence = {"callers": kept, "joined": {caller: one.revision for caller, one in own.items()}}
    tx.run(PROPOSE, (actor, stamp(now), reason, dumps(evidence), process, revision))
    record(tx, now, actor, "procedure.proposed", process, {"revision": revision, "reason": reason})
    return drafts.read(tx, process)


def publish_shared(
    tx: Tx,
    now: datetime,
    people: People,
    actor: int,
    process: str,
    revision: int,
    opinion: str,
    books: Books,
    registry: Registry,
    impacts: Impacts,
) -> dict[str, int]:
    """Publish redrawn shared steps in a new version of every caller; returns the ids of those by caller.

    Author, reason, opinion and what the gate found are kept in each. Joined drafts of callers are published with it
    (`joining.py`); other open ones get the new steps and have to be proposed again. Raises as `publish`; nothing is
    published when anything stands against one of the callers.
    """
    draft = at(drafts.read(tx, process), revision, "发布")
    author = must_be_proposed(people, actor, now, draft)
    opinion = given("opinion", "复核意见", opinion)
    steps = shared.read(tx, process)
    own = joined(tx, draft)
    must_be_unchanged(draft, own, actor)
    _must_differ(tx, steps, draft)
    must_fit(tx, own)
    found = examine_shared(tx, draft, books, registry, impacts)
    found.must_hold("发布")
    texts = callers_drafts(tx, steps, draft)
    _hold(tx, draft, own)
    made: dict[str, int] = {}
    for caller, text in texts.items():
        evidence = evidence_of(found, process, caller) | _since(text, impacts.get(caller))
        made[caller], told = make_version(tx, now, actor, text, opinion, evidence)
        record(tx, now, actor, "procedure.published", caller, told)
    told = {"versions": made, "opinion": opinion} | make_limits(tx, now, people, author, actor, draft, opinion)
    for (process_drawn,) in tx.all(DRAFTS):
        _carry(tx, now, actor, steps, draft, process_drawn, made)
    record(tx, now, actor, "procedure.shared_published", process, told)
    return made


def _hold(tx: Tx, draft: Draft, own: Mapping[str, Draft]) -> None:
    """Take the draft and all that may call the steps before any version is made: who publishes one waits, or we do.

    Always in this order, which is that of `publish` too: drafts, then versions.
    """
    if not tx.run(DROP, (draft.process, draft.revision)):
        raise NotPossible(what="发布", why="草稿刚被别人改动或发布，请刷新后再看")
    for process in sorted({row[0] for row in tx.all(DRAFTS)} | own.keys()):
        if process not in own:
            tx.run(HOLD, (process,))
        elif not tx.run(DROP, (process, own[process].revision)):
            raise NotPossible(what="发布", why=f"一起发布的 {process} 的草稿刚被别人改动或发布，请刷新后再看")


def _carry(
    tx: Tx, now: datetime, actor: int, steps: SharedSteps, draft: Draft, process: str, made: Mapping[str, int]
) -> None:
    """Put the new steps into an open draft that calls them, which has to be proposed again; its own drawing stays.

    A draft that holds another text of them than was in force is left as it is: its page says so, and the text is put
    aside when the draft is based on the new version. One that no longer calls them only moves to the new version.
    """
    own, place = drafts.read(tx, process), place_of(steps.process)
    version = steps.callers[process][0] if process in steps.callers else None
    old = {steps.texts[process]} if version else set(steps.texts.values())
    held = own.documents.get(place)
    if held not in old and (held is not None or version is None):
        return
    documents = {**own.documents, place: draft.documents[DIAGRAM]} if held is not None else dict(own.documents)
    base = made[process] if version and own.base == version.id else own.base
    remark = (
        f"共用环节“{shared.name_of(steps.process, draft.documents[DIAGRAM])}”{moment_text(now, now)}发布了新的一稿，"
        "已换进这份草稿；您画的没有动。请看变更，再提请发布"
    )
    if not tx.run(CARRY, (base, packed(documents), actor, stamp(now), remark, process, own.revision)):
        raise NotPossible(what="发布", why=f"{process} 的草稿刚被别人改动，请再试一次")


def _must_differ(tx: Tx, steps: SharedSteps, draft: Draft) -> None:
    if late := shared.outdated(tx, steps, draft.base, draft.callers or {}):
        why = (
            f"在您起草之后，“{'”、“'.join(late)}”里的这些共用环节已换了一稿，这一稿还不含它的改动。"
            "请与现行的比较、合并后，点“以现行版本为基础”"
        )
        raise NotPossible(what="继续", why=why)
    if set(steps.texts.values()) == {draft.documents[DIAGRAM]} and policy_limits.LIMITS not in draft.documents:
        raise NotPossible(what="继续", why="草稿与现行的没有差别")


def _results(impact: Impact | None) -> dict[str, str] | None:
    return dict(impact.results) if impact and impact.complete else None


def _since(text: Draft, impact: Impact | None) -> dict[str, list[str]]:
    return {"since": since(text.evidence.get("results"), impact) if impact else []}
