"""A small company with the test procedure 送审 running on a pretended clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine import calendar_tables, policy_tables
from engine.clock import ManualClock
from engine.definitions import build, publish, read_folder
from engine.engine import Application, Completion, Engine, Stepped
from engine.errors import Refused
from engine.operations import Context, Done, Registry
from engine.seals import Seals
from engine.settings import Settings
from engine.transactions import PATIENCE, Transactions
from engine.vault import Vault
from tests.cast import Cast, move_in

PROCESSES = Path(__file__).parent / "processes"
POLICY = Path("processes/policies/SD-010.yaml")


class World:
    """Everything a test of the engine needs, and short words for what its people do."""

    def __init__(self, url: str, folder: Path, clock: ManualClock, patience: float = PATIENCE) -> None:
        self.url, self.folder, self.clock = url, folder, clock
        self.transactions = Transactions(url, Vault(folder / "keys"), patience)
        self.registry = Registry()
        self.calls: list[tuple[str, str]] = []
        self.broken: str | None = None  # an operation that raises
        self.refusing = False
        self.closed: list[tuple[int, str]] = []
        self._register()
        self.engine = Engine(self.transactions, clock, self.registry, Seals(folder / "keys"), Settings())
        with self.transactions.write() as tx:
            self.cast: Cast = move_in(tx, clock.now())
            calendar_tables.seed(tx, (2026, 2027))
            policy_tables.publish(tx, clock.now(), POLICY.read_text(encoding="utf-8"))
            publish(tx, clock.now(), None, build("review", read_folder(PROCESSES / "review")), "test")

    def _register(self) -> None:
        from engine.operations import Operation

        for name in ("test.escalate", "test.keep"):
            self.registry.operations[name] = Operation(name, name, self._operation(name), {})
        self.registry.closers.append(lambda tx, case_id, now, outcome: self.closed.append((case_id, outcome)))

    def _operation(self, name: str) -> Any:
        def run(context: Context) -> Done:
            if self.broken == name:
                raise ConnectionError("the customer store is down")
            if self.refusing and name == "test.keep":
                raise Refused("FULL", "登记簿已满")
            self.calls.append((name, context.job))
            return Done(outcome="kept" if name == "test.keep" else None)

        return run

    # --- what people do ---------------------------------------------------------------------------------------

    def apply(self, who: str = "孙倩", subject: str = "新客户", key: str | None = None, department: str = "U1") -> int:
        application = Application(
            "review", self.cast.person(who), self.cast.department(department), {"subject": subject}, key
        )
        return self.engine.start(application).case_id

    def do(self, case_id: int, node: str, who: str, outcome: str = "done", **values: Any) -> Stepped:
        completion = Completion(outcome, values)
        return self.engine.finish(self.item(case_id, node), self.cast.person(who), completion)

    def do_raw(self, case_id: int, node: str, who: str, outcome: str = "done") -> Stepped:
        """Complete an item whatever its status."""
        item = next(row["id"] for row in self.items(case_id) if row["node"] == node)
        return self.engine.complete(item, self.cast.person(who), Completion(outcome))

    def item(self, case_id: int, node: str) -> str:
        """The open item of a node."""
        found = [row["id"] for row in self.items(case_id) if row["node"] == node and row["status"] in LIVE]
        assert len(found) == 1, f"{node}: {found}"
        return found[0]

    # --- what the tables say ----------------------------------------------------------------------------------

    def rows(self, table: str, case_id: int, order: str = "id") -> list[dict[str, Any]]:
        from sqlalchemy import select

        from engine import store

        what = store.metadata.tables[table]
        with self.transactions.read() as tx:
            query = select(what).where(what.c.instance_id == case_id).order_by(what.c[order])
            return [dict(row) for row in tx.core(query).mappings()]

    def items(self, case_id: int) -> list[dict[str, Any]]:
        return self.rows("work_item", case_id)

    def open_nodes(self, case_id: int) -> list[str]:
        return sorted(row["node"] for row in self.items(case_id) if row["status"] in LIVE)

    def deadlines(self, case_id: int) -> list[dict[str, Any]]:
        return self.rows("deadline", case_id)

    def events(self, case_id: int) -> list[str]:
        return [row["kind"] for row in self.rows("event", case_id, "seq")]

    def case(self, case_id: int) -> dict[str, Any]:
        from sqlalchemy import select

        from engine import store

        with self.transactions.read() as tx:
            return dict(tx.core(select(store.instance).where(store.instance.c.id == case_id)).mappings().one())

    def close(self) -> None:
        self.transactions.close()


LIVE = ("open", "claimed")
