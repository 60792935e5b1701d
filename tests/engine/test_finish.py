"""`finish`: a completion and the jobs it makes due at one go; what comes of it is what `complete` and `settle` give."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.clock import ManualClock
from engine.engine import Completion, Stepped
from engine.errors import AlreadyDone
from engine.operations import Context, Done, Operation, Part
from engine.transactions import Transactions, Tx
from engine.vault import Vault
from tests.engine.world import World
from tests.journeys.company import Company, firm

TABLES = ("instance", "work_item", "deadline", "timer", "job", "event", "incident", "case_order")


class Committing(Transactions):
    """Counts what was committed."""

    commits = 0

    @contextmanager
    def write(self) -> Iterator[Tx]:
        with super().write() as tx:
            yield tx
        self.commits += 1


@pytest.fixture
def kept(world: World) -> int:
    """A case that waits at 登记, which the job 写入 follows."""
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "ok")
    return case


def keep(world: World, case: int) -> None:
    world.engine.finish(world.item(case, "Task_keep"), world.cast.person("李志强"), Completion("done"))


def replace(world: World, run: Callable[..., Any], in_parts: bool = False) -> None:
    world.registry.operations["test.keep"] = Operation("test.keep", "test.keep", run, {}, in_parts)


def count_commits(world: World) -> Committing:
    world.transactions.close()
    counting = Committing(world.url, Vault(world.folder / "keys"))
    world.transactions = world.engine.transactions = counting
    return counting


# --- both ways are one ------------------------------------------------------------------------------------------------


def rows(world: World) -> dict[str, list[Any]]:
    with world.transactions.read() as tx:
        return {table: tx.all(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES}


def test_a_small_case_leaves_the_same_rows_both_ways(sqlite_template: Path, tmp_path: Path, clock: ManualClock) -> None:
    """Even the hashes of the log: the clock stands still."""
    found = []
    for way in ("apart", "together"):
        (tmp_path / way).mkdir()
        shutil.copy(sqlite_template, tmp_path / way / "test.db")
        world = World(f"sqlite:///{tmp_path / way / 'test.db'}", tmp_path, clock)
        case = world.apply()
        for node, who, outcome in (("Task_approve", "马国栋", "ok"), ("Task_keep", "李志强", "done")):
            item, person = world.item(case, node), world.cast.person(who)
            if way == "together":
                world.engine.finish(item, person, Completion(outcome))
            else:
                world.engine.complete(item, person, Completion(outcome))
                world.engine.settle(case)
        assert world.case(case)["status"] == "ended"
        found.append(rows(world))
        world.close()

    apart, together = found
    assert together == apart


class Apart(Company):
    """Completes first and settles then, each in transactions of its own."""

    def do(
        self, case: int, node: str, who: str, outcome: str, comment: str = "", *, department: str | None = None,
        **values: Any,
    ) -> Stepped:  # fmt: skip
        item = self.item(case, node, department)
        stepped = self.engine.complete(item, self.cast.person(who), Completion(outcome, values, comment))
        self.engine.settle(case)
        return stepped


def live(company: Company) -> dict[str, list[Any]]:
    """A case posted and confirmed, one returned; then what was written, but for what is random."""
    first = company.ready("FIN", "MKT", form=firm(1))
    company.release(first)
    company.do(first, "Task_confirm", "孙倩", "confirm")
    second = company.ready(form=firm(2))
    company.do(second, "Task_release", "李志强", "return", "联系人缺职务")
    with company.transactions.read() as tx:
        return {columns: tx.all(f"SELECT {columns} ORDER BY 1, 2") for columns in PLAIN}


def lived(kind: type[Company], template: Path, folder: Path, clock: ManualClock) -> dict[str, list[Any]]:
    """The same in a company of that kind, which begins with nothing."""
    shutil.copy(template, folder / f"{kind.__name__}.db")
    company = kind(f"sqlite:///{folder / kind.__name__}.db", folder, clock)
    found = live(company)
    company.close()
    return found


PLAIN = (
    "id, number, title, status, outcome, round, state, revision, event_count, ended_at FROM instance",
    "instance_id, seq, kind, occurred_at, recorded_at, actor_id, node, subject FROM event",
    "id, node, status, done_by, outcome, opened_at, done_at, due, deadline_id, round FROM work_item",
    "* FROM deadline",
    "* FROM timer",
    "* FROM job",
    "kind, subject, person_id FROM notice",
)


def test_the_create_procedure_leaves_the_same_log_waits_and_notices_both_ways(
    sqlite_template: Path, tmp_path: Path, clock: ManualClock
) -> None:
    apart, together = (lived(kind, sqlite_template, tmp_path, clock) for kind in (Apart, Company))

    assert together == apart


def test_a_completion_and_its_jobs_are_committed_together(world: World, kept: int) -> None:
    counting = count_commits(world)

    keep(world, kept)

    assert counting.commits == 1
    assert world.case(kept)["status"] == "ended"
    assert world.calls == [("test.keep", world.rows("job", kept)[0]["id"])]
    done = {row["kind"]: row["actor_id"] for row in world.rows("event", kept, "seq")}
    assert done["item.completed"] == world.cast.person("李志强")
    assert done["job.done"] is None, "what follows is nobody's doing"
    assert world.engine.verify() == []


# --- what goes wrong afterwards --------------------------------------------------------------------------------------


def test_a_completion_stands_when_its_job_fails(world: World, kept: int) -> None:
    world.broken = "test.keep"

    keep(world, kept)
    item = next(row for row in world.items(kept) if row["node"] == "Task_keep")
    job = world.rows("job", kept)[0]
    log = world.events(kept)
    world.broken = None
    world.clock.advance(minutes=10)
    world.engine.sweep()

    assert (item["status"], item["done_by"]) == ("done", world.cast.person("李志强"))
    assert (job["status"], job["attempts"]) == ("waiting", 1)
    assert "the customer store is down" in job["last_error"]
    assert log.count("item.completed") == 2
    assert "job.done" not in log
    assert len(world.calls) == 1
    assert world.events(kept).count("item.completed") == 2
    assert world.case(kept)["status"] == "ended"
    assert world.engine.verify() == []


def test_what_a_failed_job_wrote_is_gone_and_the_completion_is_written_once(world: World, kept: int) -> None:
    """The operation writes and then breaks down, also where a broken statement spoils the whole transaction."""

    def write_and_break(ctx: Context) -> Done:
        ctx.record("test.half")
        ctx.tx.run("UPDATE instance SET title = 'half' WHERE id = ?", (ctx.case.id,))
        ctx.tx.run("SELECT nothing FROM nowhere")
        return Done()

    replace(world, write_and_break)
    title = world.case(kept)["title"]

    keep(world, kept)

    assert world.case(kept)["title"] == title
    assert "test.half" not in world.events(kept)
    assert [row["status"] for row in world.items(kept) if row["node"] == "Task_keep"] == ["done"]
    assert [(row["status"], row["attempts"]) for row in world.rows("job", kept)] == [("waiting", 1)]


def test_a_refusal_leads_on_as_drawn_in_the_same_transaction(world: World, kept: int) -> None:
    world.refusing = True
    counting = count_commits(world)

    keep(world, kept)

    assert counting.commits == 1
    assert "job.refused" in world.events(kept)
    assert "Task_keep" in world.open_nodes(kept), "the diagram leads back to 登记"


def test_a_long_job_begins_after_the_commit_and_goes_on_part_by_part(world: World, kept: int) -> None:
    seen: list[str] = []

    def parts(ctx: Context) -> Done | Part:
        seen.append(next(row["status"] for row in world.items(kept) if row["node"] == "Task_keep"))  # as others see it
        return Done(outcome="kept") if len(seen) == 3 else Part()

    replace(world, parts, in_parts=True)

    keep(world, kept)
    after_the_page = len(seen), world.rows("job", kept)[0]["status"]
    world.engine.sweep()
    world.engine.sweep()

    assert after_the_page == (1, "waiting")
    assert seen == ["done"] * 3
    assert world.events(kept).count("job.done") == 1
    assert world.case(kept)["status"] == "ended"


# --- others at the same moment ---------------------------------------------------------------------------------------


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What came of deeds done at the same moment: what they returned or raised."""
    said: list[Any] = [None] * len(deeds)
    gate = threading.Barrier(len(deeds))

    def do(place: int) -> None:
        gate.wait()
        try:
            said[place] = deeds[place]()
        except Exception as error:
            said[place] = error

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_of_two_at_once_the_second_is_told_who_was_first_and_the_job_is_done_once(world: World, kept: int) -> None:
    item = world.item(kept, "Task_keep")
    with world.transactions.read() as tx:
        people = world.engine.snapshots.at(tx).people
    acting = people.acting(next(row["post_id"] for row in world.items(kept) if row["id"] == item), world.clock.now())
    one, other = acting[0].person, acting[-1].person

    said = at_once(
        lambda: world.engine.finish(item, one.id, Completion("done")),
        lambda: world.engine.finish(item, other.id, Completion("done")),
    )

    lost = [error for error in said if isinstance(error, Exception)]
    assert [type(error) for error in lost] == [AlreadyDone]
    winner = other if said[0] is lost[0] else one
    assert winner.name in lost[0].message
    assert len(world.calls) == 1
    assert world.events(kept).count("item.completed") == 2


def test_a_slow_job_loses_nothing_of_what_others_do_meanwhile(world: World, kept: int) -> None:
    def slow(ctx: Context) -> Done:
        time.sleep(0.5)
        return Done(outcome="kept")

    replace(world, slow)
    other = world.apply("孙倩")
    item, phone = world.item(kept, "Task_keep"), world.item(other, "Task_phone")

    said = at_once(
        lambda: world.engine.finish(item, world.cast.person("李志强"), Completion("done")),
        lambda: world.engine.finish(phone, world.cast.person("孙倩"), Completion("done")),
        world.engine.sweep,
    )

    assert not [one for one in said if isinstance(one, Exception)]
    assert world.case(kept)["outcome"] == "kept"
    assert "Task_phone" not in world.open_nodes(other)
    assert world.engine.verify() == []
