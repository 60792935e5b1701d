"""Plays stories against a pretended clock: each story does something and says when it goes on.

A story is a generator of moments: it acts, yields when it wants to go on, and is resumed at that moment. Between
two moments the clock stops at everything due, as the sweep of a running system would.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

from engine import timers
from engine.clock import ManualClock
from webui.demo.company import DemoCompany
from webui.demo.desk import Desk
from webui.services import Services

Story = Iterator[datetime]


class Player:
    """The stage: one clock, many stories."""

    def __init__(self, services: Services, company: DemoCompany, clock: ManualClock) -> None:
        self.services, self.clock = services, clock
        self.desk = Desk(services, company, clock)

    def play(self, programme: list[tuple[datetime, object]], until: datetime) -> None:
        """Play stories, each `(begin, story(desk))`, up to a moment; what is unfinished stays open."""
        order = itertools.count()
        queue: list[tuple[datetime, int, Story]] = []
        for begin, story in programme:
            heapq.heappush(queue, (begin, next(order), story(self.desk)))  # type: ignore[operator]
        while queue and queue[0][0] <= until:
            at, _, running = heapq.heappop(queue)
            self._move(max(at, self.clock.now()))
            following = next(running, None)
            if following is not None:
                heapq.heappush(queue, (following, next(order), running))
        self._move(max(until, self.clock.now()))

    def _move(self, to: datetime) -> None:
        while (due := self._next_due()) is not None and due < to:
            self.clock.move_to(max(due + timedelta(seconds=1), self.clock.now()))
            self.services.engine.sweep()
        self.clock.move_to(max(to, self.clock.now()))  # what fell due within the last second took it a little further

    def _next_due(self) -> datetime | None:
        with self.services.transactions.read() as tx:
            return timers.next_due(tx, self.clock.now())
