"""What cases have done already, read for all that are asked about at once, and only when something depends on it."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from operator import itemgetter

from engine.store import loads
from engine.trail import MOVED, Trail
from engine.transactions import Row, Tx

DONE = (
    f"SELECT instance_id, kind, seq, node, data FROM event WHERE kind IN ('{MOVED}', 'item.completed') AND instance_id"
)
OF_ALL = (
    f"{DONE} IN (SELECT id FROM instance WHERE process = ? AND status IN ('open', 'suspended'))"
    " ORDER BY instance_id, seq"
)
OF_ONE = f"{DONE} = ? ORDER BY seq"


class Past:
    """The steps done in each case, as the version the case is on calls them."""

    def __init__(self, tx: Tx, sql: str, about: int | str) -> None:
        self.tx, self.sql, self.about = tx, sql, about

    @classmethod
    def of_case(cls, tx: Tx, case_id: int) -> Past:
        return cls(tx, OF_ONE, case_id)

    @classmethod
    def of_process(cls, tx: Tx, process: str) -> Past:
        """Of all running cases of a procedure."""
        return cls(tx, OF_ALL, process)

    def steps(self, case_id: int) -> frozenset[str]:
        return self._steps.get(case_id, frozenset())

    @cached_property
    def _steps(self) -> dict[int, frozenset[str]]:
        rows = self.tx.all(self.sql, (self.about,))
        return {case: _called(list(own)) for case, own in groupby(rows, itemgetter(0))}


def _called(rows: list[Row]) -> frozenset[str]:
    trail = Trail.of((kind, seq, None, loads(data)) for _case, kind, seq, _node, data in rows if kind == MOVED)
    return frozenset(trail.now(node, seq) for _case, kind, seq, node, _data in rows if kind != MOVED)
