"""A month of the assessment as its page needs it, with the months before it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import url_for

from engine.transactions import Tx
from handlers.penalties import trend
from handlers.penalties.month import Assessed
from handlers.penalties.queries import Stage
from handlers.penalties.trend import Figures
from handlers.reporting import Report

MONTHS = 6  # of the small multiples, the one shown included


@dataclass(frozen=True)
class MonthView:
    """A month as its page needs it; made in one read transaction."""

    tx: Tx
    assessed: Assessed
    report: Report
    stage: Stage

    @cached_property
    def months(self) -> list[Figures]:
        """The months up to this one, oldest first."""
        earlier = trend.before(self.tx, self.assessed.month, self.assessed.basis, MONTHS - 1)
        return [*earlier, trend.figures(self.assessed)]

    @property
    def departments(self) -> list[int]:
        """In the order of 表一."""
        people = self.assessed.basis.people
        return sorted(self.months[-1].departments, key=lambda one: people.department(one).code)

    def name(self, department: int) -> str:
        return self.assessed.basis.people.department(department).name

    def behind(self, **asked: Any) -> str:
        """The address of the findings behind a figure."""
        return url_for("assessment.listed", month=str(self.assessed.month), **asked)
