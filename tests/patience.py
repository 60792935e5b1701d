"""Waiting for other processes: for what they have done, never for a length of time."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 300.0  # seconds: far beyond what the slowest machine takes, so that only a real standstill ends it
GLANCE = 0.02  # seconds between two looks


def until(reached: Callable[[], bool], hoped: str, so_far: Callable[[], object]) -> None:
    """Return as soon as it is so; an AssertionError says after `PATIENCE` what was hoped for and how far it got."""
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, (
            f"{PATIENCE:.0f} s passed before {hoped}; so far: {so_far()}. No machine is that slow: the processes stand "
            "still (a lock nobody gives back?) or die as soon as they start; read what they printed."
        )
        time.sleep(GLANCE)
