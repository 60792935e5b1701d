"""The log of a database whose events lay case by case is whole after they were laid out anew."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import MetaData, insert

from engine import history, migrate
from engine.clock import ManualClock
from engine.history import GENESIS, Chain
from engine.transactions import Transactions
from tests.engine.older import complete


def test_every_chain_holds_and_events_lie_in_the_order_of_recording(tmp_path: Path, clock: ManualClock) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    migrate.upgrade(url, "0024")
    old = Transactions(url)
    _two_cases_in_turn(old, clock)
    old.close()

    migrate.upgrade(url)

    opened = Transactions(url)
    with opened.read() as tx:
        faults = list(history.verify(tx))
        order = [row[0] for row in tx.all("SELECT instance_id FROM event ORDER BY rowid")]
        indexes = {row[1] for row in tx.all("PRAGMA index_list(event)")}
    opened.close()
    assert faults == []
    assert order == [1, 2, 1, 2]
    assert "ix_event_assessed" in indexes


def _two_cases_in_turn(old: Transactions, clock: ManualClock) -> None:
    known = MetaData()
    known.reflect(old.engine)
    with old.write() as tx:

        def put(table: str, **values: object) -> None:
            tx.core(insert(known.tables[table]).values(complete(known.tables[table]) | values))

        for table in ("person", "department", "definition"):
            put(table, id=1)
        ends = {1: (0, GENESIS), 2: (0, GENESIS)}
        for hour, case in enumerate((1, 2, 1, 2)):
            chain = Chain(case, *ends[case], clock.now() + timedelta(hours=hour))
            chain.add("item.opened", occurred_at=clock.now())
            if not ends[case][0]:
                put("instance", id=case, number=f"CJ-{case}", definition_id=1)
            chain.write(tx)
            ends[case] = chain.count, chain.head
        for case, end in ends.items():
            tx.run("UPDATE instance SET event_count = ?, event_head = ? WHERE id = ?", (*end, case))
