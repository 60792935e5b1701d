"""What the tables say of a case, in short words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine import store
from engine.store import loads
from engine.transactions import Transactions

LIVE = ("open", "claimed", "paused")


class Tables:
    """Reads the rows of one case, in the order in which they came to be."""

    transactions: Transactions

    def rows(self, table: str, case: int, order: str = "id") -> list[dict[str, Any]]:
        what = store.metadata.tables[table]
        with self.transactions.read() as tx:
            found = tx.core(select(what).where(what.c.instance_id == case).order_by(what.c[order]))
            return [dict(row) for row in found.mappings()]

    def read(self, sql: str, *values: Any) -> list[Any]:
        with self.transactions.read() as tx:
            return tx.all(sql, values)

    def case(self, case: int) -> dict[str, Any]:
        with self.transactions.read() as tx:
            found = tx.core(select(store.instance).where(store.instance.c.id == case))
            return dict(found.mappings().one())

    def form(self, case: int) -> dict[str, Any]:
        form: dict[str, Any] = loads(self.transactions.vault.reveal(self.case(case)["form"]))
        return form

    # --- what the case waits for ------------------------------------------------------------------------------

    def items(self, case: int, node: str | None = None) -> list[dict[str, Any]]:
        return [row for row in self.rows("work_item", case) if node in (None, row["node"])]

    def open_items(self, case: int, node: str | None = None) -> list[dict[str, Any]]:
        return [row for row in self.items(case, node) if row["status"] in LIVE]

    def open_nodes(self, case: int) -> list[str]:
        return sorted(row["node"] for row in self.open_items(case))

    def open_at(self, node: str) -> list[int]:
        """The cases in which a node's item is open, oldest first."""
        found = "SELECT w.instance_id FROM work_item w JOIN instance i ON i.id = w.instance_id WHERE w.node = ?"
        rows = self.read(
            f"{found} AND w.status IN ('open', 'claimed') AND i.status = 'open' ORDER BY w.instance_id", node
        )
        return [row[0] for row in rows]

    def deadlines(self, case: int, clock: str | None = None) -> list[dict[str, Any]]:
        return [row for row in self.rows("deadline", case) if clock in (None, row["clock"])]

    def deadline(self, case: int, clock: str) -> dict[str, Any]:
        """The newest deadline of a clock."""
        return self.deadlines(case, clock)[-1]

    def jobs(self, case: int, operation: str | None = None) -> list[dict[str, Any]]:
        return [row for row in self.rows("job", case) if operation in (None, row["operation"])]

    # --- what happened ----------------------------------------------------------------------------------------

    def events(self, case: int, kind: str | None = None, **data: Any) -> list[dict[str, Any]]:
        """The events of a kind whose data contains these values, with their data parsed."""
        found = [{**row, "data": loads(row["data"])} for row in self.rows("event", case, "seq")]
        return [
            row
            for row in found
            if kind in (None, row["kind"]) and all(row["data"].get(name) == value for name, value in data.items())
        ]

    def kinds(self, case: int) -> list[str]:
        return [event["kind"] for event in self.events(case)]

    def breaches(self, case: int, clock: str | None = None) -> list[datetime]:
        """When each breach of the case is dated."""
        events = self.events(case, "deadline.breached")
        return [event["occurred_at"] for event in events if clock in (None, event["data"]["clock"])]

    def register(self, case: int) -> list[str]:
        """The results in the maintainer's register, in order of entry."""
        return [row["result"] for row in self.rows("register", case)]

    def customers(self) -> list[str]:
        return [row[0] for row in self.read("SELECT customer_code FROM account ORDER BY id")]
