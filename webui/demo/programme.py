"""The programme of the demonstration: which story begins when, from the first day until today."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from engine.calendar import Calendar
from webui.demo import changes, files, groups, months, signs, stories, versions
from webui.demo.customers import FIRMS, SALESPERSON, Firm, firm
from webui.demo.desk import Desk
from webui.demo.player import Story

TELLS = Callable[[Desk], Story]
Programme = list[tuple[datetime, TELLS]]
MINUTE = timedelta(minutes=1)
PAST = 60  # applications for new customers that are over by today
SEED = 20260803  # the same demonstration on every machine

# Applications for new customers that wait now, handed in so many working hours ago: overdue, due today, fresh.
WAITING = (
    ("start", 11.0), ("approved", 8.2), ("approved", 4.4), ("routed", 5.2), ("routed", 2.1), ("approved", 1.3),
    ("routed", 9.0), ("returned", 3.0), ("start", 0.4), ("posted", 3.6), ("approved", 3.3),
)  # fmt: skip

# What became of customers by today: after which share of the time, and what.
CHANGES: tuple[tuple[float, TELLS], ...] = (
    (0.12, changes.change(0, "EAST", "客户搬迁新址", street_address="工业园区星湖街 328 号", postcode="215123")),
    (0.18, changes.change(1, "EAST", "客户换了开户行", finance=True, proof=True, **changes.new_account(1))),
    (0.24, changes.freeze(9, "产品质量争议未决，暂停往来", free_after=150)),
    (0.30, changes.change(3, "SOUTH", "客户更名，已换发营业执照", proof=True, change_kind="identity",
                          legal_name="宁波华泰智能塑业有限公司")),
    (0.36, changes.change(4, "MKT", "新增经销渠道的备件业务", finance=True, change_kind="extension",
                          **changes.SALES_AREA)),
    (0.42, changes.refused_freeze(6)),
    (0.47, changes.change(7, "EAST", "取消经销商，改为直接供货", change_kind="cooperation", cooperation_mode="direct")),
    (0.52, changes.lawsuit(10)),
    (0.58, changes.stale(12)),
    (0.63, changes.new_buyer(13, "EAST")),
    (0.68, changes.change(0, "EAST", "客户总机号码升位", phone="0512-67628800", postcode="215125")),
    (0.72, changes.freeze(14, "年度信用评审不合格", freeze_scope="company", freeze_company_codes=["1000"])),
    (0.77, changes.freeze(8, "客户已进入破产清算程序")),
    (0.80, changes.change(0, "EAST", "第二次更换开户行", finance=True, proof=True, **changes.new_account(0, 1))),
    (0.86, changes.change(0, "MKT", "改由经销商供货", change_kind="cooperation", cooperation_mode="indirect")),
)  # fmt: skip

# And what is under way today, begun so many working hours ago.
UNDER_WAY: tuple[tuple[float, TELLS], ...] = (
    (1.2, changes.change(1, "EAST", "客户变更经营地址", until="filed", street_address="新吴区锡兴路 8 号")),
    (3.0, changes.change(2, "EAST", "传真启用", until="approved", fax="0571-88291021")),
    (3.4, changes.change(3, "SOUTH", "客户换了开户行", until="routed", finance=True, proof=True,
                         **changes.new_account(3))),
    (5.6, changes.change(5, "SOUTH", "客户换了开户行", until="called back", finance=True, proof=True,
                         **changes.new_account(5))),
    (1.6, changes.lawsuit(16, until="approved")),
    (2.0, changes.change(10, "EAST", "双方已和解，恢复往来", until="filed", change_kind="unfreeze", proof=True)),
)  # fmt: skip

GROUPS = ((0.2, groups.internal), (0.33, groups.ship_to), (0.44, groups.person), (0.55, groups.foreign))
# What 异常办理迹象 (RP-20) lists in October and November.
SIGNS = ((0.62, signs.unread), (0.66, signs.handed_over), (0.71, signs.stopped), (0.93, signs.unread))
FIGURES = (0.55, 0.82)  # imports of what the ledger says; the newest is what the annual freeze goes by


# The assessment of each month: August and September are locked, October is public; a late appeal adjusts September.
MONTHS: tuple[tuple[datetime, TELLS], ...] = (
    (months.begins(months.AUGUST, 2), months.closed(months.AUGUST)),
    (months.begins(months.AUGUST, 22), months.late_appeal),
    (months.begins(months.SEPTEMBER, 9), months.closed(months.SEPTEMBER)),
)
OPEN_MONTH = 11.0  # working hours ago: October's draft was checked
PUT_BACK = 1.4  # working hours ago: the newest version of 客户主数据修改


def programme(first: datetime, today: datetime) -> Programme:
    """All stories, in office hours; a procedure that gets stories of its own adds a list here."""
    calendar, dice = Calendar(), random.Random(SEED)
    total = calendar.between(first, today)

    def at(share: float) -> datetime:
        return calendar.add(first, total * share + MINUTE)

    def ago(hours: float) -> datetime:
        return calendar.add(first, total - timedelta(hours=hours))

    plan: Programme = [(first, files.opening_load), (first, versions.adapted)]
    plan += [(at(0.02 + 0.98 * (index + dice.random()) / PAST), _new(index, dice)) for index in range(PAST)]
    plan += [(at(share), _group(build(), dice)) for share, build in GROUPS]
    plan += [(at(share), tells) for share, tells in CHANGES]
    plan += [(at(share), _sign(place, tells, dice)) for place, (share, tells) in enumerate(SIGNS)]
    plan += [(at(share), files.figures) for share in FIGURES]
    plan += [(ago(hours), _waiting(place, until)) for place, (until, hours) in enumerate(WAITING)]
    plan += [(ago(hours), tells) for hours, tells in UNDER_WAY]
    plan += [*MONTHS, (ago(OPEN_MONTH), months.open_month), (ago(PUT_BACK), versions.put_back)]
    return plan


def _new(index: int, dice: random.Random) -> TELLS:
    department = ("EAST", "SOUTH", "EAST", "MKT")[index % 4]
    kind = index % 12
    late = {3: "Task_check", 6: "finance", 9: "Task_release", 10: "Task_check"}.get(kind)
    what = firm(index, SALESPERSON) if index < len(FIRMS) else _another(index)
    if kind == 5:
        return lambda desk: stories.sent_back(desk, what, department, dice)
    if kind == 8:
        return lambda desk: stories.not_new(desk, what, department, dice)
    if kind == 11:
        return lambda desk: stories.refused_then_withdrawn(desk, what, department, dice)
    return lambda desk: stories.posted(desk, what, department, dice, late=late, disputed=kind == 2)


def _group(what: Firm, dice: random.Random) -> TELLS:
    return lambda desk: stories.posted(desk, what, "EAST", dice)


def _sign(place: int, tells: Callable[..., Story], dice: random.Random) -> TELLS:
    department, what = ("EAST", "SOUTH")[place % 2], _another(3 * len(FIRMS) + len(WAITING) + place)
    return lambda desk: tells(desk, what, department, dice)


def _waiting(place: int, until: str) -> TELLS:
    department, what = ("EAST", "SOUTH", "MKT")[place % 3], _another(2 * len(FIRMS) + place)
    return lambda desk: stories.open_case(desk, what, department, until)


def _another(index: int) -> Firm:
    """A firm of another name, so that no case of today looks like one of the past."""
    base = firm(index, SALESPERSON)
    brands = ("嘉禾", "瑞丰", "博远", "凌云", "鼎盛", "泰和", "海棠", "金穗", "卓越", "安捷")
    trades = ("机电设备", "精密仪器", "化工材料", "包装制品", "电气", "物流", "软件", "医疗器械", "建筑工程", "食品")
    city = base.form["city"].removesuffix("市")
    name = f"{city}{brands[index % 10]}{trades[index % 10]}有限公司"
    form = {**base.form, "legal_name": name, "short_name": brands[index % 10]}
    form["banks"] = [{**form["banks"][0], "account_name": name}]
    form["apply_reason"] = f"已与{name}签订年度供货合同，需进入 ERP 开单发货。"
    return Firm(name, base.tax_id, form)
