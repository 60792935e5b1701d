"""A scenario as a table of cells: rows are its steps, of a kind each; a step that cells cannot show is of kind RAW.

How scenarios are written: processes/README.md. Back into a scenario: `writing.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.check.stories import WALL
from engine.forms.yaml import load
from engine.workbench.stories.cells import names, shown

START, WORK, WAIT, EXPECT, WHOLE, BEGUN, FIGURES, RAW = (
    "start", "work", "wait", "expect", "whole", "begun", "figures", "raw",
)  # fmt: skip
KINDS = {
    START: "发起", WORK: "办理", WAIT: "等待", EXPECT: "预期", WHOLE: "整件动作", BEGUN: "系统发起",
    FIGURES: "往来数据", RAW: "原文",
}  # fmt: skip
VERBS = ("撤回", "挂起", "恢复", "升为紧急", "改为正常")
# The keys of a step that are cells of the table, by kind; those of the step's head come first in `HEADS`.
CELLS = {
    START: ("客户", "单", "拒绝"),
    WORK: ("单", "结果", "意见", "拒绝"),
    WHOLE: ("单", "理由", "事由", "拒绝"),
    BEGUN: ("单", "部门"),
    FIGURES: ("最后交易", "余额", "单据"),
}
HEADS = {START: ("谁", "流程"), WORK: ("谁", "环节"), WHOLE: ("谁", "动作"), BEGUN: ("流程",), FIGURES: ("客户",)}
ORDER = ("客户", "单", "部门", "结果", "填写", "意见", "理由", "事由", "拒绝", "最后交易", "余额", "单据")
CUSTOMER = ("部门", "最后交易", "余额", "单据")
EXPECTED = ("状态", "结果", "待办", "超时", "时限", "通知", "轮次", "紧急")

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Expected:
    """What is expected of one case or customer; `其他` holds one `key：value` a line."""

    name: str
    cells: Cells


@dataclass(frozen=True)
class Row:
    """One step; `was` is the step as the story has it, None for a new one."""

    kind: str
    cells: Cells = field(default_factory=dict)
    fields: tuple[tuple[str, str], ...] = ()
    expected: tuple[Expected, ...] = ()
    was: Any = None


@dataclass(frozen=True)
class Customer:
    """A customer that exists already; `raw` is one that the table cannot show."""

    name: str
    cells: Cells = field(default_factory=dict)
    was: Any = None

    @property
    def raw(self) -> bool:
        return not self.name and self.was is not None


@dataclass(frozen=True)
class Table:
    """A whole scenario; `last` is what is expected at the end, None when the table cannot show it."""

    title: str
    begin: str
    customers: tuple[Customer, ...]
    rows: tuple[Row, ...]
    last: tuple[Expected, ...] | None


# --- reading --------------------------------------------------------------------------------------------------------


def read(text: str, file: str = "") -> Table:
    """The table of a scenario's text; raises DefinitionInvalid when it is no scenario that a table can hold."""
    return table(load(text, file))


def table(story: Mapping[str, Any]) -> Table:
    """The table of a scenario's data."""
    customers, steps, last = story.get("已有客户"), story.get("经过"), story.get("预期")
    return Table(
        title=shown(story.get("标题")),
        begin=shown(story.get("开始")),
        customers=tuple(customer(one) for one in customers) if isinstance(customers, list) else (),
        rows=tuple(row(one) for one in steps) if isinstance(steps, list) else (),
        last=_expectations(last) if last is not None else (),
    )


def row(entry: Any) -> Row:
    """One step of a story."""
    found = _row(entry)
    return found if found is not None else Row(RAW, was=entry)


def _row(entry: Any) -> Row | None:
    one = entry if isinstance(entry, Mapping) else {str(entry): None}
    if len(one) != 1 or isinstance(entry, list):
        return None
    ((head, what),) = one.items()
    if head == "预期":
        expected = _expectations(what)
        return None if expected is None else Row(EXPECT, expected=expected, was=entry)
    words = str(head).split(" ")
    who, verb, rest = words[0], "".join(words[1:2]), " ".join(words[2:])
    if who == "过":
        return _wait(entry, verb, rest) if what is None else None
    kind = _kind(who, verb)
    told = what if isinstance(what, Mapping) else {"结果": what} if what is not None else {}
    filled = told.get("填写", {})
    if kind is None or not isinstance(filled, Mapping) or None in filled.values():
        return None
    if kind != WORK and not isinstance(what, Mapping | None):
        return None
    heads = {"谁": who, "动作": verb, "流程": rest, "环节": rest, "客户": rest}
    cells = {key: heads[key] for key in HEADS[kind]} | {key: shown(told.get(key)) for key in CELLS[kind]}
    fields = tuple((str(name), names(value)) for name, value in filled.items())
    return Row(kind, cells, fields if kind in (START, WORK) else (), was=entry)


def _kind(who: str, verb: str) -> str | None:
    if verb == "发起":
        return BEGUN if who == "系统" else START
    if verb == "办理":
        return WORK
    if (who, verb) == ("财务", "导入"):
        return FIGURES
    return WHOLE if verb in VERBS else None


def _wait(entry: Any, span: str, clock: str) -> Row | None:
    if clock not in ("", WALL):
        return None
    plain = re.fullmatch(r"(\d+)([hmd])", span)
    cells = {"多久": plain[1] if plain else span, "单位": plain[2] if plain else "", "时钟": clock}
    return Row(WAIT, cells, was=entry)


def customer(one: Any) -> Customer:
    """A customer as the story names it."""
    named = one if isinstance(one, Mapping) else {str(one): {}}
    if len(named) != 1 or isinstance(one, list):
        return Customer("", was=one)
    ((name, told),) = named.items()
    if not isinstance(told, Mapping):
        return Customer("", was=one)
    return Customer(str(name), {key: shown(told.get(key)) for key in CUSTOMER}, one)


def _expectations(what: Any) -> tuple[Expected, ...] | None:
    if not isinstance(what, Mapping) or not all(isinstance(one, Mapping) for one in what.values()):
        return None
    return tuple(expected_of(str(name), wanted) for name, wanted in what.items())


def expected_of(name: str, wanted: Mapping[str, Any]) -> Expected:
    """What is expected of one case or customer."""
    cells = {key: _said(key, wanted[key]) if key in wanted else "" for key in EXPECTED}
    others = "\n".join(f"{key}：{shown(value)}" for key, value in wanted.items() if key not in EXPECTED)
    return Expected(name, cells | {"其他": others})


def _said(key: str, value: Any) -> str:
    if key in ("待办", "超时"):
        return names(value)
    if key in ("时限", "通知") and isinstance(value, Mapping):
        return "\n".join(f"{name}：{names(one) if key == '通知' else shown(one)}" for name, one in value.items())
    return shown(value)
