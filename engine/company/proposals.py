"""Changes of the calendar take two administrators: one proposes, another approves (E-10, E-11).

`content` says what would change: `days` (entries of the company), `clear` (days that fall back to the public calendar),
`year` (a published arrangement), `department` (the calendar it counts on from now on). Before the first case there is
nothing to protect, and a change is made at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from engine import calendar_tables, store
from engine.calendar_seed import Special
from engine.company.administration import record, refuse, short_text
from engine.company.days import DAY_KINDS, check_clear, check_day, clear_day, set_day
from engine.company.departments import check_calendar, switch_calendar
from engine.errors import FormInvalid, NotAllowed, NotFound, NotPossible
from engine.hours import hours_text, parse_hours
from engine.people import People
from engine.reasons import must_fit, must_give
from engine.transactions import Tx

table = store.calendar_proposal
Content = Mapping[str, Any]
TOLD = 3  # of many days, so many are named


@dataclass(frozen=True)
class Proposal:
    """A proposed change; `status` is open, approved, refused or withdrawn."""

    id: int
    content: Content
    reason: str
    proposed_by: int
    proposed_at: datetime
    status: str
    decided_by: int | None
    decided_at: datetime | None
    answer: str | None

    @property
    def title(self) -> str:
        return title(self.content)


def title(content: Content) -> str:
    """What a change is, in a line: `2026-11-16 改为工作日（台风停工，08:30-12:00）`."""
    told = [f"{one['day']} 改为{DAY_KINDS[one['kind']]}（{_said(one)}）" for one in content.get("days", ())]
    told += [f"{day} 恢复为公共日历" for day in content.get("clear", ())]
    if year := content.get("year"):
        told.append(f"{year['year']} 年放假安排公布")
    if one := content.get("department"):
        told.append(f"{one['name']}改用“{one['calendar_name']}”")
    return "，".join(told) if len(told) <= TOLD else f"{'，'.join(told[:TOLD])} 等 {len(told)} 天"


def _said(entry: Mapping[str, Any]) -> str:
    hours = hours_text(parse_hours(entry["hours"])) if entry.get("hours") else []
    return "，".join([entry["name"], *hours])


def propose(tx: Tx, now: datetime, actor_id: int, content: Content, reason: str) -> int | None:
    """Put a change before the other administrators; returns its number, None when it is in force at once.

    Raises FormInvalid for days that cannot be changed, NotPossible when there is no second administrator.
    """
    _check(tx, now, content, reason)
    if not governed(tx):
        put(tx, now, actor_id, content, reason)
        return None
    if not approvers(People.load(tx), actor_id, now):
        raise NotPossible(
            what="调整工作日历",
            why="日历会改动大家的时限，须由另一位系统管理员批准，而公司现在只有您一位；请先在“岗位任职”为另一人任命系统管理员",
        )
    values = {"content": dict(content), "reason": reason, "proposed_by": actor_id, "proposed_at": now, "status": "open"}
    number = int(tx.core(insert(table).values(values).returning(table.c.id)).scalar_one())
    record(tx, now, actor_id, "calendar.proposed", title(content), {"reason": reason})
    return number


def governed(tx: Tx) -> bool:
    """Whether there are cases whose limits a change could touch."""
    return tx.core(select(store.instance.c.id).limit(1)).first() is not None


def approvers(people: People, proposer: int, now: datetime) -> list[int]:
    """The administrators but the one who proposes."""
    posts = [post.id for post in people.posts() if post.kind == "admin"]
    acting = dict.fromkeys(one.person.id for post in posts for one in people.acting(post, now))
    return [person for person in acting if person != proposer]


def approve(tx: Tx, now: datetime, actor_id: int, number: int) -> Proposal:
    """Put a proposal in force; NotAllowed for its own proposer, NotPossible when it was decided or its day is past."""
    found = _open(tx, number)
    if actor_id not in approvers(People.load(tx), found.proposed_by, now):
        raise NotAllowed(what="批准这项日历调整", why="须由提请人之外的系统管理员批准")
    _decide(tx, now, actor_id, found, "approved", "")
    enact(tx, now, found)
    return found


def enact(tx: Tx, now: datetime, found: Proposal) -> None:
    """Write a proposal into the calendar; NotPossible when what it says cannot be said any more."""
    try:
        put(tx, now, found.proposed_by, found.content, found.reason)
    except FormInvalid as error:
        why = "；".join(dict.fromkeys(problem.message for problem in error.problems))
        raise NotPossible(what=f"批准“{found.title}”", why=why) from error


def decline(tx: Tx, now: datetime, actor_id: int, number: int, answer: str) -> None:
    """Refuse a proposal, or take one's own back; the calendar stays as it is."""
    found = _open(tx, number)
    must_fit(answer)
    if found.proposed_by == actor_id:
        _decide(tx, now, actor_id, found, "withdrawn", answer)
    elif actor_id not in approvers(People.load(tx), found.proposed_by, now):
        raise NotAllowed(what="退回这项日历调整", why="只有系统管理员可以")
    else:
        must_give(answer, "不同意时请写明理由，提请人会看到。")
        _decide(tx, now, actor_id, found, "refused", answer.strip())


def put(tx: Tx, now: datetime, actor_id: int, content: Content, reason: str) -> None:
    """Write a change into the calendar, on the audit list."""
    for one in content.get("days", ()):
        said = {"kind": one["kind"], "name": one["name"], "hours": one.get("hours") or ()}
        set_day(tx, now, actor_id, one["day"], reason=reason_of(one, reason), **said)
    for day in content.get("clear", ()):
        clear_day(tx, now, actor_id, day, reason=reason)
    if year := content.get("year"):
        special = {date.fromisoformat(day): Special(*said) for day, said in year["days"].items()}
        calendar_tables.publish_year(tx, year["year"], special)
        subject = calendar_tables.year_subject(year["year"])
        days = {day: list(said) for day, said in year["days"].items()}
        record(tx, now, actor_id, calendar_tables.YEAR_PUBLISHED, subject, {"days": days, "reason": reason})
    if one := content.get("department"):
        switch_calendar(tx, now, actor_id, one["id"], one["calendar"])


def reason_of(entry: Mapping[str, Any], reason: str) -> str:
    """The reason a day of an import gives for itself, else that of the whole."""
    return str(entry.get("reason") or reason)


def _check(tx: Tx, now: datetime, content: Content, reason: str) -> None:
    for one in content.get("days", ()):
        said = {"kind": one["kind"], "name": one["name"], "hours": one.get("hours") or ()}
        check_day(tx, now, one["day"], reason=reason_of(one, reason), **said)
    for day in content.get("clear", ()):
        check_clear(tx, now, day, reason=reason)
    if one := content.get("department"):
        check_calendar(tx, one["calendar"])
    if "year" in content and len(reason) > 200:
        refuse(list(short_text("reason", "依据", reason, 200)), {"reason": reason})


# --- reading ----------------------------------------------------------------------------------------------------


def proposal(tx: Tx, number: int) -> Proposal:
    found = tx.core(_columns().where(table.c.id == number)).first()
    if found is None:
        raise NotFound(what=f"日历调整（编号 {number}）")
    return _read(found)


def waiting(tx: Tx) -> list[Proposal]:
    """The proposals nobody has decided yet, oldest first."""
    return [_read(row) for row in tx.core(_columns().where(table.c.status == "open").order_by(table.c.id))]


def _read(row: Any) -> Proposal:
    return Proposal(*row)


def _columns() -> Any:
    return select(*(table.c[field.name] for field in fields(Proposal)))


def _open(tx: Tx, number: int) -> Proposal:
    found = proposal(tx, number)
    if found.status != "open":
        raise NotPossible(what="再次决定", why="这项日历调整已经批准、退回或撤回")
    return found


def _decide(tx: Tx, now: datetime, actor_id: int, found: Proposal, status: str, answer: str) -> None:
    values = {"status": status, "decided_by": actor_id, "decided_at": now, "answer": answer}
    mine = update(table).where(table.c.id == found.id, table.c.status == "open").values(**values)
    if tx.core(mine.returning(table.c.id)).first() is None:
        raise NotPossible(what="再次决定", why="别人刚刚决定了这项日历调整")
    record(tx, now, actor_id, f"calendar.{status}", found.title, {"reason": answer})
