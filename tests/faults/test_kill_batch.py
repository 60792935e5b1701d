"""A batch is staged and posted by processes that are killed again and again: each line once, none lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.clock import ManualClock, SystemClock
from handlers.customers.batch.staging import Upload, newest_catalogue, receive
from tests.handlers.customers.batch.papers import as_csv, customer
from tests.journeys.batches import Batches

ROOT = Path(__file__).parents[2]
LINES = 60
PATIENCE = 120.0  # seconds


def killed_until(done: Callable[[], bool], url: str, folder: Path) -> int:
    """Two processes at the work, killed at random moments and replaced, until it is done; returns how many died."""
    chance, killed, end = random.Random(), 0, time.monotonic() + PATIENCE
    program = [sys.executable, "-m", "tests.faults.batch_worker", url, str(folder)]
    workers = [subprocess.Popen(program, cwd=ROOT) for _ in range(2)]
    try:
        time.sleep(2.0)
        while not done():
            assert time.monotonic() < end, "the work was not finished"
            time.sleep(chance.uniform(0.3, 1.2))
            if killed < 6:
                victim = chance.randrange(2)
                os.kill(workers[victim].pid, signal.SIGKILL)
                workers[victim].wait()
                killed += 1
                workers[victim] = subprocess.Popen(program, cwd=ROOT)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    return killed


@pytest.mark.slow
def test_a_batch_survives_kill_9_and_posts_every_line_exactly_once(database: str, tmp_path: Path) -> None:
    company = Batches(database, tmp_path, ManualClock(SystemClock().now()))
    with company.transactions.write() as tx:
        definition_id, definition = newest_catalogue(company.engine, tx)
        content = as_csv([*(customer(place) for place in range(LINES)), customer(5)], definition.catalogue)
        sender = company.cast.department("U1"), company.cast.person("孙倩")
        batch = receive(tx, company.clock.now(), Upload("new", "客户.csv", content, *sender, "C001"), definition_id)

    killed = killed_until(lambda: company.status(batch) == "staged", database, tmp_path)
    statuses = company.read("SELECT status, count(*) FROM import_row WHERE batch_id = ? GROUP BY status", batch)
    case = company.submit(batch)
    company.countersigned(case)
    company.do(case, "Task_release", "李志强", "post")
    killed += killed_until(lambda: company.status(batch) == "done", database, tmp_path)

    assert killed > 0
    assert dict(statuses) == {"ready": LINES, "duplicate": 1}
    assert company.results(batch) == {"posted": LINES}
    for table in ("account", "party", "posting", "account_version"):
        assert company.read(f"SELECT count(*) FROM {table}") == [(LINES,)], table
    codes = [
        row[0] for row in company.read("SELECT customer_code FROM import_row WHERE result = 'posted' ORDER BY row")
    ]
    assert codes == [str(1000000 + place) for place in range(LINES)], "no code is lost and none given twice"
    assert company.read("SELECT written FROM import_batch WHERE id = ?", batch) == [(LINES,)]
    assert company.read("SELECT what, detail FROM incident") == []
    company.close()
