"""A batch of migrations is carried out by processes that are killed in its middle: each case moves exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import migration
from engine.clock import ManualClock, SystemClock
from tests.engine.migration.test_batches import outcomes, redrawn
from tests.engine.world import World

ROOT = Path(__file__).parents[2]
CASES, PATIENCE = 90, 90.0  # seconds


def started(world: World) -> list[subprocess.Popen[bytes]]:
    program = [sys.executable, "-m", "tests.faults.migration_worker", world.url, str(world.folder)]
    return [subprocess.Popen(program, cwd=ROOT) for _ in range(2)]


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, "the batch did not get on"
        time.sleep(0.005)


def killed(workers: list[subprocess.Popen[bytes]]) -> None:
    for worker in workers:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()


@pytest.mark.slow
def test_a_batch_survives_kill_9_and_moves_every_case_exactly_once(database: str, tmp_path: Path) -> None:
    world = World(database, tmp_path, ManualClock(SystemClock().now()))
    chosen = [world.apply() for _ in range(CASES)]
    target = redrawn(world)
    batch = migration.begin(world.engine, world.cast.person("郭建国"), "review", target, chosen, {}, "批文")

    def moved() -> int:
        return Counter(outcomes(world, batch).values())["moved"]

    left = []
    for share in (5, 30):
        workers = started(world)
        try:
            until(lambda share=share: moved() >= share)  # type: ignore[misc]
        finally:
            killed(workers)
        left.append(CASES - moved())
        told = outcomes(world, batch)
        on_target = {case for case in chosen if world.case(case)["definition_id"] == target}
        assert on_target == {case for case, status in told.items() if status == "moved"}, "no case is half moved"
    workers = started(world)
    try:
        until(lambda: moved() == CASES)
    finally:
        killed(workers)

    assert left[0] > 0, "nothing was left to do when the first were killed"
    assert {world.events(case).count("case.migrated") for case in chosen} == {1}
    assert world.engine.verify() == []
    world.do(chosen[0], "Task_approve", "马国栋", "done")
    assert "Task_legal" in world.open_nodes(chosen[0])
    world.close()
