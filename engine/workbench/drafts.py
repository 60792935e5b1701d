"""Drafts of procedures: one per procedure, saved under a growing revision; who comes second loses nothing.

Whoever saves says which revision the text started from. When another was faster, the draft stays as that one left it
and the later text is put aside, to be compared and put back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.company.administration import record
from engine.definitions import DIAGRAM, NEWEST, packed, unpacked
from engine.errors import NotFound, NotPossible
from engine.people import People
from engine.store import dumps, loads, moment, stamp
from engine.transactions import Tx
from engine.workbench import asides, shared
from engine.workbench.documents import accepted
from engine.workbench.rights import must_draft
from engine.workbench.versions import documents_of

READ = (
    "SELECT process, revision, base_id, documents, authors, saved_by, saved_at, proposed_by, proposed_at, reason,"
    " remark, played, plays, evidence, callers, joined FROM procedure_draft WHERE process = ?"
)
OPEN = (
    "INSERT INTO procedure_draft (process, revision, base_id, callers, documents, authors, saved_by, saved_at)"
    " VALUES (?, 1, ?, ?, ?, ?, ?, ?) ON CONFLICT (process) DO NOTHING"
)
SAVE = (
    "UPDATE procedure_draft SET revision = revision + 1, documents = ?, authors = ?, saved_by = ?, saved_at = ?,"
    " proposed_by = NULL, proposed_at = NULL, played = ?, plays = ? WHERE process = ? AND revision = ?"
)
PLAYED = "UPDATE procedure_draft SET played = ?, plays = ? WHERE process = ? AND revision = ?"
REBASE = (
    "UPDATE procedure_draft SET base_id = ?, callers = ?, revision = revision + 1 WHERE process = ? AND revision = ?"
)
DROP = "DELETE FROM procedure_draft WHERE process = ? AND revision = ?"

SCENARIOS = "scenarios/"


@dataclass(frozen=True)
class Draft:
    """A procedure being redrawn; `base` is the id of the version it was drawn from, None for a new procedure.

    Of shared steps (`shared.py`) `base` is the version of a procedure that held the drawing, and `callers` maps every
    procedure that called them to its version at the time.
    """

    process: str
    revision: int
    base: int | None
    documents: Mapping[str, str]
    authors: frozenset[int]
    saved_by: int
    saved_at: datetime
    proposed_by: int | None
    proposed_at: datetime | None
    reason: str
    remark: str
    played: Mapping[str, str]  # name of a scenario → what went otherwise, "" when it passed
    plays: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # → {"rows": […], "nodes": […], "flows": […]}
    evidence: Mapping[str, Any] = field(default_factory=dict)  # what the gate found when it was proposed
    callers: Mapping[str, int] | None = None
    joined: frozenset[str] = frozenset()  # of shared steps: the callers whose drafts are published together with it

    @property
    def shared(self) -> bool:
        """Whether it redraws shared steps, to be published in all procedures that call them."""
        return self.callers is not None

    @property
    def proposed(self) -> bool:
        """Whether it waits for a second person."""
        return self.proposed_by is not None


@dataclass(frozen=True)
class Saved:
    """How a save went: the draft as it is now, and where the text is when another had been faster."""

    draft: Draft
    aside: int | None = None

    @property
    def overtaken(self) -> bool:
        return self.aside is not None


def find(tx: Tx, process: str) -> Draft | None:
    """The draft of a procedure, if there is one."""
    row = tx.one(READ, (process,))
    if row is None:
        return None
    (
        name, revision, base, documents, authors, saved_by, saved_at, proposed_by, proposed_at, reason, remark, played,
        plays, evidence, callers, joined,
    ) = row  # fmt: skip
    return Draft(
        name, revision, base, unpacked(documents), frozenset(loads(authors)), saved_by, moment(saved_at), proposed_by,
        moment(proposed_at) if proposed_at else None, reason, remark,
        loads(played) if played else {}, loads(plays) if plays else {},
        loads(evidence) if evidence else {}, loads(callers) if callers else None,
        frozenset(loads(joined)) if joined else frozenset(),
    )  # fmt: skip


def read(tx: Tx, process: str) -> Draft:
    """The draft of a procedure; raises NotFound."""
    found = find(tx, process)
    if found is None:
        raise NotFound("流程 {process} 现在没有草稿：已发布，或已放弃。请从流程工作台重新进入。", process=process)
    return found


def open_(
    tx: Tx,
    now: datetime,
    people: People,
    actor: int,
    process: str,
    documents: Mapping[str, str] | None = None,
    like: str = "",
) -> Draft:
    """The draft of a procedure or of shared steps; begins one from the newest version, from `documents` for a new one.

    While callers of shared steps hold different drawings, `like` names the caller whose drawing is the first; raises
    NotPossible when nobody has chosen.
    """
    must_draft(people, actor, now, "修改流程")
    known = find(tx, process)
    if known is not None:
        return known
    base, callers = _present(tx, process, like)
    if base is None and documents is None:
        raise NotFound(what=f"流程 {process}")
    first = accepted(documents or {}, {}) if base is None else documents_of(tx, process, base)
    noted = None if callers is None else dumps(callers)
    tx.run(OPEN, (process, base, noted, packed(first), dumps([actor]), actor, stamp(now)))
    return read(tx, process)


def _present(tx: Tx, process: str, like: str = "") -> tuple[int | None, Mapping[str, int] | None]:
    """The version that is in force; of shared steps one that holds them, with those of all callers."""
    newest = tx.one(NEWEST, (process,))
    steps = None if newest else shared.find(tx, process)
    if steps is not None:
        return steps.base(like), steps.noted
    return (int(newest[0]) if newest else None), None


def save(
    tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, documents: Mapping[str, str]
) -> Saved:
    """Keep the draft under the next revision; what was proposed has to be proposed again.

    When the draft is no longer at `revision` it stays as it is and the text is put aside. Raises DefinitionInvalid for
    what is not safe to keep, NotFound when the draft is gone (the text is put aside nevertheless by `rescue`).
    """
    must_draft(people, actor, now, "保存流程草稿")
    draft = read(tx, process)
    kept = accepted(documents, draft.documents, draft.shared)
    kept = shared.completed(tx, kept)
    if kept == draft.documents:
        return Saved(draft)
    still = _still(draft, kept)
    results = [dumps({one: told[one] for one in told if one in still}) for told in (draft.played, draft.plays)]
    row = (packed(kept), dumps(sorted(draft.authors | {actor})), actor, stamp(now), *results, process, revision)
    if draft.revision == revision and tx.run(SAVE, row):
        return Saved(read(tx, process))
    return Saved(read(tx, process), asides.put(tx, now, actor, process, revision, asides.OVERTAKEN, kept))


def _still(draft: Draft, after: Mapping[str, str]) -> set[str]:
    """The scenarios whose results stay true: their own text and all that they run on is as it was."""

    def run_on(documents: Mapping[str, str]) -> dict[str, str]:
        return {path: text for path, text in documents.items() if not path.startswith(SCENARIOS)}

    if run_on(draft.documents) != run_on(after):
        return set()
    same = (path for path in after if draft.documents.get(path) == after[path])
    return {path.removeprefix(SCENARIOS).removesuffix(".yaml") for path in same if path.startswith(SCENARIOS)}


def rescue(
    tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, documents: Mapping[str, str]
) -> int:
    """Put a text aside whose draft was published or given up meanwhile; returns where it is."""
    must_draft(people, actor, now, "保存流程草稿")
    return asides.put(tx, now, actor, process, revision, asides.OVERTAKEN, accepted(documents, {}))


def restore(tx: Tx, now: datetime, people: People, actor: int, process: str, version: int, revision: int) -> Saved:
    """Make a published version the text of the draft, which begins when there is none (`revision` 0).

    The shared steps it calls stay those in force: they are restored by themselves, for all callers.
    """
    must_draft(people, actor, now, "恢复旧版本")
    documents = shared.with_steps_in_force(tx, process, documents_of(tx, process, version))
    return _replace(tx, now, people, actor, process, revision, documents)


def put_back(tx: Tx, now: datetime, people: People, actor: int, process: str, aside: int, revision: int) -> Saved:
    """Make a text that was put aside the text of the draft; the one it replaces is put aside in turn."""
    must_draft(people, actor, now, "取回另存的一稿")
    documents = shared.with_steps_in_force(tx, process, asides.documents_of(tx, process, aside))
    saved = _replace(tx, now, people, actor, process, revision, documents)
    if not saved.overtaken:
        asides.forget(tx, process, aside)
    return saved


def _replace(
    tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, documents: Mapping[str, str]
) -> Saved:
    draft = find(tx, process)
    if draft is None:
        draft = open_(tx, now, people, actor, process, documents)
        revision = draft.revision
    elif draft.revision != revision:
        return Saved(draft, asides.put(tx, now, actor, process, revision, asides.OVERTAKEN, documents))
    else:
        asides.put(tx, now, draft.saved_by, process, revision, asides.REPLACED, draft.documents)
    row = (packed(documents), dumps(sorted(draft.authors | {actor})), actor, stamp(now), None, None, process, revision)
    tx.run(SAVE, row)
    return Saved(read(tx, process))


def take_in(tx: Tx, now: datetime, people: People, actor: int, process: str, diagram: str) -> Saved:
    """Make an uploaded diagram that of the draft, or begin a new procedure with it; the draft before is put aside."""
    must_draft(people, actor, now, "上传流程图")
    known = find(tx, process)
    draft = known or open_(tx, now, people, actor, process, {DIAGRAM: diagram})
    if known is None and draft.base is None:
        return Saved(draft)
    kept = accepted({**draft.documents, DIAGRAM: diagram}, draft.documents, draft.shared)
    kept = kept | {DIAGRAM: shared.marked(process, kept[DIAGRAM])} if draft.shared else kept
    documents = shared.completed(tx, kept)
    return _replace(tx, now, people, actor, process, draft.revision, documents)


def bring_in(
    tx: Tx, now: datetime, people: People, actor: int, process: str, documents: Mapping[str, str]
) -> Saved | None:
    """Make the documents of a folder those of the draft; None when draft or newest version hold just that already.

    What the folder uses of its neighbours comes along, but shared steps that are in force: those have a draft of their
    own. A draft that was there is put aside.
    """
    must_draft(people, actor, now, "导入流程")
    draft = find(tx, process)
    base, callers = (draft.base, draft.callers) if draft else _present(tx, process)
    whole = shared.with_steps_in_force(tx, process, accepted(documents, documents, callers is not None))
    present = draft.documents if draft else documents_of(tx, process, base) if base else None
    if whole == present:
        return None
    if draft is None and base is None:
        return Saved(open_(tx, now, people, actor, process, whole))
    draft = draft or open_(tx, now, people, actor, process)
    return _replace(tx, now, people, actor, process, draft.revision, whole)


def note_played(
    tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, scenario: str, wrong: str,
    play: Mapping[str, Any] | None = None,
) -> Draft:  # fmt: skip
    """Write down how a scenario of the draft went; `wrong` is empty when all was as expected, `play` tells the rows.

    Raises NotPossible when the draft has been changed meanwhile: the result is of another text.
    """
    must_draft(people, actor, now, "运行情景")
    draft = read(tx, process)
    if draft.revision != revision:
        raise NotPossible(what="记下情景的结果", why="草稿在运行时又有改动，请再运行一次")
    plays = {**draft.plays, scenario: play} if play else {k: v for k, v in draft.plays.items() if k != scenario}
    tx.run(PLAYED, (dumps({**draft.played, scenario: wrong}), dumps(plays), process, revision))
    return read(tx, process)


def stale(tx: Tx, draft: Draft) -> bool:
    """Whether what the draft was drawn from is no longer in force."""
    if draft.callers is not None:
        steps = shared.find(tx, draft.process)
        return steps is not None and bool(shared.outdated(tx, steps, draft.base, draft.callers))
    newest = tx.one(NEWEST, (draft.process,))
    return newest is not None and newest[0] != draft.base


def rebase(tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, like: str = "") -> Draft:
    """State that the draft contains what the newest version has changed since it was begun.

    Shared steps that it calls cannot be drawn in it, so it gets those in force; the text before is put aside then.
    """
    must_draft(people, actor, now, "以现行版本为基础")
    draft = read(tx, process)
    base, callers = _present(tx, process, like)
    documents = shared.with_steps_in_force(tx, process, draft.documents)
    if documents != draft.documents and draft.revision == revision:
        revision = _replace(tx, now, people, actor, process, revision, documents).draft.revision
    row = (base, None if callers is None else dumps(callers), process, revision)
    if base is None or not tx.run(REBASE, row):
        raise NotPossible(what="以现行版本为基础", why="草稿刚被别人改动，请刷新后再看")
    return read(tx, process)


def drop(tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int) -> None:
    """Give a draft up; its text is put aside, so that it can be put back."""
    must_draft(people, actor, now, "放弃草稿")
    draft = read(tx, process)
    if draft.revision != revision or not tx.run(DROP, (process, revision)):
        raise NotPossible(what="放弃草稿", why="草稿刚被别人改动，请刷新后再看")
    asides.put(tx, now, actor, process, revision, asides.DROPPED, draft.documents)
    record(tx, now, actor, "procedure.dropped", process, {"revision": revision})


def keep_aside(tx: Tx, now: datetime, draft: Draft) -> None:
    """Put the draft as it stands aside, before somebody who was told that another had been faster saves over it."""
    asides.put(tx, now, draft.saved_by, draft.process, draft.revision, asides.REPLACED, draft.documents)
