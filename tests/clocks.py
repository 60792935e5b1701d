"""The clock that all processes of an installation in demo mode share."""

from __future__ import annotations

import math
from datetime import datetime

from engine.clock import SystemClock
from engine.transactions import Transactions


def show(transactions: Transactions, moment: datetime) -> None:
    """From now on the shared clock goes on from that moment (less than a second after it), whatever today is."""
    offset = math.ceil((moment - SystemClock().now()).total_seconds())
    with transactions.write() as tx:
        tx.run("UPDATE config SET clock_offset = ?", (offset,))
