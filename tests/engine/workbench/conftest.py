"""The workbench's company, on each database."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.clock import ManualClock
from engine.transactions import Transactions
from tests.engine.workbench.bench import Bench


@pytest.fixture
def bench(transactions: Transactions, clock: ManualClock, tmp_path: Path) -> Bench:
    return Bench(transactions, clock, tmp_path)
