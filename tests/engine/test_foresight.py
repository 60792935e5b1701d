"""Walking the diagram ahead of the tokens: what usually comes next, and what a decision would lead to."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definitions import DIAGRAM, Definition, build, read_folder
from engine.foresight import clocked, foresight, usual_outcome
from tests.engine.spiff.drawing_board import Board


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


# --- the usual way holds no rework: all agree

PROCEDURES = sorted(path.parent.name for path in Path("processes").glob("customer_*/process.bpmn"))


@pytest.fixture(scope="module")
def modify() -> Definition:
    return build("customer_modify", read_folder(Path("processes/customer_modify")))


@pytest.mark.parametrize("process", PROCEDURES)
def test_nobody_is_told_that_an_application_will_be_corrected(process: str) -> None:
    found = build(process, read_folder(Path("processes") / process))

    for node in found.model.nodes.values():
        if node.kind in ("start", "user"):
            ahead = foresight(found).ahead([node.id], {})
            assert not [one.id for one in ahead if one.extensions.get("rework")], node.id


def test_what_a_call_is_told_is_known_behind_it(modify: Definition) -> None:
    """维护 is called with `stale` false, which the gateway after it reads."""
    assert names(foresight(modify).ahead(["Task_release"], {})) == ["Task_confirm"]


def test_what_the_case_knows_opens_the_way_that_depends_on_it(modify: Definition) -> None:
    steps = {kind: names(foresight(modify).ahead(["Task_check"], {"change_kind": kind})) for kind in ("bank", "name")}

    assert ("Task_callback" in steps["bank"], "Task_callback" in steps["name"]) == (True, False)


def test_what_was_decided_in_an_earlier_round_is_decided_anew(modify: Definition) -> None:
    earlier = {"approval": "reject", "check": "incomplete", "release": "sent_back", "stale": True}

    assert names(foresight(modify).ahead(["Task_approve"], earlier)) == names(
        foresight(modify).ahead(["Task_approve"], {})
    )


def test_a_branch_that_is_longer_decides_before_the_branches_meet() -> None:
    """The gateway behind a join reads what the longer of two branches decides, not what it was in the round before."""
    board = Board("meeting").start().user("begin", "mend", "last").service("compare", cs_decides="differs").end()
    board.parallel("split", "join").xor("merge").xor("choice", default="f_last")
    board.flow("start", "merge", "begin", "split", "join", "choice").flow("split", "compare", "join")
    board.flow("choice", "mend", when="differs").flow("choice", "last", id="f_last")
    board.flow("last", "end").flow("mend", "merge")
    meeting = build("meeting", {DIAGRAM: board.text()})

    assert names(foresight(meeting).ahead(["begin"], {"differs": True})) == ["last"]
