"""A database in which every timer had a row of its own goes on with those that only the row can tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import migrate
from engine.store import UNTIMED
from engine.transactions import Transactions
from tests.engine.older import database_of, filling

DUE = "2026-09-16T06:30:00.000+00:00"

# Scope, whether its deadline is open and breached, how its timer stood, whether the timer keeps its row.
STORIES = (
    ("open", "open", False, "pending", False),
    ("stands", "paused", False, "paused", False),
    ("unseen", "paused", True, "paused", True),
    ("broken", "open", True, "failed", True),
    ("before", "open", True, "spent", False),
    ("over", "late", True, "fired", True),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A case of the release before, with a deadline for each story, one without timer, timers without deadline."""
    with database_of("0019", request, tmp_path) as url:
        _fill(url)
        yield url


def _fill(url: str) -> None:
    with filling(url) as put:
        for table in ("person", "department", "definition"):
            put(table, id=1)
        put("instance", id=1, definition_id=1)
        case = {"instance_id": 1, "due": DUE}
        for name, status, breached, timer, _ in STORIES:
            put("deadline", id=f"1.{name}", status=status, breached=breached, **case)
            put("timer", id=f"1.{name}-timer", deadline_id=f"1.{name}", status=timer, **case)
        put("deadline", id="1.plain", status="open", **case)
        put("timer", id="1.own", status="pending", **case)
        put("timer", id="1.never", status="pending", instance_id=1, due=UNTIMED)


def test_only_timers_that_their_deadline_cannot_tell_keep_a_row(old: str) -> None:
    migrate.upgrade(old)

    opened = Transactions(old)
    with opened.read() as tx:
        kept = {row[0] for row in tx.all("SELECT id FROM timer")}
        told = {row[0] for row in tx.all("SELECT id FROM deadline WHERE has_timer")}
    opened.close()
    assert kept == {"1.own", *(f"1.{name}-timer" for name, *_, keeps in STORIES if keeps)}
    assert told == {f"1.{name}" for name, *_ in STORIES}
