"""Carries on migrations, in a process of its own until it dies (`mortal.started`)."""

from __future__ import annotations

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
