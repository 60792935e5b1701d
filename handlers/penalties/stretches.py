"""The stretches of time in which a deadline really ran: its own kind of time, its pauses taken out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from handlers.penalties.basis import Basis
from handlers.penalties.facts import Clocked

Stretch = tuple[datetime, datetime]


def counted(deadline: Clocked, basis: Basis, since: datetime, until: datetime) -> list[Stretch]:
    """What counts of [since, until), in order and without overlap; together it is as long as the slices say."""
    if until <= since:
        return []
    calendar = basis.calendar(deadline.calendar)
    if deadline.kind == "wall":
        running = [(since, until)]
    else:
        of_kind = calendar.duty if deadline.kind == "duty" else calendar
        running = [piece for _day, pieces in of_kind.slices(since, until) for piece in pieces]
    for pause in deadline.pauses:
        running = list(_without(running, pause[0], pause[1] or until))
    return running


def _without(running: Iterable[Stretch], since: datetime, until: datetime) -> Iterable[Stretch]:
    for a, b in running:
        if a < min(b, since):
            yield a, min(b, since)
        if max(a, until) < b:
            yield max(a, until), b


def gaps(running: list[Stretch]) -> list[Stretch]:
    """What lies between stretches and counts nothing."""
    return [(a[1], b[0]) for a, b in pairwise(running) if a[1] < b[0]]
