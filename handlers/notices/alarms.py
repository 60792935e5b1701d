"""What the engine says in words of its own: alarms for the administrators, and notices to single persons."""

from __future__ import annotations

from datetime import datetime

from engine.operations import alarm, teller
from engine.people import People
from engine.transactions import Tx
from handlers.notices import outbox
from handlers.notices.outbox import Note


@alarm
def tell_administrators(tx: Tx, now: datetime, fact: str, subject: str, body: str) -> None:
    """Queue the alarm to everybody who acts on an administrator's post; the same fact once per person."""
    people = People.load(tx)
    posts = [post.id for post in people.posts() if post.kind == "admin"]
    persons = [acting.person.id for post in posts for acting in people.acting(post, now)]
    outbox.queue(tx, now, people, persons, Note("alarm", fact, subject, body))


@teller
def tell_persons(
    tx: Tx, now: datetime, people: People, persons: list[int], fact: str, subject: str, body: str, case_id: int
) -> None:
    """Queue what the engine says about a case to these persons; the same fact once per person."""
    outbox.queue(tx, now, people, persons, Note("extension", fact, subject, body, case_id))
