"""What breaks: it is noted, stops nobody else, and never moves a case that stands still or is over."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import Any

import pytest

from engine.engine import Completion
from engine.errors import NotPossible
from engine.operations import Reminder
from tests.engine.world import World


def damage_state(world: World, case: int) -> bytes:
    """Somebody has written over the tokens of a case; returns what was there."""
    state = bytes(world.case(case)["state"])
    with world.transactions.write() as tx:
        tx.run("UPDATE instance SET state = ? WHERE id = ?", (b"\x01\x00{}", case))
    return state


def mend_state(world: World, case: int, state: bytes) -> None:
    with world.transactions.write() as tx:
        tx.run("UPDATE instance SET state = ? WHERE id = ?", (state, case))


def overdue(world: World, *cases: int) -> None:
    due = max(row["due"] for case in cases for row in world.deadlines(case))
    world.clock.move_to(due + timedelta(minutes=1))


def failed_job(world: World) -> tuple[int, int]:
    """A case whose 登记 has failed for good; returns case and incident."""
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "ok")
    world.broken = "test.keep"
    world.do(case, "Task_keep", "李志强")
    for _ in range(5):
        world.clock.advance(minutes=30)
        world.engine.sweep()
    world.broken = None
    return case, world.rows("incident", case)[0]["id"]


# --- one broken case ----------------------------------------------------------------------------------------------


def test_a_case_with_damaged_tokens_stops_no_other_timer(world: World) -> None:
    broken, sound = world.apply(), world.apply()
    state = damage_state(world, broken)
    overdue(world, broken, sound)

    for _ in range(3):
        world.engine.sweep()

    assert "timer.fired" in world.events(sound)
    assert [row["status"] for row in world.rows("incident", broken)] == ["open"]
    assert world.rows("timer", broken)[0]["attempts"] == 1, "a hopeless timer does not spin"
    mend_state(world, broken, state)
    world.engine.retry(world.rows("incident", broken)[0]["id"], world.cast.person("赵磊"))
    world.engine.sweep()
    assert world.events(broken).count("timer.fired") == 1


def test_a_definition_that_cannot_be_read_stops_no_other_case(world: World) -> None:
    """A release that reads diagrams more strictly, or a damaged row: fourteen sweeps later there is one incident."""
    broken, sound = world.apply(), world.apply()
    with world.transactions.write() as tx:
        tx.run(
            "INSERT INTO definition (process, version, name, fingerprint, documents, reason, published_at)"
            " SELECT process, 99, name, 'damaged', ?, reason, published_at FROM definition",
            (b"not compressed",),
        )
        tx.run("UPDATE instance SET definition_id = (SELECT max(id) FROM definition) WHERE id = ?", (broken,))
    overdue(world, broken, sound)

    for _ in range(3):
        world.engine.sweep()

    assert "timer.fired" in world.events(sound)
    assert "deadline.breached" in world.events(broken), "the breach needs no diagram"
    assert [row["kind"] for row in world.rows("incident", broken)] == ["timer"]


def test_a_locked_database_is_nobodys_fault(sqlite_database: str, tmp_path: Any, clock: Any) -> None:
    """The timer and the job stay as they were, for the next tick."""
    world = World(sqlite_database, tmp_path, clock, patience=0.05)
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "ok")
    world.broken = "test.keep"
    world.do(case, "Task_keep", "李志强")
    world.broken = None
    overdue(world, case)
    other = sqlite3.connect(sqlite_database.removeprefix("sqlite:///"), isolation_level=None)

    other.execute("BEGIN IMMEDIATE")
    world.engine.sweep()
    other.execute("ROLLBACK")
    other.close()
    untouched = world.rows("incident", case), world.rows("job", case)[0]["attempts"]
    world.engine.sweep()

    assert untouched == ([], 1)
    assert world.case(case)["status"] == "ended"
    world.close()


# --- cases that stand still or are over -----------------------------------------------------------------------------


def test_a_job_that_waits_for_a_second_attempt_is_not_performed_while_the_case_is_suspended(world: World) -> None:
    case = world.apply()
    keeper = world.cast.person("李志强")
    world.do(case, "Task_approve", "马国栋", "ok")
    world.broken = "test.keep"
    world.do(case, "Task_keep", "李志强")
    world.broken = None

    world.engine.suspend(case, keeper, "等待客户", "等客户补证照")
    world.clock.advance(hours=1)
    world.engine.sweep()
    quiet = list(world.calls)
    world.engine.resume(case, keeper)
    world.engine.sweep()

    assert quiet == []
    assert [name for name, _ in world.calls] == ["test.keep"]


def test_a_failed_job_of_a_suspended_case_waits_until_it_goes_on(world: World) -> None:
    case, incident = failed_job(world)
    keeper, admin = world.cast.person("李志强"), world.cast.person("赵磊")
    world.engine.suspend(case, keeper, "等待客户", "等客户补证照")

    with pytest.raises(NotPossible, match="挂起"):
        world.engine.retry(incident, admin)
    world.engine.sweep()
    quiet = [name for name, _ in world.calls if name == "test.keep"]
    world.engine.resume(case, keeper)
    world.engine.retry(incident, admin)
    world.engine.sweep()

    assert quiet == []
    assert world.case(case)["status"] == "ended"


@pytest.mark.parametrize("end", ["withdraw", "cancel"])
def test_an_incident_of_a_case_that_is_over_is_over_too(world: World, end: str) -> None:
    case, incident = failed_job(world)

    if end == "withdraw":
        world.engine.withdraw(case, world.cast.person("孙倩"), "客户不做了")
    else:
        world.engine.cancel(case, world.cast.person("赵磊"), "重复")
    with pytest.raises(NotPossible):
        world.engine.retry(incident, world.cast.person("赵磊"))
    world.engine.sweep()

    assert [row["status"] for row in world.rows("incident", case)] == ["resolved"]
    assert [name for name, _ in world.calls if name == "test.keep"] == []


def test_a_step_that_could_not_go_on_is_retried_by_whoever_owes_it(world: World) -> None:
    """马国栋 signs while the state is damaged; 赵磊 may only close the incident when the case can be read again."""
    told: list[Reminder] = []
    world.registry.reminders.append(lambda tx, now, people, reminder: told.append(reminder))
    case = world.apply()
    item = next(row["id"] for row in world.items(case) if row["node"] == "Task_approve")
    state = damage_state(world, case)
    with pytest.raises(NotPossible):
        world.engine.complete(item, world.cast.person("马国栋"), Completion("approve"))
    incident = world.rows("incident", case)[0]

    with pytest.raises(NotPossible) as still:
        world.engine.retry(incident["id"], world.cast.person("赵磊"))
    open_still = world.rows("incident", case)[0]["status"]
    mend_state(world, case, state)
    world.engine.retry(incident["id"], world.cast.person("赵磊"))

    assert (incident["kind"], open_still) == ("step", "open")
    assert "仍然走不下去" in still.value.message
    assert world.rows("incident", case)[0]["status"] == "resolved"
    assert [one.persons for one in told] == [(world.cast.person("马国栋"),)]
    world.engine.complete(item, world.cast.person("马国栋"), Completion("approve"))


def test_a_failed_timer_of_a_withdrawn_case_moves_nothing(world: World) -> None:
    case = world.apply()
    state = damage_state(world, case)
    overdue(world, case)
    world.engine.sweep()
    incident = world.rows("incident", case)[0]["id"]
    mend_state(world, case, state)

    world.engine.withdraw(case, world.cast.person("孙倩"), "客户不做了")
    with pytest.raises(NotPossible):
        world.engine.retry(incident, world.cast.person("赵磊"))
    world.engine.sweep()

    assert world.rows("timer", case)[0]["status"] == "cancelled"
    assert world.rows("job", case) == []
    assert "timer.fired" not in world.events(case)


def test_what_falls_due_while_the_case_is_suspended_is_no_breach_when_it_is_withdrawn(world: World) -> None:
    case = world.apply()
    world.engine.suspend(case, world.cast.person("李志强"), "等待客户", "等客户补证照")
    overdue(world, case)

    world.engine.withdraw(case, world.cast.person("孙倩"), "客户不做了")

    assert {row["status"] for row in world.deadlines(case)} == {"void"}
    assert "deadline.breached" not in world.events(case)


def test_what_was_overdue_before_the_suspension_stays_overdue(world: World) -> None:
    case = world.apply()
    overdue(world, case)
    world.engine.suspend(case, world.cast.person("李志强"), "等待客户", "等客户补证照")

    world.engine.withdraw(case, world.cast.person("孙倩"), "客户不做了")

    assert {(row["status"], row["breached"]) for row in world.deadlines(case)} == {("late", True)}
    assert world.events(case).count("deadline.breached") == 2


def test_a_breach_that_nobody_noticed_before_the_suspension_is_escalated_once_the_case_goes_on(world: World) -> None:
    case = world.apply()
    overdue(world, case)
    keeper = world.cast.person("李志强")

    world.engine.suspend(case, keeper, "等待客户", "等客户补证照")
    world.engine.sweep()
    standing_still = world.events(case)
    world.engine.resume(case, keeper)
    for _ in range(3):
        world.engine.sweep()

    assert standing_still.count("deadline.breached") == 2, "a suspension hides no delay"
    assert "timer.fired" not in standing_still
    assert world.events(case).count("deadline.breached") == 2
    assert world.events(case).count("timer.fired") == 1
    assert [name for name, _ in world.calls] == ["test.escalate"]
