"""The office of the handlers' tests: on SQLite, and where a race or a dialect matters on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.clock import ManualClock
from tests.handlers.office import Office


@pytest.fixture
def office(sqlite_database: str, tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    made = Office(sqlite_database, tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def each_office(database: str, tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    made = Office(database, tmp_path, clock)
    yield made
    made.close()
