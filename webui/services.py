"""Everything the application consists of, built once from the settings: the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import handlers  # fills the registry
from engine import outages
from engine.clock import Clock, ShiftedClock, SystemClock
from engine.engine import Engine
from engine.operations import registry
from engine.people import People
from engine.roots import sign
from engine.scheduler import Metronome
from engine.seals import Seals
from engine.settings import Settings
from engine.snapshots import Snapshot
from engine.transactions import Transactions, Tx
from engine.vault import Vault
from handlers.customers.batch.work import Worker
from handlers.notices.channels import Channel, FileSink, Smtp
from handlers.notices.outbox import Outbox

__all__ = ["Services", "handlers"]


@dataclass(frozen=True)
class Services:
    """What a page, a command or a test needs, hung on the Flask app as `app.extensions['countersign']`."""

    settings: Settings
    clock: Clock
    transactions: Transactions
    engine: Engine

    @classmethod
    def build(cls, settings: Settings, clock: Clock | None = None) -> Services:
        """Wire the real objects; a test hands in a clock of its own."""
        transactions = Transactions(settings.database, Vault(Path(settings.keys)))
        clock = clock or (clock_of(transactions) if settings.demo else SystemClock())
        engine = Engine(transactions, clock, registry, Seals(Path(settings.keys)), settings)
        return cls(settings, clock, transactions, engine)

    def snapshot(self, tx: Tx) -> Snapshot:
        return self.engine.snapshots.at(tx)

    def people(self, tx: Tx) -> People:
        return self.snapshot(tx).people

    def tick(self) -> None:
        """One beat of the metronome: timers, jobs, outgoing messages, the daily root."""
        if not self.settings.demo:  # there the clock jumps, and no gap is an outage
            outages.beat(self.engine)
        self.engine.sweep()
        Outbox(self.transactions, channels(self.settings)).deliver(self.clock.now())
        with self.transactions.write() as tx:
            sign(tx, self.engine.seals, self.clock.now(), Path(self.settings.exports))

    def metronome(self) -> Metronome:
        """The sweeps, and beside them the imports, which may take minutes and hold nobody up."""
        return Metronome(self.tick, self.settings.tick_seconds, beside=Worker(self.engine).work)


def channels(settings: Settings) -> dict[str, Channel]:
    """The ways out of the house in the order they are tried; without a mail relay a file stands for it."""
    if settings.smtp_host:
        return {"smtp": Smtp(settings.smtp_host, settings.smtp_port, settings.smtp_sender)}
    return {"file": FileSink(Path(settings.exports) / "outbox.jsonl")}


def clock_of(transactions: Transactions) -> ShiftedClock:
    """The computer's clock plus the offset that all processes read from the database: none but in a demo."""

    def offset() -> float:
        with transactions.read() as tx:
            row = tx.one("SELECT clock_offset FROM config")
        return float(row[0]) if row else 0.0

    return ShiftedClock(offset)
