"""The lists in this process's memory: loaded once, anew when the number in the `config` row has grown.

A step reads that number along with its case; four thousand rows are read only after a change.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from engine.errors import Misconfigured
from engine.transactions import Tx
from handlers.customers.reference.lists import LISTS, Entry, ReferenceList

_VERSION = "SELECT reference FROM config"
_READ = "SELECT code, name, parent, valid_from, valid_to FROM reference_value WHERE list = ? ORDER BY position, code"

_loaded: WeakKeyDictionary[Engine, dict[str, tuple[int, ReferenceList]]] = WeakKeyDictionary()


def version(tx: Tx) -> int:
    """The number of the lists' last change, read once per transaction."""
    if tx.reference is None:
        row = tx.one(_VERSION)
        tx.reference = int(row[0]) if row else 0
    return tx.reference


def reference(tx: Tx, name: str) -> ReferenceList:
    """The list of that name (a key of LISTS) as it stands.

    Raises Misconfigured when the installation has none: it was never seeded.
    """
    known, number = _loaded.setdefault(tx.engine, {}), version(tx)
    kept = known.get(name)
    if kept is None or kept[0] != number:
        entries = [Entry(row[0], row[1], row[2] or "", row[3] or "", row[4] or "") for row in tx.all(_READ, (name,))]
        if not entries:
            raise Misconfigured(
                what=f"参考数据“{LISTS[name].title}”是空的", remedy="运行 countersign migrate，装入随附的参考数据"
            )
        kept = known[name] = (number, ReferenceList(LISTS[name], iter(entries)))
    return kept[1]
