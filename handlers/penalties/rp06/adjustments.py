"""表七: what the report adds to, or takes off, earlier months that are locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from handlers.penalties.basis import Basis
from handlers.penalties.period import Month
from handlers.penalties.pricing import Line, role_name
from handlers.penalties.rp06.words import department_name, who
from handlers.reporting import Table, cells, columns, money_text


@dataclass(frozen=True)
class Adjustment:
    """What a report adds to, or takes off, an earlier month that is locked."""

    of_month: Month
    line: Line


def adjusted(adjustments: Sequence[Adjustment], basis: Basis) -> Table:
    """表七: one line an adjustment, of which month and why."""
    people = basis.people
    lines = [
        cells(
            str(one.of_month), one.line.clause, role_name(one.line, people),
            department_name(one.line.department, basis),
            who(one.line.person, basis) if one.line.person is not None else None, money_text(one.line.amount),
            one.line.formula, "、".join(one.line.findings),
        )
        for one in adjustments
    ]  # fmt: skip
    titled = columns("所属月份", ("条款", "code"), "角色", "部门", "姓名", ("金额", "money"), "计算", "事由")
    total = sum((one.line.amount for one in adjustments), Decimal(0))
    end = cells("合计", None, None, None, None, money_text(total), None, None)
    return Table("表七 以前月份调整", titled, tuple(lines), end, "已锁定的月份不改，差错在本月更正。")
