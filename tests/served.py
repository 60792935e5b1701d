"""An application behind waitress in a thread of its own, which ends without a trace."""

from __future__ import annotations

from threading import Thread
from typing import Any

from waitress import wasyncore


class Served:
    """A server that listens, at work until it is closed."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._thread = Thread(target=server.run, name="served", daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{server.effective_port}"

    def close(self) -> None:
        """Only its own thread may close what it waits on: from another one, the wait ends in an error now and then."""
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._server._map, ignore_all=True))
        self._thread.join()
        self._server.task_dispatcher.shutdown()
