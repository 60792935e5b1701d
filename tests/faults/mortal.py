"""Processes that kill themselves in the middle of their work: at a counted moment, however fast the machine is."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from engine.transactions import Transactions, Tx

MOMENTS = ("before", "after")  # the commit


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
