"""Calendars in tables: the company's hours and days, seeded with the published holidays of a year.

A year's special days are written down when it is first needed, so that a newer library or a changed arrangement
never alters what a past month was computed with. A year not published yet is written as provisional.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, insert, select, update

from engine import store
from engine.calendar import Calendar, Override
from engine.calendar_seed import DayKind, Special, days_of, is_rest, seed_year
from engine.hours import parse_hours
from engine.transactions import Tx

COMPANY, PUBLISHED = "company", "published"
YEAR_PUBLISHED = "calendar.year_published"
WORKDAY, WEEKEND = Special("workday", ""), Special("rest", "周末")
day_table, calendar_table = store.calendar_day, store.calendar


def load_calendars(tx: Tx) -> dict[str, Calendar]:
    """All calendars by code; the company's days hold for each, a calendar's own days win."""
    days: dict[str, dict[date, Override]] = {}
    for row in tx.core(select(day_table)).mappings():
        hours = parse_hours(row["hours"]) if row["hours"] else None
        override = Override(row["kind"], row["name"], hours, row["provisional"], row["source"])
        days.setdefault(row["calendar"], {})[date.fromisoformat(row["day"])] = override
    return {
        row["code"]: Calendar(
            hours=parse_hours(row["hours"]),
            overrides={**_without_hours(days.get(COMPANY, {}), row["code"]), **days.get(row["code"], {})},
            tz=row["tz"],
            duty_hours=parse_hours(row["duty_hours"]),
        )
        for row in tx.core(select(calendar_table)).mappings()
    }


def _without_hours(days: dict[date, Override], code: str) -> dict[date, Override]:
    """The company's holidays for another calendar: its office hours of a special day are not theirs."""
    if code == COMPANY:
        return days
    return {day: Override(o.kind, o.name, None, o.provisional, o.source) for day, o in days.items()}


def seed(tx: Tx, years: Iterable[int]) -> int:
    """Write down the special days of years that have none yet; returns how many days were added."""
    added = 0
    for year in years:
        if not _has(tx, year):
            known = seed_year(year)
            added += _write(tx, known.special, known.provisional, known.source)
    if added:
        tx.core(update(store.config).values(calendar=store.config.c.calendar + 1))
    return added


def publish_year(tx: Tx, year: int, special: dict[date, Special]) -> None:
    """Replace a year's estimate by its published arrangement; the company's own days stay.

    Every day is written down: what a library still estimates about the others must not show through.
    """
    span = day_table.c.day.between(f"{year}-01-01", f"{year}-12-31")
    tx.core(delete(day_table).where(day_table.c.calendar == COMPANY, span, day_table.c.source != "company"))
    plain = {day: _plain(day) for day in days_of(year)}
    _write(tx, plain | special, False, PUBLISHED)
    tx.core(update(store.config).values(calendar=store.config.c.calendar + 1))


def public_day(tx: Tx, day: date) -> Override | None:
    """What the public calendar says of a day apart from the company's own word; None for an ordinary day.

    A published year is read from the audit list: the company's word on a day has taken its place in the table.
    """
    arrangement = _arrangement(tx, day.year)
    if arrangement is None:
        year = seed_year(day.year)
        special = year.special.get(day)
        return Override(*special, None, year.provisional, year.source) if special else None
    kind, name = arrangement.get(day.isoformat()) or _plain(day)
    return Override(kind, name, None, False, PUBLISHED)


def _arrangement(tx: Tx, year: int) -> dict[str, tuple[DayKind, str]] | None:
    """The arrangement in force of a year that administrators have published: ISO date → kind and name."""
    log = store.admin_log.c
    entries = select(log.data).where(log.kind == YEAR_PUBLISHED, log.subject == year_subject(year))
    found = tx.core(entries.order_by(log.id.desc()).limit(1)).scalar()
    return None if found is None else found["days"]


def year_subject(year: int) -> str:
    """How the audit list names a year."""
    return f"{year} 年"


def _plain(day: date) -> Special:
    return WEEKEND if is_rest(day, "weekday") else WORKDAY


def _has(tx: Tx, year: int) -> bool:
    span = day_table.c.day.between(f"{year}-01-01", f"{year}-12-31")
    found = select(day_table.c.day).where(day_table.c.calendar == COMPANY, span, day_table.c.source != "company")
    return tx.core(found.limit(1)).first() is not None


def _write(tx: Tx, special: object, provisional: bool, source: str) -> int:
    kept = {row[0] for row in tx.core(select(day_table.c.day).where(day_table.c.calendar == COMPANY))}
    rows = [
        {
            "calendar": COMPANY, "day": day.isoformat(), "kind": what.kind, "name": what.name,
            "provisional": provisional, "source": source,
        }
        for day, what in dict(special).items()  # type: ignore[call-overload]
        if day.isoformat() not in kept
    ]  # fmt: skip
    if rows:
        tx.core(insert(day_table), rows)
    return len(rows)
