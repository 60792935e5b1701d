"""Walking the diagram ahead of the tokens: what usually comes next, and what a decision would lead to."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definitions import Definition, build, read_folder
from engine.foresight import clocked, foresight, usual_outcome


@pytest.fixture(scope="module")
def definition() -> Definition:
    return build("customer_create", read_folder(Path("processes/customer_create")))


def names(nodes: object) -> list[str]:
    return [node.id for node in nodes]  # type: ignore[attr-defined]


def test_the_usual_way_leads_through_every_step_once(definition: Definition) -> None:
    ahead = names(foresight(definition).ahead(["Start_apply"], {}))

    assert ahead == [
        "Task_approve", "Task_check", "Task_complete_view", "Task_sign_view", "Task_release", "Task_confirm",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "following"),
    [
        ("route", ["Task_complete_view"]),
        ("complete", ["Task_release"]),
        ("incomplete", ["Task_revise"]),
        ("not_new", []),
    ],
)
def test_each_decision_of_the_maintainer_leads_elsewhere(
    definition: Definition, outcome: str, following: list[str]
) -> None:
    assert names(foresight(definition).next("Task_check", {"check": outcome})) == following


def test_a_finished_department_leads_out_of_its_sub_process(definition: Definition) -> None:
    signed = foresight(definition).next("Task_sign_view", {"view_signature": "approve"})

    assert names(signed) == ["Task_release"]


def test_duties_beside_the_flow_are_not_foretold(definition: Definition) -> None:
    ahead = foresight(definition).ahead(["Task_approve"], {})

    assert not [node for node in ahead if "duty" in node.extensions]


def test_a_step_runs_under_its_own_clock_or_that_of_what_surrounds_it(definition: Definition) -> None:
    nodes = definition.model.nodes

    found = {name: clocked(definition.model, nodes[name]) for name in ("Task_check", "Task_sign_view", "Task_confirm")}

    assert {name: node and node.id for name, node in found.items()} == {
        "Task_check": "Task_check", "Task_sign_view": "Sub_department", "Task_confirm": None,
    }  # fmt: skip


def test_a_step_usually_ends_with_its_primary_outcome(definition: Definition) -> None:
    assert usual_outcome(definition.forms["check"]) == "route"
    assert usual_outcome(definition.forms["phone"]) == "answered"
