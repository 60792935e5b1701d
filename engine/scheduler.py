"""APScheduler as a metronome: it ticks the sweeps and remembers nothing. Every due moment lives in our tables."""

from __future__ import annotations

import logging
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)


class Metronome:
    """Calls `tick` every few seconds in a thread of its own, never twice at once, never skipping for lateness."""

    def __init__(self, tick: Callable[[], object], seconds: float) -> None:
        self._tick = tick
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.add_job(
            self._safe_tick,
            "interval",
            seconds=seconds,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking; a tick that is under way finishes first."""
        self._scheduler.shutdown(wait=True)

    def _safe_tick(self) -> None:
        # A sweep that fails as a whole (database away) must not end the ticking.
        try:
            self._tick()
        except Exception:
            log.exception("sweep failed", extra={"action": "sweep_failed"})
