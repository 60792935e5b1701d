"""A small procedure: 孙倩 of a unit applies, 黄雅琴 of finance completes, 李志强 maintains."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from engine.forms import Catalogue, Context, Form
from engine.operations import Registry

FIELDS = """
lists:
  currencies: {CNY: 人民币, USD: 美元}
sections:
  - id: general
    title: 一般视图
    owner: 由申请部门填写
    fields:
      - {id: legal_name, label: 客户名称, max: 120, required: true, check: tidy}
      - {id: group, label: 账户组, kind: choice, required: true, default: C001, options: {C001: 外部, C008: 内部}}
      - {id: partner, label: 贸易伙伴, required: true, show_when: {field: group, values: [C008]}}
      - {id: partner_note, label: 贸易伙伴说明, show_when: {field: partner, values: [P1]}}
      - {id: founded_on, label: 成立日期, kind: date}
      - {id: staff, label: 人数, kind: number, least: 0}
      - {id: listed, label: 上市公司, kind: bool}
      - {id: stock_code, label: 股票代码, required: true, show_when: {field: listed, values: [true]}}
      - {id: note, label: 备注, kind: textarea, max: 50}
      - {id: hint, label: 说明, kind: static, text: 按营业执照填写}
      - id: banks
        label: 银行账户
        kind: table
        max: 3
        columns:
          - id: account_no
            label: 账号
            required: true
            sensitive: true
            check: {by: account_kind, card: card, "*": digits}
          - {id: account_kind, label: 类别, kind: choice, required: true, options: {base: 基本户, card: 个人卡}}
          - {id: currency, label: 币种, kind: choice, required: true, default: CNY, options: currencies}
  - id: accounting
    title: 会计视图
    owner: 由财务部填写
    fields:
      - {id: credit_limit, label: 信用额度, kind: money, required: true, most: 1000000}
      - {id: terms, label: 付款条件, kind: choice, options: {Z030: 30 天}}
"""

CHECK = """
title: 核对
decision: check
read: [general, accounting]
fields:
  - id: departments
    label: 分发到
    kind: multichoice
    source: departments
    without: applicant_department
    integer: true
    decide: departments
  - {id: reason, label: 结论, required: true}
outcomes:
  - {id: route, label: 分发, requires: [departments]}
  - {id: complete, label: 直接建档}
  - {id: back, label: 退回, style: danger, needs_comment: true, skip_validation: true}
"""

VIEW = """
title: 完善
decision: view
write: {finance: [accounting], marketing unit: [general], "*": []}
read: [general, accounting]
signs: {finance: [accounting], marketing unit: [general], "*": []}
outcomes:
  - {id: approve, label: 同意, signs: true}
"""

APPLY = """
title: 申请
write: [general]
outcomes:
  - {id: submit, label: 提交}
"""


def tidy(name: str) -> str:
    if "公司" not in name:
        raise ValueError("应为营业执照上的全称")
    return name.replace("(", "（").replace(")", "）")


def card(number: str) -> str:
    if not number.startswith("62"):
        raise ValueError("个人卡号应以 62 开头")
    return number


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    registry.checks = {"tidy": tidy, "card": card, "digits": lambda number: number.replace(" ", "")}
    registry.sources = {"departments": lambda people, now: [("1", "华东事业部"), ("2", "财务部"), ("3", "营销部")]}
    return registry


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue.parse(FIELDS)


@pytest.fixture
def apply(catalogue: Catalogue) -> Form:
    return Form.parse(APPLY, catalogue, "forms/apply.yaml")


@pytest.fixture
def check(catalogue: Catalogue) -> Form:
    return Form.parse(CHECK, catalogue, "forms/check.yaml")


@pytest.fixture
def view(catalogue: Catalogue) -> Form:
    return Form.parse(VIEW, catalogue, "forms/view.yaml")


@pytest.fixture
def context(registry: Registry) -> Context:
    return Context(registry=registry, applicant=1)


def of_kind(kind: str, registry: Registry) -> Context:
    """The context of a step of a department of this kind."""
    people = SimpleNamespace(department=lambda department_id: SimpleNamespace(kind=kind))
    return Context(people=people, department_id=1, registry=registry)  # type: ignore[arg-type]


GOOD = {
    "legal_name": "苏州恒川(集团)有限公司",
    "group": "C001",
    "banks": [{"account_no": "1102 0207", "account_kind": "base", "currency": "CNY"}],
}
