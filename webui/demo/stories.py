"""The stories of the demonstration: on time, late, sent back, refused, not new, withdrawn, still open."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from engine.calendar import Calendar
from webui.demo.company import DemoCompany
from webui.demo.customers import ACCOUNTING, FIRMS, Firm, firm
from webui.demo.desk import Desk
from webui.demo.player import Story

TELLS = Callable[[Desk], Story]
# Who applies for a department, who approves there.
APPLICANTS = {"EAST": ("sunqian", "maguodong"), "SOUTH": ("hejunjie", "luowen"), "MKT": ("zhoumin", "linjianping")}
SALESPERSON = "郑凯"
MINUTE = timedelta(minutes=1)
PAST = 2 * len(FIRMS)  # cases that are over by today
SEED = 20260803  # the same demonstration on every machine


def programme(company: DemoCompany, first: datetime, today: datetime) -> list[tuple[datetime, TELLS]]:
    """Some four cases a week from the first day until today, of all kinds, in a fixed mixture; all in office hours."""
    dice = random.Random(SEED)
    calendar = Calendar()
    total = calendar.between(first, today)
    plan: list[tuple[datetime, TELLS]] = []
    for index in range(PAST):
        share = (index + dice.random()) / PAST
        plan.append((calendar.add(first, total * share + MINUTE), _story(index, dice)))
    return plan + _today(calendar, first, total)


def _story(index: int, dice: random.Random) -> TELLS:
    department = ("EAST", "SOUTH", "EAST", "MKT")[index % 4]
    kind = index % 12
    late = {3: "Task_check", 6: "finance", 9: "Task_release", 10: "Task_check"}.get(kind)
    what = firm(index, SALESPERSON) if index < len(FIRMS) else _another(index)
    if kind == 5:
        return lambda desk: sent_back(desk, what, department, dice)
    if kind == 8:
        return lambda desk: not_new(desk, what, department, dice)
    if kind == 11:
        return lambda desk: refused_then_withdrawn(desk, what, department, dice)
    return lambda desk: posted(desk, what, department, dice, late=late)


def _today(calendar: Calendar, first: datetime, total: timedelta) -> list[tuple[datetime, TELLS]]:
    """Cases that wait in the inboxes now, handed in so many working hours ago: overdue, due today, fresh."""
    waiting = (
        ("start", 11.0), ("approved", 8.2), ("approved", 4.4), ("routed", 5.2), ("routed", 2.1), ("approved", 1.3),
        ("routed", 9.0), ("returned", 3.0), ("start", 0.4), ("posted", 3.6), ("approved", 3.3),
    )  # fmt: skip
    plan: list[tuple[datetime, TELLS]] = []
    for number, (until, hours) in enumerate(waiting):
        department = ("EAST", "SOUTH", "MKT")[number % 3]
        what = _another(PAST + number)
        begin = calendar.add(first, total - timedelta(hours=hours))
        plan.append((begin, lambda desk, w=what, d=department, u=until: open_case(desk, w, d, u)))
    return plan


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


# --- the parts of a story -----------------------------------------------------------------------------------------


def _applied(desk: Desk, what: Firm, department: str) -> int:
    return desk.apply(APPLICANTS[department][0], department, what.form)


def _approve(desk: Desk, case: int, department: str) -> None:
    desk.do(case, "Task_approve", APPLICANTS[department][1], "approve")


def _phone(desk: Desk, case: int, department: str) -> None:
    call = {"called": "李志强", "called_number": "0512-62887701"}
    desk.do(case, "Task_phone_maintainer", APPLICANTS[department][0], "answered", **call)


def posted(desk: Desk, what: Firm, department: str, dice: random.Random, late: str | None = None) -> Story:
    """The way through: approved, phoned, checked, completed by finance, posted, confirmed."""
    case = _applied(desk, what, department)
    yield desk.later(minutes=dice.randint(15, 120))
    _approve(desk, case, department)
    yield desk.later(minutes=dice.randint(5, 25))
    if dice.random() < 0.85:
        _phone(desk, case, department)
    desk.look(case, "Task_check", "lizhiqiang")
    yield desk.later(minutes=310 if late == "Task_check" else dice.randint(30, 200))
    yield from _routed(desk, case, dice, late)
    yield desk.later(minutes=320 if late == "Task_release" else dice.randint(20, 150))
    desk.do(case, "Task_release", "lizhiqiang", "post", entry_checked=True)
    yield desk.later(minutes=dice.randint(30, 400))
    if desk.item(case, "Task_confirm"):
        desk.do(case, "Task_confirm", APPLICANTS[department][0], "confirm")


def _routed(desk: Desk, case: int, dice: random.Random, late: str | None) -> Story:
    finance = desk.department("FIN")
    desk.do(case, "Task_check", "lizhiqiang", "route", departments=[finance], reason_code="views")
    yield desk.later(minutes=dice.randint(5, 20))
    if dice.random() < 0.8:
        desk.do(
            case, "Task_phone_departments", "lizhiqiang", "answered", called="黄雅琴", called_number="0512-62887731"
        )  # fmt: skip
    yield desk.later(minutes=300 if late == "finance" else dice.randint(20, 120))
    title = {"invoice_title": _title(desk, case)}
    desk.do(case, "Task_complete_view", "huangyaqin", "complete", department="FIN", **ACCOUNTING, **title)
    yield desk.later(minutes=dice.randint(10, 80))
    desk.do(case, "Task_sign_view", "chenli", "approve", department="FIN")


def _title(desk: Desk, case: int) -> str:
    with desk.services.transactions.read() as tx:
        row = tx.one("SELECT title FROM instance WHERE id = ?", (case,))
    return str(row[0]) if row else ""


def sent_back(desk: Desk, what: Firm, department: str, dice: random.Random) -> Story:
    """Incomplete at first, resubmitted in a second round, then posted."""
    case = _applied(desk, what, department)
    yield desk.later(minutes=40)
    _approve(desk, case, department)
    yield desk.later(minutes=dice.randint(60, 235))
    desk.do(
        case, "Task_check", "lizhiqiang", "incomplete", missing_items=["bank"], reason_code="data",
        comment="开户支行与开户证明不一致，请核对后重报",
    )  # fmt: skip
    yield desk.later(minutes=dice.randint(60, 500))
    applicant = APPLICANTS[department][0]
    evidence = desk.search_again(applicant, what.form, case)
    banks = [{**what.form["banks"][0], "branch_name": "新区支行"}]
    desk.do(case, "Task_revise", applicant, "submit", search=evidence, banks=banks)
    yield desk.later(minutes=50)
    _approve(desk, case, department)
    yield desk.later(minutes=90)
    yield from _routed(desk, case, dice, None)
    yield desk.later(minutes=70)
    desk.do(case, "Task_release", "lizhiqiang", "post", entry_checked=True)


def not_new(desk: Desk, what: Firm, department: str, dice: random.Random) -> Story:
    """The maintainer finds that the customer is in the store under an earlier name."""
    case = _applied(desk, what, department)
    yield desk.later(minutes=30)
    _approve(desk, case, department)
    yield desk.later(minutes=dice.randint(60, 180))
    with desk.services.transactions.read() as tx:
        row = tx.one("SELECT customer_code FROM account ORDER BY id LIMIT 1")
    if row is not None:
        desk.do(
            case, "Task_check", "lizhiqiang", "not_new", existing_code=row[0], reason_code="exists",
            comment="该单位为已建档客户更名前的名称，请改提修改申请",
        )  # fmt: skip


def refused_then_withdrawn(desk: Desk, what: Firm, department: str, dice: random.Random) -> Story:
    """The leader does not agree, and the applicant gives up."""
    applicant, leader = APPLICANTS[department]
    case = _applied(desk, what, department)
    yield desk.later(minutes=dice.randint(30, 90))
    desk.do(case, "Task_approve", leader, "refuse", comment="合同尚未评审通过，先不建档")
    yield desk.later(hours=dice.randint(3, 10))
    desk.services.engine.withdraw(case, desk.person(applicant), "合同评审未通过")


def open_case(desk: Desk, what: Firm, department: str, until: str) -> Story:
    """A case of these days that has come as far as `until` and waits."""
    case = _applied(desk, what, department)
    if until == "start":
        return
    yield desk.clock.now() + timedelta(minutes=4)
    _approve(desk, case, department)
    if until == "approved":
        return
    yield desk.clock.now() + timedelta(minutes=9)
    _phone(desk, case, department)
    if until == "returned":
        desk.do(
            case, "Task_check", "lizhiqiang", "incomplete", missing_items=["attachments"], reason_code="evidence",
            comment="缺开票资料，请补盖章件",
        )  # fmt: skip
        return
    finance = desk.department("FIN")
    desk.do(case, "Task_check", "lizhiqiang", "route", departments=[finance], reason_code="views")
    if until == "routed":
        return
    yield desk.clock.now() + timedelta(minutes=25)
    desk.do(
        case, "Task_complete_view", "huangyaqin", "complete", department="FIN", **ACCOUNTING, invoice_title=what.name
    )  # fmt: skip
    yield desk.clock.now() + timedelta(minutes=15)
    desk.do(case, "Task_sign_view", "chenli", "approve", department="FIN")
