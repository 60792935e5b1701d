"""What uses a form or a field: that which would no longer hold without it, as the check says it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.check import Rulebook, check_documents
from engine.operations import Registry
from engine.problems import Problem
from engine.transactions import Tx

RUNNING = "SELECT count(*) FROM instance WHERE process = ? AND status IN ('open', 'suspended')"


def uses(
    process: str, before: Mapping[str, str], after: Mapping[str, str], books: Mapping[str, Rulebook], registry: Registry
) -> list[Problem]:
    """Steps, conditions, letters, parameters and forms that miss in `after` what they have in `before`."""
    known = set(check_documents(process, before, books, registry))
    return [one for one in check_documents(process, after, books, registry) if one not in known]


def running(tx: Tx, process: str) -> int:
    """How many cases go on with their version, whatever becomes of the draft."""
    row = tx.one(RUNNING, (process,))
    return int(row[0]) if row else 0
