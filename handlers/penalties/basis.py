"""What a month is judged by: people, calendars, policy versions. Pinned when the month is locked (design, rule 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from engine import policy_texts
from engine.calendar import Calendar, Override
from engine.calendar_tables import load_calendars
from engine.clock import local
from engine.hours import hours_text, parse_hours
from engine.people import Appointment, Department, People, Person, Post
from engine.policy import Policies, Policy
from engine.snapshots import Snapshot
from engine.store import dumps, loads, moment, stamp
from engine.transactions import Tx

POLICY = "SD-010"


@dataclass(frozen=True)
class Basis:
    """The company as a month knows it; `texts` are the policy versions as published, by version."""

    as_of: datetime
    people: People
    calendars: Mapping[str, Calendar]
    texts: Mapping[str, str]
    policies: Policies
    titles: Mapping[int, tuple[str, str]] = field(default_factory=dict)  # case → number, title; only when pinned
    rules_text: str = ""  # the rules its clauses are bound to, as published

    def calendar(self, code: str) -> Calendar:
        return self.calendars.get(code) or self.calendars["company"]

    def rules(self, day: date) -> Policy:
        """The version that prices what falls on a day."""
        return self.policies.at(day)


def live(tx: Tx, snapshot: Snapshot, as_of: datetime) -> Basis:
    """The company as it is now."""
    rows = tx.all("SELECT version, content FROM policy WHERE name = ? ORDER BY effective_from, id", (POLICY,))
    found = _basis(as_of, snapshot.people, snapshot.calendars, {row[0]: row[1] for row in rows})
    return replace(found, rules_text=policy_texts.rules_text(tx, POLICY))


def known(tx: Tx, people: People) -> Snapshot:
    """The company for handlers that are given its people, but no snapshot."""
    return Snapshot(people, load_calendars(tx), {})


def _basis(as_of: datetime, people: People, calendars: Mapping[str, Calendar], texts: Mapping[str, str]) -> Basis:
    versions = [Policies.parse(text).versions[0] for text in texts.values()]
    return Basis(as_of, people, calendars, texts, Policies(versions))


def pinned(basis: Basis, since: datetime, titles: Mapping[int, tuple[str, str]]) -> str:
    """The basis as canonical JSON, its calendars day by day from `since` to its end; `restored` reads it back."""
    people = basis.people
    posts = people.posts()
    return dumps({
        "as_of": stamp(basis.as_of),
        "departments": [_plain(one) for one in people.departments()],
        "persons": [{**_plain(one), "phone": None, "email": None} for one in people.persons()],
        "posts": [_plain(one) for one in posts],
        "appointments": [_plain(one) for post in posts for one in people.appointments(post.id)],
        "calendars": {code: _days(one, since, basis.as_of) for code, one in sorted(basis.calendars.items())},
        "policies": list(basis.texts.items()),  # in order: of two of one day the later published governs
        "rules": basis.rules_text,
        "titles": {str(case): list(told) for case, told in titles.items()},
    })  # fmt: skip


def restored(text: str) -> Basis:
    """The basis behind its pinned form."""
    kept = loads(text)
    people = People(
        [Department(**_read(one)) for one in kept["departments"]],
        [Person(**one) for one in kept["persons"]],
        [Post(**one) for one in kept["posts"]],
        [Appointment(**_read(one)) for one in kept["appointments"]],
    )
    calendars = {code: _calendar(one) for code, one in kept["calendars"].items()}
    titles = {int(case): (number, title) for case, (number, title) in kept["titles"].items()}
    return replace(_basis(moment(kept["as_of"]), people, calendars, dict(kept["policies"])), titles=titles,
                   rules_text=kept.get("rules", ""))  # fmt: skip


def _plain(record: Any) -> dict[str, Any]:
    return {name: stamp(value) if isinstance(value, datetime) else value for name, value in asdict(record).items()}


def _read(record: dict[str, Any]) -> dict[str, Any]:
    moments = ("valid_from", "valid_to")
    return {name: moment(value) if name in moments and value else value for name, value in record.items()}


def _days(calendar: Calendar, since: datetime, until: datetime) -> dict[str, Any]:
    """A calendar with every day of the span written down, so that no library has a say in it any more."""
    first, last = local(since).date() - timedelta(days=1), local(until).date() + timedelta(days=1)
    days = {}
    for number in range((last - first).days + 1):
        day = calendar.day(first + timedelta(days=number))
        days[day.date.isoformat()] = [day.kind, day.name, hours_text(day.hours)]
    return {
        "hours": hours_text(calendar.hours), "duty": hours_text(calendar.duty_hours), "tz": calendar.tz,
        "days": days, "version": calendar.version,
    }  # fmt: skip


def _calendar(kept: dict[str, Any]) -> Calendar:
    days = {
        date.fromisoformat(day): Override(kind, name, parse_hours(hours) if hours else ())
        for day, (kind, name, hours) in kept["days"].items()
    }
    return Calendar(parse_hours(kept["hours"]), days, kept["tz"], duty_hours=parse_hours(kept["duty"]),
                    version=kept["version"])  # fmt: skip
