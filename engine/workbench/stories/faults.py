"""What is wrong with a scenario's table, by row and column, each with what to write instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches

from engine.limits import Limit, LimitInvalid
from engine.problems import Problem
from engine.workbench.stories import writing
from engine.workbench.stories.cells import CellWrong, listed
from engine.workbench.stories.names import Names, Procedure, case_of, cases
from engine.workbench.stories.table import (
    BEGUN,
    EXPECT,
    FIGURES,
    RAW,
    START,
    VERBS,
    WAIT,
    WHOLE,
    WORK,
    Expected,
    Row,
    Table,
)

STATUS = {"open": "在办", "ended": "已结束", "suspended": "已挂起", "withdrawn": "已撤回", "cancelled": "已作废"}
HEAD, LAST = "抬头", "最后的预期"
Fault = tuple[str, str, str]  # column, what, remedy


def faults(table: Table, names: Names, file: str = "") -> list[Problem]:
    """Everything that keeps the table from being a scenario; `element` is row and column, `node` the row alone."""
    found = [_problem(file, HEAD, one) for one in _head(table)]
    customers = {one.name for one in table.customers} | {one.cells.get("客户", "") for one in table.rows}
    *before, at_last = cases(table.rows)
    for number, (one, begun) in enumerate(zip(table.rows, before, strict=True), start=1):
        found += [_problem(file, f"第 {number} 行", fault) for fault in _row(one, begun, customers, names)]
    found += [_problem(file, LAST, fault) for fault in _expectations(table.last or (), at_last, customers, names)]
    return found


def _problem(file: str, place: str, fault: Fault) -> Problem:
    column, what, remedy = fault
    return Problem(file, f"{place}“{column}”", what, remedy, node=place)


def _head(table: Table) -> Iterator[Fault]:
    if not table.title:
        yield "标题", "没有写", "用一句话说明这个情景考什么"
    if table.begin and not _moment(table.begin):
        yield "开始", f"“{table.begin}”不是时刻", "写成 2026-11-16 09:00；不写即此时"
    for name, times in Counter(one.name for one in table.customers if not one.raw).items():
        if not name:
            yield "已有客户", "有一个没有名字", "起一个名字，或清空那一行"
        elif times > 1:
            yield "已有客户", f"“{name}”写了 {times} 次", "每个客户只写一次"
    for one in table.customers:
        yield from _day(one.cells.get("最后交易", ""))


def _row(one: Row, begun: Mapping[str, str], customers: set[str], names: Names) -> Iterator[Fault]:
    if one.kind == RAW:
        return
    if one.kind in (START, WORK, WHOLE):
        yield from _known("谁", one.cells.get("谁", ""), names.people, "演示公司里没有")
    if one.kind in (START, BEGUN):
        yield from _known("流程", one.cells.get("流程", ""), names.procedures, "没有流程")
    if one.kind in (WORK, WHOLE):
        if not begun:
            yield "单", "在它之前还没有发起任何一件流程", "先加一行“发起”"
        elif (name := one.cells.get("单")) and name not in begun:
            yield "单", f"没有名为“{name}”的单", f"可用：{'、'.join(begun)}；不写即最近发起的一件"
    yield from _what(one, begun, customers, names)
    try:
        writing.entry(one)
    except CellWrong as error:
        yield error.column, error.what, error.remedy


def _what(one: Row, begun: Mapping[str, str], customers: set[str], names: Names) -> Iterator[Fault]:
    """What is particular to the kind of row."""
    if one.kind == WAIT:
        try:
            Limit.parse(str(writing.entry(one)).split()[1] if one.cells["多久"] else "")
        except LimitInvalid:
            yield "多久", f"“{one.cells['多久']}”不是一段时间", "写大于零的数，或 4h30m"
    elif one.kind == WORK:
        yield from _work(one, names.procedure(case_of(one, begun)))
    elif one.kind == WHOLE:
        yield from _known("动作", one.cells.get("动作", ""), VERBS, "没有动作")
    elif one.kind == FIGURES:
        yield from _known("客户", one.cells.get("客户", ""), customers - {""}, "没有客户")
        yield from _day(one.cells.get("最后交易", ""), needed=True)
    elif one.kind == EXPECT:
        yield from _expectations(one.expected, begun, customers, names)
    if one.kind in (START, WORK):
        yield from _fields(one, names.step(one, case_of(one, begun)).fields)


def _work(one: Row, procedure: Procedure) -> Iterator[Fault]:
    step, chosen = one.cells.get("环节", ""), one.cells.get("结果", "")
    yield from _known("环节", step, procedure.steps, f"“{procedure.name}”的图上没有环节")
    outcomes = procedure.steps[step].outcomes if step in procedure.steps else {}
    if outcomes and not chosen:
        yield "结果", "没有选", f"可用：{'、'.join(outcomes.values())}"
    elif outcomes and chosen not in outcomes and chosen not in outcomes.values():
        yield "结果", f"“{step}”没有结果“{chosen}”", f"可用：{'、'.join(outcomes.values())}"


def _fields(one: Row, known: Iterable[str]) -> Iterator[Fault]:
    for name, times in Counter(name for name, _ in one.fields).items():
        if times > 1:
            yield "填写", f"字段 {name} 写了 {times} 次", "每个字段只写一次"
        if not one.cells.get("拒绝"):
            yield from _known("填写", name, known, "这一步的表单不填字段")


def _expectations(
    expected: Sequence[Expected], begun: Mapping[str, str], customers: set[str], names: Names
) -> Iterator[Fault]:
    for name, times in Counter(one.name for one in expected).items():
        yield from _known("对象", name, [*begun, *(customers - {""})], "没有单或客户")
        if times > 1:
            yield "对象", f"“{name}”写了 {times} 次", "把对同一件的预期写在一起"
    for one in expected:
        try:
            writing.wanted(one)
            steps = listed("待办", one.cells.get("待办", ""))
        except CellWrong as error:
            yield error.column, error.what, error.remedy
            continue
        if one.name in begun:
            for step in steps:
                known = names.procedure(begun[one.name]).steps
                yield from _known("待办", str(step), known, "图上没有环节")
        if (status := one.cells.get("状态")) and one.name in begun and status not in STATUS:
            yield "状态", f"没有状态“{status}”", f"可用：{'、'.join(STATUS)}"


def _known(column: str, value: str, known: Iterable[str], why: str) -> Iterator[Fault]:
    known = list(known)
    if not value:
        yield column, "没有写", f"可用：{_some(known)}" if known else "请写上"
    elif value not in known:
        near = get_close_matches(value, known, 3, 0.5)
        yield column, f"{why}“{value}”", f"是不是“{'”“'.join(near)}”？" if near else f"可用：{_some(known)}"


def _some(known: Sequence[str]) -> str:
    return "、".join(known[:12]) + ("……" if len(known) > 12 else "")


def _day(text: str, needed: bool = False) -> Iterator[Fault]:
    try:
        if text or needed:
            date.fromisoformat(text)
    except ValueError:
        yield "最后交易", f"“{text}”不是日期", "写成 2025-03-31"


def _moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
