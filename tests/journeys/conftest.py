"""The company of the journeys: on SQLite, and on each database where rows are raced for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.clock import ManualClock
from tests.journeys.company import Company


@pytest.fixture
def company(sqlite_database: str, tmp_path: Path, clock: ManualClock) -> Iterator[Company]:
    made = Company(sqlite_database, tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def each_company(database: str, tmp_path: Path, clock: ManualClock) -> Iterator[Company]:
    made = Company(database, tmp_path, clock)
    yield made
    made.close()
