"""An installation made by the command line and served by it, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.browser.site import settings_in
from tests.patience import PATIENCE

COMMAND = (sys.executable, "-m", "webui.cli")


class Founded:
    """`countersign init`, then `countersign run`, on an empty folder."""

    def __init__(self, folder: Path, password: str) -> None:
        self._environment = os.environ | _variables(folder)
        who = ("--company", "示范集团", "--login", "zhaolei", "--name", "赵磊", "--password", password)
        told = self._command("init", *who)
        assert told.returncode == 0, told.stderr
        log = folder / "server.log"
        with log.open("w") as said:
            self._server = subprocess.Popen(
                [*COMMAND, "run"], env=self._environment, stdout=subprocess.PIPE, stderr=said, text=True
            )
        assert self._server.stdout is not None
        self.address = self._server.stdout.readline().strip()
        assert self.address.startswith("http://"), f"the server did not listen: {log.read_text()}"

    def _command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments], env=self._environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(PATIENCE)
        assert self._server.stdout is not None
        self._server.stdout.close()


def _variables(folder: Path) -> dict[str, str]:
    settings = settings_in(folder)
    names = ("database", "keys", "exports", "secret_key_file")
    return {f"COUNTERSIGN_{name.upper()}": getattr(settings, name) for name in names} | {"PORT": "0"}  # any free one
