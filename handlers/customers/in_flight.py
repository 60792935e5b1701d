"""Applications in flight for new customers, as the matcher must find them (E-33).

Kept equal to the form by the step that changes it, in its transaction; gone when the customer is posted, from when on
it is found itself, or when the application is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.operations import registry, watcher
from engine.store import loads
from engine.transactions import Tx
from handlers.customers.keys import key_of
from handlers.customers.name_index import IN_FLIGHT
from handlers.customers.naming import parse
from handlers.customers.secrets import stored_key

PROCESS = "customer_create"
NAMES = ("legal_name", "name_en", "name_trad")

_ENTER = "INSERT INTO applied (instance_id, key) VALUES (?, ?)"
_NAME = "INSERT INTO applied_name (instance_id, name) VALUES (?, ?) RETURNING id"
_FORGET = "DELETE FROM applied WHERE instance_id = ?"  # names and their keys go with it
_OPEN = "SELECT id, form FROM instance WHERE status IN ('open', 'suspended') AND process = ?"


def names_of(form: Mapping[str, Any]) -> list[str]:
    """The names an application gives its customer, the legal one first."""
    return [name for field in NAMES if (name := str(form.get(field) or ""))]


@watcher
def follow(tx: Tx, instance_id: int, process: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Index an application when its names or its number have changed; nothing to do for most steps."""
    known, given = (names_of(before), key_of(before)), (names_of(after), key_of(after))
    if process != PROCESS or known == given:
        return
    if before:
        tx.run(_FORGET, (instance_id,))
    _enter(tx, instance_id, *given)


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
    rows = tx.all(f"{_OPEN} AND id NOT IN (SELECT instance_id FROM posting)", (PROCESS,))
    for instance_id, text in rows:
        form = loads(tx.vault.reveal(text))
        _enter(tx, instance_id, names_of(form), key_of(form))
    return len(rows)


def _enter(tx: Tx, instance_id: int, names: list[str], key: str | None) -> None:
    tx.run(_ENTER, (instance_id, stored_key(tx.vault, key)))
    for name in names:
        row = tx.one(_NAME, (instance_id, name[:200]))
        assert row is not None
        IN_FLIGHT.add(tx, row[0], parse(name))


registry.close_after(over, "customers.reserve")
