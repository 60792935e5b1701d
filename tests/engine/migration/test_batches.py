"""Running cases move to another version of their procedure, one by one, and nothing they have is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from engine import drafts, migration
from engine.definitions import DIAGRAM, build, publish, read_folder
from engine.errors import FormInvalid, NotAllowed, NotPossible
from engine.store import loads
from engine.transactions import Tx
from tests.engine.world import PROCESSES, World

CHECKED = (
    '<bpmn:userTask id="Task_legal" name="法务审核"/>'
    '<bpmn:sequenceFlow id="f3a" sourceRef="Task_legal" targetRef="Choice"/>'
)


def redrawn(world: World, **changes: str) -> int:
    """Publish the procedure with a legal step after the approval, and with texts replaced; returns the version."""
    documents = read_folder(PROCESSES / "review")
    text = documents[DIAGRAM].replace(
        'sourceRef="Task_approve" targetRef="Choice"', 'sourceRef="Task_approve" targetRef="Task_legal"'
    )
    text = text.replace('<bpmn:exclusiveGateway id="Choice"', CHECKED + '<bpmn:exclusiveGateway id="Choice"')
    text = text.replace(
        "<bpmn:flowNodeRef>Choice<", "<bpmn:flowNodeRef>Task_legal</bpmn:flowNodeRef><bpmn:flowNodeRef>Choice<"
    )
    for old, new in changes.items():
        text = text.replace(old, new)
    with world.transactions.write() as tx:
        return publish(tx, world.clock.now(), None, build("review", documents | {DIAGRAM: text}), "加法务")


def move(
    world: World, target: int, *chosen: int, mapping: migration.Counterparts | None = None, who: str = "郭建国"
) -> int:
    batch = migration.begin(world.engine, world.cast.person(who), "review", target, chosen, mapping or {}, "批文")
    migration.carry_on(world.engine, batch)
    return batch


def outcomes(world: World, batch: int) -> dict[int, str]:
    with world.transactions.read() as tx:
        return {one.case_id: one.status for one in migration.results(tx, batch)}


def test_a_case_stays_until_it_is_moved_and_then_follows_the_new_diagram(world: World) -> None:
    case = world.apply()
    target = redrawn(world)
    assert world.case(case)["definition_id"] != target

    batch = move(world, target, case)
    world.do(case, "Task_approve", "马国栋", "done")

    assert outcomes(world, batch) == {case: "moved"}
    assert "Task_legal" in world.open_nodes(case)
    (told,) = [loads(row["data"]) for row in world.rows("event", case, "seq") if row["kind"] == "case.migrated"]
    assert {"before": 1, "version": 2, "mapping": {}, "batch": batch, "reason": "批文"}.items() <= told.items()
    assert world.engine.verify() == []


def test_holder_draft_and_consumed_limit_survive(world: World) -> None:
    case = world.apply()
    item = world.item(case, "Task_approve")
    leader = world.cast.person("马国栋")
    world.engine.claim(item, leader)
    with world.transactions.write() as tx:
        drafts.save(tx, world.clock.now(), leader, item, {"comment": "半句"})
    world.clock.move_to(world.clock.now() + timedelta(hours=2))
    items, limits = world.items(case), world.deadlines(case)

    move(world, redrawn(world), case)

    assert world.items(case) == items
    assert world.deadlines(case) == limits
    with world.transactions.read() as tx:
        assert drafts.read(tx, leader, item)


def test_a_breach_and_a_pause_survive(world: World) -> None:
    case = world.apply()
    world.clock.move_to(world.clock.now() + timedelta(days=1))
    world.engine.sweep()
    world.engine.suspend(case, world.cast.person("李志强"), "其他", "等资料")
    limits = world.deadlines(case)

    move(world, redrawn(world), case)

    assert world.deadlines(case) == limits
    assert any(one["breached"] for one in limits)
    world.engine.resume(case, world.cast.person("李志强"), "齐了")
    world.do(case, "Task_approve", "马国栋")
    assert "Task_legal" in world.open_nodes(case)


def test_a_step_with_another_id_takes_its_rows_along(world: World) -> None:
    case = world.apply()
    item, limits = world.item(case, "Task_approve"), len(world.deadlines(case))
    target = redrawn(world, Task_approve="Task_agree")

    with world.transactions.read() as tx:
        (alone,) = migration.survey(world.engine, tx, "review", target, world.engine.definitions.get(tx, target), {})
    batch = move(world, target, case, mapping={"Task_approve": "Task_agree"})

    assert [one.node for one in alone.obstacles][:1] == ["Task_approve"]
    assert outcomes(world, batch) == {case: "moved"}
    assert world.item(case, "Task_agree") == item
    assert len(world.deadlines(case)) == limits
    world.do(case, "Task_agree", "马国栋")
    assert "Task_legal" in world.open_nodes(case)


def test_an_obstacle_leaves_the_case_as_it_was_and_is_kept_with_the_result(world: World) -> None:
    case = world.apply()
    before = world.case(case)

    batch = move(world, redrawn(world, Task_approve="Task_agree"), case)

    assert world.case(case) == before
    with world.transactions.read() as tx:
        (result,) = migration.results(tx, batch)
    assert (result.status, "没有这个节点" in result.told) == ("stayed", True)


def test_a_dry_run_writes_nothing(world: World) -> None:
    case = world.apply()
    target = redrawn(world)
    before = world.case(case)

    with world.transactions.read() as tx:
        (found,) = migration.survey(world.engine, tx, "review", target, world.engine.definitions.get(tx, target), {})

    assert found.moves
    assert "审批" in found.steps
    assert {one.clock for one in found.effects} >= {"T1"}
    assert world.case(case) == before


def surveyed(
    world: World, target: int, sources: list[int] | None = None, **mapping: str | None
) -> list[migration.Verdict]:
    with world.transactions.read() as tx:
        new = world.engine.definitions.get(tx, target)
        return migration.survey(world.engine, tx, "review", target, new, mapping, sources)


def test_a_dry_run_asks_the_database_as_often_for_many_cases_as_for_one(world: World) -> None:
    world.apply()
    target = redrawn(world)

    def asked() -> int:
        with world.transactions.read() as tx:
            migration.survey(world.engine, tx, "review", target, world.engine.definitions.get(tx, target), {})
            return tx.statements

    asked()  # what is kept in memory has been read
    world.apply()
    alone = asked()
    for _ in range(3):
        world.apply()

    assert asked() == alone


def test_a_dry_run_can_be_asked_about_the_cases_of_one_version(world: World) -> None:
    first = world.apply()
    second_version = redrawn(world)
    second = world.apply()
    third_version = redrawn(world, 法务审核="法务复核")

    assert [one.case_id for one in surveyed(world, third_version)] == [first, second]
    assert [one.case_id for one in surveyed(world, third_version, [second_version])] == [second]


def test_a_step_that_may_have_got_another_id_needs_a_persons_word(world: World) -> None:
    world.apply()
    target = redrawn(world, Task_approve="Task_agree")

    (found,) = surveyed(world, target)
    (mapped,) = surveyed(world, target, Task_approve="Task_agree")

    assert (found.result, set(found.open_to)) == (migration.DECIDE, {"Task_approve"})
    assert mapped.result == migration.MOVES


def test_a_case_that_went_on_since_the_dry_run_is_judged_anew_and_says_so(world: World) -> None:
    went_on, stood_still = world.apply(), world.apply()
    target = redrawn(world)
    seen = {one.case_id: one.revision for one in surveyed(world, target)}
    world.do(went_on, "Task_approve", "马国栋", "done")

    chief = world.cast.person("郭建国")
    batch = migration.begin(world.engine, chief, "review", target, seen, {}, "批文", seen)
    migration.carry_on(world.engine, batch)

    with world.transactions.read() as tx:
        told = {one.case_id: one.told for one in migration.results(tx, batch)}
    assert "预演之后这件又有变动" in told[went_on]
    assert "预演之后" not in told[stood_still]


def test_two_migrations_begun_at_once_move_a_case_only_once(world: World) -> None:
    case, chief = world.apply(), world.cast.person("郭建国")
    target = redrawn(world)
    first, second = (
        migration.begin(world.engine, chief, "review", target, [case], {}, reason) for reason in ("批文", "也是")
    )

    world.engine.sweep()

    assert (outcomes(world, first), outcomes(world, second)) == ({case: "moved"}, {case: "stayed"})
    assert world.events(case).count("case.migrated") == 1
    with world.transactions.read() as tx:
        (stayed,) = migration.results(tx, second)
    assert "已被另一次迁移移到第 2 版" in stayed.told


def test_a_case_that_fails_unforeseen_stays_and_does_not_stop_the_others(world: World) -> None:
    broken, sound = world.apply(), world.apply()
    before = world.case(sound)["definition_id"]
    with world.transactions.write() as tx:
        tx.run("UPDATE instance SET event_count = 0 WHERE id = ?", (broken,))  # its next event is refused

    batch = move(world, redrawn(world), broken, sound)

    assert outcomes(world, batch) == {broken: "stayed", sound: "moved"}
    assert world.case(broken)["definition_id"] == before
    with world.transactions.read() as tx:
        (stayed,) = migration.results(tx, batch, "stayed")
    assert "没有迁移成，这件原样未动" in stayed.told


def test_undoing_is_a_migration_back(world: World) -> None:
    case = world.apply()
    first = world.case(case)["definition_id"]
    move(world, redrawn(world), case)

    batch = move(world, first, case)

    assert outcomes(world, batch) == {case: "moved"}
    assert world.case(case)["definition_id"] == first
    assert world.events(case).count("case.migrated") == 2


def test_only_who_may_publish_moves_cases_and_says_why(world: World) -> None:
    case, target = world.apply(), redrawn(world)

    with pytest.raises(NotAllowed):
        move(world, target, case, who="孙倩")
    with pytest.raises(FormInvalid):
        migration.begin(world.engine, world.cast.person("郭建国"), "review", target, [case], {}, " ")
    with pytest.raises(NotPossible):
        move(world, target)


class Killed(BaseException):
    """What a process that is killed does not catch."""


def test_a_batch_killed_half_way_leaves_each_case_whole_and_is_made_up_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [world.apply() for _ in range(3)]
    target = redrawn(world)
    batch = migration.begin(world.engine, world.cast.person("郭建国"), "review", target, chosen, {}, "批文")
    migration.carry_on(world.engine, batch, most=1)
    write = world.transactions.write

    @contextmanager
    def dying() -> Iterator[Tx]:
        with write() as tx:
            yield tx
            raise Killed  # everything is written, nothing committed

    monkeypatch.setattr(world.transactions, "write", dying)
    with pytest.raises(Killed):
        migration.carry_on(world.engine, batch)
    monkeypatch.undo()

    assert [world.case(one)["definition_id"] == target for one in chosen] == [True, False, False]
    world.engine.sweep()
    assert set(outcomes(world, batch).values()) == {"moved"}
    assert [world.events(one).count("case.migrated") for one in chosen] == [1, 1, 1]
    assert world.engine.verify() == []
