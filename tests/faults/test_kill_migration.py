"""A batch of migrations is carried out by processes that are killed in its middle: each case moves exactly once."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from engine import migration
from engine.clock import ManualClock
from tests import clocks
from tests.cast import MONDAY
from tests.engine.migration.test_batches import outcomes, redrawn
from tests.engine.world import World
from tests.faults.migration_worker import live
from tests.faults.mortal import MOMENTS, end, started
from tests.patience import until

CASES = 60
LIVES = ((4, 4), (15, 18), (0, 0))  # in which write transaction the two at work die; with 0 they live


@contextmanager
def at_work(world: World, lives: tuple[int, int]) -> Iterator[list[BaseProcess]]:
    """Two processes at the work: one dies before its last commit, the other right after."""
    workers = [
        started(live, world.url, world.folder, writes, moment) for writes, moment in zip(lives, MOMENTS, strict=True)
    ]
    try:
        yield workers
    finally:
        for worker in workers:
            end(worker)


@pytest.mark.slow
def test_a_batch_survives_kill_9_and_moves_every_case_exactly_once(database: str, tmp_path: Path) -> None:
    world = World(database, tmp_path, ManualClock(MONDAY))
    clocks.show(world.transactions, MONDAY)
    chosen = [world.apply() for _ in range(CASES)]
    target = redrawn(world)
    batch = migration.begin(world.engine, world.cast.person("郭建国"), "review", target, chosen, {}, "批文")

    def moved() -> int:
        return Counter(outcomes(world, batch).values())["moved"]

    *dying, living = LIVES
    for lives in dying:
        before = moved()
        with at_work(world, lives) as workers:
            until(lambda: not any(one.is_alive() for one in workers), "both had died", moved)
            assert [worker.exitcode for worker in workers] == [-signal.SIGKILL] * 2
        assert before < moved() < CASES, "they died in the middle"
        told = outcomes(world, batch)
        on_target = {case for case in chosen if world.case(case)["definition_id"] == target}
        assert on_target == {case for case, status in told.items() if status == "moved"}, "no case is half moved"
    with at_work(world, living):
        until(lambda: moved() == CASES, f"all {CASES} cases were moved", moved)

    assert {world.events(case).count("case.migrated") for case in chosen} == {1}
    assert world.engine.verify() == []
    world.do(chosen[0], "Task_approve", "马国栋", "done")
    assert "Task_legal" in world.open_nodes(chosen[0])
    world.close()
