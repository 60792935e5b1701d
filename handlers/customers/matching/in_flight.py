"""Applications in flight for new customers and new names, as the matcher must find them (E-33).

Kept equal to the form by the step that changes it, in its transaction; gone when the customer is posted, from when on
it is found itself, or when the application is over. Of a modification only what the customer does not have yet counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.operations import registry, watcher
from engine.store import loads
from engine.transactions import Tx
from handlers.customers.matching.name_index import IN_FLIGHT
from handlers.customers.matching.naming import parse
from handlers.customers.values.keys import key_of
from handlers.customers.values.secrets import stored_key

PROCESS = "customer_create"
PROCESSES = (PROCESS, "customer_modify")
NAMES = ("legal_name", "name_en", "name_trad")

_ENTER = "INSERT INTO applied (instance_id, key) VALUES (?, ?)"
_NAME = "INSERT INTO applied_name (instance_id, name) VALUES (?, ?) RETURNING id"
_FORGET = "DELETE FROM applied WHERE instance_id = ?"  # names and their keys go with it
_OPEN = (
    "SELECT id, process, form FROM instance WHERE status IN ('open', 'suspended') AND process IN (?, ?)"
    " AND id NOT IN (SELECT instance_id FROM posting)"
    " AND id NOT IN (SELECT instance_id FROM change_request WHERE posted_at IS NOT NULL) ORDER BY id"
)
_OWN = (
    "SELECT n.name, p.key FROM account a JOIN party p ON p.id = a.party_id JOIN party_name n ON n.party_id = p.id"
    " WHERE a.customer_code = ?"
)


def names_of(form: Mapping[str, Any]) -> list[str]:
    """The names an application gives its customer, the legal one first."""
    return [name for field in NAMES if (name := str(form.get(field) or ""))]


@watcher
def follow(tx: Tx, instance_id: int, process: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Index an application when its names or its number have changed; nothing to do for most steps."""
    known, given = (names_of(before), key_of(before)), (names_of(after), key_of(after))
    if process not in PROCESSES or known == given:
        return
    if before:
        tx.run(_FORGET, (instance_id,))
    _enter(tx, instance_id, process, after)


def forget(tx: Tx, instance_id: int) -> None:
    """Take an application out of the index."""
    tx.run(_FORGET, (instance_id,))


def over(tx: Tx, instance_id: int, now: datetime, outcome: str) -> None:
    """An application that is over is not in flight; a posted one has been taken out by its posting."""
    if outcome != "posted":
        forget(tx, instance_id)


def rebuild(tx: Tx) -> int:
    """Index all applications in flight anew; returns how many."""
    tx.run("DELETE FROM applied")
    rows = tx.all(_OPEN, PROCESSES)
    for instance_id, process, text in rows:
        _enter(tx, instance_id, process, loads(tx.vault.reveal(text)))
    return len(rows)


def _enter(tx: Tx, instance_id: int, process: str, form: Mapping[str, Any]) -> None:
    names, key = names_of(form), stored_key(tx.vault, key_of(form))
    if process != PROCESS:
        own = tx.all(_OWN, (str(form.get("customer_code") or ""),))
        names = [name for name in names if name not in {row[0] for row in own}]
        key = None if key in {row[1] for row in own} else key
        if not names and key is None:
            return
    tx.run(_ENTER, (instance_id, key))
    for name in names:
        row = tx.one(_NAME, (instance_id, name[:200]))
        assert row is not None
        IN_FLIGHT.add(tx, row[0], parse(name))


registry.close_after(over, "customers.reserve", "customers.reserve_change")
