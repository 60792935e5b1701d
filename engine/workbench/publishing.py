"""What one has drawn another publishes, when nothing stands against it at the gate (`gate.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import policy_limits, schedules
from engine.check import Rulebook
from engine.company.administration import record
from engine.definitions import NEWEST, Approval, build
from engine.definitions import publish as publish_version
from engine.errors import FieldProblem, FormInvalid, NotAllowed, NotPossible
from engine.operations import Registry
from engine.people import People
from engine.store import dumps, stamp
from engine.transactions import Tx
from engine.workbench.drafts import DROP, Draft, read
from engine.workbench.gate import LONGEST, digest, examine, reasons
from engine.workbench.impact import Impact, since
from engine.workbench.rights import must_draft, must_publish
from engine.workbench.versions import documents_of

PROPOSE = (
    "UPDATE procedure_draft SET proposed_by = ?, proposed_at = ?, reason = ?, remark = '', evidence = ?"
    " WHERE process = ? AND revision = ?"
)
SEND_BACK = (
    "UPDATE procedure_draft SET proposed_by = NULL, proposed_at = NULL, remark = ? WHERE process = ? AND revision = ?"
)


def propose(
    tx: Tx,
    now: datetime,
    people: People,
    actor: int,
    process: str,
    revision: int,
    reason: str,
    books: Mapping[str, Rulebook],
    registry: Registry,
    impact: Impact | None,
    intended: Mapping[int, str] | None = None,
) -> Draft:
    """Hand the draft to a second person, with the reason for the change and what the gate has found.

    `intended` names the golden cases whose route changes on purpose, each with the reason. Raises FormInvalid,
    DefinitionInvalid while the check finds errors, NotPossible when anything else stands against it, when nothing
    has changed or another has saved.
    """
    must_draft(people, actor, now, "提请发布")
    draft = at(read(tx, process), revision, "提请发布")
    reason = given("reason", "修改原因", reason)
    _must_differ(tx, draft)
    found = examine(tx, draft, books, registry, impact, reasons(intended or {}))
    found.must_hold("提请发布")
    evidence = found.evidence() | {"results": dict(impact.results) if impact and impact.complete else None}
    tx.run(PROPOSE, (actor, stamp(now), reason, dumps(evidence), process, revision))
    record(tx, now, actor, "procedure.proposed", process, {"revision": revision, "reason": reason})
    return read(tx, process)


def send_back(tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, remark: str) -> Draft:
    """Return a proposed draft to its authors, saying what to change."""
    must_publish(people, actor, now, "退回修改")
    draft = at(read(tx, process), revision, "退回修改")
    if not draft.proposed:
        raise NotPossible(what="退回修改", why="草稿没有提请发布")
    remark = given("opinion", "退回意见", remark)
    tx.run(SEND_BACK, (remark, process, revision))
    record(tx, now, actor, "procedure.sent_back", process, {"revision": revision, "remark": remark})
    return read(tx, process)


def publish(
    tx: Tx,
    now: datetime,
    people: People,
    actor: int,
    process: str,
    revision: int,
    opinion: str,
    books: Mapping[str, Rulebook],
    registry: Registry,
    impact: Impact | None,
) -> int:
    """Publish a proposed draft as the next version; returns its id. New cases follow it, running ones stay.

    Limits that it changes become the next version of their policy in the same transaction (`policy_limits.publish`).

    The gate is asked anew and what it finds is kept with the version. Raises NotAllowed for everybody who has drawn
    in it, DefinitionInvalid when the check finds errors, NotPossible when anything else stands against it or the draft
    was changed or published meanwhile.
    """
    draft = at(read(tx, process), revision, "发布")
    author = must_be_proposed(people, actor, now, draft)
    opinion = given("opinion", "复核意见", opinion)
    _must_differ(tx, draft)
    found = examine(tx, draft, books, registry, impact)
    found.must_hold("发布")
    evidence = found.evidence() | {"since": since(draft.evidence.get("results"), impact) if impact else []}
    if not tx.run(DROP, (process, revision)):  # before the version is made: of two who publish at once, one waits here
        raise NotPossible(what="发布", why="草稿刚被别人改动或发布，请刷新后再看")
    made, told = make_version(tx, now, actor, draft, opinion, evidence)
    told |= make_limits(tx, now, people, author, actor, draft, opinion)
    record(tx, now, actor, "procedure.published", process, told)
    return made


def make_version(
    tx: Tx, now: datetime, actor: int, draft: Draft, opinion: str, evidence: Mapping[str, Any]
) -> tuple[int, dict[str, Any]]:
    """The next version of a procedure from the text that the gate has seen: its id, and what the record tells of it."""
    definition = build(draft.process, policy_limits.without(draft.documents))
    kept = {**evidence, "fingerprint": definition.fingerprint}
    approval = Approval(actor, opinion, kept)
    made = publish_version(tx, now, draft.proposed_by, definition, draft.reason, approval, after=draft.base)
    schedules.register(tx, now, definition)
    told = {"version": made, "fingerprint": definition.fingerprint, "opinion": opinion, "evidence": digest(kept)}
    return made, told


def make_limits(
    tx: Tx, now: datetime, people: People, author: int, actor: int, draft: Draft, opinion: str
) -> dict[str, str]:
    """The next version of the policy whose limits the draft changes, if it does; what the record tells of it."""
    limits = policy_limits.read(draft.documents)
    if not limits:
        return {}
    begun = policy_limits.publish(tx, now, people, author, actor, limits, draft.reason, opinion)
    return {"policy": f"{limits.policy} {begun.version}"}


def must_be_proposed(people: People, actor: int, now: datetime, draft: Draft) -> int:
    """Who proposed the draft; raises NotPossible when nobody has, NotAllowed when the actor has drawn in it."""
    must_publish(people, actor, now, "发布流程")
    if draft.proposed_by is None:
        raise NotPossible(what="发布", why="草稿还没有提请发布，请起草人写明修改原因后提请")
    if actor in draft.authors or actor == draft.proposed_by:
        raise NotAllowed(what="发布这一稿", why="您参与了起草；发布须由另一人复核后进行")
    return draft.proposed_by


def at(draft: Draft, revision: int, doing: str) -> Draft:
    if draft.revision != revision:
        raise NotPossible(what=doing, why="草稿在您打开之后又有改动，请刷新后再看")
    return draft


def _must_differ(tx: Tx, draft: Draft) -> None:
    newest = tx.one(NEWEST, (draft.process,))
    if newest is None:
        return
    if draft.base != newest[0]:
        why = "在您起草之后发布了新的版本，这一稿还不含它的改动。请与现行版本比较、合并后，点“以现行版本为基础”"
        raise NotPossible(what="继续", why=why)
    if documents_of(tx, draft.process, newest[0]) == dict(draft.documents):
        raise NotPossible(what="继续", why="草稿与现行版本没有差别")


def given(field: str, label: str, text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST:
        what = f"请写明{label}" if not text else f"{label}有 {len(text)} 个字，最多 {LONGEST} 个字"
        raise FormInvalid([FieldProblem(field, what, label)], {field: text})
    return text
