"""The runs this process moved last: a case that goes on where it was left here need not be restored from its state.

A kept run is used only for exactly the state it was saved as, under the very definition it was moved by; when another
process has moved the case since, or a step failed, it is restored from the database like any other.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple

from engine.spiff import Model, Run, Scope, Wait

MOST = 64  # cases; each about 20 KB


class Kept(NamedTuple):
    """A run at rest, with the state that says the same and what the tables hold for it."""

    state: bytes
    run: Run
    waits: Mapping[str, Wait]
    scopes: Mapping[str, Scope]


class KeptRuns:
    """At most MOST runs by case; whoever takes one has it alone, and hands it back when its step is committed."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Kept] = OrderedDict()
        self._lock = Lock()

    def take(self, case_id: int, state: bytes, model: Model) -> Kept | None:
        """The run of a case in this state, which is kept no longer; None when there is none."""
        with self._lock:
            kept = self._kept.pop(case_id, None)
        return kept if kept and kept.state == state and kept.run.model is model else None

    def keep(self, case_id: int, kept: Kept) -> None:
        with self._lock:
            self._kept[case_id] = kept
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
