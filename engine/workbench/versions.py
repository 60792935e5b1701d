"""The published versions of procedures, and the list of procedures with their drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.definitions import unpacked
from engine.errors import NotFound
from engine.store import loads, moment
from engine.transactions import Tx
from engine.workbench.documents import place_of, steps_of

COLUMNS = "id, process, version, name, fingerprint, author_id, approver_id, reason, opinion, published_at, evidence"
VERSIONS = f"SELECT {COLUMNS} FROM definition WHERE process = ? ORDER BY version DESC"
NEWEST_OF_ALL = (
    f"SELECT {COLUMNS} FROM definition AS d WHERE version ="
    " (SELECT max(version) FROM definition WHERE process = d.process) ORDER BY process"
)
DRAFTS = "SELECT process, revision, saved_by, saved_at, proposed_by FROM procedure_draft WHERE callers IS NULL"
OPEN_CASES = "SELECT process, definition_id, count(*) FROM instance WHERE status IN ('open', 'suspended') GROUP BY 1, 2"
PUBLISHED = "SELECT data FROM admin_log WHERE kind = 'procedure.published' AND subject = ? ORDER BY id"
DOCUMENTS = "SELECT process, documents FROM definition WHERE id = ?"


@dataclass(frozen=True)
class Version:
    """A published version as a row: who drew it, who approved it, why; without its documents."""

    id: int
    process: str
    version: int
    name: str
    fingerprint: str
    author_id: int | None
    approver_id: int | None
    reason: str
    opinion: str
    published_at: datetime
    evidence: Mapping[str, Any] | None


@dataclass(frozen=True)
class Overview:
    """A procedure on the list: its newest version, its draft's state, and how many cases run under which version."""

    process: str
    newest: Version | None
    revision: int | None  # of the draft; None: there is none
    saved_by: int | None
    saved_at: datetime | None
    proposed: bool
    running: Mapping[int, int]  # id of the version → open cases


def versions(tx: Tx, process: str) -> list[Version]:
    """All published versions of a procedure, newest first."""
    return [_version(row) for row in tx.all(VERSIONS, (process,))]


def newest_of_all(tx: Tx) -> list[Version]:
    """The newest version of every procedure, in the order of their ids."""
    return [_version(row) for row in tx.all(NEWEST_OF_ALL)]


def documents_of(tx: Tx, process: str, version_id: int) -> dict[str, str]:
    """The documents of a published version, or of the shared steps `process` that it holds; raises NotFound."""
    row = tx.one(DOCUMENTS, (version_id,))
    documents = unpacked(row[1]) if row else {}
    if row and row[0] == process:
        return documents
    if place_of(process) in documents:
        return steps_of(documents, process)
    raise NotFound(what=f"流程 {process} 的这个版本")


def noted_digest(tx: Tx, process: str, version_id: int) -> str:
    """The fingerprint of a version's evidence as noted in the administrators' log when it was published, or ""."""
    noted = (loads(data) for (data,) in tx.all(PUBLISHED, (process,)))
    return next((str(one["evidence"]) for one in noted if one.get("version") == version_id), "")


def running(tx: Tx) -> dict[str, dict[int, int]]:
    """Open cases by procedure and version."""
    found: dict[str, dict[int, int]] = {}
    for process, definition, count in tx.all(OPEN_CASES):
        found.setdefault(process, {})[definition] = int(count)
    return found


def overview(tx: Tx) -> list[Overview]:
    """All procedures, those that exist only as a draft among them, in the order of their ids.

    Shared steps are no procedures: `shared.in_force`.
    """
    newest = {one.process: one for one in newest_of_all(tx)}
    drafts = {row[0]: row for row in tx.all(DRAFTS)}
    open_cases = running(tx)
    found = []
    for process in sorted(newest.keys() | drafts.keys()):
        _, revision, saved_by, saved_at, proposed_by = drafts.get(process, (process, None, None, None, None))
        since = moment(saved_at) if saved_at else None
        proposed = proposed_by is not None
        cases = open_cases.get(process, {})
        found.append(Overview(process, newest.get(process), revision, saved_by, since, proposed, cases))
    return found


def _version(row: Any) -> Version:
    version_id, process, version, name, fingerprint, author, approver, reason, opinion, published_at, evidence = row
    return Version(
        version_id, process, version, name, fingerprint, author, approver, reason, opinion, moment(published_at),
        loads(evidence) if evidence else None,
    )  # fmt: skip
