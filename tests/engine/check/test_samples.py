"""Conditions tried on what forms decide, steps under clocks, readable scenarios, parameters of the right type."""

from __future__ import annotations

import pytest

from engine.definitions import DIAGRAM
from engine.problems import Problem
from tests.engine.check.test_check import DOCUMENTS, found, planted

STORY = "scenarios/按时.yaml"
FLOW = "Flow_Gw_approve_"


def at_flow(before: str, after: str) -> list[tuple[str, str]]:
    return [(one.node, one.what) for one in planted(DIAGRAM, before, after) if "条件“" in one.what]


def test_the_procedures_as_they_are_have_nothing_to_object_to() -> None:
    assert found({}) == []


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("approval &gt; 3", "不能判断：计算出错"),
        ("approval", "不能判断：条件的结果是 'approve'，不是真假值"),
        ("approval == 'approve' and approval == 'refuse'", "永远不成立，表单给不出这样的值"),
        ("len(approval) &gt; 20", "永远不成立，表单给不出这样的值"),
        ("9**9**9", "不能判断：计算出错（乘方的底数不得超过 1000000，指数不得超过 64）"),
        ("'a'*10**9 == 'b'", "不能判断：计算出错"),
        ("1 &gt; 2", "永远不成立"),
    ],
)
def test_a_condition_is_tried_on_every_outcome_the_forms_offer_and_by_itself(condition: str, said: str) -> None:
    (told,) = at_flow("approval == 'approve'", condition)

    assert told[0].startswith(FLOW)
    assert said in told[1]


def test_a_condition_over_what_an_operation_decides_is_not_guessed_at() -> None:
    assert at_flow("confirmation == 'dispute' or erp_differs", "confirmation == 'dispute' and erp_differs") == []


def test_a_step_that_no_clock_covers_is_a_warning_at_the_step() -> None:
    (problem,) = planted(DIAGRAM, ' cs:untimed="制度没有规定时限"', "")

    assert (problem.level, problem.node) == ("warning", "Task_revise")
    assert "cs:untimed" in problem.remedy


def test_a_reason_for_no_limit_beside_a_clock_is_a_contradiction() -> None:
    (problem,) = planted(DIAGRAM, 'cs:form="check"', 'cs:form="check" cs:untimed="忘了"')

    assert (problem.level, problem.node) == ("error", "Task_check")


@pytest.mark.parametrize(("value", "kind"), [("5", "文本"), ("True", "文本"), ("['T1']", "文本")])
def test_a_written_out_parameter_of_another_type_is_named(value: str, kind: str) -> None:
    problems = planted(DIAGRAM, 'name="clock" value="\'T1\'"', f'name="clock" value="{value}"')

    (problem,) = [one for one in problems if "应是" in one.what]
    assert problem.node == "Job_escalate_check"
    assert f"参数 clock 应是{kind}，写的是 {value}" in problem.what


def test_a_step_that_an_operation_looks_up_must_be_drawn() -> None:
    """Otherwise the first case that comes there is an incident: nobody has done the step it asks for."""
    job = 'cs:operation="customers.register_check" cs:clauses="3.3.3">'

    given = '<cs:parameter name="step" value="\'Task_chek\'" />'

    (problem,) = planted(DIAGRAM, job, f"{job}<bpmn:extensionElements>{given}</bpmn:extensionElements>")

    assert (problem.level, problem.node) == ("error", "Job_register_check")
    assert "参数 step 所指的环节 Task_chek 不在图上" in problem.what


def test_a_step_that_an_operation_looks_up_by_default_must_be_drawn_too() -> None:
    renamed = {path: text.replace("Task_release", "Task_post") for path, text in DOCUMENTS.items()}

    lost = [one for one in found(renamed) if "所指的环节" in one.what]

    assert {one.node for one in lost} == {"Job_gate", "Job_post"}
    assert all("参数 release 所指的环节 Task_release 不在图上" in one.what for one in lost)


@pytest.mark.parametrize(
    ("story", "element", "what"),
    [
        ("标题: 好\n经过: [", "第 2 行", "不是完整的 YAML"),
        ("", "", "情景是空的"),
        ("- 1", "", "情景是空的"),
        ("标题: 好\n经历: []", "经历", "没有这个键"),
        ("标题: 好\n经过: 5", "经过", "不是列表"),
        ("标题: 好\n预期: [1]", "预期", "不是“键: 值”"),
        ("标题: 好\n经过: [过 4h, 过 很久]", "经过第 2 步", "不是一段时间"),
        ("标题: 好\n经过: [孙倩]", "经过第 1 步", "看不懂"),
        ("标题: 好\n经过: [孙倩 办理]", "经过第 1 步", "看不懂"),
        ("标题: 好\n经过: [5]", "经过第 1 步", "看不懂"),
        ("标题: 好\n经过: [{孙倩 撤回: {}, 过 4h: {}}]", "经过第 1 步", "2 件事"),
        ("标题: 好\n标题: 坏", "第 2 行", "写了两次"),
    ],
)
def test_a_scenario_that_cannot_be_read_names_line_or_step(story: str, element: str, what: str) -> None:
    problems: list[Problem] = found({STORY: story})

    assert [(one.file, one.element) for one in problems] == [(STORY, element)]
    assert what in problems[0].what
    assert problems[0].remedy


def test_the_scenarios_delivered_are_all_of_the_forms_known() -> None:
    assert STORY in DOCUMENTS
    assert not [one for one in found({}) if one.file.startswith("scenarios/")]


def test_a_limit_that_is_none_is_named_at_its_step() -> None:
    (problem,) = planted(DIAGRAM, 'cs:form="check"', 'cs:form="check" cs:limit="soon"')

    assert (problem.node, problem.what) == ("Task_check", "cs:limit soon 不是时限")
