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
from engine.calendar_seed import Special, days_of, is_rest, seed_year
from engine.hours import parse_hours
from engine.transactions import Tx

COMPANY = "company"
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
    plain = {day: WEEKEND if is_rest(day, "weekday") else WORKDAY for day in days_of(year)}
    _write(tx, plain | special, False, "published")
    tx.core(update(store.config).values(calendar=store.config.c.calendar + 1))


def provisional_years(tx: Tx) -> list[int]:
    """Years whose arrangement is only an estimate, for the administrators' warning."""
    rows = tx.core(select(day_table.c.day).where(day_table.c.provisional).distinct())
    return sorted({int(row[0][:4]) for row in rows})


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
