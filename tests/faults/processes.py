"""Processes of their own for tests: forks of one that has already imported what they need, so each starts at once."""

from __future__ import annotations

import multiprocessing

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["tests.faults.batch_worker", "tests.faults.migration_worker", "tests.handlers.office"]
)
