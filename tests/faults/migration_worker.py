"""Carries on migrations until it dies: `python -m tests.faults.migration_worker URL FOLDER WRITES WHEN`.

It dies in its write transaction number WRITES, `before` or `after` the commit; with 0 it lives on.
"""

from __future__ import annotations

import sys
from pathlib import Path

from engine import migration
from engine.settings import Settings
from tests.faults.mortal import doom
from webui.services import Services


def live(url: str, folder: Path, writes: int, moment: str) -> None:
    services = Services.build(Settings(database=url, keys=str(folder / "keys"), exports=str(folder), demo=True))
    doom(services.transactions, writes, moment)
    while True:
        migration.sweep(services.engine)


if __name__ == "__main__":
    live(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
