"""经过的版本: the versions of its procedure that a case has been on; what was done before a move is told by its own.

A case that has been moved (迁移) goes on under the new diagram, but the steps done before it keep the ids, names and
forms of the diagram they were done in. Its `case.migrated` events say when each version was left and what its elements
have been called since; nothing else keeps account of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.definitions import Definition, Definitions
from engine.store import loads
from engine.transactions import Tx

STARTED, MOVED = "case.started", "case.migrated"
MOVES = f"SELECT kind, seq, data FROM event WHERE instance_id = ? AND kind = '{MOVED}' ORDER BY seq"
DONE = "SELECT subject, node, seq FROM event WHERE instance_id = ? AND kind = 'item.completed'"
# With which event a row of a case was done with; a row without one belongs to the version the case is on.
DONE_WITH = ("item.completed", "item.cancelled", "duty.missed", "deadline.closed", "job.done", "job.refused")
CONTINUED = "deadline.continued"  # closes the deadline named in its data


@dataclass(frozen=True)
class Move:
    """A case left the version `before` (a number) for `after` with the event `seq`; `mapping`: old id → new id."""

    seq: int
    before: int
    after: int
    mapping: Mapping[str, str]


@dataclass(frozen=True)
class Trail:
    """The version a case began with, its moves, oldest first, and with which event each row was done with.

    `began` is None when the events do not say; `done_with` is kept for a case that has been moved, by kind and id.
    """

    began: int | None = None
    moves: tuple[Move, ...] = ()
    done_with: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[tuple[str, int, str | None, Mapping[str, Any]]]) -> Trail:
        """The trail that the events of a case tell, each as kind, number, subject, data, in the order of numbers."""
        began, moves = None, list[Move]()
        done: dict[tuple[str, str], int] = {}
        for kind, seq, subject, data in events:
            if kind == STARTED:
                began = data.get("version")
            elif kind == MOVED:
                moves.append(Move(seq, int(data["before"]), int(data["version"]), data.get("mapping") or {}))
            elif kind in DONE_WITH and subject:
                done["item" if kind.startswith("duty") else kind.partition(".")[0], subject] = seq
            elif kind == CONTINUED and data.get("before"):
                done["deadline", str(data["before"])] = seq
        return cls(began, tuple(moves), done if moves else {})

    @classmethod
    def of_rows(cls, rows: Iterable[tuple[str, int, str]]) -> Trail:
        """The versions alone, from kind, number and data as stored; reads no more of the data than it needs."""
        told = sorted((seq, kind, data) for kind, seq, data in rows if kind in (STARTED, MOVED))
        return cls.of((kind, seq, None, loads(data)) for seq, kind, data in told)

    @property
    def versions(self) -> set[int]:
        """The numbers of all versions the case has been on."""
        return {one for move in self.moves for one in (move.before, move.after)} | (
            {self.began} if self.began else set()
        )

    def version(self, seq: int) -> int | None:
        """The number of the version that governed when the event `seq` was recorded; None when nothing says."""
        last = self.moves[-1].after if self.moves else self.began
        return next((one.before for one in self.moves if seq <= one.seq), last)

    def now(self, node: str, seq: int | None) -> str:
        """What an element is called in the version the case is on, called `node` at the event `seq` (None: now)."""
        for one in self.moves:
            if seq is not None and seq <= one.seq:
                node = one.mapping.get(node, node)
        return node

    def names(self, node: str, seq: int) -> frozenset[str]:
        """All that an element, called `node` at the event `seq`, has been called since."""
        found = [node]
        for one in self.moves:
            if seq <= one.seq:
                found.append(one.mapping.get(found[-1], found[-1]))
        return frozenset(found)


@dataclass(frozen=True)
class Passed:
    """A trail with its diagrams: `current`, and by number those the case was on before."""

    trail: Trail
    current: Definition
    earlier: Mapping[int, Definition]

    @classmethod
    def read(cls, tx: Tx, definitions: Definitions, current: Definition, trail: Trail) -> Passed:
        """With the diagrams read; asks the database only about a case that has been moved."""
        numbers = trail.versions - {current.version}
        earlier = {number: definitions.version(tx, current.process, number) for number in sorted(numbers)}
        return cls(trail, current, earlier)

    def at(self, seq: int | None) -> Definition:
        """The version that governed when the event `seq` was recorded; None: the one the case is on."""
        version = None if seq is None else self.trail.version(seq)
        return self.current if version is None else self.earlier.get(version, self.current)

    def of(self, kind: str, row: str) -> Definition:
        """The version a row of the kind `item` or `deadline` was done with in, or is open in."""
        return self.at(self.trail.done_with.get((kind, row)))

    def now(self, kind: str, row: str, node: str) -> str:
        """What the element of a row is called in the version the case is on."""
        return self.trail.now(node, self.trail.done_with.get((kind, row)))


def moves(tx: Tx, case_id: int) -> Trail:
    """The moves of a case alone, for who needs no diagrams."""
    return Trail.of_rows((kind, seq, data) for kind, seq, data in tx.all(MOVES, (case_id,)))


def steps_called(tx: Tx, case_id: int) -> dict[str, frozenset[str]]:
    """All that the steps done in a moved case have been called since, by work item; nothing for any other case."""
    passed = moves(tx, case_id)
    done = tx.all(DONE, (case_id,)) if passed.moves else ()
    return {item: passed.names(node, seq) for item, node, seq in done}
