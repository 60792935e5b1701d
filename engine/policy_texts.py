"""What stands beside a policy's parameters: its numbered clauses and the rules these are bound to, as published."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from engine import conformance
from engine.clauses import Clause, read_clauses
from engine.conformance import RuleSet
from engine.policy_reader import policy_files, read_text
from engine.store import stamp
from engine.transactions import Tx

SUFFIXES = {"clauses": ".md", "rules": ".rules.yaml"}
NEWEST = "SELECT fingerprint, text FROM policy_text WHERE name = ? AND kind = ? ORDER BY id DESC LIMIT 1"
PUT = "INSERT INTO policy_text (name, kind, fingerprint, text, published_at) VALUES (?, ?, ?, ?, ?)"


def lay_down(tx: Tx, now: datetime, folder: Path) -> int:
    """Publish the texts of a folder of policies that are not the newest already; returns how many.

    Earlier texts stay. Raises PolicyInvalid for rules that cannot be read.
    """
    added = 0
    for policy in policy_files(folder):
        for kind, suffix in SUFFIXES.items():
            file = policy.with_suffix(suffix)
            if not file.exists():
                continue
            text = read_text(file)
            if kind == "rules":
                conformance.parse(text, file.name)
            mark = sha256(text.encode()).hexdigest()
            newest = tx.one(NEWEST, (policy.stem, kind))
            if newest is None or newest[0] != mark:
                added += tx.run(PUT, (policy.stem, kind, mark, text, stamp(now)))
    return added


def clauses(tx: Tx, policy: str) -> tuple[Clause, ...]:
    """The clauses of a policy in their order; empty when none are published."""
    row = tx.one(NEWEST, (policy, "clauses"))
    return _clauses(row[1]) if row else ()


def rules(tx: Tx, policy: str) -> RuleSet:
    """The rules its clauses are bound to; without any when none are published."""
    row = tx.one(NEWEST, (policy, "rules"))
    return _rules(row[1], f"{policy}.rules.yaml") if row else RuleSet(policy, (), "")


def rules_text(tx: Tx, policy: str) -> str:
    """The rules as published last, word for word; empty when none are."""
    row = tx.one(NEWEST, (policy, "rules"))
    return str(row[1]) if row else ""


@lru_cache(maxsize=8)
def _clauses(text: str) -> tuple[Clause, ...]:
    return tuple(read_clauses(text))


@lru_cache(maxsize=8)
def _rules(text: str, file: str) -> RuleSet:
    return conformance.parse(text, file)
