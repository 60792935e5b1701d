"""What `countersign run` says when it cannot serve."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE


def test_a_port_that_is_taken_is_named_with_the_remedy(tmp_path: Path) -> None:
    # given another program that listens on the port
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        places = {"database": f"sqlite:///{tmp_path}/x.db", "keys": tmp_path / "keys", "exports": tmp_path / "exports"}
        settings = {f"COUNTERSIGN_{name.upper()}": str(value) for name, value in places.items()}
        secret = {"COUNTERSIGN_SECRET_KEY_FILE": str(tmp_path / "secret")}

        # when the installation is started
        answer = subprocess.run(
            [sys.executable, "-m", "webui.cli", "run"],
            env=os.environ | settings | secret | {"PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    # then it says which port and what to do, and nothing runs
    assert answer.returncode == 1
    assert f"端口 {port} 不能用" in answer.stderr
    assert "PORT=9000" in answer.stderr
