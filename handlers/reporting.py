"""What a report is, whatever it tells: a page, a print and files are drawn from the same tables.

The same inputs give the same report, and the same report the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

# text; code: digits that are no number; count; share: of 1000, so that a sum is exact; money: exact decimal text
Kind = Literal["text", "code", "count", "share", "money"]
Target = Literal["customer", "case", "customers", "finding", "findings", "clause", "report", "events"]


@dataclass(frozen=True)
class Link:
    """Where a figure leads: a customer by code, a case by id, customers by criteria, a finding, those of a month,
    a clause as `policy#number`, another report by its parameters, the events of a case.
    """

    target: Target
    key: str | int | Mapping[str, str]


@dataclass(frozen=True)
class Cell:
    """A value as it stands in every form of the report; None is not applicable."""

    value: str | int | None
    link: Link | None = None
    note: str = ""  # a second line, small on the page


@dataclass(frozen=True)
class Column:
    title: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Table:
    """`bar` names the column of counts that is drawn as bars; `empty` says what it means that there is nothing."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    note: str = ""
    empty: str = ""
    bar: int | None = None


@dataclass(frozen=True)
class Report:
    """`number` is its number in the catalogue of reports, `as_of` the moment it tells about."""

    number: str
    title: str
    as_of: datetime
    filters: tuple[tuple[str, str], ...]  # what was asked for, in words
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict)  # the same as parameters, to ask again


def columns(*titles: str | tuple[str, Kind]) -> tuple[Column, ...]:
    """Columns by title, those that are not plain text with their kind."""
    return tuple(Column(one) if isinstance(one, str) else Column(*one) for one in titles)


def cells(*values: str | int | Cell | None) -> tuple[Cell, ...]:
    return tuple(one if isinstance(one, Cell) else Cell(one) for one in values)


def shares(counts: Sequence[int]) -> list[int]:
    """What part of their sum each is, in thousandths that add up to 1000 (largest remainders)."""
    total = sum(counts)
    if not total:
        return [0] * len(counts)
    parts = [count * 1000 // total for count in counts]
    left = sorted(range(len(counts)), key=lambda at: (-(counts[at] * 1000 % total), at))
    for at in left[: 1000 - sum(parts)]:
        parts[at] += 1
    return parts


def rate(part: int, whole: int) -> int | None:
    """What part of the whole, in thousandths, rounded half up; None of nothing."""
    return (2000 * part + whole) // (2 * whole) if whole else None


def share_text(thousandths: int) -> str:
    return f"{thousandths // 10}.{thousandths % 10}%"


def money_text(amount: Decimal) -> str:
    """An amount as tables and files write it: exact, without superfluous noughts."""
    return f"{amount.normalize():f}" if amount else "0"
