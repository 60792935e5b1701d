"""The log proves itself: whatever is altered, removed or inserted is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import roots
from engine.history import Fault
from tests.engine.world import World


@pytest.fixture
def case(world: World) -> int:
    made = world.apply()
    world.do(made, "Task_approve", "马国栋", "ok")
    world.do(made, "Task_keep", "李志强")
    return made


def tamper(world: World, sql: str, *values: object) -> None:
    with world.transactions.write() as tx:
        tx.run(sql, values)


def test_an_untouched_log_is_found_whole(world: World, case: int) -> None:
    assert world.case(case)["event_count"] == len(world.events(case))
    assert world.engine.verify() == []


def test_an_altered_event_is_named(world: World, case: int) -> None:
    tamper(world, "UPDATE event SET occurred_at = ? WHERE instance_id = ? AND seq = 4", "2026-09-16T00:00", case)

    (fault,) = world.engine.verify()

    assert (fault.number, fault.seq) == (world.case(case)["number"], 4)
    assert "第 4 条" in fault.what


def test_a_removed_event_is_named_also_the_last_one(world: World, case: int) -> None:
    last = len(world.events(case))
    tamper(world, "DELETE FROM event WHERE instance_id = ? AND seq = 3", case)
    middle = world.engine.verify()[0]
    tamper(world, "UPDATE event SET seq = 3 WHERE instance_id = ? AND seq = -1", case)
    tamper(world, "DELETE FROM event WHERE instance_id = ?", case)
    every = world.engine.verify()[0]

    assert (middle.seq, "第 3 条事件被删除" in middle.what) == (3, True)
    assert every.seq == 1
    assert last > 3


def test_a_cut_tail_is_noticed(world: World, case: int) -> None:
    last = len(world.events(case))
    tamper(world, "DELETE FROM event WHERE instance_id = ? AND seq = ?", case, last)

    (fault,) = world.engine.verify()

    assert fault.seq == last


def test_an_inserted_event_is_named(world: World, case: int) -> None:
    last = len(world.events(case))
    tamper(
        world,
        "INSERT INTO event SELECT instance_id, seq + 1, kind, occurred_at, recorded_at, actor_id, node, subject, data,"
        " hash FROM event WHERE instance_id = ? AND seq = ?",
        case,
        last,
    )

    (fault,) = world.engine.verify()

    assert fault.seq == last + 1
    assert "插入" in fault.what


def test_rewriting_a_whole_chain_is_caught_by_the_signed_root(world: World, case: int, tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    with world.transactions.write() as tx:
        roots.sign(tx, world.engine.seals, world.clock.now(), exports)
    rewrite(world, case)

    chain_alone = world.engine.verify()
    with world.transactions.read() as tx:
        faults = list(roots.verify(tx, world.engine.seals, exports))

    assert chain_alone == [], "a rewritten chain agrees with itself"
    assert [fault.number for fault in faults] == [world.case(case)["number"]]


def test_a_root_is_signed_once_a_day_and_covers_the_one_before(world: World, case: int, tmp_path: Path) -> None:
    def sign() -> str | None:
        with world.transactions.write() as tx:
            return roots.sign(tx, world.engine.seals, world.clock.now(), tmp_path)

    first, again = sign(), sign()
    world.clock.advance(days=1)
    second = sign()

    assert (first, again, second) == ("2026-09-16", None, "2026-09-17")
    days = [json.loads((tmp_path / f"root-{day}.json").read_text()) for day in (first, second)]
    assert days[1]["payload"]["previous"] == days[0]["payload"]["root"]


def test_an_edited_root_file_does_not_verify(world: World, case: int, tmp_path: Path) -> None:
    with world.transactions.write() as tx:
        roots.sign(tx, world.engine.seals, world.clock.now(), tmp_path)
    file = tmp_path / "root-2026-09-16.json"
    file.write_text(file.read_text().replace('"cases":1', '"cases":2'))

    with world.transactions.read() as tx:
        faults = list(roots.verify(tx, world.engine.seals, tmp_path))

    assert "签名不符" in faults[0].what


def signed(world: World, folder: Path, days: int = 1) -> None:
    """The roots of so many days, one after the other."""
    for day in range(days):
        if day:
            world.clock.advance(days=1)
        with world.transactions.write() as tx:
            roots.sign(tx, world.engine.seals, world.clock.now(), folder)


def faults_of(world: World, folder: Path) -> list[Fault]:
    with world.transactions.read() as tx:
        return list(roots.verify(tx, world.engine.seals, folder))


def test_roots_that_nobody_touched_are_whole(world: World, case: int, tmp_path: Path) -> None:
    signed(world, tmp_path, days=3)

    assert faults_of(world, tmp_path) == []


@pytest.mark.parametrize("lost", ["root-2026-09-17.json", "root-2026-09-18.json"])
def test_a_root_file_that_is_gone_is_missed(world: World, case: int, tmp_path: Path, lost: str) -> None:
    """Who rewrites a chain takes away the files that would tell."""
    signed(world, tmp_path, days=3)
    (tmp_path / lost).unlink()

    (fault,) = faults_of(world, tmp_path)

    assert fault.number == lost
    assert "不见了" in fault.what


@pytest.mark.parametrize(
    "tampering",
    ["UPDATE daily_root SET root = 'forged' WHERE day = '2026-09-17'",
     "UPDATE daily_root SET cases = cases + 1 WHERE day = '2026-09-17'",
     "DELETE FROM daily_root WHERE day = '2026-09-17'"],
    ids=["changed", "counts changed", "removed"],
)  # fmt: skip
def test_a_root_in_the_database_cannot_be_changed_or_removed(
    world: World, case: int, tmp_path: Path, tampering: str
) -> None:
    signed(world, tmp_path, days=3)
    with world.transactions.write() as tx:
        tx.run(tampering)

    faults = faults_of(world, tmp_path)

    assert {fault.number for fault in faults} <= {"root-2026-09-17.json", "root-2026-09-18.json"}
    assert faults


def test_half_a_root_file_is_told_and_the_others_still_count(world: World, case: int, tmp_path: Path) -> None:
    signed(world, tmp_path, days=2)
    file = tmp_path / "root-2026-09-16.json"
    file.write_text(file.read_text()[:100])
    rewrite(world, case)

    faults = faults_of(world, tmp_path)

    assert "读不出来" in faults[0].what
    assert faults[-1].number == world.case(case)["number"]


def test_a_case_removed_before_any_root_is_missed(world: World, case: int, tmp_path: Path) -> None:
    number = world.case(case)["number"]
    with world.transactions.write() as tx:
        for table, key in (("event", "instance_id"), ("job", "instance_id"), ("timer", "instance_id"),
                           ("work_item", "instance_id"), ("deadline", "instance_id"), ("instance", "id")):  # fmt: skip
            tx.run(f"DELETE FROM {table} WHERE {key} = ?", (case,))

    (fault,) = faults_of(world, tmp_path)

    assert fault.number == number
    assert "删除" in fault.what


def rewrite(world: World, case: int) -> None:
    """What an intruder with the database would do: change an event and compute all hashes anew."""
    from engine.history import GENESIS, READ, link

    with world.transactions.write() as tx:
        tx.run("UPDATE event SET occurred_at = recorded_at, actor_id = 1 WHERE instance_id = ? AND seq = 2", (case,))
        head = GENESIS
        for row in tx.all(READ, (case,)):
            head = link(head, tuple(row[:9]))
            tx.run("UPDATE event SET hash = ? WHERE instance_id = ? AND seq = ?", (head, case, row[1]))
        tx.run("UPDATE instance SET event_head = ? WHERE id = ?", (head, case))
