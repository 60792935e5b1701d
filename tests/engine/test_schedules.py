"""A timer start event starts a case each time its moment comes."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine import schedules
from engine.clock import LOCAL
from engine.definitions import build, publish, read_folder
from engine.errors import NotFound
from tests.engine.world import PROCESSES, World


@pytest.fixture
def yearly(world: World) -> World:
    definition = build("yearly", read_folder(PROCESSES / "yearly"))
    with world.transactions.write() as tx:
        publish(tx, world.clock.now(), None, definition, "test")
        schedules.register(tx, world.clock.now(), definition)
    return world


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=LOCAL)


def numbers(world: World) -> list[str]:
    with world.transactions.read() as tx:
        return [row[0] for row in tx.all("SELECT number FROM instance WHERE process = 'yearly' ORDER BY id")]


def test_nothing_starts_before_its_moment(yearly: World) -> None:
    yearly.clock.move_to(at(2026, 12, 1, 8, 29, 59))

    yearly.engine.sweep()

    assert numbers(yearly) == []


def test_the_moment_starts_one_case_however_often_it_is_swept(yearly: World) -> None:
    yearly.clock.move_to(at(2026, 12, 1, 8, 30))

    for _ in range(3):
        yearly.engine.sweep()

    assert numbers(yearly) == ["NP-2026-0001"]
    case = yearly.case(1)
    assert (case["applicant_id"], case["department_id"]) == (None, yearly.cast.department("FIN"))
    assert yearly.items(case["id"])[0]["post_id"] == yearly.cast.post("FIN", "focal")


def test_the_next_year_starts_the_next_case(yearly: World) -> None:
    yearly.clock.move_to(at(2026, 12, 1, 9))
    yearly.engine.sweep()
    yearly.clock.move_to(at(2027, 12, 1, 8, 30))

    yearly.engine.sweep()

    assert numbers(yearly) == ["NP-2026-0001", "NP-2027-0001"]


def test_missed_years_are_made_up_for_once(yearly: World) -> None:
    yearly.clock.move_to(at(2029, 3, 1, 9))

    yearly.engine.sweep()
    yearly.engine.sweep()

    assert len(numbers(yearly)) == 1


def test_a_version_without_the_timer_retires_the_schedule(yearly: World) -> None:
    documents = read_folder(PROCESSES / "yearly")
    plain = documents["process.bpmn"].replace("R/2026-12-01T08:30:00+08:00/P1Y", "R/2030-12-01T08:30:00+08:00/P1Y")
    definition = build("yearly", {**documents, "process.bpmn": plain})
    with yearly.transactions.write() as tx:
        publish(tx, yearly.clock.now(), None, definition, "later")
        schedules.register(tx, yearly.clock.now(), definition)
    yearly.clock.move_to(at(2027, 1, 1, 9))

    yearly.engine.sweep()

    assert numbers(yearly) == []


def test_nobody_can_apply_for_a_procedure_that_only_the_clock_starts(yearly: World) -> None:
    from engine.engine import Application

    application = Application("yearly", yearly.cast.person("黄雅琴"), yearly.cast.department("FIN"))

    with pytest.raises(NotFound, match="由人提出"):
        yearly.engine.start(application)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("R/2026-01-31T09:00:00+08:00/P1M", at(2026, 9, 30, 9)),
        ("R/2026-12-01T08:30:00+08:00/P1Y", at(2026, 12, 1, 8, 30)),
        ("R/2020-02-29T00:00:00+08:00/P1Y", at(2027, 2, 28)),
        ("R2/2026-09-01T00:00:00+08:00/P1D", None),
        ("R/PT1H", at(2026, 9, 16, 10)),
        ("2026-10-01T00:00:00+08:00", at(2026, 10, 1)),
        ("2026-09-01T00:00:00+08:00", None),
    ],
)
def test_the_next_moment_of_a_rule(rule: str, expected: datetime | None) -> None:
    now = at(2026, 9, 16, 9)

    assert schedules.following(rule, now, now) == expected
