"""The stories of new customers: on time, late, sent back, refused, not new, withdrawn, still open.

What becomes of customers afterwards: `changes.py`; other account groups: `groups.py`; all in order: `programme.py`.
"""

from __future__ import annotations

import random
from datetime import timedelta

from handlers.customers.entry import proposals
from webui.demo.company import APPLICANTS
from webui.demo.customers import ACCOUNTING, Firm
from webui.demo.desk import Desk
from webui.demo.groups import ENTRIES, RELEASES
from webui.demo.player import Story

# --- the parts of a story -----------------------------------------------------------------------------------------


def _applied(desk: Desk, what: Firm, department: str) -> int:
    return desk.apply(APPLICANTS[department][0], department, what.form)


def _approve(desk: Desk, case: int, department: str) -> None:
    desk.do(case, "Task_approve", APPLICANTS[department][1], "approve")


def _phone(desk: Desk, case: int, department: str) -> None:
    call = {"called": "李志强", "called_number": "0512-62887701"}
    desk.do(case, "Task_phone_maintainer", APPLICANTS[department][0], "answered", **call)


def posted(
    desk: Desk, what: Firm, department: str, dice: random.Random, late: str | None = None, disputed: bool = False
) -> Story:
    """The way through: approved, phoned, checked, completed by finance, posted, confirmed or disputed."""
    case = _applied(desk, what, department)
    yield desk.later(minutes=dice.randint(15, 120))
    _approve(desk, case, department)
    yield desk.later(minutes=dice.randint(5, 25))
    if dice.random() < 0.85:
        _phone(desk, case, department)
    desk.look(case, "Task_check", "lizhiqiang")
    yield desk.later(minutes=310 if late == "Task_check" else dice.randint(30, 200))
    if what.form["account_group"] in ENTRIES:
        yield from _routed(desk, case, dice, late, what.form["account_group"])
    else:
        desk.do(case, "Task_check", "lizhiqiang", "complete", reason_code="ok")
    yield desk.later(minutes=320 if late == "Task_release" else dice.randint(20, 150))
    stated = RELEASES.get(what.form["account_group"], {})
    desk.do(case, "Task_release", "lizhiqiang", "post", entry_checked=True, **stated)
    yield desk.later(minutes=dice.randint(30, 400))
    if desk.item(case, "Task_confirm") and disputed:
        yield from _disputed(desk, case, what, APPLICANTS[department][0])
    elif desk.item(case, "Task_confirm"):
        desk.do(case, "Task_confirm", APPLICANTS[department][0], "confirm")


def _disputed(desk: Desk, case: int, what: Firm, applicant: str) -> Story:
    """The ERP shows another address than was applied for; the assessor finds it entered wrongly: one error, however
    many fields (4.3, AMB-19).
    """
    other = {"city": "无锡市" if what.form["city"] != "无锡市" else "常州市", "street_address": "新区一路 1 号"}
    shown = [{"field": f"general.{name}", "should_be": what.form[name], "found": other[name]} for name in other]
    said = "发货单上的地址与申请表不符"
    desk.do(case, "Task_confirm", applicant, "dispute", comment=said, disputed=shown)
    yield desk.later(hours=5)
    with desk.services.transactions.read() as tx:
        rows = [{"item": one.key, "verdict": "entry"} for one in proposals.of_case(tx, case)]
    said = "对照签字盖章的申请表，系录入错误"
    desk.do(case, "Task_review", "fanglei", "settle", comment=said, checks=rows, handling="none")


def _routed(desk: Desk, case: int, dice: random.Random, late: str | None, group: str = "C001") -> Story:
    finance = desk.department("FIN")
    desk.do(case, "Task_check", "lizhiqiang", "route", departments=[finance], reason_code="views")
    yield desk.later(minutes=dice.randint(5, 20))
    if dice.random() < 0.8:
        desk.do(
            case, "Task_phone_departments", "lizhiqiang", "answered", called="黄雅琴", called_number="0512-62887731"
        )  # fmt: skip
    yield desk.later(minutes=300 if late == "finance" else dice.randint(20, 120))
    title = {"invoice_title": _title(desk, case)}
    desk.do(case, "Task_complete_view", "huangyaqin", "complete", department="FIN", **ENTRIES[group], **title)
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
