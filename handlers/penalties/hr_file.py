"""What HR and the bonus pool take over from a locked month: one amount per person, one per department, as CSV."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from decimal import Decimal

from sqlalchemy import select

from engine.people import People
from engine.store import loads
from engine.transactions import Tx
from handlers.penalties.period import Month
from handlers.penalties.tables import penalty_line, penalty_month
from handlers.report_csv import safe

ITEM = "主数据考核"
PERSONS = ("工号", "姓名", "期间", "项目", "金额", "依据编号")
DEPARTMENTS = ("部门编码", "部门", "期间", "项目", "金额", "依据编号")


def persons(tx: Tx, which: Month, people: People) -> bytes:
    """The import file: 工号, 姓名, 期间, 项目, 金额 (yuan, adjustments of earlier months included), 依据编号."""
    found = {people.person(one).login: (people.person(one).name, amount, why)
             for one, (amount, why) in _sums(tx, which, "person_id").items()}  # fmt: skip
    return _written(tx, which, PERSONS, found)


def departments(tx: Tx, which: Month, people: People) -> bytes:
    """What is taken off the departments' own bonus pools."""
    found = {people.department(one).code: (people.department(one).name, amount, why)
             for one, (amount, why) in _sums(tx, which, "department_id").items()}  # fmt: skip
    return _written(tx, which, DEPARTMENTS, found)


def _sums(tx: Tx, which: Month, whose: str) -> dict[int, tuple[Decimal, list[str]]]:
    """By person, or by department for the lines that no person pays."""
    c = penalty_line.c
    personal = c.person_id.is_not(None) if whose == "person_id" else c.person_id.is_(None)
    rows = tx.core(select(c[whose], c.amount, c.findings).where(c.month == str(which), personal).order_by(c.id))
    sums: dict[int, Decimal] = defaultdict(Decimal)
    why: dict[int, list[str]] = defaultdict(list)
    for one, amount, findings in map(tuple, rows):
        if one is not None:
            sums[one] += Decimal(amount)
            why[one] += [name for name in loads(findings) if name not in why[one]]
    return {one: (amount, why[one]) for one, amount in sums.items()}


def _written(tx: Tx, which: Month, head: tuple[str, ...], found: dict[str, tuple[str, Decimal, list[str]]]) -> bytes:
    number = tx.core(select(penalty_month.c.number).where(penalty_month.c.month == str(which))).scalar()
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(head)
    for code, (name, amount, why) in sorted(found.items()):
        basis = "；".join([str(number), "、".join(why)]) if why else str(number)
        write([safe(code), safe(name), str(which), ITEM, f"{amount:.2f}", basis])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
