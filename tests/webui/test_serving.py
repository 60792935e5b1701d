"""What `countersign run` says when it cannot serve, and whom it takes a request to come from."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from engine.settings import Settings
from tests.patience import PATIENCE
from tests.served import Served
from webui.serving import server


def installation(folder: Path, port: int) -> dict[str, str]:
    """The environment of an installation of its own in a folder."""
    places = {"database": f"sqlite:///{folder}/x.db", "keys": folder / "keys", "exports": folder / "exports"}
    settings = {f"COUNTERSIGN_{name.upper()}": str(value) for name, value in places.items()}
    return os.environ | settings | {"COUNTERSIGN_SECRET_KEY_FILE": str(folder / "secret"), "PORT": str(port)}


def test_the_address_that_is_printed_answers(tmp_path: Path) -> None:
    # given an installation on any free port
    with subprocess.Popen(
        [sys.executable, "-m", "webui.cli", "run"],
        env=installation(tmp_path, 0),
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            # when it has been started
            assert running.stdout
            address = running.stdout.readline().strip()

            # then it listens where it says
            with urlopen(f"{address}/login", timeout=PATIENCE) as answer:
                assert answer.status == 200
        finally:
            running.kill()


def test_a_port_that_is_taken_is_named_with_the_remedy(tmp_path: Path) -> None:
    # given another program that listens on the port
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        # when the installation is started
        answer = subprocess.run(
            [sys.executable, "-m", "webui.cli", "run"],
            env=installation(tmp_path, port),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    # then it says which port and what to do, and nothing runs
    assert answer.returncode == 1
    assert f"端口 {port} 不能用" in answer.stderr
    assert "PORT=9000" in answer.stderr


def told_address(environ: dict[str, str], start_response: object) -> list[bytes]:
    """An application that answers where it takes a request to come from."""
    start_response("200 OK", [("Content-Type", "text/plain")])  # type: ignore[operator]
    return [f"{environ['wsgi.url_scheme']} {environ['REMOTE_ADDR']}".encode()]


@pytest.mark.parametrize(
    ("proxy", "seen"),
    [("127.0.0.1", "https 10.1.2.3"), ("", "http 127.0.0.1"), ("10.9.9.9", "http 127.0.0.1")],
    ids=["the proxy's word counts", "nobody's word counts without a proxy", "nor that of another"],
)
def test_only_the_proxy_is_believed_where_a_request_came_from(proxy: str, seen: str) -> None:
    # given a server behind a proxy (or none), and a request that passed through it
    served = Served(server(told_address, Settings(port=0, proxy=proxy)))
    headers = {"X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "https"}
    asked = Request(f"{served.address}/", headers=headers)

    # when it arrives
    with urlopen(asked, timeout=PATIENCE) as answer:
        said = answer.read().decode()
    served.close()

    # then it comes from where the proxy says, if it is the proxy who says so
    assert said == seen
