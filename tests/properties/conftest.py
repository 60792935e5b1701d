"""A company that has settled in, to be copied for every example."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.clock import ManualClock
from tests.conftest import WEDNESDAY
from tests.journeys.company import Company


@pytest.fixture(scope="session")
def fresh_company(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Company]:
    """Makes companies, each on a database of its own."""
    folder = tmp_path_factory.mktemp("settled")
    settled = folder / "settled.db"
    shutil.copy(sqlite_template, settled)
    first = Company(f"sqlite:///{settled}", folder, ManualClock(WEDNESDAY))
    with first.engine.transactions.write() as tx:
        tx.run("UPDATE config SET people = people + 1")
    first.close()
    count = 0

    def make() -> Company:
        nonlocal count
        count += 1
        copy = folder / f"{count}.db"
        shutil.copy(settled, copy)
        return Company(f"sqlite:///{copy}", folder, ManualClock(WEDNESDAY), found=False)

    return make
