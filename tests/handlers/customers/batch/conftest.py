"""A company whose people send files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.clock import ManualClock
from engine.engine import Engine
from engine.operations import registry
from engine.settings import Settings
from engine.store import loads
from handlers.customers.batch.staging import Stager, Upload, receive, totals
from tests.handlers.office import Office


class Desk(Office):
    """Files are handed in and worked off as the background does."""

    def __init__(self, url: str, folder: Path, clock: ManualClock) -> None:
        super().__init__(url, folder, clock)
        self.engine = Engine(self.transactions, clock, registry, self.seals, Settings())

    def hand_in(self, content: bytes, filename: str = "客户.csv", kind: str = "new", **more: Any) -> int:
        who, code = ("李志强", "MDM") if kind != "new" else ("孙倩", "U1")
        group = None if kind == "figures" else "C001"
        upload = Upload(kind, filename, content, self.cast.department(code), self.cast.person(who), group, **more)
        with self.write() as tx:
            return receive(tx, self.clock.now(), upload, self.definition_id)

    def stage(self, content: bytes, filename: str = "客户.csv", kind: str = "new", **more: Any) -> int:
        batch = self.hand_in(content, filename, kind, **more)
        stager = Stager(self.engine)
        while stager.part():
            pass
        return batch

    def totals(self, batch: int) -> dict[str, int]:
        with self.transactions.read() as tx:
            return totals(tx, batch)

    def batch(self, batch: int) -> dict[str, Any]:
        names = ("status", "total", "checked", "problem")
        return dict(
            zip(names, self.read(f"SELECT {', '.join(names)} FROM import_batch WHERE id = ?", batch)[0], strict=True)
        )

    def findings(self, batch: int) -> dict[int, list[list[str]]]:
        """What stops a line, by line."""
        return self._found(batch, doubts=False)

    def doubts(self, batch: int) -> dict[int, list[list[str]]]:
        """What somebody should look at although it stops nothing, by line."""
        return self._found(batch, doubts=True)

    def _found(self, batch: int, doubts: bool) -> dict[int, list[list[str]]]:
        rows = self.read("SELECT row, findings FROM import_row WHERE batch_id = ? ORDER BY row", batch)
        found = {row[0]: [one for one in loads(row[1]) if (len(one) > 2) == doubts] for row in rows}
        return {row: some for row, some in found.items() if some}

    def said(self, batch: int) -> str:
        """All that was found, in one text."""
        return "\n".join(f"{row} {one[0]} {one[1]}" for row, found in self.findings(batch).items() for one in found)


@pytest.fixture
def desk(sqlite_database: str, tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    made = Desk(sqlite_database, tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def each_desk(database: str, tmp_path: Path, clock: ManualClock) -> Iterator[Desk]:
    made = Desk(database, tmp_path, clock)
    yield made
    made.close()
