"""A policy, its rules and all procedures together: what nobody carries out or nobody can test is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import handlers  # noqa: F401 - fills the registry
from engine import conformance
from engine.check import Drawn, Rulebook, check_policy, drawn, rulebooks
from engine.clauses import read_clauses

PROCESSES = Path("processes")
BOOK = rulebooks(PROCESSES / "policies")["SD-010"]
TEXT = (PROCESSES / "policies" / "SD-010.md").read_text(encoding="utf-8")
RULES = (PROCESSES / "policies" / "SD-010.rules.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def procedures() -> Drawn:
    return drawn(sorted(path.parent for path in PROCESSES.glob("*/process.bpmn")))


def told(book: Rulebook, procedures: Drawn) -> list[str]:
    return [f"{one.element}：{one.what}" for one in check_policy("SD-010", book, procedures) if one.level == "error"]


def with_text(before: str, after: str) -> Rulebook:
    assert before in TEXT
    return replace(BOOK, clauses=tuple(read_clauses(TEXT.replace(before, after, 1))))


def with_rules(before: str, after: str) -> Rulebook:
    assert before in RULES
    return replace(BOOK, rules=conformance.parse(RULES.replace(before, after, 1)))


def test_sd_010_is_carried_out_and_bound_clause_by_clause(procedures: Drawn) -> None:
    assert check_policy("SD-010", BOOK, procedures) == []
    assert procedures.shared >= {"shared_departments", "shared_maintain"}


def test_a_clause_that_no_node_carries_out_is_reported_unless_it_says_why(procedures: Drawn) -> None:
    # given the one clause that names nothing to be done, without its exemption
    book = with_text("不由节点承办：适用范围，没有要办的事", "")

    # when the policy is checked, then it is reported with the remedy
    (problem,) = check_policy("SD-010", book, procedures)
    assert (problem.element, problem.what) == ("第 1.2 条", "没有任何环节承办这一条")
    assert "不由节点承办" in problem.remedy


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("`Job_notice`", "`Job_notise`", "第 2.1.4 条：承办节点 Job_notise 不在流程 customer_freeze 的图里"),
        ("承办 `customer_modify`", "承办 `customer_modfy`", "第 1.1 条：没有流程 customer_modfy"),
        ("不由节点承办：适用", "承办 `customer_create`：`Job_reserve`\n不由节点承办：适用",
         "第 1.2 条：既有承办节点，又写了不由节点承办"),
    ],
)  # fmt: skip
def test_a_link_to_nothing_is_an_error(procedures: Drawn, before: str, after: str, what: str) -> None:
    assert told(with_text(before, after), procedures) == [what]


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ('  "1.2":\n    not_testable: 适用范围条款，没有可以违反的义务\n', "",
         "第 1.2 条：没有规则，也没有说明为何不可检验"),
        ('"1.2":', '"1.9":', "第 1.9 条：制度里没有这一条"),
        ("node: Task_sign_proposal", "node: Task_sign_proposl",
         "第 2.1.3 条 finance-proposes：环节 Task_sign_proposl 在所适用的流程里都没有"),
        ("annual: [customer_annual_freeze]", "annual: [customer_anual]",
         "第 2.1.3 条 finance-proposes：没有流程 customer_anual"),
    ],
)  # fmt: skip
def test_a_rule_that_can_never_speak_is_an_error(procedures: Drawn, before: str, after: str, what: str) -> None:
    assert what in told(with_rules(before, after), procedures)
