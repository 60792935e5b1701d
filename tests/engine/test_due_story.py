"""The story of a due moment stays readable and small, however often it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine import due_story, limits
from engine.calendar import Calendar
from engine.due_story import Told
from engine.limits import Limit
from engine.store import dumps, loads, stamp

COMPANY = Calendar()
RECEIVED = datetime(2026, 9, 16, 1, 0, tzinfo=UTC)


def received() -> Told:
    found = limits.due(RECEIVED, Limit.parse("4h"), "work", COMPANY)
    return Told(found.at, found.provisional, found.as_json())


def paused(told: Told, hours: int) -> Told:
    """Stood still from the start of its last stretch, with `hours` left, until an hour before it was due."""
    return due_story.resumed(told.steps, told.at - timedelta(hours=1), hours * 3600, "work", COMPANY)


def test_a_case_suspended_five_hundred_times_keeps_a_story_of_five_hundred_lines() -> None:
    told, sizes = received(), []

    for _ in range(500):
        told = paused(told, 3)
        sizes.append(len(told.steps))

    assert len(due_story.explanation(told.steps)) == 501
    assert sizes[-1] - sizes[-2] == sizes[1] - sizes[0]
    assert due_story.computed(told.steps).received == RECEIVED


def test_a_story_that_an_early_release_nested_reads_the_same() -> None:
    flat = due_story.extended(paused(received(), 3), "2h", "等证照", "work", COMPANY)
    story = loads(flat.steps)
    nested = story["computed"]
    for move in story["moves"]:
        nested = dumps({"before": nested, **move})

    assert due_story.explanation(nested) == due_story.explanation(flat.steps)
    assert due_story.allowed(nested, "work", COMPANY) == timedelta(hours=6)
    assert due_story.extensions(nested) == 1
    assert due_story.anew(nested, "work", COMPANY) == due_story.anew(flat.steps, "work", COMPANY)
    assert len(due_story.explanation(paused(Told(flat.at, False, nested), 1).steps)) == 4


moves = st.lists(st.integers(1, 4) | st.sampled_from(["30m", "2h", "1d"]), max_size=12)


@given(moves)
def test_whatever_moved_it_counting_anew_on_the_same_calendar_changes_nothing(moved: list[int | str]) -> None:
    told = received()
    for move in moved:
        told = paused(told, move) if isinstance(move, int) else due_story.extended(told, move, "", "work", COMPANY)

    again = due_story.anew(told.steps, "work", COMPANY)

    assert (again.at, again.steps) == (told.at, told.steps)
    assert loads(told.steps)["moves"][-1]["due"] == stamp(told.at) if moved else True
