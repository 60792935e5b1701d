"""What handlers answer: what an operation has done or still has to do, what a rule objects to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Done:
    """What an operation reports back: decisions for the diagram, form fields to set, a new title or outcome."""

    decisions: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    outcome: str | None = None  # outcome of the case, e.g. 'posted', 'not_new'
    base: Mapping[str, Any] | None = None  # what the subject holds now: the case goes on against this


@dataclass(frozen=True)
class Part:
    """What a long operation returns when it has done a part: that is committed, and the job comes up again.

    The operation finds out by itself where it stands; it returns `Done` after the last part.
    """


@dataclass(frozen=True)
class Later:
    """What an operation returns when its time has not come: it wrote nothing, and comes up again at this moment."""

    at: datetime


@dataclass(frozen=True)
class Judged:
    """What a rule objects to: at which field (`banks.0.account_no`), why, and whether it stops the submission."""

    rule: str
    field: str
    message: str
    blocks: bool
    fields: tuple[str, ...] = ()  # that take part in the rule
