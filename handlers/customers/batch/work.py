"""The background of the imports: everything that waits, a part at a time, in a thread beside the sweeps.

What it has not finished the next process finishes: the tables say where each batch stands.
"""

from __future__ import annotations

from engine.engine import Engine
from handlers.customers.batch.figures_import import write_part
from handlers.customers.batch.staging import Stager

_LONG = (  # batches whose lines a job is holding or posting
    "SELECT DISTINCT b.instance_id FROM import_batch b JOIN job j ON j.instance_id = b.instance_id"
    " WHERE b.status IN ('submitted', 'posting') AND j.status = 'waiting' AND j.attempts = 0"
)


class Worker:
    """Goes on with staging and posting as long as there is anything to do."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self._stager = engine, Stager(engine)

    def work(self) -> None:
        """Everything that waits now; returns when nothing does."""
        while self.part():
            pass

    def part(self) -> bool:
        """One part of each kind; False when nothing waits."""
        staged = self._stager.part()
        written = write_part(self.engine.transactions, self.engine.clock.now())
        with self.engine.transactions.read() as tx:
            cases = [row[0] for row in tx.all(_LONG)]
        posted = [self.engine.settle(case) for case in cases]
        return staged or written or any(posted)
