"""The same workload through our engine: work items, deadlines, timers, chained events and the customer row as well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine import calendar_tables, policy_tables
from engine.clock import ManualClock
from engine.definitions import build, publish
from engine.engine import Application, Completion, Engine
from engine.operations import Context, Done, Operation, Registry
from engine.people import People
from engine.seals import Seals
from engine.settings import Settings
from engine.store import dumps, stamp
from engine.transactions import Transactions, Tx
from engine.vault import Vault
from tests.cast import Cast, move_in

WORKLOAD = Path(__file__).parent / "workload"
POLICY = Path("processes/policies/SD-010.yaml")
WHO = {
    "leaderApproval": "马国栋",
    "triage": "李志强",
    "basicView": "周敏",
    "accountingView": "黄雅琴",
    "enterData": "李志强",
}
CUSTOMERS = "CREATE TABLE bench_customer (job VARCHAR(40) PRIMARY KEY, data TEXT NOT NULL, at VARCHAR(29) NOT NULL)"


class Ours:
    """A company that runs the workload procedure."""

    def __init__(self, url: str, folder: Path, clock: ManualClock, found: bool = True) -> None:
        self.clock = clock
        self.transactions = Transactions(url, Vault(folder / "keys"))
        self.engine = Engine(self.transactions, clock, _registry(), Seals(folder / "keys"), Settings())
        with self.transactions.write() as tx:
            self.cast = self._found(tx) if found else Cast(People.load(tx))
        self.people = {node: self.cast.person(name) for node, name in WHO.items()}
        self.applicant, self.department = self.cast.person("孙倩"), self.cast.department("U1")

    @classmethod
    def joining(cls, url: str, folder: Path, clock: ManualClock) -> Ours:
        """Another process of a company that is there already."""
        return cls(url, folder, clock, found=False)

    def _found(self, tx: Tx) -> Cast:
        now = self.clock.now()
        cast = move_in(tx, now)
        calendar_tables.seed(tx, (2026, 2027))
        policy_tables.publish(tx, now, POLICY.read_text(encoding="utf-8"))
        diagram = (WORKLOAD / "process.bpmn").read_text(encoding="utf-8")
        publish(tx, now, None, build("create_customer", {"process.bpmn": diagram}), "bench")
        tx.run(CUSTOMERS)
        return cast

    def start(self, data: dict[str, Any]) -> int:
        application = Application("create_customer", self.applicant, self.department, data)
        return self.engine.start(application).case_id

    def items(self, case: int) -> dict[str, str]:
        with self.transactions.read() as tx:
            rows = tx.all("SELECT node, id FROM work_item WHERE instance_id = ? AND status = 'open'", (case,))
        return {row[0]: row[1] for row in rows}

    def complete(self, item: str, node: str, data: dict[str, Any]) -> None:
        """A person's step, and the jobs that follow it, as pages do it."""
        self.engine.finish(item, self.people[node], Completion("done", data))

    def close(self) -> None:
        self.transactions.close()


def _registry() -> Registry:
    registry = Registry()
    for name, run in (("customers.post", _post), ("notices.send", _nothing), ("notices.escalate", _nothing)):
        registry.operations[name] = Operation(name, name, run, {})
    return registry


def _post(context: Context) -> Done:
    values = (context.job, dumps(dict(context.case.form)), stamp(context.now))
    context.tx.run("INSERT INTO bench_customer (job, data, at) VALUES (?, ?, ?)", values)
    return Done(outcome="posted")


def _nothing(context: Context) -> None:
    return None
