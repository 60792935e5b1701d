"""表二: each person's findings by post and clause, what the month and the year come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from handlers.penalties.month import Assessed
from handlers.penalties.pricing import Line, role_name
from handlers.reporting import Cell, Link, Table, cells, columns, money_text

ZERO = Decimal(0)


def persons(assessed: Assessed, before: Mapping[int, Decimal]) -> Table:
    """Per person, post and clause: how often, at what price; what the year comes to with this month."""
    people = assessed.basis.people
    grouped: dict[tuple[int, str, str], list[Line]] = defaultdict(list)
    totals: dict[int, Decimal] = defaultdict(Decimal)
    for line in assessed.lines:
        if line.person is not None:
            grouped[line.person, line.role, line.clause].append(line)
            totals[line.person] += line.amount
    lines = []
    for person, role, clause in sorted(grouped, key=lambda key: (people.person(key[0]).login, key[1], key[2])):
        of_group = grouped[person, role, clause]
        whole, who = sum((one.amount for one in of_group), ZERO), people.person(person)
        prices = "、".join(dict.fromkeys(str(one.amount) for one in of_group))
        lines.append(cells(
            Cell(who.name, Link("findings", {"person": str(person)})), who.login,
            people.department(of_group[0].department).name if of_group[0].department else None,
            role_name(of_group[0], people), clause,
            len(of_group), prices, money_text(whole), money_text(before.get(person, ZERO) + totals[person]), None,
        ))  # fmt: skip
    titled = columns(
        "姓名", ("工号", "code"), "部门", "岗位", ("事由条款", "code"), ("次数", "count"), ("单价", "code"),
        ("金额", "money"), ("本年累计", "money"), "签收",
    )  # fmt: skip
    total = sum((line.amount for line in assessed.lines if line.person is not None), ZERO)
    end = cells("合计", None, None, None, None, None, None, money_text(total), None, None)
    return Table("表二 个人明细", titled, tuple(lines), end if lines else (), "本年累计含本月，未锁定的月份除外。",
                 "本月没有个人考核事项。")  # fmt: skip
