"""人资导入文件: one amount per employee and month, as a payroll takes it in (reports.md D.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from handlers.penalties.month import Assessed
from handlers.penalties.rp06 import Adjustment, money
from handlers.reporting import Report, Table, cells, columns

ITEM = "主数据考核"


def payroll(of: Assessed, adjustments: Sequence[Adjustment], number: str) -> Report:
    """The amounts of a month by employee, what it adjusts of earlier months included; nobody with nothing to pay."""
    people, sums = of.basis.people, defaultdict[int, Decimal](Decimal)
    for line in [*of.lines, *(one.line for one in adjustments)]:
        if line.person is not None:
            sums[line.person] += line.amount
    rows = [
        cells(person.login, person.name, str(of.month), ITEM, money(sums[person.id]), number)
        for person in sorted((people.person(one) for one in sums if sums[one]), key=lambda person: person.login)
    ]
    titled = columns(("工号", "code"), "姓名", ("期间", "code"), "项目", ("金额", "money"), ("依据编号", "code"))
    return Report("RP-06", "人资导入文件", of.basis.as_of, (), (Table("人资导入文件", titled, tuple(rows)),))
