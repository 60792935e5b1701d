"""The words a company name is read with: trades and places.

No list is ever complete, so the matcher must do without any word of it; `knowing` exchanges the lists to measure that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from handlers.customers.matching.regions import Place, shipped_places
from handlers.customers.matching.words import TRADES


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Trades, and places by their short name (深圳; 吉林 is two)."""

    trades: frozenset[str]
    places: Mapping[str, tuple[Place, ...]]

    def without(self, words: Collection[str]) -> Vocabulary:
        """The same without these trades and places."""
        hidden = frozenset(words)
        places = {name: known for name, known in self.places.items() if name not in hidden}
        return Vocabulary(self.trades - hidden, places)

    def with_trades(self, words: Collection[str]) -> Vocabulary:
        return Vocabulary(self.trades | frozenset(words), self.places)


@cache
def shipped() -> Vocabulary:
    """What this release knows."""
    return Vocabulary(TRADES, shipped_places())


_in_use: list[Vocabulary] = []


def in_use() -> Vocabulary:
    """The vocabulary names are read with now."""
    return _in_use[-1] if _in_use else shipped()


@contextmanager
def knowing(vocabulary: Vocabulary) -> Iterator[None]:
    """Read every name of this process with another vocabulary; what is indexed stays as it was read."""
    _in_use.append(vocabulary)
    try:
        yield
    finally:
        _in_use.pop()
