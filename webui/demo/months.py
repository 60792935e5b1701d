"""The stories of the assessment: each month from 核对 to 锁定, with appeals upheld, rejected, late and open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from engine.engine import Application
from handlers.penalties import course, ledger
from handlers.penalties.course import Course
from handlers.penalties.findings import Finding
from handlers.penalties.month import Assessed
from handlers.penalties.period import Month
from webui.demo.desk import Desk
from webui.demo.player import Story

AUGUST, SEPTEMBER, OCTOBER = Month(2026, 8), Month(2026, 9), Month(2026, 10)
ASSESSOR, LEADER, FINANCE = "fanglei", "gaoyuan", "chenli"
UPHELD = ("handed", "当天上午在税务局办事，待办转到手上时只余四十分钟，转办记录可查")
REJECTED = ("absent", "当天部门例会到 16 点，没有看到提醒")
LATE = ("facts", "补交客户更名的工商档案：查重时旧名称未列出，申报时确实查不到")


def closed(which: Month) -> Callable[[Desk], Story]:
    """A month from its first working day to the lock: one exempted, one appeal upheld, one rejected."""
    return lambda desk: _closed(desk, which)


def late_appeal(desk: Desk) -> Story:
    """An appeal against a locked month's finding, upheld: the next open month shows an adjustment."""
    found = _assessed(desk, AUGUST)
    one = next((each for each, _ in found.untrue), found.late[0] if found.late else None)
    if one is None:
        return
    case = _appeal(desk, one, *LATE)
    yield desk.later(hours=9)
    _rule(desk, case, "uphold", "uphold", "档案属实，查重未能列出旧名称")


def open_month(desk: Desk) -> Story:
    """October is public; one appeal has been rejected, one waits for the decision."""
    yield from _published(desk, OCTOBER)
    yield desk.later(hours=2)
    found = _charged(_assessed(desk, OCTOBER))
    if len(found) > 1:
        case = _appeal(desk, found[0], *REJECTED)
        yield desk.later(hours=1)
        _rule(desk, case, "reject", "reject", "提醒按时送达，副岗在岗")
    if found:
        _appeal(desk, found[-1], *UPHELD)


def _closed(desk: Desk, which: Month) -> Story:
    yield from _published(desk, which)
    yield desk.later(hours=3)
    finance = desk.department("FIN")
    found = sorted(_charged(_assessed(desk, which)), key=lambda one: one.department != finance)
    appeals = [_appeal(desk, one, *why) for one, why in zip(found[:2], (UPHELD, REJECTED), strict=False)]
    yield desk.later(hours=6)
    for case, ruling in zip(appeals, ("uphold", "reject"), strict=False):
        said = "转办记录属实" if ruling == "uphold" else "提醒按时送达，副岗在岗，维持"
        _rule(desk, case, ruling, ruling, said)
    known = _course(desk, which)
    assert known.appeal_until is not None
    yield known.appeal_until + timedelta(minutes=5)
    desk.services.engine.sweep()
    yield desk.later(hours=2)
    _do(desk, which, "Task_finance", FINANCE, "confirm")
    yield desk.later(hours=5)
    _do(desk, which, "Task_hr", LEADER, "confirm")
    yield desk.later(minutes=5)
    desk.services.engine.sweep()


def _published(desk: Desk, which: Month) -> Story:
    """The assessor checks the draft and exempts what was the system's fault; the leader approves."""
    desk.services.engine.sweep()
    known = _course(desk, which)
    assert known.case_id is not None
    desk.look(known.case_id, "Task_check", ASSESSOR)
    yield desk.later(minutes=90)
    with desk.services.transactions.read() as tx:
        rows = desk.services.engine.registry.rows["penalties.draft_lines"](tx, desk.clock.now(), known.case_id, 0)
    waived = next((row["finding"] for row in rows[2:] if row["finding"].startswith("CS-")), None)
    lines = [{**row, **_treated(row["finding"] == waived)} for row in rows]
    desk.do(known.case_id, "Task_check", ASSESSOR, "checked", lines=lines)
    yield desk.later(minutes=50)
    desk.do(known.case_id, "Task_approve", LEADER, "approve")
    desk.services.engine.sweep()


def _treated(waived: bool) -> dict[str, str]:
    reason = "当日 14:00 至 15:20 办公网中断，信息中心有故障记录" if waived else ""
    return {"treatment": "exempt" if waived else "charge", "reason": reason}


def _do(desk: Desk, which: Month, node: str, login: str, outcome: str) -> None:
    case = _course(desk, which).case_id
    assert case is not None
    desk.do(case, node, login, outcome)


def _charged(found: Assessed) -> list[Finding]:
    """What somebody may still appeal against."""
    return [one for one in found.late if found.status(one.name) == "proposed" and one.payer.person is not None]


def _appeal(desk: Desk, one: Finding, ground: str, text: str) -> int:
    """Whoever pays appeals."""
    person = one.payer.person
    assert person is not None
    with desk.services.transactions.read() as tx:
        department = desk.services.snapshot(tx).people.person(person).department_id
    form = {"appeal_ground": ground, "appeal_text": text, "outcome": "submit"}
    application = Application("penalty_appeal", person, department or 0, form, None, one.name)
    case = desk.services.engine.start(application).case_id
    desk.services.engine.settle(case)
    return case


def _rule(desk: Desk, case: int, finance: str, hr: str, reason: str) -> None:
    """Finance's deputy rules where its focal person is concerned himself; HR's part is the assessor's."""
    desk.do(case, "Task_finance", "xuming", finance, finance_reason=reason)
    desk.do(case, "Task_hr", ASSESSOR, hr, hr_reason=reason)


def _assessed(desk: Desk, which: Month) -> Assessed:
    with desk.services.transactions.read() as tx:
        return ledger.build(tx, which, desk.services.snapshot(tx), desk.clock.now())[0]


def _course(desk: Desk, which: Month) -> Course:
    with desk.services.transactions.read() as tx:
        found = course.of(tx, which)
    assert found is not None, f"demo: the assessment of {which} has not begun"
    return found


def begins(which: Month, day: int, hour: int = 9) -> datetime:
    """When the assessor sets about it, in the month after."""
    return which.end + timedelta(days=day - 1, hours=hour)
