"""The company's own days: a half-day off, a make-up day, a closure, on top of the public calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import RowMapping

from engine import store
from engine.calendar_tables import public_day
from engine.clock import local
from engine.company.administration import bump, one_of, record, refuse, short_text
from engine.errors import FieldProblem, NotFound, NotPossible
from engine.hours import HoursInvalid, check_hours, hours_text, parse_hours
from engine.transactions import Tx

DAY_KINDS = {"workday": "工作日", "rest": "休息", "holiday": "放假", "makeup": "调休上班"}
COMPANY = {
    "code": "company",
    "name": "公司日历",
    "tz": "Asia/Shanghai",
    "hours": ["08:30-12:00", "13:30-17:30"],
    "duty_hours": ["00:00-24:00"],
}

calendar, calendar_day = store.calendar, store.calendar_day


def ensure_company_calendar(tx: Tx) -> None:
    """Create the calendar every department uses unless it has its own: 08:30–12:00 and 13:30–17:30."""
    if tx.core(select(calendar.c.code).where(calendar.c.code == COMPANY["code"])).first() is None:
        bump(tx, "calendar")
        tx.core(insert(calendar).values(COMPANY))


def set_day(
    tx: Tx,
    now: datetime,
    actor_id: int,
    day: str,
    *,
    kind: str,
    name: str,
    reason: str,
    hours: Sequence[str] = (),
    calendar_code: str = "company",
) -> None:
    """Say what a day (local ISO date, today or later) is; `hours` only where they differ from the usual ones.

    Past days are refused: a change of the calendar must not erase an overtime that has happened (E-11). Where there are
    cases, `proposals.py` stands before this: another administrator must approve.
    """
    bump(tx, "calendar")
    name, reason = name.strip(), reason.strip()
    check_day(tx, now, day, kind=kind, name=name, reason=reason, hours=hours, calendar_code=calendar_code)
    home = _calendar(tx, calendar_code)
    own = hours_text(parse_hours(hours)) if hours else None
    before = _clear(tx, calendar_code, day)
    entry = {"calendar": calendar_code, "day": day, "kind": kind, "name": name, "hours": own}
    tx.core(insert(calendar_day).values(entry | {"provisional": False, "source": "company"}))
    data = {"before": _plain(before), "after": _plain(entry), "reason": reason}
    record(tx, now, actor_id, "calendar.day_set", f"{home['name']} {day}", data)


def check_day(
    tx: Tx,
    now: datetime,
    day: str,
    *,
    kind: str,
    name: str,
    reason: str,
    hours: Sequence[str] = (),
    calendar_code: str = "company",
) -> None:
    """Raise FormInvalid for what is wrong with a day as `set_day` would be told it."""
    home = _calendar(tx, calendar_code)
    name, reason = name.strip(), reason.strip()
    typed = {"day": day, "kind": kind, "name": name, "hours": list(hours), "reason": reason}
    refuse(
        [
            *_date_problems(day, now),
            *one_of("kind", "类别", kind, DAY_KINDS),
            *short_text("name", "名称", name, 80),
            *short_text("reason", "调整原因", reason, 200),
            *_hours_problems(kind, hours, home),
        ],
        typed,
    )


def check_clear(tx: Tx, now: datetime, day: str, *, reason: str, calendar_code: str = "company") -> None:
    """Raise what `clear_day` would raise."""
    problems = [*_date_problems(day, now), *short_text("reason", "调整原因", reason.strip(), 200)]
    refuse(problems, {"day": day, "reason": reason})
    if own_day(tx, day, calendar_code) is None:
        raise NotPossible(what=f"恢复 {day}", why="公司没有对这一天作过调整")


def clear_day(tx: Tx, now: datetime, actor_id: int, day: str, *, reason: str, calendar_code: str = "company") -> None:
    """Take the company's own entry of a day back; the public calendar holds again."""
    bump(tx, "calendar")
    home = _calendar(tx, calendar_code)
    check_clear(tx, now, day, reason=reason, calendar_code=calendar_code)
    before = _clear(tx, calendar_code, day)
    _restore_public(tx, calendar_code, day)
    data = {"before": _plain(before), "reason": reason.strip()}
    record(tx, now, actor_id, "calendar.day_cleared", f"{home['name']} {day}", data)


def own_day(tx: Tx, day: str, calendar_code: str = "company") -> dict[str, Any] | None:
    """What the company itself has said about a day (ISO date): kind, name, hours; None when it has not."""
    mine = (calendar_day.c.calendar == calendar_code) & (calendar_day.c.source == "company")
    return _plain(tx.core(select(calendar_day).where(mine, calendar_day.c.day == day)).mappings().first())


def _calendar(tx: Tx, code: str) -> RowMapping:
    found = tx.core(select(calendar).where(calendar.c.code == code)).mappings().first()
    if found is None:
        raise NotFound(what=f"工作日历“{code}”")
    return found


def _clear(tx: Tx, code: str, day: str) -> RowMapping | None:
    this = (calendar_day.c.calendar == code) & (calendar_day.c.day == day)
    before = tx.core(select(calendar_day).where(this)).mappings().first()
    tx.core(delete(calendar_day).where(this))
    return before


def _restore_public(tx: Tx, code: str, day: str) -> None:
    """Write down again what the public calendar says of the day that the company's entry had replaced."""
    if code == COMPANY["code"] and (known := public_day(tx, date.fromisoformat(day))):
        entry = {"calendar": code, "day": day, "kind": known.kind, "name": known.name}
        tx.core(insert(calendar_day).values(entry | {"provisional": known.provisional, "source": known.source}))


def _plain(entry: Any) -> dict[str, Any] | None:
    return None if entry is None else {name: entry[name] for name in ("kind", "name", "hours")}


def _date_problems(text: str, now: datetime) -> list[FieldProblem]:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:  # 20261009 is a date too, but not the key under which days are kept
        return [FieldProblem("day", "日期请写成 2026-10-09 这样的形式", "日期")]
    if day < local(now).date():
        why = "过去的日子不能再改：已发生的逾期不因改日历而消失；确属日历有误的，请走免责申请"
        return [FieldProblem("day", why, "日期")]
    return []


def _hours_problems(kind: str, hours: Sequence[str], home: RowMapping) -> list[FieldProblem]:
    if not hours:
        return []
    if kind in ("rest", "holiday"):
        return [FieldProblem("hours", "休息或放假的日子没有工作时间；半天班请把类别选为“工作日”", "工作时间")]
    try:
        check_hours(parse_hours(home["hours"]), parse_hours(hours))
    except HoursInvalid as error:
        return [FieldProblem("hours", error.message, "工作时间")]
    return []
