"""Shared steps and a procedure that calls them published at the same moment, on each database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from engine import workbench
from engine.definitions import DIAGRAM
from engine.errors import NotPossible
from tests.engine.workbench.bench import PROCESS, Bench
from tests.engine.workbench.shared import NEW, OLD, PLACE, Shared


def test_of_a_caller_and_its_shared_steps_published_at_once_nothing_is_lost(bench: Bench) -> None:
    """One waits for the other or is refused with both texts kept; no version undoes another."""
    shared = Shared(bench)
    steps = shared.proposes(shared.saves(shared.opens(), (OLD, NEW)))
    other = shared.saves(shared.opens(PROCESS), ('name="核对与分发"', 'name="同时的"'), process=PROCESS)
    own = shared.bench.proposes("李志强", other.revision)
    ready = Barrier(2)

    def steps_first() -> bool:
        ready.wait()
        try:
            return bool(shared.publishes(steps))
        except NotPossible:
            return False

    def caller_first() -> bool:
        ready.wait()
        try:
            return bool(shared.bench.publishes("郭建国", own.revision))
        except NotPossible:
            return False

    with ThreadPoolExecutor(2) as desks:
        went = [one.result() for one in (desks.submit(steps_first), desks.submit(caller_first))]

    assert any(went)
    with shared.bench.transactions.read() as tx:
        newest = workbench.documents_of(tx, PROCESS, workbench.versions(tx, PROCESS)[0].id)
        left = workbench.find(tx, PROCESS)
    assert (NEW in newest[PLACE]) == went[0]
    assert ("同时的" in newest[DIAGRAM]) == went[1]
    assert went[1] or (left and "同时的" in left.documents[DIAGRAM])
