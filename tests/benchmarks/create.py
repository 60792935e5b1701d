"""The real procedure: customer_create with three routed departments, from application to customer code."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from engine.clock import LOCAL, ManualClock
from tests.benchmarks.sizes import fresh_sqlite
from tests.journeys.company import Company, firm

ROUTED = ("FIN", "MKT", "LEG")
CASES = 12


def table(folder: Path) -> None:
    """Print what a whole case costs, and its steps."""
    company = Company(fresh_sqlite(folder / "create.db"), folder, ManualClock(datetime(2026, 9, 16, 9, tzinfo=LOCAL)))
    _run(company, 0)  # warm
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(1, CASES + 1):
        _run(company, number)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    with company.transactions.read() as tx:
        row = tx.one("SELECT count(*) FROM work_item WHERE status = 'done'")
        state = tx.one("SELECT max(length(state)) FROM instance")
    assert row is not None
    assert state is not None
    steps = row[0] * CASES / (CASES + 1)
    print(
        f"customer_create, routed to {len(ROUTED)} departments: {CASES / wall:.1f} cases/s, {steps / wall:.0f} steps/s,"
    )
    print(f"  CPU {cpu * 1000 / steps:.2f} ms per step with search, forms, signatures, seals, gate and posting\n")
    company.close()


def _run(company: Company, number: int) -> None:
    case = company.ready(*ROUTED, form=firm(number))
    company.release(case)
