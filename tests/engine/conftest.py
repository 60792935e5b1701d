"""The world of the engine's tests, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.clock import ManualClock
from tests.engine.world import World


@pytest.fixture
def world(database: str, tmp_path: Path, clock: ManualClock) -> Iterator[World]:
    made = World(database, tmp_path, clock)
    yield made
    made.close()
