"""Bring the two indexes of names to the keys of this release; a schema upgrade that changes keys empties them."""

from __future__ import annotations

from engine.transactions import Tx
from handlers.customers.matching import in_flight
from handlers.customers.matching.name_index import CUSTOMERS
from handlers.customers.matching.naming import parse

_UNKEYED = "SELECT id, name FROM party_name WHERE NOT EXISTS (SELECT 1 FROM name_key) ORDER BY id"


def complete(tx: Tx) -> int:
    """Fill an index that is empty although there are names to find; returns how many names or applications."""
    names = tx.all(_UNKEYED)
    for name_id, name in names:
        CUSTOMERS.add(tx, name_id, parse(name))
    return len(names) + (0 if tx.one("SELECT 1 FROM applied LIMIT 1") else in_flight.rebuild(tx))
