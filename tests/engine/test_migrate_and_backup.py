"""Tables by script, backups that come back on either database, and what is refused (E-109)."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, make_url, select

from engine import backup, history, migrate, store
from engine.backup import BackupInvalid
from engine.clock import ManualClock
from engine.errors import NotPossible
from engine.transactions import Transactions, connect
from handlers.customers import reference, rules
from tests.conftest import own_database
from tests.journeys.company import TERMINAL, Company, firm

KINDS = ("sqlite", "postgresql")
NewDatabase = Callable[[str], str]


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes empty databases, without any table, of either kind."""
    with ExitStack() as opened:

        def make(kind: str) -> str:
            if kind == "sqlite":
                return f"sqlite:///{tmp_path / f'{len(list(tmp_path.iterdir()))}.db'}"
            server = make_url(request.getfixturevalue("postgres_template"))
            return opened.enter_context(own_database(server))

        yield make


@pytest.fixture(params=KINDS)
def company(
    request: pytest.FixtureRequest, empty: NewDatabase, tmp_path: Path, clock: ManualClock
) -> Iterator[Company]:
    """A company on migrated tables, with a posted customer and an application before finance."""
    url = empty(request.param)
    migrate.upgrade(url)
    lists = Transactions(url)
    with lists.write() as tx:
        reference.seed(tx)
        rules.publish(tx, clock.now())
    lists.close()
    made = Company(url, tmp_path, clock)
    made.posted()
    made.route(made.sent(form=TERMINAL), "FIN")
    yield made
    made.close()


def rows(url: str) -> dict[str, list[Any]]:
    """Every row of every table, as the driver gives it."""
    engine, found = connect(url), MetaData()
    with engine.connect() as connection:
        found.reflect(connection)
        tables = {
            table.name: [_plain(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in found.sorted_tables
        }
        connection.connection.rollback()
    engine.dispose()
    return tables


def _plain(row: Any) -> tuple[Any, ...]:
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


# --- tables ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_scripts_build_exactly_the_tables_the_program_works_with(empty: NewDatabase, kind: str) -> None:
    url = empty(kind)

    migrate.upgrade(url)

    engine = connect(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        differences = compare_metadata(context, store.metadata)
        connection.connection.rollback()
    engine.dispose()
    assert differences == []


@pytest.mark.parametrize("kind", KINDS)
def test_upgrading_again_changes_nothing(empty: NewDatabase, kind: str) -> None:
    url = empty(kind)
    migrate.upgrade(url)
    before = rows(url)

    migrate.upgrade(url)

    assert rows(url) == before
    assert before["alembic_version"] == [(migrate.head(),)]


def test_a_migrated_database_is_ready_to_work_in(company: Company) -> None:
    assert company.customers() == ["1000000"]
    assert company.inbox("黄雅琴") == ["CJ-2026-0002 完善视图"]


# --- backup and restore ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_comes_back_row_for_row_and_the_cases_go_on(
    company: Company, empty: NewDatabase, tmp_path: Path, clock: ManualClock, kind: str
) -> None:
    file, target = tmp_path / "backup.zip", empty(kind)
    told = backup.backup(company.transactions, file)
    expected = rows(company.url)

    backup.restore(target, file)
    found = rows(target)
    restored = Company(target, tmp_path, clock, found=False)
    intact = restored.engine.verify()
    restored.answer(2, "FIN")
    restored.release(2)
    third = restored.apply("郑凯", "U2", form=firm(1))

    assert str(sum(len(table) for table in expected.values()) - 1) in told, "all rows but the schema version"
    assert found == expected
    assert intact == []
    assert restored.customers() == ["1000000", "1000001"]
    assert restored.case(third)["number"] == "CJ-2026-0003"
    assert restored.engine.verify() == []
    restored.close()


def test_the_backup_holds_no_key(company: Company, tmp_path: Path) -> None:
    """Whoever steals the backup cannot seal."""
    file = tmp_path / "backup.zip"

    backup.backup(company.transactions, file)

    keys = [path.read_text() for path in (tmp_path / "keys").glob("*.pem")]
    with zipfile.ZipFile(file) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert keys
    assert not any(key.splitlines()[1].encode() in content for key in keys)


def damaged(file: Path, how: str) -> Path:
    """A copy of the backup in which somebody changed something."""
    copy = file.with_name(f"{how}.zip")
    if how == "cut":
        copy.write_bytes(file.read_bytes()[:-200])
        return copy
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if how == "changed" and name == "instance.jsonl":
                content = content.replace("华为终端".encode(), "华为终场".encode())
            if how == "without a table" and name == "event.jsonl":
                continue
            if how == "without a manifest" and name == "manifest.json":
                continue
            if how == "from the future" and name == "manifest.json":
                content = content.replace(migrate.head().encode(), b"9999_later")
            new.writestr(name, content)
    return copy


@pytest.mark.parametrize("how", ["cut", "changed", "without a table", "without a manifest", "from the future"])
def test_a_damaged_backup_is_refused_and_nothing_is_written(
    company: Company, empty: NewDatabase, tmp_path: Path, how: str
) -> None:
    file, target = tmp_path / "backup.zip", empty("sqlite")
    backup.backup(company.transactions, file)

    with pytest.raises(BackupInvalid) as error:
        backup.restore(target, damaged(file, how))

    assert how in error.value.message
    assert all(not found for name, found in rows(target).items() if name not in ("config", "alembic_version"))


def test_no_backup_at_all_is_refused(empty: NewDatabase, tmp_path: Path) -> None:
    file = tmp_path / "letter.zip"
    file.write_text("Dear Sir or Madam")

    with pytest.raises(BackupInvalid):
        backup.restore(empty("sqlite"), file)


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_with_data_is_not_overwritten(
    company: Company, empty: NewDatabase, tmp_path: Path, clock: ManualClock, kind: str
) -> None:
    file, target = tmp_path / "backup.zip", empty(kind)
    backup.backup(company.transactions, file)
    migrate.upgrade(target)
    Company(target, tmp_path, clock).close()
    before = rows(target)

    with pytest.raises(NotPossible) as error:
        backup.restore(target, file)

    assert "空的数据库" in error.value.message
    assert rows(target) == before


def test_a_backup_is_of_one_moment(company: Company, tmp_path: Path) -> None:
    """A step that is committed while the backup runs is in it wholly or not at all."""
    file = tmp_path / "backup.zip"
    original = zipfile.ZipFile.writestr
    done = []

    def writestr(archive: zipfile.ZipFile, name: Any, *args: Any) -> None:
        if not done:  # the first part is being written: somebody completes a step in the meantime
            done.append(name)
            company.answer(2, "FIN")
        original(archive, name, *args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "writestr", writestr)
        backup.backup(company.transactions, file)
    target = f"sqlite:///{tmp_path / 'one_moment.db'}"
    backup.restore(target, file)

    restored = Transactions(target)
    with restored.read() as tx:
        assert list(history.verify(tx)) == []
        assert tx.all("SELECT count(*) FROM work_item WHERE node = 'Task_sign_view' AND instance_id = 2")[0][0] == 0
    restored.close()
    assert company.open_items(2, "Task_release")
