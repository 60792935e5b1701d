"""Drafts of callers published together with the shared steps they call.

A step that is added or renamed in shared steps often needs another form, or a scenario that passes it, in a caller:
neither could be published first. What belongs together is judged, reviewed and published together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.definitions import NEWEST
from engine.errors import NotAllowed, NotPossible
from engine.people import People
from engine.policy_limits import LIMITS
from engine.store import dumps, loads
from engine.transactions import Tx
from engine.workbench import shared
from engine.workbench.drafts import Draft, read
from engine.workbench.rights import must_draft

JOIN = (
    "UPDATE procedure_draft SET joined = ?, revision = revision + 1, proposed_by = NULL, proposed_at = NULL"
    " WHERE process = ? AND revision = ?"
)
JOINING = "SELECT process, joined FROM procedure_draft WHERE joined IS NOT NULL ORDER BY process"


def join(
    tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, callers: frozenset[str]
) -> Draft:
    """Say which callers' drafts are published together with the shared steps; they have to be proposed again.

    Raises NotFound for a caller without a draft, NotPossible when the steps are not called by it or were saved anew.
    """
    must_draft(people, actor, now, "一起发布草稿")
    steps = shared.read(tx, process)
    for caller in callers:
        read(tx, caller)
        if caller not in steps.callers:
            raise NotPossible(what=f"与 {caller} 的草稿一起发布", why="它没有引用这些共用环节")
    if not tx.run(JOIN, (dumps(sorted(callers)), process, revision)):
        raise NotPossible(what="一起发布草稿", why="共用环节的草稿刚被别人改动，请刷新后再看")
    return read(tx, process)


def joining(tx: Tx, process: str) -> list[str]:
    """The shared steps with whose draft that of a procedure is published."""
    return [one for one, joined in tx.all(JOINING) if process in loads(joined)]


def must_fit(tx: Tx, own: Mapping[str, Draft]) -> None:
    """Raise NotPossible for a joined draft that lacks what is in force, or that changes limits by itself."""
    for caller, draft in own.items():
        newest = tx.one(NEWEST, (caller,))
        if newest is None or newest[0] != draft.base:
            why = f"{caller} 的草稿不含它现行版本的改动。请在那份草稿里点“以现行版本为基础”，或不与它一起发布"
            raise NotPossible(what="一起发布", why=why)
        if LIMITS in draft.documents:
            why = f"{caller} 的草稿改了限期。请把限期改在共用环节的图上，或先单独发布那份草稿"
            raise NotPossible(what="一起发布", why=why)


def must_be_unchanged(draft: Draft, own: Mapping[str, Draft], actor: int) -> None:
    """Raise NotPossible when a joined draft is not as it was proposed, NotAllowed for who has drawn in one."""
    proposed = draft.evidence.get("joined", {})
    if proposed != {caller: one.revision for caller, one in own.items()}:
        why = "一起发布的草稿在提请之后又有改动，请起草人看过以后重新提请"
        raise NotPossible(what="发布", why=why)
    if any(actor in one.authors for one in own.values()):
        raise NotAllowed(what="发布这一稿", why="您参与了一起发布的草稿；发布须由另一人复核后进行")
