"""Carries on migrations in a process that may be killed: `python -m tests.faults.migration_worker URL FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from engine import migration
from engine.settings import Settings
from webui.services import Services


def live(url: str, folder: Path) -> None:
    services = Services.build(Settings(database=url, keys=str(folder / "keys"), exports=str(folder), demo=True))
    while True:
        migration.sweep(services.engine)


if __name__ == "__main__":
    live(sys.argv[1], Path(sys.argv[2]))
