"""The background of the imports in a process that may be killed: `python -m tests.faults.batch_worker URL FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from engine.settings import Settings
from handlers.customers.batch import operations, staging
from handlers.customers.batch.work import Worker
from webui.services import Services

operations.POSTED_AT_ONCE = 3
staging.TAKEN_AT_ONCE, staging.JUDGED_AT_ONCE = 20, 5


def live(url: str, folder: Path) -> None:
    services = Services.build(Settings(database=url, keys=str(folder / "keys"), exports=str(folder), demo=True))
    worker = Worker(services.engine)
    while True:
        worker.part()


if __name__ == "__main__":
    live(sys.argv[1], Path(sys.argv[2]))
