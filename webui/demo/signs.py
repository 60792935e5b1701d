"""The stories that RP-20 tells: a signature nobody read, a step passed on and a clock stopped at the last moment."""

from __future__ import annotations

import random
from collections.abc import Generator
from datetime import datetime, timedelta

from webui.demo.company import APPLICANTS
from webui.demo.customers import ACCOUNTING, Firm
from webui.demo.desk import Desk
from webui.demo.player import Story

CHECKED = 230  # minutes of working time after which ten of four hours are left


def unread(desk: Desk, what: Firm, department: str, dice: random.Random) -> Story:
    """The leader signs two seconds after opening; finance signs as fast."""
    case = yield from _delivered(desk, what, department, dice, unread=True)
    yield desk.later(minutes=dice.randint(40, 90))
    desk.do(case, "Task_check", "lizhiqiang", "route", departments=[desk.department("FIN")], reason_code="views")
    yield from _finished(desk, what, case, dice, unread=True)


def handed_over(desk: Desk, what: Firm, department: str, dice: random.Random) -> Story:
    """李志强 has the check for four hours and passes it to 吴晓东 ten minutes before it is due."""
    case = yield from _delivered(desk, what, department, dice)
    item = desk.item(case, "Task_check")
    assert item is not None
    desk.look(case, "Task_check", "lizhiqiang")
    desk.services.engine.claim(item, desk.person("lizhiqiang"))
    yield desk.later(minutes=CHECKED)
    reason = "临时外出开会，请代为核对"
    desk.services.engine.transfer(item, desk.person("lizhiqiang"), desk.person("wuxiaodong"), reason)
    yield desk.clock.now() + timedelta(minutes=6)
    desk.do(case, "Task_check", "wuxiaodong", "route", departments=[desk.department("FIN")], reason_code="views")
    yield from _finished(desk, what, case, dice)


def stopped(desk: Desk, what: Firm, department: str, dice: random.Random) -> Story:
    """The clock of the check is stopped ten minutes before it runs out, and goes on the day after."""
    case = yield from _delivered(desk, what, department, dice)
    yield desk.later(minutes=CHECKED)
    desk.services.engine.suspend(case, desk.person("lizhiqiang"), "等待客户", "开户证明待客户补寄原件")
    yield desk.later(minutes=500)
    desk.services.engine.resume(case, desk.person("lizhiqiang"), "原件已到")
    desk.do(case, "Task_check", "lizhiqiang", "route", departments=[desk.department("FIN")], reason_code="views")
    yield from _finished(desk, what, case, dice)


def _delivered(
    desk: Desk, what: Firm, department: str, dice: random.Random, *, unread: bool = False
) -> Generator[datetime, None, int]:
    """Applied for and approved: it lies before the maintainer. Returns the case."""
    applicant, leader = APPLICANTS[department]
    case = desk.apply(applicant, department, what.form)
    yield desk.later(minutes=dice.randint(15, 60))
    desk.do(case, "Task_approve", leader, "approve", unread=unread)
    return case


def _finished(desk: Desk, what: Firm, case: int, dice: random.Random, *, unread: bool = False) -> Story:
    yield desk.later(minutes=dice.randint(20, 90))
    entries = {**ACCOUNTING, "invoice_title": what.name}
    desk.do(case, "Task_complete_view", "huangyaqin", "complete", department="FIN", **entries)
    yield desk.later(minutes=dice.randint(10, 60))
    desk.do(case, "Task_sign_view", "chenli", "approve", department="FIN", unread=unread)
    yield desk.later(minutes=dice.randint(20, 90))
    desk.do(case, "Task_release", "lizhiqiang", "post", entry_checked=True)
    yield desk.later(minutes=dice.randint(30, 200))
    with desk.services.transactions.read() as tx:
        [row] = tx.all("SELECT p.login FROM instance i JOIN person p ON p.id = i.applicant_id WHERE i.id = ?", (case,))
    if desk.item(case, "Task_confirm"):
        desk.do(case, "Task_confirm", str(row[0]), "confirm")
