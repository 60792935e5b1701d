"""Alarms: what the engine wants the system's administrators to look at, told in their inboxes."""

from __future__ import annotations

from datetime import datetime

from engine.operations import alarm
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
