"""The create procedure of SD-010: it checks clean, and runs along its paths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import handlers  # noqa: F401 - fills the registry
from engine.check import check, rulebooks
from engine.definitions import Definition, build, read_folder
from engine.spiff import Run, Wait

CREATE = Path("processes/customer_create")
MARKETING, FINANCE = 2, 3


@pytest.fixture(scope="module")
def definition() -> Definition:
    return build("customer_create", read_folder(CREATE))


class Play:
    """A case that is saved and loaded before every step."""

    def __init__(self, definition: Definition) -> None:
        self.model = definition.model
        self.state = Run.start(self.model, {}).dump()

    @property
    def run(self) -> Run:
        return Run.load(self.model, self.state)

    def waits(self, kind: str = "") -> set[str]:
        return {wait.node for wait in self.run.waits if kind in ("", wait.kind)}

    def _wait(self, node: str, item: int | None) -> Wait:
        return next(wait for wait in self.run.waits if wait.node == node and item in (None, wait.item))

    def do(self, node: str, item: int | None = None, **data: Any) -> Run:
        """A person or a handler finishes the node."""
        run, wait = self.run, self._wait(node, item)
        (run.complete if wait.kind == "work" else run.perform)(wait.task, data)
        self.state = run.dump()
        return run

    def refuse(self, node: str, code: str) -> bool:
        run = self.run
        caught = run.refuse(self._wait(node, None).task, code)
        self.state = run.dump()
        return caught

    def fire(self, node: str, item: int | None = None) -> None:
        run = self.run
        run.fire(self._wait(node, item).task)
        self.state = run.dump()


@pytest.fixture
def delivered(definition: Definition) -> Play:
    """马国栋 has signed, the key is held, 李志强 has the form."""
    play = Play(definition)
    play.do("Task_approve", approval="approve")
    play.do("Job_reserve")
    return play


@pytest.fixture
def releasing(delivered: Play) -> Play:
    """Nothing to complete: 李志强 may post at once."""
    delivered.do("Task_check", check="complete")
    delivered.do("Job_register_check")
    return delivered


def test_the_folder_checks_clean() -> None:
    assert check(CREATE, rulebooks(CREATE.parent / "policies")) == []


def test_every_outcome_says_what_it_does_to_the_clock(definition: Definition) -> None:
    silent = [(form.id, one.id) for form in definition.forms.values() for one in form.outcomes if not one.consequence]

    assert silent == []


def test_every_section_is_written_by_somebody_and_signed_where_departments_answer_for_it(
    definition: Definition,
) -> None:
    forms = definition.forms
    written = {name for form in forms.values() for names in form.write.values() for name in names}

    assert written == definition.catalogue.by_id.keys()
    assert set(forms["approve"].signs) | set(forms["sign_view"].signs) == written - {"maintain"}


def test_the_leader_decides_first_and_a_refusal_goes_back_to_the_applicant(definition: Definition) -> None:
    play = Play(definition)
    assert play.waits() == {"Task_approve"}

    play.do("Task_approve", approval="refuse")
    assert play.waits() == {"Task_revise"}

    play.do("Task_revise")
    assert play.waits() == {"Task_approve"}


def test_a_key_that_is_taken_goes_back_to_the_applicant(definition: Definition) -> None:
    play = Play(definition)
    play.do("Task_approve", approval="approve")

    assert play.refuse("Job_reserve", "KEY_TAKEN")
    assert play.waits() == {"Task_revise"}


def test_delivery_starts_the_check_and_the_duty_to_phone(delivered: Play) -> None:
    assert delivered.waits("work") == {"Task_phone_maintainer", "Task_check"}
    assert delivered.waits("timer") == {"Timer_check"}


def test_an_overdue_check_is_escalated_and_stays_open(delivered: Play) -> None:
    delivered.fire("Timer_check")

    assert {"Job_escalate_check", "Task_check"} <= delivered.waits()
    delivered.do("Job_escalate_check")
    assert delivered.waits("work") == {"Task_phone_maintainer", "Task_check"}


def test_a_customer_that_is_not_new_ends_the_case_with_the_duties_still_open(delivered: Play) -> None:
    delivered.do("Task_check", check="not_new")

    run = delivered.do("Job_refuse_not_new")

    assert run.completed
    assert run.ended_at == ("End_not_new",)


def test_an_incomplete_form_comes_round_again(delivered: Play) -> None:
    delivered.do("Task_check", check="incomplete")
    delivered.do("Job_return")
    assert "Task_revise" in delivered.waits()

    delivered.do("Task_revise")
    delivered.do("Task_approve", approval="approve")
    delivered.do("Job_reserve")

    assert {"Task_check", "Timer_check"} <= delivered.waits()


def test_without_routing_the_release_opens_in_the_same_step(delivered: Play) -> None:
    run = delivered.do("Task_check", check="complete")

    assert {scope.node for scope in run.scopes} == {"Task_phone_maintainer", "Sub_maintain"}
    assert {"Task_release", "Timer_maintain", "Job_register_check"} <= delivered.waits()


def test_departments_work_side_by_side_each_under_its_own_clock(delivered: Play) -> None:
    delivered.do("Task_check", check="route", departments=[MARKETING, FINANCE])
    assert {wait.item for wait in delivered.run.waits if wait.node == "Task_phone_departments"} == {MARKETING, FINANCE}

    delivered.do("Task_complete_view", FINANCE, view="complete")
    delivered.fire("Timer_department", MARKETING)

    run = delivered.run
    assert {(scope.node, scope.item) for scope in run.scopes} >= {
        ("Sub_department", MARKETING),
        ("Sub_department", FINANCE),
    }
    assert [wait.item for wait in run.waits if wait.node == "Job_escalate_department"] == [MARKETING]
    signing = next(wait for wait in run.waits if wait.node == "Task_sign_view")
    assert signing.scopes == next(wait for wait in run.waits if wait.node == "Timer_department").scopes


def test_the_release_waits_for_the_last_department(delivered: Play) -> None:
    delivered.do("Task_check", check="route", departments=[MARKETING, FINANCE])
    delivered.do("Task_complete_view", FINANCE, view="complete")
    delivered.do("Task_sign_view", FINANCE, view_signature="approve")
    delivered.do("Task_complete_view", MARKETING, view="complete")
    delivered.do("Task_sign_view", MARKETING, view_signature="revise")
    assert "Task_release" not in delivered.waits()

    delivered.do("Task_complete_view", MARKETING, view="complete")
    delivered.do("Task_sign_view", MARKETING, view_signature="reject")

    assert "Task_release" in delivered.waits()


def test_a_department_may_send_the_form_back_at_once(delivered: Play) -> None:
    delivered.do("Task_check", check="route", departments=[FINANCE])

    delivered.do("Task_complete_view", view="bounce")

    assert "Task_release" in delivered.waits()


def test_posting_goes_through_the_gate_and_tells_the_applicant(releasing: Play) -> None:
    releasing.do("Task_release", release="post")
    releasing.do("Job_gate")
    releasing.do("Job_post")
    releasing.do("Job_notify")
    assert releasing.waits("work") == {"Task_phone_maintainer", "Task_confirm"}

    run = releasing.do("Task_confirm", confirmation="confirm")

    assert run.completed
    assert run.ended_at == ("End_posted",)


@pytest.mark.parametrize(
    ("job", "code"), [("Job_gate", "GATE_FAILED"), ("Job_post", "KEY_TAKEN"), ("Job_post", "STALE")]
)
def test_what_the_gate_or_the_store_refuses_goes_back_to_the_maintainer(releasing: Play, job: str, code: str) -> None:
    releasing.do("Task_release", release="post")
    if job == "Job_post":
        releasing.do("Job_gate")

    assert releasing.refuse(job, code)
    assert {"Task_release", "Timer_maintain"} <= releasing.waits()


def test_a_gate_that_breaks_otherwise_is_not_caught(releasing: Play) -> None:
    releasing.do("Task_release", release="post")
    run = releasing.run

    assert run.refuse(next(w.task for w in run.waits if w.node == "Job_gate"), "SOMETHING_ELSE") is False


def test_the_maintainer_may_route_again_without_a_second_check(releasing: Play) -> None:
    releasing.do("Task_release", release="reroute", departments=[FINANCE])

    assert {"Task_complete_view", "Task_phone_departments", "Timer_department"} <= releasing.waits()
    assert "Task_check" not in releasing.waits()


def test_the_maintainer_may_send_it_back_to_the_applicant(releasing: Play) -> None:
    releasing.do("Task_release", release="return")

    assert "Task_revise" in releasing.waits()
    assert "Timer_maintain" not in releasing.waits()


def test_an_objection_is_registered_and_ends_the_case(releasing: Play) -> None:
    for job in ("Job_gate", "Job_post", "Job_notify"):
        if job == "Job_gate":
            releasing.do("Task_release", release="post")
        releasing.do(job)
    releasing.do("Task_confirm", confirmation="dispute")

    assert releasing.do("Job_register_dispute", review=False).ended_at == ("End_reviewed", "End_posted")


def test_twenty_rounds_of_rework_stay_small(delivered: Play) -> None:
    for _ in range(20):
        delivered.do("Task_check", check="incomplete")
        delivered.do("Job_return")
        delivered.do("Task_revise")
        delivered.do("Task_approve", approval="approve")
        delivered.do("Job_reserve")

    assert "Task_check" in delivered.waits()
    assert len(delivered.state) < 4096
