"""What becomes of customers in the demonstration: changed, frozen, set free; some of it is under way today.

Customers are those of the opening load (`files.py`), named by their place in it, so that no two stories meet by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from handlers.notices.queries import mark_read
from webui.demo.company import APPLICANTS
from webui.demo.customers import FINANCE_NOTE, firm
from webui.demo.desk import Desk, licence_of
from webui.demo.files import FIRST_CODE, inherited
from webui.demo.player import Story

ORDINARY = {"change_kind": "ordinary", "urgent_reason": "normal"}
SALES_AREA = {"sales_organisation": "1000", "distribution_channel": "20", "division": "02"}


def code(place: int) -> str:
    return str(FIRST_CODE + place)


def change(
    place: int, department: str, reason: str, *, until: str = "posted", finance: bool = False, proof: bool = False,
    **values: Any,
) -> Callable[[Desk], Story]:  # fmt: skip
    """An application to change a customer, as far as `until`: filed, approved, routed, called back, posted."""

    def story(desk: Desk) -> Story:
        applicant, leader = APPLICANTS[department]
        evidence = {"evidence": [licence_of(desk.services, desk.person(applicant), desk.clock.now())]} if proof else {}
        asked = {**ORDINARY, "change_reason": reason, **values, **evidence}
        case = desk.file("customer_modify", applicant, department, code(place), asked)
        if until == "filed":
            return
        yield desk.later(minutes=35)
        desk.do(case, "Task_approve", leader, "approve")
        if until == "approved":
            return
        yield desk.later(minutes=10)
        _phone(desk, case, applicant)
        yield desk.later(minutes=70)
        if finance:
            yield from _finance(desk, case, until)
            if until in ("routed", "called back"):
                return
        else:
            desk.do(case, "Task_check", "lizhiqiang", "complete", reason_code="ok")
        yield desk.later(minutes=40)
        if desk.item(case, "Task_callback"):
            called = {
                "callback_number": "0512-62889000",
                "callback_person": "财务 王敏",
                "callback_note": "开户行已变更，属实",
            }
            desk.do(case, "Task_callback", "lizhiqiang", "verified", **called)
            yield desk.later(minutes=15)
        desk.do(case, "Task_release", "lizhiqiang", "post", entry_checked=True)
        yield desk.later(minutes=90)
        _confirm(desk, case, applicant)

    return story


def _phone(desk: Desk, case: int, login: str) -> None:
    desk.do(case, "Task_phone_maintainer", login, "answered", called="李志强", called_number="0512-62887701")


def _confirm(desk: Desk, case: int, login: str) -> None:
    """The applicant agrees with the result, unless time has done so already."""
    if desk.item(case, "Task_confirm"):
        desk.do(case, "Task_confirm", login, "confirm")


def _finance(desk: Desk, case: int, until: str, **entries: Any) -> Story:
    """Routed to finance, completed and signed there."""
    departments = [desk.department("FIN")]
    desk.do(case, "Task_check", "lizhiqiang", "route", departments=departments, reason_code="views")
    if until == "routed":
        return
    call = {"called": "黄雅琴", "called_number": "0512-62887731"}
    desk.do(case, "Task_phone_departments", "lizhiqiang", "answered", **call)
    yield desk.later(minutes=50)
    desk.do(case, "Task_complete_view", "huangyaqin", "complete", department="FIN", **entries)
    yield desk.later(minutes=30)
    desk.do(case, "Task_sign_view", "chenli", "approve", department="FIN")


# --- kinds of change --------------------------------------------------------------------------------------------------


def new_account(place: int, number: int = 0) -> dict[str, Any]:
    """The customer's bank account after it has changed banks, for the `number`-th time."""
    body, holder = firm(700 + place + 20 * number, "").form["banks"][0], inherited(place)["legal_name"]
    bank, branch = (("中国建设银行", "高新区支行"), ("招商银行", "园区支行"))[number]
    return {
        "change_kind": "bank",
        "banks": [{**body, "bank_name": bank, "branch_name": branch, "account_name": holder}],
    }


def urgent(desk: Desk, reason: str, facts: str, request: str, *departments: str) -> dict[str, Any]:
    """What an urgent application says besides, with the letter it must send (3.2)."""
    return {
        "urgent_reason": reason,
        "urgent_note": facts,
        "letter_facts": facts,
        "letter_request": request,
        "letter_to": [str(desk.department(one)) for one in departments],
    }


def new_buyer(place: int, department: str) -> Callable[[Desk], Story]:
    """The customer's buyer has left: urgent, with a letter, read by some."""

    def story(desk: Desk) -> Story:
        said = urgent(
            desk, "customer_personnel_change", "客户原采购经理已离职，原联系方式停用。",
            "请停止向原联系人发送报价和对账单。", "FIN", "MKT",
        )  # fmt: skip
        contact = {
            "name": "陆晓峰",
            "role": "purchasing",
            "position": "采购经理",
            "mobile": "13861700251",
            "is_primary": True,
        }
        running = change(place, department, "客户采购负责人变更", contacts=[contact], **said)(desk)
        yield from running
        _read(desk, "huangyaqin")

    return story


def stale(place: int) -> Callable[[Desk], Story]:
    """Two departments change the telephone at the same time; the later one is brought back and checked again."""

    def story(desk: Desk) -> Story:
        cases = []
        for department, phone in (("EAST", "027-67880001"), ("MKT", "027-67880002")):
            applicant, leader = APPLICANTS[department]
            asked = {**ORDINARY, "change_reason": "客户来函更换总机", "phone": phone}
            cases.append(desk.file("customer_modify", applicant, department, code(place), asked))
            yield desk.later(minutes=15)
            desk.do(cases[-1], "Task_approve", leader, "approve")
            _phone(desk, cases[-1], applicant)
        for case in (*cases, cases[1]):
            yield desk.later(minutes=30)
            desk.do(case, "Task_check", "lizhiqiang", "complete", reason_code="ok")
            yield desk.later(minutes=20)
            desk.do(case, "Task_release", "lizhiqiang", "post", entry_checked=True)
        yield desk.later(minutes=60)
        for case, department in zip(cases, ("EAST", "MKT"), strict=True):
            _confirm(desk, case, APPLICANTS[department][0])

    return story


# --- freezing ---------------------------------------------------------------------------------------------------------


def lawsuit(place: int, *, until: str = "posted") -> Callable[[Desk], Story]:
    """A lawsuit: finance freezes at once, with a letter; a modification on its way is overtaken and given up."""

    def story(desk: Desk) -> Story:
        applicant, leader = APPLICANTS["EAST"]
        asked = {**ORDINARY, "change_reason": "客户搬迁新址", "street_address": "高新区科技路 168 号"}
        modify = desk.file("customer_modify", applicant, "EAST", code(place), asked)
        yield desk.later(minutes=20)
        desk.do(modify, "Task_approve", leader, "approve")
        yield desk.later(minutes=25)
        facts = "客户拖欠货款逾期九个月，我司已向苏州工业园区人民法院起诉，案件已受理。"
        said = urgent(desk, "legal_dispute", facts, "请即停止接单、发货和开票，核对在途货物和未清账款。", "EAST", "MKT")
        freeze = {
            "freeze_kind": "special",
            "freeze_reason": "法律纠纷：拖欠货款，已起诉",
            "freeze_scope": "central",
            **said,
        }
        case = desk.file("customer_freeze", "huangyaqin", "FIN", code(place), freeze)
        yield desk.later(minutes=12)
        desk.do(case, "Task_approve", "chenli", "approve")
        yield desk.later(minutes=8)
        _phone(desk, case, "huangyaqin")
        _read(desk, "sunqian")
        if until == "approved":
            return
        yield desk.later(minutes=45)
        desk.do(case, "Task_check", "lizhiqiang", "complete", reason_code="ok")
        yield desk.later(minutes=15)
        desk.do(case, "Task_release", "lizhiqiang", "post", entry_checked=True)
        _read(desk, "zhoumin")
        yield desk.later(hours=5)
        _confirm(desk, case, "huangyaqin")
        desk.services.engine.withdraw(modify, desk.person(applicant), "客户已冻结，不再修改")

    return story


def freeze(place: int, reason: str, *, free_after: float = 0, **values: Any) -> Callable[[Desk], Story]:
    """A special freeze of a unit, countersigned by finance; set free after so many working hours, if any."""

    def story(desk: Desk) -> Story:
        applicant, leader = APPLICANTS["SOUTH"]
        asked = {"freeze_kind": "special", "freeze_reason": reason, "urgent_reason": "normal", **values}
        case = desk.file("customer_freeze", applicant, "SOUTH", code(place), {"freeze_scope": "central", **asked})
        yield desk.later(minutes=30)
        desk.do(case, "Task_approve", leader, "approve")
        _phone(desk, case, applicant)
        yield desk.later(minutes=60)
        yield from _finance(desk, case, "posted", finance_note=FINANCE_NOTE)
        yield desk.later(minutes=40)
        desk.do(case, "Task_release", "lizhiqiang", "post", entry_checked=True)
        yield desk.later(minutes=60)
        _confirm(desk, case, applicant)
        if free_after:
            yield desk.later(hours=free_after)
            reason_free = "欠款已清，双方已签和解协议，恢复往来"
            yield from change(place, "SOUTH", reason_free, change_kind="unfreeze", proof=True)(desk)

    return story


def refused_freeze(place: int) -> Callable[[Desk], Story]:
    """A unit wants a customer frozen because it buys little; finance does not agree while items are open (2.1.3)."""

    def story(desk: Desk) -> Story:
        applicant, leader = APPLICANTS["SOUTH"]
        asked = {"freeze_kind": "special", "freeze_reason": "今年往来很少，建议冻结", "freeze_scope": "central",
                 "urgent_reason": "normal"}  # fmt: skip
        case = desk.file("customer_freeze", applicant, "SOUTH", code(place), asked)
        yield desk.later(minutes=30)
        desk.do(case, "Task_approve", leader, "approve")
        _phone(desk, case, applicant)
        yield desk.later(minutes=60)
        departments = [desk.department("FIN")]
        desk.do(case, "Task_check", "lizhiqiang", "route", departments=departments, reason_code="views")
        yield desk.later(minutes=60)
        why = "客户还有未清余额和未清单据，往来没有结束，不符合例行冻结条件；请先清理"
        desk.do(case, "Task_complete_view", "huangyaqin", "bounce", department="FIN", comment=why)
        yield desk.later(minutes=30)
        desk.do(case, "Task_release", "lizhiqiang", "return", comment=why)
        yield desk.later(hours=4)
        desk.services.engine.withdraw(case, desk.person(applicant), "待往来清理后在年度冻结时再提")

    return story


def _read(desk: Desk, login: str) -> None:
    """Somebody reads what lies in the notices; letters count as received then."""
    desk.clock.move_to(desk.clock.now() + timedelta(minutes=3))
    with desk.services.transactions.write() as tx:
        mark_read(tx, desk.clock.now(), desk.person(login))
