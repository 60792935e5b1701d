"""The single measurements of `make bench`; each returns figures, `__main__` prints them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine import inbox
from tests.benchmarks.ours import Ours
from tests.benchmarks.reference import Reference
from tests.benchmarks.sizes import multiply

NODES = ("leaderApproval", "triage", "basicView", "accountingView", "enterData")
Payloads = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Rate:
    """Completions per second of wall time, and CPU milliseconds per completion."""

    per_second: float
    cpu: float


def of_reference(reference: Reference, payloads: Payloads, cases: int) -> Rate:
    """The plain way, from the first step of each case to its last."""
    started = [reference.start(payloads["start"]) for _ in range(cases)]
    wall, cpu = time.perf_counter(), time.process_time()
    for case in started:
        for node in NODES:
            reference.complete(case, node, payloads[node])
    return _rate(time.perf_counter() - wall, time.process_time() - cpu, cases)


def of_ours(ours: Ours, payloads: Payloads, cases: int) -> Rate:
    """Our way; the jobs that write the customer and notify are in the time. Looking up the item is the inbox's work."""
    wall = cpu = 0.0
    for case in [ours.start(payloads["start"]) for _ in range(cases)]:
        for node in NODES:
            item = ours.items(case)[node]
            begun, used = time.perf_counter(), time.process_time()
            ours.complete(item, node, payloads[node])
            wall, cpu = wall + time.perf_counter() - begun, cpu + time.process_time() - used
    return _rate(wall, cpu, cases)


def _rate(wall: float, cpu: float, cases: int) -> Rate:
    completions = cases * len(NODES)
    return Rate(completions / wall, cpu * 1000 / completions)


@dataclass(frozen=True)
class Size:
    """What a size of the store costs: CPU per completion, an inbox query, an idle tick; milliseconds, medians."""

    open_cases: int
    cpu: float
    inbox: float
    tick: float


def of_size(ours: Ours, payloads: Payloads, open_cases: int, have: int) -> Size:
    """Fill up to so many open cases and measure."""
    if open_cases > have:
        pattern = ours.start(payloads["start"])
        multiply(ours.transactions, pattern, open_cases - have)
    of_ours(ours, payloads, 5)  # warm
    cpu = min(of_ours(ours, payloads, 10).cpu for _ in range(5))
    post = ours.cast.post("U1", "leader")
    return Size(open_cases, cpu, _median(lambda: _look(ours, post)), _median(ours.engine.sweep))


def _look(ours: Ours, post: int) -> None:
    with ours.transactions.read() as tx:
        inbox.of_posts(tx, [post], limit=50)


def _median(act: Callable[[], object], times: int = 200) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000
