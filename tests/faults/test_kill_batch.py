"""A batch is staged and posted by processes that are killed again and again: each line once, none lost."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from engine.clock import ManualClock
from engine.engine import Completion
from handlers.customers.batch.staging import Upload, newest_catalogue, receive
from tests import clocks
from tests.cast import MONDAY
from tests.faults.batch_worker import live
from tests.faults.mortal import MOMENTS, end, started
from tests.handlers.customers.batch.papers import as_csv, customer
from tests.journeys.batches import Batches
from tests.patience import until

LINES = 60
DEATHS = 2  # at each desk, before the work may be finished there
LIFE = (2, 4)  # in which write transaction one dies; all of them together cannot finish the work without dying


def killed_until(done: Callable[[], bool], url: str, folder: Path) -> int:
    """Two desks at the work; at each some die over it one after the other, the last lives. Returns how many died."""
    chance = random.Random()
    desks: list[list[BaseProcess]] = [[], []]

    def finished() -> bool:
        for desk in desks:
            if not desk or not desk[-1].is_alive():
                assert not desk or desk[-1].exitcode == -signal.SIGKILL, "a worker ended by itself: it printed why"
                writes = chance.randint(*LIFE) if len(desk) < DEATHS else 0
                desk.append(started(live, url, folder, writes, chance.choice(MOMENTS)))
        return done()

    def codes() -> list[int | None]:
        return [worker.exitcode for desk in desks for worker in desk]

    try:
        until(finished, "the work was finished", lambda: f"the workers ended with {codes()}")
        return codes().count(-signal.SIGKILL)
    finally:
        for worker in (worker for desk in desks for worker in desk):
            end(worker)


@pytest.mark.slow
def test_a_batch_survives_kill_9_and_posts_every_line_exactly_once(database: str, tmp_path: Path) -> None:
    company = Batches(database, tmp_path, ManualClock(MONDAY))
    clocks.show(company.transactions, MONDAY)
    with company.transactions.write() as tx:
        definition_id, definition = newest_catalogue(company.engine, tx)
        content = as_csv([*(customer(place) for place in range(LINES)), customer(5)], definition.catalogue)
        sender = company.cast.department("U1"), company.cast.person("孙倩")
        batch = receive(tx, company.clock.now(), Upload("new", "客户.csv", content, *sender, "C001"), definition_id)

    killed = killed_until(lambda: company.status(batch) == "staged", database, tmp_path)
    assert killed >= DEATHS
    statuses = company.read("SELECT status, count(*) FROM import_row WHERE batch_id = ? GROUP BY status", batch)
    case = company.submit(batch)
    company.countersigned(case)
    company.engine.complete(  # the jobs that follow are left to the workers
        company.item(case, "Task_release"), company.cast.person("李志强"), Completion("post", {"entry_checked": True})
    )
    assert company.customers() == []
    killed = killed_until(lambda: company.status(batch) == "done", database, tmp_path)

    assert killed >= DEATHS
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
