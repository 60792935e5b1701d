"""The verbs on a small procedure: 申请 → 审批 (T1) → 登记 (goes on under T1), with a phone duty beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import local
from engine.definitions import build, publish, read_folder
from engine.engine import Application
from engine.errors import AlreadyDone, CountersignError, Misconfigured, NotAllowed, NotPossible
from tests.engine.world import PROCESSES, World


def test_a_case_runs_from_application_to_its_end(world: World) -> None:
    case = world.apply("孙倩", subject="华为技术有限公司")

    world.do(case, "Task_approve", "马国栋", "ok")
    world.do(case, "Task_keep", "李志强")

    assert world.case(case)["status"] == "ended"
    assert world.case(case)["outcome"] == "kept"
    assert [name for name, _ in world.calls] == ["test.keep"]
    assert world.closed == [(case, "kept")]
    assert world.engine.verify() == []


def test_each_step_is_delivered_to_the_post_that_owes_it(world: World) -> None:
    case = world.apply()

    rows = {row["node"]: row for row in world.items(case)}

    assert rows["Task_approve"]["post_id"] == world.cast.post("U1", "leader")
    assert rows["Task_phone"]["post_id"] == world.cast.post("U1", "focal")


def test_a_deadline_opens_with_the_step_and_says_why(world: World) -> None:
    case = world.apply()

    deadline = next(row for row in world.deadlines(case) if row["clock"] == "T1")
    item = next(row for row in world.items(case) if row["node"] == "Task_approve")

    assert local(deadline["due"]).strftime("%m-%d %H:%M") == "09-16 14:30"
    assert item["due"] == deadline["due"]
    assert deadline["amount"] == "4h"


def test_an_untouched_step_escalates_once_and_the_breach_is_dated_at_the_due_moment(world: World) -> None:
    case = world.apply()
    due = next(row for row in world.deadlines(case) if row["clock"] == "T1")["due"]

    world.clock.move_to(due)
    world.engine.sweep()
    on_time = world.events(case)
    world.clock.advance(hours=48)
    for _ in range(3):
        world.engine.sweep()

    assert "timer.fired" not in on_time, "a deadline is inclusive"
    breaches = [
        row for row in world.rows("event", case, "seq")
        if row["kind"] == "deadline.breached" and row["node"] == "Task_approve"
    ]  # fmt: skip
    assert [row["occurred_at"] for row in breaches] == [due]
    assert breaches[0]["recorded_at"] == world.clock.now()
    assert [name for name, _ in world.calls] == ["test.escalate"]
    assert "Task_approve" in world.open_nodes(case), "nothing is approved by silence"


def test_one_second_late_is_late_even_when_no_sweep_has_run(world: World) -> None:
    case = world.apply()
    due = next(row for row in world.deadlines(case) if row["clock"] == "T1")["due"]

    world.clock.move_to(due + timedelta(seconds=1))
    world.do(case, "Task_approve", "马国栋", "again")

    deadline = next(row for row in world.deadlines(case) if row["clock"] == "T1")
    assert (deadline["status"], deadline["breached"]) == ("late", True)
    assert world.events(case).count("deadline.breached") >= 1


def test_finished_at_the_due_moment_is_on_time(world: World) -> None:
    case = world.apply()
    world.do(case, "Task_phone", "孙倩")
    due = next(row for row in world.deadlines(case) if row["clock"] == "T1")["due"]

    world.clock.move_to(due)
    world.do(case, "Task_approve", "马国栋", "again")

    assert next(row for row in world.deadlines(case) if row["clock"] == "T1")["status"] == "met"
    assert "deadline.breached" not in world.events(case)


def test_without_routing_one_clock_runs_on_through_the_entry(world: World) -> None:
    case = world.apply()
    first = next(row for row in world.deadlines(case) if row["clock"] == "T1")

    world.clock.advance(hours=1)
    world.do(case, "Task_approve", "马国栋", "ok")

    going_on = next(row for row in world.deadlines(case) if row["node"] == "Sub_keep")
    assert (going_on["clock"], going_on["due"], going_on["received_at"]) == ("T1", first["due"], first["received_at"])
    keep = next(row for row in world.items(case) if row["node"] == "Task_keep")
    assert keep["due"] == first["due"]


def test_resubmission_is_a_new_receipt_in_a_second_round(world: World) -> None:
    case = world.apply()
    world.clock.advance(hours=10)
    world.engine.sweep()
    world.do(case, "Task_approve", "马国栋", "again")

    world.do(case, "Task_fix", "孙倩")

    rounds = [(row["round"], row["status"], row["breached"]) for row in world.deadlines(case) if row["clock"] == "T1"]
    assert rounds == [(1, "late", True), (2, "open", False)]
    assert world.case(case)["round"] == 2


def test_a_double_click_starts_one_case(world: World) -> None:
    first = world.apply(key="page-1")
    second = world.apply(key="page-1")

    assert first == second


def test_whoever_comes_second_is_told_who_won_and_when(world: World) -> None:
    case = world.apply()
    item = world.item(case, "Task_phone")
    world.do(case, "Task_phone", "孙倩")

    with pytest.raises(AlreadyDone) as error:
        world.engine.complete(item, world.cast.person("孙倩"), completion())

    assert "孙倩" in error.value.message
    assert "09-16 09:00" in error.value.message


def test_only_the_post_that_owes_a_step_may_do_it(world: World) -> None:
    case = world.apply()

    with pytest.raises(NotAllowed) as error:
        world.do(case, "Task_approve", "周敏")

    assert "经营一部主管领导" in error.value.message
    assert world.open_nodes(case) == ["Task_approve", "Task_phone"]


def test_a_department_without_a_leader_cannot_apply(world: World) -> None:
    with world.transactions.write() as tx:
        tx.run("UPDATE person SET active = ? WHERE name = ?", (False, "马国栋"))
        tx.run("UPDATE config SET people = people + 1")

    with pytest.raises(Misconfigured) as error:
        world.apply()

    assert "主管领导" in error.value.message


def test_a_salesperson_may_not_submit(world: World) -> None:
    with pytest.raises(NotAllowed) as error:
        world.apply("何晓雯")

    assert "草稿" in error.value.message


# --- failures ---------------------------------------------------------------------------------------------------


def test_a_completion_is_kept_when_the_following_job_fails_and_the_deadline_stays_open(world: World) -> None:
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "ok")
    world.broken = "test.keep"

    world.do(case, "Task_keep", "李志强")

    done = next(row for row in world.items(case) if row["node"] == "Task_keep")
    assert done["status"] == "done"
    job = world.rows("job", case)[-1]
    assert (job["status"], job["attempts"]) == ("waiting", 1)
    assert "ConnectionError" in job["last_error"]
    assert next(row for row in world.deadlines(case) if row["node"] == "Sub_keep")["status"] == "open"


def test_the_last_failed_attempt_becomes_an_incident_that_an_administrator_retries(world: World) -> None:
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "ok")
    world.broken = "test.keep"
    world.do(case, "Task_keep", "李志强")
    for _ in range(5):
        world.clock.advance(minutes=30)
        world.engine.sweep()
    incident = world.rows("incident", case)[0]

    world.broken = None
    world.engine.retry(incident["id"], world.cast.person("赵磊"))
    world.engine.sweep()

    assert incident["status"] == "open"
    assert world.rows("incident", case)[0]["status"] == "resolved"
    assert world.case(case)["status"] == "ended"
    assert [name for name, _ in world.calls if name == "test.keep"] == ["test.keep"]


def test_a_refusal_takes_the_drawn_way_back(world: World) -> None:
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "ok")
    world.refusing = True

    world.do(case, "Task_keep", "李志强")

    assert "Task_keep" in world.open_nodes(case)
    assert "job.refused" in world.events(case)
    again = next(row for row in world.items(case) if row["node"] == "Task_keep" and row["status"] == "open")
    assert again["due"] == next(row for row in world.deadlines(case) if row["node"] == "Sub_keep")["due"]


# --- claim, transfer, return ------------------------------------------------------------------------------------


def test_a_claimed_item_is_its_holders_until_released(world: World) -> None:
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "ok")
    item = world.item(case, "Task_keep")
    world.engine.claim(item, world.cast.person("李志强"))

    with pytest.raises(NotAllowed) as error:
        world.engine.claim(item, world.cast.person("吴晓东"))
    world.engine.release(item, world.cast.person("李志强"))
    world.engine.claim(item, world.cast.person("吴晓东"))

    assert "李志强已签收" in error.value.message
    assert next(row for row in world.items(case) if row["id"] == item)["holder_id"] == world.cast.person("吴晓东")


def test_a_transfer_keeps_the_deadline_and_is_on_record(world: World) -> None:
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "ok")
    item = world.item(case, "Task_keep")
    due = next(row for row in world.items(case) if row["id"] == item)["due"]
    world.clock.move_to(due - timedelta(minutes=5))

    world.engine.transfer(item, world.cast.person("李志强"), world.cast.person("吴晓东"), "请假")

    row = next(row for row in world.items(case) if row["id"] == item)
    assert (row["holder_id"], row["due"]) == (world.cast.person("吴晓东"), due)
    event = next(row for row in world.rows("event", case, "seq") if row["kind"] == "item.transferred")
    assert '"left":300' in event["data"]


def test_an_item_is_transferred_only_to_somebody_on_its_post(world: World) -> None:
    case = world.apply()

    with pytest.raises(NotAllowed) as error:
        world.engine.transfer(
            world.item(case, "Task_approve"), world.cast.person("马国栋"), world.cast.person("周敏"), "请办"
        )

    assert "周敏" not in world.items(case)
    assert "主管领导" in error.value.message


def test_a_return_needs_a_reason_and_goes_only_where_no_branch_lies_between(world: World) -> None:
    case = world.apply()
    item = world.item(case, "Task_approve")
    leader = world.cast.person("马国栋")

    with pytest.raises(CountersignError, match="理由"):
        world.engine.return_(item, leader, "Task_fix", " ")
    with pytest.raises(NotPossible, match="退回"):
        world.engine.return_(item, leader, "Task_phone", "号码不对")

    assert "Task_approve" in world.open_nodes(case)
    assert world.rows("incident", case) == [], "a wrong choice is nothing for an administrator"


def test_a_case_is_sent_back_to_an_earlier_step_with_a_new_deadline(world: World) -> None:
    case = world.apply()
    world.do(case, "Task_approve", "马国栋", "again")
    world.clock.advance(hours=1)

    world.engine.return_(world.item(case, "Task_fix"), world.cast.person("孙倩"), "Task_approve", "无需修改，请再看")

    assert "Task_approve" in world.open_nodes(case)
    latest = [row for row in world.deadlines(case) if row["clock"] == "T1"][-1]
    assert (latest["status"], latest["round"]) == ("open", 2)
    assert "item.returned" in world.events(case)


# --- the case as a whole ----------------------------------------------------------------------------------------


def test_withdrawal_stops_all_clocks_but_what_is_overdue_stays(world: World) -> None:
    case = world.apply()
    world.clock.advance(minutes=45)

    world.engine.withdraw(case, world.cast.person("孙倩"), "客户不做了")

    states = {row["clock"]: (row["status"], row["breached"]) for row in world.deadlines(case)}
    assert states == {"T1": ("void", False), "phone": ("late", True)}
    assert world.open_nodes(case) == []
    assert world.case(case)["status"] == "withdrawn"
    assert world.closed == [(case, "withdrawn")]


def test_withdrawing_a_suspended_case_makes_nothing_late(world: World) -> None:
    case = world.apply()
    world.engine.suspend(case, world.cast.person("李志强"), "等待客户", "等客户补证照")
    world.clock.advance(days=7)

    world.engine.withdraw(case, world.cast.person("孙倩"), "客户不做了")

    assert {row["status"] for row in world.deadlines(case)} == {"void"}
    assert "deadline.breached" not in world.events(case)


def test_a_stranger_cannot_withdraw(world: World) -> None:
    case = world.apply()

    with pytest.raises(NotAllowed):
        world.engine.withdraw(case, world.cast.person("周敏"), "不关我事")

    assert world.case(case)["status"] == "open"


def test_suspension_stops_the_clock_and_resuming_lets_the_rest_run(world: World) -> None:
    case = world.apply()
    keeper = world.cast.person("李志强")
    world.clock.advance(hours=1)
    world.engine.suspend(case, keeper, "等待客户", "等客户补证照")
    with pytest.raises(NotPossible, match="挂起"):
        world.do_raw(case, "Task_approve", "马国栋")
    world.clock.advance(hours=48)
    world.engine.sweep()
    quiet = world.events(case)

    world.engine.resume(case, keeper)

    assert "timer.fired" not in quiet
    deadline = next(row for row in world.deadlines(case) if row["clock"] == "T1")
    assert local(deadline["due"]).strftime("%m-%d %H:%M") == "09-18 14:30"
    assert next(row for row in world.items(case) if row["node"] == "Task_approve")["due"] == deadline["due"]


def test_a_message_moves_the_case_that_waits_for_it_once(world: World) -> None:
    with world.transactions.write() as tx:
        publish(tx, world.clock.now(), None, build("awaiting", read_folder(PROCESSES / "awaiting")), "test")
    who, department = world.cast.person("孙倩"), world.cast.department("U1")
    case = world.engine.start(Application("awaiting", who, department)).case_id

    world.engine.receive(case, "erp.answered", {"ok": True})

    assert world.open_nodes(case) == ["Task_look"]
    assert "message.received" in world.events(case)
    with pytest.raises(NotPossible, match="现在不等这个消息"):
        world.engine.receive(case, "erp.answered")


def completion():
    from engine.engine import Completion

    return Completion("done")
