"""A letter that asks for what nobody gives is found before it is published, with the line and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

import handlers  # noqa: F401 - fills the registry
from engine.check import Problem, check_documents, rulebooks
from engine.definitions import read_folder

PROCESSES = Path("processes")
BOOKS = rulebooks(PROCESSES / "policies")
LETTERS = [
    pytest.param(path.parent.parent.name, path.name, id=f"{path.parent.parent.name}-{path.stem}")
    for path in sorted(PROCESSES.glob("*/letters/*.j2"))
]


def found(letter: str, body: str, process: str = "customer_create") -> list[Problem]:
    """What is said against a letter with this text on its third line."""
    path, documents = f"letters/{letter}.j2", read_folder(PROCESSES / process)
    problems = check_documents(process, documents | {path: f"主题：办结\n\n{body}\n"}, BOOKS)
    return [one for one in problems if one.file == path]


@pytest.mark.parametrize(
    ("body", "what", "remedy"),
    [
        ("{{ custmer_code }}", "没有变量 custmer_code", "是不是 customer_code？"),
        ("{{ nobody_knows }}", "没有变量 nobody_knows", "改正名称，或删去这一处"),
        ("{{ case.titel }}", "案卷没有 case.titel", "是不是 title？"),
        ("{{ form.account_grup }}", "没有字段 account_grup（form.account_grup）", "是不是 account_group？"),
        ("{{ form['account_grup'] }}", "没有字段 account_grup（form.account_grup）", "是不是 account_group？"),
        ("{{ account_group }}", "没有变量 account_group", "表单字段写成 form.account_group"),
        ("{% if late %}", "模板有误：Unexpected end of template", "请核对花括号"),
        ("{{ now | shout }}", "函件不能用过滤器 shout", "过滤器的名称"),
        ('{{ "a" | center(2000000000) }}', "函件不能用过滤器 center", "过滤器的名称"),
        ('{{ ["a"] | map("center", 2000000000) | list }}', "函件不能用过滤器 map", "过滤器的名称"),
        ("{{ 'a' * 2000000000 }}", "不能做乘法", "请核对"),
        ("{{ 9 ** 9 ** 9 ** 9 }}", "不能做乘法、乘方", "请核对"),
        ("{{ '%02000000000d' % 1 }}", "取余", "请核对"),
        ("{{ 'a'.center(2000000000) }}", "不能调用函数", "请核对"),
        ("{% for one in range(100000) %}{{ one }}{% endfor %}", "不能调用函数", "请核对"),
        ("{{ ''.__class__ }}", "函件不能用 __class__", "删去这一处"),
        ("{{ case['__class__'] }}", "函件不能用 __class__", "删去这一处"),
        ("{{ now | attr('__class__') }}", "函件不能用过滤器 attr", "过滤器的名称"),
        ("{% include 'other.j2' %}", "函件不能用 include", "删去这一处"),
    ],
)
def test_what_a_letter_may_not_say_is_named_with_its_line_and_a_remedy(body: str, what: str, remedy: str) -> None:
    problems = found("result", body)

    assert [one for one in problems if what in one.what and remedy in one.remedy]
    assert {one.level for one in problems} == {"error"}
    assert all(one.element in ("第 3 行", "第 4 行") for one in problems)


def test_a_letter_may_use_what_the_case_its_forms_and_its_operation_give() -> None:
    body = "{% for one in case.title %}{{ loop.index }}{{ one }}{% endfor %}{{ form.get('x') }}{{ form.account_group }}"

    assert found("result", body + "{{ customer_code }}{{ posted_at }}{% set a = now %}{{ a }}") == []


def test_a_letter_is_given_what_the_operation_that_writes_it_has_and_no_other() -> None:
    """退回补正 is written by an operation that gives nothing more, beside others that do."""
    assert found("not_new", "{{ existing_code }}") == []
    assert [one.what for one in found("incomplete", "{{ existing_code }}")] == ["没有变量 existing_code"]


@pytest.mark.parametrize(("process", "name"), LETTERS)
def test_a_name_planted_in_any_letter_is_found(process: str, name: str) -> None:
    documents = read_folder(PROCESSES / process)
    path = f"letters/{name}"

    problems = check_documents(process, documents | {path: documents[path] + "\n{{ nobody_knows }}\n"}, BOOKS)

    assert [one.what for one in problems if one.file == path] == ["没有变量 nobody_knows"]


NOTICE = 'cs:operation="customers.register_return"'


def redrawn(old: str, new: str, process: str = "customer_create", without: str = "") -> list[Problem]:
    """What is said against a diagram in which something is put in another's place."""
    documents = read_folder(PROCESSES / process)
    assert old in documents["process.bpmn"]
    kept = {path: text for path, text in documents.items() if path != without}
    return check_documents(process, kept | {"process.bpmn": kept["process.bpmn"].replace(old, new)}, BOOKS)


def test_a_letter_that_a_step_sends_and_nobody_has_written_is_found_with_the_step() -> None:
    problems = redrawn("", "", without="letters/incomplete.j2")

    assert [(one.node, one.what) for one in problems] == [("Job_return", "没有函件 letters/incomplete.j2")]
    assert problems[0].level == "error"
    assert "表单与函件" in problems[0].remedy


def test_a_letter_sent_by_name_has_to_be_there_too() -> None:
    sent = 'cs:operation="notices.send"'
    letter = """<bpmn:extensionElements><cs:parameter name="letter" value="'reminder'" /></bpmn:extensionElements>"""
    drawn = read_folder(PROCESSES / "customer_create")["process.bpmn"]
    task = drawn[drawn.index('<bpmn:serviceTask id="Job_return"') :]
    task = task[: task.index("</bpmn:serviceTask>")]
    opening, body = task.split(">", 1)

    problems = redrawn(task, f"{opening.replace(NOTICE, sent)}>{letter}{body}")

    assert [one.what for one in problems if one.node == "Job_return"] == ["没有函件 letters/reminder.j2"]


def test_a_letter_of_a_shared_step_that_this_procedure_never_takes_need_not_be_there() -> None:
    """The shared steps can also freeze line by line and send `result`; 客户主数据创建 tells them to create."""
    with_lines = redrawn("""value="'create'\"""", """value="'freeze_lines'\"""")
    told = [one.what for one in with_lines if one.file == "letters/result.j2"]

    assert redrawn("", "") == []
    assert told
    assert all(what.startswith("没有变量") for what in told)


def test_a_letter_sent_by_two_operations_may_use_only_what_both_give() -> None:
    """客户主数据修改 told to post whatever may come: the result is sent by both, who give different names."""
    problems = redrawn('value="change_kind"', 'value="somewhere"', "customer_modify")
    told = [one for one in problems if one.file == "letters/result.j2"]

    assert [one.what for one in told if "customer_code" in one.what] == [
        "变量 customer_code 不是每处都有：“登记结果并通知”（Job_notify_lines）发这封函时不给出"
    ]
    assert "只能用各处都给出的变量" in told[0].remedy
    assert not [one for one in told if "posted_by" in one.what], "both give it"
