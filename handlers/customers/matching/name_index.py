"""The index of names: which of a hundred thousand names are worth comparing with one.

Every two neighbouring characters of a name are a key, by sound and whatever they mean: a variant shares most of them,
known words or not, and those that span 字号 are rare. A search reads the rare ones and leaves the common alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise, product
from math import log

from engine.store import placeholders
from engine.transactions import Tx
from handlers.customers.matching.naming import ParsedName
from handlers.customers.matching.pinyin import readings

COMMON = 600  # a key with so many names is read only when there is no rarer one
MOST_ROWS = 1500  # read from the index in one search, rarest keys first
MOST_COMPARED = 30
WORTH = 1 / 3  # of what the best shares with the name; what shares less is not compared
_LATIN = re.compile(r"[A-Z0-9]{2,}")
_LONGEST_KEY = 60


def keys_of(name: ParsedName) -> set[str]:
    """The keys of a name: `yu yang` for 宇阳 and 宇洋, both readings of 长; `ABB` for a Latin word."""
    found = set(_LATIN.findall(name.normal))
    core = name.core or name.normal
    if len(core) < 2:
        found |= set(readings(core)) if core else set()
    for left, right in pairwise(core):
        if not (left.isascii() and right.isascii()):
            found |= {f"{one} {two}" for one, two in product(readings(left), readings(right))}
    return {key[:_LONGEST_KEY] for key in found}


@dataclass(frozen=True)
class NameIndex:
    """One of the two indexes, of customers' names and of names in flight: its table of (key, name_id)."""

    table: str

    def add(self, tx: Tx, name_id: int, name: ParsedName) -> None:
        """Index a name, in the transaction that writes it."""
        tx.many(
            f"INSERT INTO {self.table} (key, name_id) VALUES (?, ?)",
            [(key, name_id) for key in sorted(keys_of(name))],
        )

    def like(self, tx: Tx, name: ParsedName) -> list[int]:
        """The ids of the names that share the most and the rarest keys with this one, best first."""
        keys = sorted(keys_of(name))
        if not keys:
            return []
        spread = self._spread(tx, keys)
        weights = _chosen(spread)
        if not weights:
            return self._like_common(tx, [key for key in keys if spread[key]])
        sums: dict[int, float] = defaultdict(float)
        marks = placeholders(weights)
        for name_id, key in tx.all(f"SELECT name_id, key FROM {self.table} WHERE key IN ({marks})", list(weights)):
            sums[name_id] += weights[key]
        least = max(sums.values(), default=0) * WORTH
        worth = [name_id for name_id, weight in sums.items() if weight >= least]
        return sorted(worth, key=lambda name_id: (-sums[name_id], name_id))[:MOST_COMPARED]

    def _spread(self, tx: Tx, keys: list[str]) -> dict[str, int]:
        """How many names have each key, counted no further than COMMON."""
        one = f"(SELECT count(*) FROM (SELECT 1 FROM {self.table} WHERE key = ? LIMIT {COMMON}) AS found)"
        row = tx.one(f"SELECT {', '.join([one] * len(keys))}", keys)
        assert row is not None
        return dict(zip(keys, row, strict=True))

    def _like_common(self, tx: Tx, keys: list[str]) -> list[int]:
        """The names that share the most keys when all of them are common: 中国 and nothing else."""
        if not keys:
            return []
        marks = placeholders(keys)
        rows = tx.all(
            f"SELECT name_id FROM {self.table} WHERE key IN ({marks})"
            " GROUP BY name_id ORDER BY count(*) DESC, name_id LIMIT ?",
            (*keys, MOST_COMPARED),
        )
        return [row[0] for row in rows]


def _chosen(spread: dict[str, int]) -> dict[str, float]:
    """The keys to read, rarest first, each with its weight: the rarer the more it says."""
    weights: dict[str, float] = {}
    rows = 0
    for key, count in sorted(spread.items(), key=lambda one: (one[1], one[0])):
        if count >= COMMON or rows + count > MOST_ROWS:
            break
        if count:
            weights[key] = log(2 * COMMON / count)
            rows += count
    return weights


CUSTOMERS = NameIndex("name_key")
IN_FLIGHT = NameIndex("applied_name_key")
