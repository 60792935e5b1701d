"""The dry run over all running cases of a procedure; what has been judged once is kept until the case moves on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from engine import cases
from engine.clock import local
from engine.definitions import Definition
from engine.migration import limits
from engine.migration.judging import Verdict, Way, judged
from engine.migration.limits import Open
from engine.migration.nodes import Counterparts
from engine.migration.past import Past
from engine.snapshots import Snapshot
from engine.step import Step
from engine.transactions import Tx

if TYPE_CHECKING:
    from engine.engine import Engine

# A dry run holds nobody up: it reads without a lock, and all cases and limits at once.
STANDING = (
    "SELECT id, definition_id, revision, status FROM instance WHERE process = ? AND definition_id <> ?"
    " AND status IN ('open', 'suspended') ORDER BY id"
)
CASES = f"SELECT {cases.COLUMNS} FROM instance i, config c WHERE i.id IN ({{marks}}) ORDER BY i.id"
AT_ONCE = 500  # cases read with one statement
MOST = 4  # questions whose verdicts are kept


class State(NamedTuple):
    """What a verdict depends on in a case: while this is the same, so is the verdict."""

    definition_id: int
    revision: int
    status: str
    limits: tuple[Open, ...]


Known = dict[int, tuple[State, Verdict]]


class Verdicts:
    """The verdicts of the last questions asked in this process, by case, each with the state it holds for.

    A question is a version with its mapping; another day, policy or calendar makes it another one.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Any, tuple[Snapshot, date, Known]] = OrderedDict()

    def of(self, way: Way, snapshot: Snapshot, day: date) -> Known:
        key = way.new.fingerprint, frozenset(way.mapping.items()), way.dropped
        with self._lock:
            kept = self._kept.pop(key, None)
            if kept is None or kept[0] is not snapshot or kept[1] != day:
                kept = snapshot, day, {}
            self._kept[key] = kept
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return kept[2]


def survey(
    engine: Engine,
    tx: Tx,
    process: str,
    target: int,
    new: Definition,
    mapping: Counterparts,
    sources: Iterable[int] | None = None,
    only: Container[int] | None = None,
) -> list[Verdict]:
    """All running cases that are not on the version `target` (0: one that is not published yet).

    `sources` are the versions whose cases are asked about, `only` the cases; None: all. Nothing is locked.
    """
    way, running = Way.of(new, mapping), limits.of_process(tx, process)
    asked = None if sources is None else frozenset(sources)
    states = {
        case: State(definition, revision, status, running.get(case, ()))
        for case, definition, revision, status in tx.all(STANDING, (process, target))
        if (asked is None or definition in asked) and (only is None or case in only)
    }
    known = engine.verdicts.of(way, engine.snapshots.at(tx), local(engine.clock.now()).date())
    stale = [case for case, state in states.items() if case not in known or known[case][0] != state]
    past = Past.of_process(tx, process)
    for step in _loaded(engine, tx, stale):
        case = step.case.id
        known[case] = states[case], judged(step, way, states[case].limits, past)
    return [known[case][1] for case in states if case in known]


def _loaded(engine: Engine, tx: Tx, ids: Sequence[int]) -> Iterator[Step]:
    """These cases, not locked and not to be saved; one that has ended meanwhile is left out."""
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        for row in tx.all(CASES.format(marks=", ".join("?" * len(some))), some):
            case, versions = cases.of_row(tx, row)
            yield Step(engine, tx, case, versions, None)
