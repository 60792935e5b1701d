"""Processes that kill themselves in the middle of their work: at a counted moment, however fast the machine is."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

from engine.transactions import Transactions, Tx
from tests.faults.processes import PROCESSES

MOMENTS = ("before", "after")  # the commit
Live = Callable[[str, Path, int, str], None]  # address of the database, folder, and how it is doomed


def started(live: Live, url: str, folder: Path, writes: int, moment: str) -> BaseProcess:
    """A process at the work that dies in its write transaction number `writes`; with 0 it lives on."""
    process = PROCESSES.Process(target=live, args=(url, folder, writes, moment), daemon=True)
    process.start()
    return process


def end(process: BaseProcess) -> None:
    process.kill()
    process.join()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def doom(transactions: Transactions, writes: int, moment: str) -> None:
    """This process dies in its write transaction number `writes` (1 is the first), before or after the commit."""
    write, numbers = transactions.write, itertools.count(1)

    @contextmanager
    def mortal() -> Iterator[Tx]:
        last = next(numbers) == writes
        with write() as tx:
            yield tx
            if last and moment == "before":
                die()
        if last:
            die()

    transactions.write = mortal  # type: ignore[method-assign]
