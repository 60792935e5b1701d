"""The company with the batch procedures published, and short words for what happens to a batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.clock import ManualClock
from engine.definitions import build, publish, read_folder
from engine.engine import Application
from handlers.customers.batch.guards import facts
from handlers.customers.batch.staging import Stager, Upload, newest_catalogue, receive
from handlers.customers.batch.tables import PROCESSES
from tests.handlers.customers.batch.papers import as_csv
from tests.journeys.company import LEADER, Company

Forms = list[dict[str, Any]]


class Batches(Company):
    """A second one on the same database (`found=False`) is another process of the same company."""

    def __init__(self, url: str, folder: Path, clock: ManualClock, *, found: bool = True) -> None:
        super().__init__(url, folder, clock, found=found)
        if found:
            with self.transactions.write() as tx:
                for name in PROCESSES.values():
                    definition = build(name, read_folder(Path("processes") / name))
                    publish(tx, clock.now(), None, definition, "test")

    def stage(self, forms: Forms, who: str = "孙倩", code: str = "U1", kind: str = "new") -> int:
        with self.transactions.write() as tx:
            definition_id, definition = newest_catalogue(self.engine, tx)
            content = as_csv(forms, definition.catalogue, kind=kind)
            upload = Upload(kind, "客户.csv", content, self.cast.department(code), self.cast.person(who), "C001")
            batch = receive(tx, self.clock.now(), upload, definition_id)
        stager = Stager(self.engine)
        while stager.part():
            pass
        return batch

    def submit(self, batch: int, who: str = "孙倩", code: str = "U1", **changes: Any) -> int:
        with self.transactions.read() as tx:
            kind = str(tx.all("SELECT kind FROM import_batch WHERE id = ?", (batch,))[0][0])
            values = {**facts(tx, batch), "apply_reason": "并购后统一建档", "outcome": "submit", **changes}
        application = Application(PROCESSES[kind], self.cast.person(who), self.cast.department(code), values)
        case = self.engine.start(application).case_id
        self.engine.settle(case)
        return case

    def countersigned(self, case: int) -> None:
        """Approved by the leader, routed to and signed by finance."""
        self.do(case, "Task_approve", LEADER["U1"], "approve")
        self.settle(case)
        self.do(case, "Task_check", "李志强", "route", departments=[str(self.cast.department("FIN"))])
        self.do(case, "Task_department", LEADER["FIN"], "approve")

    def settle(self, case: int) -> None:
        """The background goes on until nothing is due."""
        while self.engine.settle(case):
            pass

    def results(self, batch: int) -> dict[str | None, int]:
        sql = "SELECT result, count(*) FROM import_row WHERE batch_id = ? AND status = 'ready' GROUP BY result"
        return {row[0]: row[1] for row in self.read(sql, batch)}

    def status(self, batch: int) -> str:
        return str(self.read("SELECT status FROM import_batch WHERE id = ?", batch)[0][0])
