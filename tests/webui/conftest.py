"""What tests of the pages ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.webui.desk import Desk


@pytest.fixture
def desk(sqlite_database: str, tmp_path: Path) -> Iterator[Desk]:
    """The office on Monday 16 November 2026, 09:00, with the create procedure published."""
    opened = Desk(sqlite_database, tmp_path)
    yield opened
    opened.close()
