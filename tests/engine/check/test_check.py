"""Every mistake a process owner can make in a folder is found, named and given a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

import handlers  # noqa: F401 - fills the registry
from engine.check import Problem, check, check_documents, rulebooks
from engine.definitions import DIAGRAM, read_folder

PROCESSES = Path("processes")
DOCUMENTS = read_folder(PROCESSES / "customer_create")
BOOKS = rulebooks(PROCESSES / "policies")
PHONE = 'id="Task_phone_maintainer" name="电话通知维护员"'


def found(changed: dict[str, str]) -> list[Problem]:
    return check_documents("customer_create", DOCUMENTS | changed, BOOKS)


def planted(file: str, before: str, after: str) -> list[Problem]:
    """A mistake in a document, or in the diagram of shared steps that the procedure calls."""
    holders = [file, *(path for path in DOCUMENTS if file.endswith(".bpmn") and path.endswith(".bpmn"))]
    where = next((path for path in holders if before in DOCUMENTS[path]), None)
    assert where, "the mistake cannot be planted"
    return found({where: DOCUMENTS[where].replace(before, after, 1)})


@pytest.mark.parametrize(
    ("before", "after", "element", "what"),
    [
        ('cs:form="check"', 'cs:form="chek"', "核对与分发（Task_check）", "没有表单 forms/chek.yaml"),
        (' cs:form="approve"', "", "主管领导审批（Task_approve）", "没有表单"),
        (
            '"customers.reserve"',
            '"customers.resrve"',
            "占用客户主键并送达（Job_reserve）",
            "没有登记名为 customers.resrve 的操作",
        ),
        (
            'name="clock" value',
            'name="clok" value',
            "升级主管领导（Job_escalate_check）",
            "操作 notices.escalate 没有参数 clok",
        ),
        ('"notices.result"', '"notices.send"', "通知申请部门（Job_notify）", "操作 notices.send 缺少参数 letter"),
        ('cs:clock="T3"', 'cs:clock="T9"', "建档并通知（Sub_maintain）", "制度里没有时钟 T9"),
        (
            'cs:continues="T1"',
            'cs:continues="T7"',
            "建档并通知（Sub_maintain）",
            "cs:continues 续用的时钟 T7 没有节点使用",
        ),
        ('cs:post="maintainer"', 'cs:post="keeper"', "泳道 客户主数据维护员", "没有 keeper 这种岗位"),
        (
            'cs:department="item" cs:sign',
            'cs:departmnt="item" cs:sign',
            "主管领导签字盖章（Task_sign_view）",
            "属性 cs:departmnt 在这里不起作用",
        ),
        (
            "<bpmn:flowNodeRef>Task_confirm</bpmn:flowNodeRef>",
            "",
            "申请部门确认（Task_confirm）",
            "不知道由哪个岗位办理",
        ),
        (
            PHONE,
            PHONE + ' cs:department="item"',
            "电话通知维护员（Task_phone_maintainer）",
            "department 为 item，但它不在多实例里",
        ),
        (
            'cs:departments="marketing unit"',
            'cs:departments="sales"',
            "填写申请表（Start_apply）",
            "没有 sales 这类部门",
        ),
        (
            'cs:separate="Task_complete_view"',
            'cs:separate="Task_view"',
            "主管领导签字盖章（Task_sign_view）",
            "cs:separate 里的 Task_view 不是人工步骤",
        ),
        (
            'cs:sign="true" cs:seal="true" cs:separate="Start',
            'cs:seal="true" cs:separate="Start',
            "主管领导审批（Task_approve）",
            "表单的结果是签字，但节点没有要求签字",
        ),
        (
            'cs:sign="true" cs:seal="true" cs:separate="Start',
            'cs:sign="true" cs:separate="Start',
            "主管领导审批（Task_approve）",
            "表单允许上传扫描件代替印章，但节点不盖章",
        ),
        (PHONE, PHONE + ' cs:sign="true"', "电话通知维护员（Task_phone_maintainer）", "要求签字，但表单没有签字的结果"),
        ('cs:clauses="2.2.1 3.1 3.3.3"', 'cs:clauses="2.2.9"', "核对与分发（Task_check）", "制度里没有第 2.2.9 条"),
        (
            "check == 'not_new'",
            "chek == 'not_new'",
            "是新客户？（Gw_new）",
            "表达式“chek == 'not_new'”里的 chek 没有任何步骤给出",
        ),
        (
            "check == 'not_new'",
            "check == 'notnew'",
            "Flow_Gw_new_Job_refuse_not_new",
            "条件“check == 'notnew'”永远不成立：check 没有结果 notnew",
        ),
        (
            "release == 'reroute'",
            "release == 'post'",
            "customer_create",
            "release 的结果 reroute、return 都走默认线，图上分不开",
        ),
        (
            "<bpmn:loopDataInputRef>departments",
            "<bpmn:loopDataInputRef>offices",
            "电话通知各部门（Task_phone_departments）",
            "表达式“offices”里的 offices 没有任何步骤给出",
        ),
        ('bpmnElement="Task_check"', 'bpmnElement="Task_gone"', "核对与分发（Task_check）", "没有画在图上"),
        ('bpmnElement="Lane_focal"', 'bpmnElement="Lane_gone"', "泳道 申请部门归口人员", "没有画在图上"),
        (
            'bpmnElement="Flow_Task_check_Gw_new"',
            'bpmnElement="Flow_gone"',
            "Flow_Task_check_Gw_new",
            "连线没有画在图上",
        ),
        (
            '<dc:Bounds x="790" y="620"',
            '<dc:Bounds x="570" y="450"',
            "占用客户主键并送达（Job_reserve）",
            "与“核对与分发”重叠",
        ),
        (
            '<di:waypoint x="900" y="660" />',
            '<di:waypoint x="900" y="500" />',
            "Flow_Task_check_Gw_new",
            "连线的一端没有接到 Task_check",
        ),
        ('cs:policy="SD-010"', 'cs:policy="SD-011"', "customer_create", "没有名为 SD-011 的制度"),
        (' cs:prefix="CJ"', "", "customer_create", "没有单号前缀"),
        ('cs:title="legal_name"', 'cs:title="name"', "customer_create", "cs:title 指的字段 name 不存在"),
    ],
)
def test_a_mistake_in_the_diagram_is_named(before: str, after: str, element: str, what: str) -> None:
    problems = planted("process.bpmn", before, after)

    assert (element, what) in [(problem.element, problem.what) for problem in problems]
    assert all(problem.remedy for problem in problems)


@pytest.mark.parametrize(
    ("file", "before", "after", "element", "what"),
    [
        (
            "forms/fields.yaml",
            "check: customers.cnaps",
            "check: customers.snaps",
            "字段 cnaps_code",
            "没有登记名为 customers.snaps 的校验",
        ),
        (
            "forms/fields.yaml",
            "source: people.salespersons",
            "source: people.sellers",
            "字段 salesperson",
            "没有登记名为 people.sellers 的数据来源",
        ),
        (
            "forms/check.yaml",
            "source: people.departments_to_route",
            "source: people.all",
            "字段 departments",
            "没有登记名为 people.all 的数据来源",
        ),
        (
            "forms/apply.yaml",
            "customers.searched",
            "customers.looked",
            "guards",
            "没有登记名为 customers.looked 的检查",
        ),
        (
            "forms/complete_view.yaml",
            "  finance: [accounting]",
            "  money: [accounting]",
            "write",
            "没有 money 这类部门",
        ),
        ("forms/approve.yaml", "title:", "titel:", "", "不认识的键 titel"),
        ("letters/result.j2", "{{ case.title }}", "{{ case.title }", "第 1 行", "模板有误：unexpected '}'"),
    ],
)
def test_a_mistake_in_a_form_or_letter_is_named(file: str, before: str, after: str, element: str, what: str) -> None:
    problems = planted(file, before, after)

    assert (file, element, what) in [(problem.file, problem.element, problem.what) for problem in problems]


def test_a_fault_in_a_form_is_not_said_again_of_every_condition_behind_it() -> None:
    problems = planted("forms/check.yaml", "title:", "titel:")

    assert [one.file for one in problems if one.what == "不认识的键 titel"] == ["forms/check.yaml"]
    assert not [one for one in problems if "没有任何步骤给出" in one.what]


def test_a_form_nobody_uses_is_a_warning() -> None:
    problems = found({"forms/spare.yaml": "title: 备用\noutcomes: [{id: ok, label: 好}]"})

    assert [(problem.file, problem.level) for problem in problems] == [("forms/spare.yaml", "warning")]


def test_a_parallel_join_behind_an_exclusive_split_is_said_to_wait_for_ever() -> None:
    diagram = DOCUMENTS["process.bpmn"].replace(
        '<bpmn:exclusiveGateway id="Merge_route">', '<bpmn:parallelGateway id="Merge_route">'
    )
    start = diagram.index('<bpmn:parallelGateway id="Merge_route">')
    diagram = diagram[:start] + diagram[start:].replace("</bpmn:exclusiveGateway>", "</bpmn:parallelGateway>", 1)

    problems = found({"process.bpmn": diagram})

    assert [problem.element for problem in problems if "永远等下去" in problem.what] == ["Merge_route"]


def test_what_the_door_refuses_is_among_the_problems() -> None:
    problems = planted("process.bpmn", ' default="Flow_Gw_new_Gw_complete"', "")

    assert any("没有默认出线" in problem.what and problem.element == "是新客户？（Gw_new）" for problem in problems)


def test_a_broken_diagram_does_not_hide_the_mistakes_in_the_forms() -> None:
    problems = found({"process.bpmn": "<not-bpmn", "forms/phone.yaml": "colour: red"})

    assert {"process.bpmn", "forms/phone.yaml"} <= {problem.file for problem in problems}


def test_a_missing_folder_is_said_and_not_raised(tmp_path: Path) -> None:
    assert [problem.what for problem in check(tmp_path, BOOKS)] == ["没有流程图"]


def test_a_problem_reads_as_a_sentence() -> None:
    problem = Problem("forms/apply.yaml", "字段 phone", "没有标签", "请补写 label")

    assert str(problem) == "[错误] forms/apply.yaml 字段 phone：没有标签。请补写 label"


def test_a_process_that_calls_itself_is_checked_to_the_end() -> None:
    problems = planted(DIAGRAM, 'calledElement="shared_review"', 'calledElement="customer_create"')

    assert [one.what for one in problems if one.level == "error"] == []
