"""`make bench`: our engine beside the plain SpiffWorkflow way, ratios in one run.

Rounds alternate, so that a busy machine slows both. A completion is a person's step made durable (SQLite: WAL,
synchronous=FULL); the jobs that follow it are in our time as they are in the reference's.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from datetime import datetime
from pathlib import Path

from engine import memory
from engine.clock import LOCAL, ManualClock
from tests.benchmarks import create, matching, measures, month, postgres
from tests.benchmarks.ours import WORKLOAD, Ours
from tests.benchmarks.reference import Reference
from tests.benchmarks.sizes import fresh_sqlite

ROUNDS = 7
CASES = 30
SIZES = (0, 10_000, 100_000)


def main() -> None:
    payloads = json.loads((WORKLOAD / "payloads.json").read_text())
    clock = ManualClock(datetime(2026, 9, 16, 9, 0, tzinfo=LOCAL))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ratios(folder, clock, payloads)
        growth(folder, clock, payloads)
        create.table(folder)
        postgres.table(folder, clock, payloads)
        matching.table(folder)
        month.table(folder)


def ratios(folder: Path, clock: ManualClock, payloads: measures.Payloads) -> None:
    """Completions per second beside the reference's, in alternating rounds."""
    reference, ours = Reference(folder / "reference.db"), Ours(fresh_sqlite(folder / "ours.db"), folder, clock)
    print(
        "Reference: plain SpiffWorkflow, one shared spec, SELECT, deserialize_json, run, serialize_json, UPDATE, COMMIT"
    )
    print(f"{'round':>6} {'reference/s':>12} {'ours/s':>8} {'ratio':>6} {'CPU ms reference':>17} {'CPU ms ours':>12}")
    measures.of_ours(ours, payloads, 5), measures.of_reference(reference, payloads, 5)
    memory.settle()  # as the server does at the end of its start-up; here it serves both
    found = []
    for number in range(1, ROUNDS + 1):
        plain, own = measures.of_reference(reference, payloads, CASES), measures.of_ours(ours, payloads, CASES)
        found.append(own.per_second / plain.per_second)
        print(
            f"{number:>6} {plain.per_second:>12.0f} {own.per_second:>8.0f} {found[-1]:>6.2f}"
            f" {plain.cpu:>17.2f} {own.cpu:>12.2f}"
        )
    print(f"median ratio {statistics.median(found):.2f}   (required: 5, goal: 8)\n")
    ours.close()
    reference.close()


def growth(folder: Path, clock: ManualClock, payloads: measures.Payloads) -> None:
    """What open cases cost: nothing, if the indexes are right."""
    ours = Ours(fresh_sqlite(folder / "many.db"), folder, clock)
    print(f"{'open cases':>11} {'CPU ms/completion':>18} {'inbox ms':>9} {'idle tick ms':>13}")
    have, first = 0, 0.0
    for size in SIZES:
        found = measures.of_size(ours, payloads, size, have)
        have, first = size, first or found.cpu
        print(f"{size:>11} {found.cpu:>18.2f} {found.inbox:>9.2f} {found.tick:>13.3f}   CPU {found.cpu / first:.2f}×")
    print("required: CPU within 1.20×, inbox ≤ 1 ms, idle tick ≤ 0.2 ms at 100,000\n")
    ours.close()


if __name__ == "__main__":
    main()
