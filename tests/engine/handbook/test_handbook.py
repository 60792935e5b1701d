"""操作手册: everything it says comes from the diagram, the forms, the policy and its clauses, in words people read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import handlers  # noqa: F401 - fills the registry
from engine.check import Rulebook, rulebooks
from engine.check.subject import read
from engine.definitions import DIAGRAM, read_folder, shared
from engine.handbook import ROLES, Handbook, compose, of_post
from engine.handbook.book import Lead, Step
from engine.handbook.words import period_text
from engine.operations import registry
from engine.policy import Policies

TODAY = date(2026, 11, 26)
FOLDERS = sorted(one.parent for one in Path("processes").glob("*/process.bpmn") if not shared(one.parent))
NAMES = [folder.name for folder in FOLDERS]
HIDDEN = {"process", "node", "home", "post", "department", "kinds", "key", "document", "marks", "kind"}  # never printed
# Ids, expressions and template markup: what no reader should meet.
RAW = re.compile(r"[a-z]+_[a-z]+|\b[a-z]+\.[a-z]{3,}|\b(?:Task|Job|Gw|Flow|Start|Sub)_|==|\{\{|\{%|None|</?\w")


@pytest.fixture(scope="module")
def books() -> dict[str, Rulebook]:
    return rulebooks(Path("processes/policies"))


@pytest.fixture(scope="module")
def handbooks(books: dict[str, Rulebook]) -> dict[str, Handbook]:
    return {folder.name: compose(folder.name, read_folder(folder), registry, books, TODAY) for folder in FOLDERS}


def step(book: Handbook, name: str) -> Step:
    return next(one for one in book.steps if one.name == name)


def leads(book: Handbook, name: str, label: str) -> list[str]:
    """Where a result of a step leads: `条件：系统 … → 环节、环节`."""
    (result,) = [one for one in step(book, name).results if one.label == label]
    return [said(one) for one in result.leads]


def said(lead: Lead) -> str:
    through = "".join(f"{one.name} → " for one in lead.through)
    return f"{'，'.join(lead.when)}：{through}{'、'.join(one.name for one in lead.to)}".removeprefix("：")


def texts(thing: Any) -> Iterator[str]:
    """Every text of a handbook that is printed."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, (tuple, list)):
        for one in thing:
            yield from texts(one)
    elif is_dataclass(thing):
        for one in fields(thing):
            if one.name not in HIDDEN or (one.name == "kind" and not isinstance(thing, Step)):
                yield from texts(getattr(thing, one.name))


def test_a_changed_limit_changes_the_handbook(books: dict[str, Rulebook]) -> None:
    policy = Path("processes/policies/SD-010.yaml").read_text("utf-8")
    later = policy.replace("T2: {name: 部门完善, normal: 4h", "T2: {name: 部门完善, normal: 6h")
    changed = books | {"SD-010": replace(books["SD-010"], policies=Policies.parse(later))}

    timing = step(compose("customer_create", read_folder(Path("processes/customer_create")), registry, changed, TODAY),
                  "完善视图").timing  # fmt: skip

    assert timing is not None
    assert timing.normal == "6 小时"
    assert timing.marks[0] == ("用去 50%（3 小时）", "提醒经办人")


@pytest.mark.parametrize("name", NAMES)
def test_every_step_of_every_procedure_is_in_its_handbook(handbooks: dict[str, Handbook], name: str) -> None:
    subject, _problems = read(name, read_folder(Path("processes") / name), registry, {})
    drawn = {shape.id for shape in subject.of_kind("user", "service")}

    book = handbooks[name]

    assert {one.node for one in (*book.steps, *book.idle)} >= drawn
    assert not {one.node for one in book.steps} & {one.node for one in book.idle}


@pytest.mark.parametrize("name", NAMES)
def test_nobody_reads_ids_expressions_or_markup(handbooks: dict[str, Handbook], name: str) -> None:
    found = {text: RAW.findall(text) for text in texts(handbooks[name])}

    assert {text: raw for text, raw in found.items() if raw} == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_result_leads_somewhere_and_every_step_is_somebodys(handbooks: dict[str, Handbook], name: str) -> None:
    people = [one for one in handbooks[name].steps if one.kind != "service"]

    assert [one.name for one in people if not one.who] == []
    assert [(one.name, result.label) for one in people for result in one.results if not result.leads] == []
    assert [one.name for one in people if not one.results] == []


def test_a_step_says_who_when_with_whom_not_and_what_lateness_costs(handbooks: dict[str, Handbook]) -> None:
    signing = step(handbooks["customer_create"], "主管领导签字盖章")

    assert signing.who == "分发到的部门 主管领导"
    assert signing.separate == ("完善视图",)
    assert signing.signature.startswith("签字并加盖部门电子印章")
    assert signing.timing is not None
    assert (signing.timing.normal, signing.timing.urgent, signing.timing.covers) == ("4 小时", "", "本部门完善")
    assert signing.timing.marks[2:] == (
        ("到期（4 小时）", "记为超时，上报责任部门主管领导"),
        ("到期后 2 小时", "仍未办的，上报分管领导"),
        ("到期后 4 小时", "仍未办的，上报考核人员"),
    )
    assert "责任归口人员 50 元" in signing.timing.cost


def test_urgent_hours_are_told_only_where_a_case_may_be_urgent(handbooks: dict[str, Handbook]) -> None:
    create, modify = (step(handbooks[name], "核对与分发").timing for name in ("customer_create", "customer_modify"))

    assert create is not None
    assert modify is not None
    assert (create.urgent, modify.urgent) == ("", "2 小时")


def test_results_lead_on_through_shared_parts_under_conditions_in_words(handbooks: dict[str, Handbook]) -> None:
    modify = handbooks["customer_modify"]

    assert leads(modify, "回拨核实", "不属实或不能核实") == ["修改申请表"]
    assert leads(modify, "核对与分发", "无需分发，直接维护") == [
        "登记核对结果 → ",
        "“修改类别”为“银行账户变更”：回拨核实",
        "否则（银行账户变更？否）：维护",
    ]


def test_what_a_procedure_tells_a_shared_part_rules_out_the_other_ways(handbooks: dict[str, Handbook]) -> None:
    create = handbooks["customer_create"]

    assert leads(create, "维护", "建档并通知") == ["核对签章与完整性 → 新增客户过账 → 通知申请部门 → 申请部门确认"]
    assert {"冻结客户", "回填 ERP 记录"} <= {one.name for one in create.idle}


def test_parallel_branches_wait_for_one_another(handbooks: dict[str, Handbook]) -> None:
    assert leads(handbooks["penalty_appeal"], "财务部裁定", "维持考核") == [
        "同时进行的各支都已办完：登记成立并通知 → 流程结束（照扣）"
    ]


def test_fields_tell_their_conditions_in_words(handbooks: dict[str, Handbook]) -> None:
    lines = {one.label: one for group in handbooks["customer_create"].groups for one in group.lines if not one.of}

    assert lines["来源说明"].required == "“客户来源”为“其他”时必填"
    assert lines["没有证件号的原因"].when == "“证件或税号类型”为“无”"
    assert lines["贸易伙伴"].when == "“账户组”为“C008 内部客户”"
    assert lines["法定代表人"].when == "“账户组”为 C001、C003、C006、C008"


def test_letters_are_told_by_the_step_that_sends_them_with_blanks_in_words(handbooks: dict[str, Handbook]) -> None:
    sent = {one.subject: [goal.name for goal in one.by] for one in handbooks["customer_create"].letters}

    assert sent["退回补正：〔客户或事项〕 的申请资料不全"] == ["登记资料不全"]


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_every_letter_of_a_procedure_is_sent_by_one_of_its_steps(handbooks: dict[str, Handbook], folder: Path) -> None:
    assert len(handbooks[folder.name].letters) == len(list(folder.glob("letters/*.j2")))


def test_clauses_stand_beside_the_steps_that_carry_them_out(handbooks: dict[str, Handbook]) -> None:
    clauses = {one.number: one for one in handbooks["customer_create"].clauses}

    assert [one.name for one in clauses["2.2.3"].steps] == ["完善视图"]
    assert clauses["2.2.3"].text.startswith("财务部")


def test_what_a_version_changed_is_marked_at_its_step(books: dict[str, Rulebook]) -> None:
    before = read_folder(Path("processes/customer_create"))
    after = before | {
        DIAGRAM: before[DIAGRAM].replace('cs:form="check" cs:clock="T1"', 'cs:form="check" cs:clock="T2"')
    }

    book = compose("customer_create", after, registry, books, TODAY, before)

    assert step(book, "核对与分发").changed == ("时钟：T1 → T2",)
    assert step(book, "主管领导审批").changed is None
    assert [what for _kind, what, _details in book.changes] == ["人工办理“核对与分发”"]


def test_a_changed_form_is_marked_at_the_steps_that_use_it(books: dict[str, Rulebook]) -> None:
    before = read_folder(Path("processes/customer_create"))
    form = before["forms/check.yaml"].replace("label: 核对结论", "label: 核对的结论")

    book = compose("customer_create", before | {"forms/check.yaml": form}, registry, books, TODAY, before)

    assert [one.name for one in book.steps if one.changed is not None] == ["核对与分发"]


def test_an_unreadable_diagram_gives_a_handbook_without_steps(books: dict[str, Rulebook]) -> None:
    book = compose("customer_create", {DIAGRAM: "<nonsense"}, registry, books, TODAY)

    assert (book.steps, book.clauses) == ((), ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('calledElement="shared_review"', 'calledElement="customer_create"'),  # it calls itself
        ('targetRef="End_phoned"', 'targetRef="Nowhere"'),
        ("value=\"'create'\"", 'value="1 +"'),
        ("check == 'not_new'", "check == ("),
        ("check == 'not_new'", "[x for x in check]"),
        ('cs:clock="T1"', 'cs:clock="T9"'),
        ('cs:form="check"', 'cs:form="none"'),
    ],
)
def test_a_draft_that_the_check_refuses_still_gives_a_handbook(books: dict[str, Rulebook], old: str, new: str) -> None:
    documents = read_folder(Path("processes/customer_create"))
    assert old in documents[DIAGRAM]

    book = compose(
        "customer_create", documents | {DIAGRAM: documents[DIAGRAM].replace(old, new)}, registry, books, TODAY
    )

    assert "核对与分发" in {one.name for one in book.steps}


def test_every_step_of_people_is_in_the_handbook_of_some_post(handbooks: dict[str, Handbook]) -> None:
    known = list(handbooks.values())

    told = {duty.name for role in ROLES for duty in of_post(role, known, None).duties}

    missing = {one.name for book in known for one in book.steps if one.kind == "user"} - told
    assert missing == set()


def test_a_post_reads_of_its_steps_in_all_procedures_once(
    handbooks: dict[str, Handbook], books: dict[str, Rulebook]
) -> None:
    (role,) = [one for one in ROLES if one.key == "maintainer"]

    book = of_post(role, list(handbooks.values()), books["SD-010"].newest)

    (checking,) = [one for one in book.duties if one.name == "核对与分发"]
    assert {"客户主数据创建", "客户主数据修改", "客户主数据冻结"} <= set(checking.procedures)
    assert any("录入错误" in text and "50 元" in text for text in book.costs)
    assert ("到期", "记为超时，上报责任部门主管领导") in book.hears


def test_what_finance_alone_does_is_in_its_own_handbook(handbooks: dict[str, Handbook]) -> None:
    known, roles = list(handbooks.values()), {one.key: one for one in ROLES}

    finance, focal = ({duty.name for duty in of_post(roles[key], known, None).duties} for key in ("finance", "focal"))

    assert {"核对并提议", "签署提议", "财务部裁定", "填写申请表", "完善视图"} <= finance
    assert {"核对并提议", "财务部裁定"} & focal == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [("P28D", "满 28 天"), ("PT1H30M", "满 1 小时 30 分钟"), ("R/2026-01-01T08:30:00+08:00/P1M", "每月 1 日 08:30"),
     ("R3/x", "按图上的周期"), ("P", "到图上的时刻")],
)  # fmt: skip
def test_periods_are_told_in_words(text: str, words: str) -> None:
    assert period_text(text) == words
