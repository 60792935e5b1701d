"""The months side by side: steps, late ones and amounts by department. A locked month tells what it told then."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.transactions import Tx
from handlers.penalties import ledger, month, rp06
from handlers.penalties.basis import Basis
from handlers.penalties.ledger import Locked
from handlers.penalties.month import Assessed
from handlers.penalties.period import Month
from handlers.penalties.rp06 import Row
from handlers.reporting import rate

DEPARTMENT, STEPS, IN_TIME, LATE, UNTRUE, WRONG, PERSONAL, OWN = 1, 2, 3, 5, 9, 12, 15, 16  # columns of 表一


@dataclass(frozen=True)
class Counted:
    """What 表一 says of a department in a month, as far as months are compared."""

    steps: int = 0
    in_time: int = 0
    late: int = 0
    untrue: int = 0
    wrong: int = 0
    personal: Decimal = Decimal(0)
    own: Decimal = Decimal(0)

    def __add__(self, other: Counted) -> Counted:
        return Counted(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def share(self) -> int | None:
        """Steps in time, of 1000."""
        return rate(self.in_time, self.steps)


@dataclass(frozen=True)
class Figures:
    """A month by department."""

    month: Month
    departments: Mapping[int, Counted]

    @property
    def whole(self) -> Counted:
        return sum(self.departments.values(), Counted())

    def of(self, department: int) -> Counted:
        return self.departments.get(department, Counted())


def figures(of: Assessed) -> Figures:
    """What an assessed month says."""
    return Figures(of.month, {department: _counted(row) for department, row in rp06.rows(of).items()})


def before(tx: Tx, which: Month, basis: Basis, count: int) -> list[Figures]:
    """The months before one, oldest first; open ones by the company of `basis`."""
    return [_figures(tx, which.plus(-back), basis) for back in range(count, 0, -1)]


def _figures(tx: Tx, which: Month, basis: Basis) -> Figures:
    kept = ledger.locked(tx, which)
    return told(kept) if kept else figures(month.assess(tx, which, basis))


def told(kept: Locked) -> Figures:
    """What a locked month's report says, read from its bytes."""
    ids = {one.name: one.id for one in kept.basis.people.departments()}
    return Figures(kept.month, {ids[row[DEPARTMENT]]: _read(row) for row in _first_table(kept.report)})


def _first_table(content: bytes) -> list[list[str]]:
    """The rows of 表一, between its header and its total."""
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    found: list[list[str]] = []
    for line in lines:
        if line and line[0].startswith("表一"):
            next(lines)
            for row in lines:
                if not row or not row[0]:
                    break
                found.append(row)
            break
    return found


def _counted(row: Row) -> Counted:
    return Counted(row.steps, row.in_time, row.late, len(row.untrue), row.wrong, row.personal, row.own)


def _read(row: Sequence[str]) -> Counted:
    steps, in_time, late, untrue, wrong = (int(row[at] or 0) for at in (STEPS, IN_TIME, LATE, UNTRUE, WRONG))
    return Counted(steps, in_time, late, untrue, wrong, Decimal(row[PERSONAL]), Decimal(row[OWN]))
