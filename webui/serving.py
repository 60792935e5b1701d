"""The web server: waitress, on this computer only; behind a reverse proxy it is told by that who asks."""

from __future__ import annotations

from typing import Any

from waitress.server import create_server

from engine.errors import CountersignError
from engine.settings import Settings

THREADS = 8


def server(app: Any, settings: Settings) -> Any:
    """A server that listens already; CountersignError when the port is taken.

    What others than the proxy say about where a request came from is not believed: the brake on signing in counts by
    address.
    """
    try:
        return create_server(
            app, host="127.0.0.1", port=settings.port, threads=THREADS, ident=None, **_behind(settings.proxy)
        )
    except OSError as error:
        why = {"port": settings.port, "why": error.strerror}
        raise CountersignError("端口 {port} 不能用（{why}）；请换一个，例如 PORT=9000。", **why) from None


def _behind(proxy: str) -> dict[str, Any]:
    headers = {"x-forwarded-for", "x-forwarded-proto"}
    return {"trusted_proxy": proxy, "trusted_proxy_count": 1, "trusted_proxy_headers": headers} if proxy else {}
