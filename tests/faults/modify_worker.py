"""Performs the jobs of one case and kills itself: `python -m tests.faults.modify_worker URL FOLDER CASE NOW WHEN`.

`before`: when the change is written but not committed; `after`: when it is committed and nobody has been told.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.clock import ManualClock
from engine.operations import Context
from tests.faults.mortal import die
from tests.journeys.company import Company

POST = "customers.post_change"


def live(url: str, folder: str, case: int, now: str, when: str) -> None:
    company = Company(url, Path(folder), ManualClock(datetime.fromisoformat(now)), found=False)
    operations = company.bench.registry.operations
    write = operations[POST].run

    def written(context: Context, **parameters: Any) -> None:
        write(context, **parameters)
        die()

    if when == "before":
        operations[POST] = replace(operations[POST], run=written)
    company.engine.settle(case)
    die()


if __name__ == "__main__":
    live(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5])
