"""The demonstration: an empty database gets months of cases of every kind, some of them under way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import migrate, migration
from engine.definitions import read_folder
from engine.people import People
from engine.settings import Settings
from engine.store import moment
from engine.transactions import Transactions
from engine.vault import Vault
from tests.webui.desk import Desk
from webui.demo import fill
from webui.demo.company import DemoCompany
from webui.demo.player import Player
from webui.services import Services


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Transactions]]:
    """An empty installation after `countersign run --demo` has filled it."""
    folder: Path = tmp_path_factory.mktemp("demo")
    settings = Settings(
        database=f"sqlite:///{folder / 'demo.db'}", keys=str(folder / "keys"), exports=str(folder), demo=True
    )
    migrate.upgrade(settings.database)
    assert fill(settings)
    transactions = Transactions(settings.database, Vault(folder / "keys"))
    yield settings, transactions
    transactions.close()


def found(filled: tuple[Settings, Transactions], sql: str) -> set[Any]:
    with filled[1].read() as tx:
        return {row[0] for row in tx.all(sql)}


def test_customers_were_created_changed_frozen_and_set_free(filled: tuple[Settings, Transactions]) -> None:
    outcomes = found(filled, "SELECT outcome FROM instance WHERE process LIKE 'customer_%'")
    kinds = found(filled, "SELECT kind FROM change_request")
    groups = found(filled, "SELECT account_group FROM account")

    assert {"posted", "frozen", "unfrozen", "not_new", "withdrawn"} <= outcomes
    assert {"ordinary", "bank", "identity", "extension", "cooperation", "freeze", "unfreeze"} <= kinds
    assert groups == {"C001", "C002", "C005", "C006", "C008"}
    assert found(filled, "SELECT name FROM party_name WHERE kind = 'former'") == {"宁波华泰塑业有限公司"}


def test_much_is_under_way_today_in_different_steps(filled: tuple[Settings, Transactions]) -> None:
    nodes = found(filled, "SELECT node FROM work_item WHERE status IN ('open', 'claimed')")
    urgent = found(filled, "SELECT process FROM instance WHERE status = 'open' AND urgent")

    assert {"Task_approve", "Task_check", "Task_callback", "Task_complete_view", "Task_release"} <= nodes
    assert urgent == {"customer_freeze"}
    assert found(filled, "SELECT process FROM instance WHERE status = 'suspended'") == {"customer_modify"}


def test_cases_run_on_an_older_version_and_each_meets_the_newest_in_its_way(
    filled: tuple[Settings, Transactions],
) -> None:
    services = Services.build(filled[0])
    with filled[1].read() as tx:
        newest, definition = services.engine.definitions.newest(tx, "customer_modify")
        found = migration.survey(services.engine, tx, "customer_modify", newest, definition, {})
    services.transactions.close()

    assert definition.documents == read_folder(Path(filled[0].processes) / "customer_modify")
    assert {one.result for one in found} == {migration.MOVES, migration.DECIDE, migration.STAYS}


def test_figures_class_the_customers_and_nothing_went_wrong(filled: tuple[Settings, Transactions]) -> None:
    assert found(filled, "SELECT letter FROM account_class") == {"A", "B", "C"}
    assert found(filled, "SELECT id FROM incident") == set()


def test_a_database_that_holds_anybody_is_left_alone(filled: tuple[Settings, Transactions]) -> None:
    assert not fill(filled[0])


def test_what_is_due_within_the_last_second_of_the_programme_does_not_turn_the_clock_back(desk: Desk) -> None:
    case = desk.approved()
    with desk.transactions.read() as tx:
        (row,) = tx.all("SELECT due FROM deadline WHERE instance_id = ? AND clock = 'T1'", (case,))
        company = DemoCompany.of(People.load(tx), desk.cast.person("赵磊"))
    due = moment(row[0])

    Player(desk.app.extensions["countersign"], company, desk.clock).play([], until=due + timedelta(milliseconds=500))

    assert due < desk.clock.now() <= due + timedelta(seconds=1)
    assert "deadline.breached" in {event.kind for event in desk.log(case)}
