"""Runs kept in memory: a case goes on in the same way whether it was kept, restored, or moved by another process."""

from __future__ import annotations

from pathlib import Path

from engine.clock import ManualClock
from engine.engine import Completion, Engine, Stepped
from engine.kept_runs import MOST, Kept, KeptRuns
from engine.seals import Seals
from engine.settings import Settings
from engine.spiff import Model
from tests.engine.test_finish import lived
from tests.engine.world import World
from tests.journeys.company import Company


class Forgetful(Company):
    """Every step is taken by a process that has just been started."""

    def do(self, *args: object, **values: object) -> Stepped:
        self.engine = self._new_engine()
        return super().do(*args, **values)  # type: ignore[arg-type]


def another_process(world: World) -> Engine:
    return Engine(world.transactions, world.clock, world.registry, Seals(world.folder / "keys"), Settings())


def test_a_create_leaves_the_same_rows_whether_its_runs_are_kept_or_restored(
    sqlite_template: Path, tmp_path: Path, clock: ManualClock
) -> None:
    kept, restored = (lived(kind, sqlite_template, tmp_path, clock) for kind in (Company, Forgetful))

    assert kept == restored


def test_a_case_that_another_process_has_moved_meanwhile_goes_on_from_there(world: World) -> None:
    here, there = world.engine, another_process(world)
    case = world.apply()

    world.engine = there
    world.do(case, "Task_approve", "马国栋", "again")
    world.engine = here
    world.do(case, "Task_fix", "孙倩")
    world.engine = there
    world.do(case, "Task_approve", "马国栋", "ok")
    world.engine = here
    world.do(case, "Task_keep", "李志强")
    here.settle(case)

    assert world.case(case)["status"] == "ended"
    assert world.engine.verify() == []


def test_a_step_undone_because_its_job_failed_leaves_no_half_moved_run_behind(world: World) -> None:
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "ok")
    world.broken = "test.keep"

    world.engine.finish(world.item(case, "Task_keep"), world.cast.person("李志强"), Completion("done"))
    world.broken = None
    world.clock.advance(hours=1)
    world.engine.sweep()

    assert world.events(case).count("item.completed") == 2
    assert world.case(case)["status"] == "ended"
    assert world.engine.verify() == []


def test_only_so_many_runs_are_kept_and_each_is_taken_once(world: World) -> None:
    case = world.apply()
    kept = world.engine.kept_runs.take(case, *_standing(world, case))
    assert kept is not None

    runs = KeptRuns()
    for number in range(MOST + 1):
        runs.keep(number, Kept(kept.state, kept.run, {}, {}))

    taken = [runs.take(number, kept.state, kept.run.model) is not None for number in (0, 1, 1, MOST)]
    assert taken == [False, True, False, True]


def _standing(world: World, case: int) -> tuple[bytes, Model]:
    with world.transactions.read() as tx:
        row = tx.one("SELECT state, definition_id FROM instance WHERE id = ?", (case,))
        assert row is not None
        return bytes(row[0]), world.engine.definitions.get(tx, row[1]).model
