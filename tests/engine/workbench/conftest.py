"""The workbench's company, on each database."""

from __future__ import annotations

import pytest

from engine.clock import ManualClock
from engine.transactions import Transactions
from tests.engine.workbench.bench import Bench


@pytest.fixture
def bench(transactions: Transactions, clock: ManualClock) -> Bench:
    return Bench(transactions, clock)
