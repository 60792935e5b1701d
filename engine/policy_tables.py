"""Published policy versions in their table: a version, once published, never changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

import yaml
from sqlalchemy import update

from engine import store
from engine.errors import NotPossible
from engine.policy import Policies, Policy
from engine.policy_reader import read_documents
from engine.store import moment, stamp
from engine.transactions import Tx

PUBLISH = (
    "INSERT INTO policy (name, version, effective_from, fingerprint, content, published_at) VALUES (?, ?, ?, ?, ?, ?)"
)
KNOWN = "SELECT fingerprint FROM policy WHERE name = ? AND version = ?"
ALL = "SELECT id, name, effective_from, content FROM policy ORDER BY effective_from DESC, id DESC"
HISTORY = (
    "SELECT id, version, effective_from, fingerprint, content, published_at, author_id, approver_id, reason, opinion"
    " FROM policy WHERE name = ? ORDER BY effective_from DESC, id DESC"
)
_BETWEEN = re.compile(r"^---[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class PolicyVersion:
    """A published policy with the id of its row."""

    id: int
    effective_from: date
    policy: Policy


@dataclass(frozen=True)
class Published:
    """A version as it was published: by whom, after whose review, why; nobody when it came with the installation."""

    id: int
    policy: Policy
    content: str
    published_at: datetime
    author_id: int | None
    approver_id: int | None
    reason: str
    opinion: str


def publish(tx: Tx, now: datetime, text: str, file: str = "SD-010.yaml") -> int:
    """Publish the versions of a policy file that are not published yet; returns how many.

    Raises PolicyInvalid for a malformed file, NotPossible when a published version was altered.
    """
    added = 0
    for content in documents(text, file):
        policy = Policies.parse(content, file).versions[0]
        known = tx.one(KNOWN, (policy.id, policy.version))
        if known is not None and known[0] != policy.fingerprint:
            raise NotPossible(
                what=f"改动制度 {policy.id} 的版本 {policy.version}",
                why="已发布的版本不能改；请写一个新版本和生效日期",
            )
        if known is None:
            row = (policy.id, policy.version, policy.effective_from.isoformat(), policy.fingerprint, content)
            added += tx.run(PUBLISH, (*row, stamp(now)))
    if added:
        tx.core(update(store.config).values(policy=store.config.c.policy + 1))
    return added


def documents(text: str, file: str) -> list[str]:
    """The documents of a file, each as it was written; raises PolicyInvalid."""
    found, parts = read_documents(text, file), [part.strip() for part in _BETWEEN.split(text)]
    written = [f"{part}\n" for part in parts if part and read_documents(part, file)]
    if len(written) == len(found):
        return written
    return [yaml.safe_dump(document, allow_unicode=True, sort_keys=True) for document in found]


def load(tx: Tx) -> dict[str, tuple[PolicyVersion, ...]]:
    """All published versions by policy, newest first."""
    found: dict[str, list[PolicyVersion]] = {}
    for row_id, name, effective_from, content in tx.all(ALL):
        policy = Policies.parse(content).versions[0]
        found.setdefault(name, []).append(PolicyVersion(row_id, date.fromisoformat(effective_from), policy))
    return {name: tuple(versions) for name, versions in found.items()}


def published(tx: Tx, name: str) -> Policies:
    """All versions of a policy for reports over past months: `.at(day)` what was in force, `.version(name)` by name.

    Raises PolicyMissing when there is none.
    """
    return Policies(one.policy for one in reversed(history(tx, name)))


def history(tx: Tx, name: str) -> list[Published]:
    """All versions of a policy with how they came to be, newest first."""
    return [
        Published(row[0], Policies.parse(row[4]).versions[0], row[4], moment(row[5]), *row[6:])
        for row in tx.all(HISTORY, (name,))
    ]
