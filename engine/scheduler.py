"""APScheduler as a metronome: it ticks the sweeps and remembers nothing. Every due moment lives in our tables."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)


class Metronome:
    """Calls `tick` every few seconds in a thread of its own, never twice at once, never skipping for lateness.

    `beside` is called as often, in another thread: long work that must not hold the ticking up.
    """

    def __init__(self, tick: Callable[[], object], seconds: float, beside: Callable[[], object] | None = None) -> None:
        self._scheduler = BackgroundScheduler(timezone="UTC")
        for call, pause in ((tick, seconds), (beside, min(seconds, 1.0))):
            if call is not None:
                self._scheduler.add_job(
                    partial(_safely, call),
                    "interval",
                    seconds=pause,
                    max_instances=1,
                    coalesce=True,
                    misfire_grace_time=None,
                )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking; a tick that is under way finishes first."""
        self._scheduler.shutdown(wait=True)


def _safely(call: Callable[[], object]) -> None:
    # A sweep that fails as a whole (database away) must not end the ticking.
    try:
        call()
    except Exception:
        log.exception("sweep failed", extra={"action": "sweep_failed"})
