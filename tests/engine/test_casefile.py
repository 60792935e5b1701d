"""What pages ask of the tables, on both databases: a whole case, lists of cases, departments' burdens, drafts."""

from __future__ import annotations

import pytest

from engine import casefile, drafts, worklists
from engine.casefile import CaseFile
from engine.errors import NotFound
from tests.engine.world import World


def read(world: World, case: int) -> CaseFile:
    with world.transactions.read() as tx:
        return casefile.read(tx, world.engine.definitions, case)


def test_a_file_holds_the_case_its_steps_deadlines_and_log(world: World) -> None:
    case = world.apply(subject="新客户")

    file = read(world, case)

    assert (file.case.form["subject"], file.case.running) == ("新客户", True)
    assert file.items
    assert all(item.live for item in file.items)
    assert file.events[0].kind == "case.started"
    assert {item.deadline_id for item in file.items if item.deadline_id} <= file.deadlines.keys()
    assert world.cast.department("U1") in file.departments


def test_an_explained_deadline_survives_a_pause(world: World) -> None:
    case = world.apply()
    before = next(iter(read(world, case).deadlines.values()))
    world.engine.suspend(case, world.cast.person("李志强"), "等待客户", "等材料")
    world.clock.advance(hours=1)
    world.engine.resume(case, world.cast.person("李志强"))

    after = read(world, case).deadlines[before.id]

    assert after.due > before.due
    assert after.computed() == before.computed()


def test_a_case_that_never_was_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        read(world, 4711)


def test_lists_count_what_is_open_and_what_is_over(world: World) -> None:
    kept, dropped = world.apply(), world.apply()
    person = world.cast.person("孙倩")
    world.engine.withdraw(dropped, person, "不办了")

    with world.transactions.read() as tx:
        counts = worklists.count_started(tx, person)
        running = worklists.started_by(tx, person, "open")
        waiting = worklists.waiting(tx, [kept, dropped])
        burdens = worklists.burdens(tx, world.clock.now(), world.clock.now())

    assert counts == {"": 2, "open": 1, "closed": 1}
    assert [one.id for one in running] == [kept]
    assert waiting[kept]
    assert not waiting[dropped]
    assert sum(burden.total for burden in burdens) == len(waiting[kept])


def test_the_last_draft_is_the_one_that_is_kept(world: World) -> None:
    person, now = world.cast.person("孙倩"), world.clock.now()

    with world.transactions.write() as tx:
        drafts.save(tx, now, person, "1.2", {"name": ["一"]})
        drafts.save(tx, now, person, "1.2", {"name": ["二"]})
        kept = drafts.read(tx, person, "1.2")
        drafts.drop(tx, person, "1.2")
        gone = drafts.read(tx, person, "1.2")

    assert kept is not None
    assert (kept.data, kept.saved_at) == ({"name": ["二"]}, now)
    assert gone is None
