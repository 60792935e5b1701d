"""Orders: what a job of one case asks of another happens once, right after the job, and both logs tell of it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.operations import Context, Done, Operation
from tests.engine.world import World


class Freezer:
    """登记 gives an order to another case."""

    def __init__(self, world: World) -> None:
        self.target, self.verb, self.crash = 0, "suspend", False
        world.registry.operations["test.keep"] = Operation("test.keep", "test.keep", self.run, {})

    def run(self, ctx: Context, **_: Any) -> Done:
        if self.target:
            ctx.order(self.target, self.verb, "冻结优先")
        if self.crash:
            raise ConnectionError("the process dies after the order")
        return Done()


@pytest.fixture
def freezer(world: World) -> Freezer:
    return Freezer(world)


def orders(world: World) -> list[tuple[str, str]]:
    with world.transactions.read() as tx:
        return [(row[0], row[1]) for row in tx.all("SELECT verb, status FROM case_order ORDER BY id")]


def keep(world: World, case: int) -> None:
    world.do(case, "Task_approve", "马国栋", "ok")
    world.do(case, "Task_keep", "李志强")


def test_the_other_case_stands_still_with_its_clocks_and_both_logs_say_why(world: World, freezer: Freezer) -> None:
    modify, freeze = world.apply(), world.apply()
    freezer.target = modify

    keep(world, freeze)

    assert world.case(modify)["status"] == "suspended"
    assert {row["status"] for row in world.deadlines(modify)} == {"paused"}
    assert "order.given" in world.events(freeze)
    told = next(row for row in world.rows("event", modify, "seq") if row["kind"] == "case.suspended")
    assert world.case(freeze)["number"] in told["data"]
    assert orders(world) == [("suspend", "done")]


def test_an_order_is_carried_out_once_however_often_anybody_sweeps(world: World, freezer: Freezer) -> None:
    modify, freeze = world.apply(), world.apply()
    freezer.target = modify
    keep(world, freeze)

    world.engine.resume(modify, world.cast.person("李志强"))
    world.engine.sweep()
    world.engine.sweep()

    assert world.case(modify)["status"] == "open"


def test_a_job_that_fails_has_ordered_nothing(world: World, freezer: Freezer) -> None:
    modify, freeze = world.apply(), world.apply()
    freezer.target, freezer.crash = modify, True

    keep(world, freeze)

    assert orders(world) == []
    assert world.case(modify)["status"] == "open"


def test_an_order_to_a_case_that_is_over_is_void_and_says_so(world: World, freezer: Freezer) -> None:
    modify, freeze = world.apply(), world.apply()
    world.engine.withdraw(modify, world.cast.person("孙倩"), "不改了")
    freezer.target = modify

    keep(world, freeze)

    assert orders(world) == [("suspend", "void")]
    assert "order.void" in world.events(modify)
    assert world.case(freeze)["status"] == "ended"


def test_a_case_may_be_cancelled_by_order(world: World, freezer: Freezer) -> None:
    modify, freeze = world.apply(), world.apply()
    freezer.target, freezer.verb = modify, "cancel"

    keep(world, freeze)

    assert world.case(modify)["status"] == "cancelled"
    assert world.open_nodes(modify) == []


def test_an_order_to_resume_lifts_only_what_the_same_case_has_suspended(world: World, freezer: Freezer) -> None:
    modify, freeze, another = world.apply(), world.apply(), world.apply()
    freezer.target = modify
    keep(world, freeze)
    freezer.verb = "resume"

    keep(world, another)

    assert world.case(modify)["status"] == "suspended"
    assert orders(world) == [("suspend", "done"), ("resume", "void")]
