"""Two versions of a procedure are compared in words: what governs people, not where shapes lie."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.definitions import DIAGRAM, FIELDS, read_folder
from engine.workbench import changes

PROCESS = "customer_modify"


@pytest.fixture(scope="module")
def documents() -> dict[str, str]:
    return read_folder(Path("processes") / PROCESS)


def said(documents: dict[str, str], path: str, old: str, new: str) -> list[str]:
    assert old in documents[path]
    return [str(one) for one in changes(PROCESS, documents, documents | {path: documents[path].replace(old, new)})]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('cs:form="callback"', 'cs:form="check"', "修改人工办理“回拨核实”：表单：callback → check"),
        ('cs:form="check" cs:clock="T1"', 'cs:form="check" cs:clock="T2"', "修改人工办理“核对与分发”：时钟：T1 → T2"),
        ('cs:sign="true" cs:seal="true" cs:sep', 'cs:sign="true" cs:sep', 
         "修改人工办理“主管领导审批”：盖章：是 → （无）"),
        ('cs:operation="notices.letter"', 'cs:operation="x"', 
         "修改自动步骤“发函通知相关部门”：操作：notices.letter → x"),
        (' cs:urgent="urgent_reason"', "", "修改流程：紧急事由字段：urgent_reason → （无）"),
        ('name="客户主数据维护员" cs:post="maintainer"', 'name="客户主数据维护员" cs:post="staff"',
         "修改泳道“客户主数据维护员”：岗位：客户主数据维护员 → 执行层"),
    ],
)  # fmt: skip
def test_a_changed_setting_is_told_with_its_old_and_new_value(
    documents: dict[str, str], old: str, new: str, told: str
) -> None:
    assert told in said(documents, DIAGRAM, old, new)


def test_moving_shapes_is_told_as_a_change_that_governs_nobody(documents: dict[str, str]) -> None:
    told = said(documents, DIAGRAM, '<di:waypoint x="680" y="490" />', '<di:waypoint x="681" y="490" />')

    assert told == ["修改图形：只改了图形的位置或写法，不影响办理"]


def test_renaming_a_step_changes_that_step_alone(documents: dict[str, str]) -> None:
    told = said(documents, DIAGRAM, 'name="核对与分发"', 'name="核对"')

    assert told == ["修改人工办理“核对”：名称：核对与分发 → 核对"]


def test_a_line_drawn_anew_between_the_same_steps_is_the_same_line(documents: dict[str, str]) -> None:
    told = said(documents, DIAGRAM, "Flow_Gw_bank_Task_callback", "Flow_drawn_anew")

    assert told == ["修改图形：只改了图形的位置或写法，不影响办理"]


def test_a_step_that_is_taken_out_is_told_with_its_lines(documents: dict[str, str]) -> None:
    text = re.sub(r'<bpmn:serviceTask id="Job_letter".*?</bpmn:serviceTask>', "", documents[DIAGRAM], flags=re.DOTALL)
    text = re.sub(r'<bpmn:sequenceFlow id="Flow_Job_letter_Merge_urgent".*?/>', "", text)

    found = changes(PROCESS, documents, documents | {DIAGRAM: text})

    removed = {(one.kind, one.what, one.node) for one in found if one.kind == "removed"}
    assert ("removed", "自动步骤“发函通知相关部门”", "Job_letter") in removed
    assert any(what.startswith("连线“发函通知相关部门”") for _, what, _ in removed)


def test_fields_forms_and_letters_are_told_too(documents: dict[str, str]) -> None:
    assert said(documents, FIELDS, "max: 500", "max: 600") == ["修改字段“修改原因”（change_reason）：最多：500 → 600"]
    (told,) = said(documents, "forms/check.yaml", "needs_comment: true", "needs_comment: false")
    assert told.startswith("修改表单“核对与分发”（check）：结果 incomplete：")
    assert said(documents, "letters/result.j2", "\n", "\n\n")[0].startswith("修改函件 result：")


def test_a_document_that_came_or_went_is_named(documents: dict[str, str]) -> None:
    without = {path: text for path, text in documents.items() if path != "scenarios/按时.yaml"}

    assert [str(one) for one in changes(PROCESS, documents, without)] == ["删除情景 按时"]
    assert [str(one) for one in changes(PROCESS, without, documents)] == ["新增情景 按时"]


def test_a_diagram_that_cannot_be_read_is_compared_without_an_error(documents: dict[str, str]) -> None:
    found = changes(PROCESS, documents, documents | {DIAGRAM: "<no"})

    assert any(one.kind == "removed" for one in found)
