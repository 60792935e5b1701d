"""A company of named people, in each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.transactions import Transactions, Tx
from tests.cast import Cast, move_in


@pytest.fixture
def cast(transactions: Transactions) -> Cast:
    with transactions.write() as tx:
        return move_in(tx)


@pytest.fixture
def tx(transactions: Transactions, cast: Cast) -> Iterator[Tx]:
    """An open write transaction on the company."""
    with transactions.write() as opened:
        yield opened
