"""Published policy versions in their table: a version, once published, never changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import yaml
from sqlalchemy import update

from engine import store
from engine.errors import NotPossible
from engine.policy import Policies, Policy
from engine.policy_reader import read_documents
from engine.store import stamp
from engine.transactions import Tx

PUBLISH = (
    "INSERT INTO policy (name, version, effective_from, fingerprint, content, published_at) VALUES (?, ?, ?, ?, ?, ?)"
)
KNOWN = "SELECT fingerprint FROM policy WHERE name = ? AND version = ?"
ALL = "SELECT id, name, effective_from, content FROM policy ORDER BY effective_from DESC, id DESC"


@dataclass(frozen=True)
class PolicyVersion:
    """A published policy with the id of its row."""

    id: int
    effective_from: date
    policy: Policy


def publish(tx: Tx, now: datetime, text: str, file: str = "SD-010.yaml") -> int:
    """Publish the versions of a policy file that are not published yet; returns how many.

    Raises PolicyInvalid for a malformed file, NotPossible when a published version was altered.
    """
    added = 0
    for document in read_documents(text, file):
        content = yaml.safe_dump(document, allow_unicode=True, sort_keys=True)
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


def load(tx: Tx) -> dict[str, tuple[PolicyVersion, ...]]:
    """All published versions by policy, newest first."""
    found: dict[str, list[PolicyVersion]] = {}
    for row_id, name, effective_from, content in tx.all(ALL):
        policy = Policies.parse(content).versions[0]
        found.setdefault(name, []).append(PolicyVersion(row_id, date.fromisoformat(effective_from), policy))
    return {name: tuple(versions) for name, versions in found.items()}
