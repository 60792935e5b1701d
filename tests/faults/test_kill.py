"""Processes that die at random moments under load: what was promised holds, nothing is lost, nothing happens twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from engine.clock import ManualClock, SystemClock
from engine.store import stamp
from tests import clocks
from tests.cast import MONDAY
from tests.journeys.company import Company
from tests.patience import until
from tests.properties import invariants

ROOT = Path(__file__).parents[2]
STAFF = (("office", "north"), ("office", "south"), ("scheduler", "night"), ("scheduler", "day"))
DEATHS = 4  # of each of them
LOAD = 3  # promises for each death, so that between the deaths work goes on however slow the machine is
PAUSE = (0.05, 0.4)  # seconds before the next may die
LEAP = 3 * 3600  # how far the shared clock jumps each time, in seconds


@contextmanager
def staff(url: str, folder: Path) -> Iterator[None]:
    """The processes at work, each with a supervisor that replaces it when it dies."""
    program = [sys.executable, "-m", "tests.faults.worker"]
    supervisors = [
        subprocess.Popen([*program, role, url, str(folder), name], cwd=ROOT, start_new_session=True)
        for role, name in STAFF
    ]
    try:
        _wait_for_work(folder, supervisors)
        yield
    finally:
        for supervisor in supervisors:
            os.killpg(supervisor.pid, signal.SIGKILL)
            supervisor.wait()


def _wait_for_work(folder: Path, supervisors: list[subprocess.Popen[bytes]]) -> None:
    def at_work() -> bool:
        assert all(one.poll() is None for one in supervisors), "a supervisor ended by itself: it printed why"
        return all((folder / f"{name}.pid").exists() for _, name in STAFF) and bool(promises(folder))

    until(at_work, "everybody was at work", lambda: sorted(file.name for file in folder.glob("*.pid")))


def promises(folder: Path) -> list[list[str]]:
    """What the processes wrote down as done; a last line cut short was no promise."""
    lines = [line for file in folder.glob("*.diary") for line in file.read_text().splitlines(keepends=True)]
    return [line.split() for line in lines if line.endswith("\n")]


def kill(folder: Path, name: str, dead: set[int]) -> None:
    """Kill whoever works under that name now: somebody alive, not the one before whose successor is on the way."""
    file = folder / f"{name}.pid"

    def alive() -> int:
        pid = int(file.read_text() or 0)
        return 0 if pid in dead else pid

    until(lambda: alive() > 0, f"{name} had a successor", lambda: f"{len(dead)} were killed")
    pid = alive()
    os.kill(pid, signal.SIGKILL)
    dead.add(pid)


def disturb(company: Company, folder: Path) -> int:
    """Kill everybody several times in a random order and let the clock leap; returns how many were killed."""
    chance, dead = random.Random(), set[int]()
    turns = [name for _, name in STAFF] * DEATHS
    chance.shuffle(turns)
    for turn, name in enumerate(turns):
        time.sleep(chance.uniform(*PAUSE))
        kill(folder, name, dead)
        if turn % 3 == 0:
            with company.transactions.write() as tx:
                tx.run("UPDATE config SET clock_offset = clock_offset + ?", (LEAP,))
        enough = LOAD * len(dead)
        until(lambda: len(promises(folder)) >= enough, f"{enough} promises", lambda: len(promises(folder)))  # noqa: B023
    return len(dead)


def catch_up(company: Company) -> None:
    """The next morning one healthy process is started, and sweeps until nothing is due."""
    offset = company.read("SELECT clock_offset FROM config")[0][0]
    company.clock.move_to(SystemClock().now() + timedelta(seconds=offset, days=30))
    for _ in range(12):
        company.clock.advance(hours=1)
        while company.engine.sweep():
            pass


@pytest.mark.slow
def test_processes_killed_under_load_lose_nothing_and_do_nothing_twice(database: str, tmp_path: Path) -> None:
    company = Company(database, tmp_path, ManualClock(MONDAY))
    clocks.show(company.transactions, MONDAY + timedelta(hours=1))

    with staff(database, tmp_path):
        killed = disturb(company, tmp_path)
    promised = promises(tmp_path)
    with company.transactions.read() as tx:
        invariants.check(company.engine, tx)
        started = {str(row[0]) for row in tx.all("SELECT id FROM instance")}
        completed = {row[0] for row in tx.all("SELECT id FROM work_item WHERE status = 'done'")}
    catch_up(company)

    assert [file.read_text() for file in tmp_path.glob("*.failure")] == []
    assert killed == DEATHS * len(STAFF)
    assert len(promised) >= LOAD * killed, "there was load"
    assert {what for verb, what in promised if verb == "started"} <= started
    assert {what for verb, what in promised if verb == "completed"} <= completed
    now = stamp(company.clock.now())
    assert company.read("SELECT id FROM timer WHERE status = 'pending' AND due < ?", now) == [], "no timer is lost"
    assert company.read("SELECT id FROM deadline WHERE status = 'open' AND due < ? AND NOT breached", now) == []
    assert company.read("SELECT id FROM job WHERE status = 'waiting'") == []
    assert company.read("SELECT what, detail FROM incident") == []
    with company.transactions.read() as tx:
        invariants.check(company.engine, tx)
    if not company.transactions.postgres:
        assert company.read("PRAGMA integrity_check") == [("ok",)]
    company.close()
