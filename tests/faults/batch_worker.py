"""The background of the imports, in a process of its own until it dies (`mortal.started`)."""

from __future__ import annotations

from pathlib import Path

from engine.settings import Settings
from handlers.customers.batch import operations, staging
from handlers.customers.batch.work import Worker
from tests.faults.mortal import doom
from webui.services import Services

operations.POSTED_AT_ONCE = 3
staging.TAKEN_AT_ONCE, staging.JUDGED_AT_ONCE = 20, 5


def live(url: str, folder: Path, writes: int, moment: str) -> None:
    services = Services.build(Settings(database=url, keys=str(folder / "keys"), exports=str(folder), demo=True))
    doom(services.transactions, writes, moment)
    worker = Worker(services.engine)
    while True:
        worker.part()
