"""What a rule says about a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Outcome = Literal["obeyed", "violated", "not_testable"]
OBEYED: Outcome = "obeyed"
VIOLATED: Outcome = "violated"
NOT_TESTABLE: Outcome = "not_testable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One demand of a rule in one case: met, not met, or undecided.

    `seqs` are the numbers of the events it rests on, in the order of happening; `at` is when it was decided: the
    violation, the fulfilment, or what called for it.
    """

    clause: str
    rule: str
    outcome: Outcome
    seqs: tuple[int, ...]
    why: str
    at: datetime
