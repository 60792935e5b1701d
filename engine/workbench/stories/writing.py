"""The story that a table tells, as the data of its YAML.

What was not changed in the table is put back as it was; keys that the table does not know stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from engine.check.stories import KEYS
from engine.workbench.stories.cells import NEW, CellWrong, lines, listed, names, shown, value_of
from engine.workbench.stories.table import (
    BEGUN,
    CELLS,
    CUSTOMER,
    EXPECT,
    EXPECTED,
    FIGURES,
    ORDER,
    RAW,
    START,
    WAIT,
    WHOLE,
    WORK,
    Cells,
    Customer,
    Expected,
    Row,
    Table,
    customer,
    expected_of,
    row,
    table,
)


def story(new: Table, old: Mapping[str, Any]) -> dict[str, Any]:
    """The story that the table tells, in place of the old one; raises CellWrong."""
    told = dict(old)
    was = table(old)
    _put(told, "标题", new.title, was.title)
    _put(told, "开始", new.begin, was.begin)
    if new.customers != was.customers:
        _keep(told, "已有客户", [customer_entry(one) for one in new.customers])
    if new.rows != was.rows:
        told["经过"] = [entry(one) for one in new.rows]
    if new.last is not None and new.last != was.last:
        _keep(told, "预期", _expectations_of(new.last, old.get("预期")))
    return _placed(told, old, KEYS)


def _placed(told: Mapping[str, Any], old: Mapping[str, Any], usual: Sequence[str]) -> dict[str, Any]:
    """Old keys where they were; new ones behind those they usually follow."""
    order = [key for key in old if key in told]
    for key in told:
        if key not in order:
            before = [one for one in usual[: usual.index(key)] if one in order] if key in usual else order
            order.insert(order.index(before[-1]) + 1 if before else 0, key)
    return {key: told[key] for key in order}


def entry(one: Row) -> Any:
    """The step that a row tells; raises CellWrong."""
    if one.kind == RAW or (one.was is not None and row(one.was) == one):
        return one.was
    if one.kind == EXPECT:
        old = one.was.get("预期") if isinstance(one.was, Mapping) else {}
        return {"预期": _expectations_of(one.expected, old)}
    if one.kind == WAIT:
        return _wait_entry(one.cells)
    return _step_entry(one)


def _wait_entry(cells: Cells) -> str:
    amount = cells["多久"]
    span = f"{amount}{cells['单位'] or 'h'}" if amount.isdecimal() else amount
    return f"过 {span} {cells['时钟']}".rstrip()


def _step_entry(one: Row) -> Any:
    (what,) = one.was.values() if isinstance(one.was, Mapping) else (None,)
    short = {} if what is None or one.was is None else {"结果": what}
    old = what if isinstance(what, Mapping) else short
    told = dict(old)
    for key in CELLS[one.kind]:
        _put(told, key, one.cells.get(key, ""), shown(old.get(key)))
    if one.kind in (START, WORK):
        before = old.get("填写") or {}
        _keep(told, "填写", {name: _filled(text, before.get(name, NEW)) for name, text in one.fields})
    if not told:
        return _head(one)
    plain = set(told) == {"结果"} and not isinstance(what, Mapping)
    return {_head(one): told["结果"] if plain else _placed(told, old, ORDER)}


def _filled(text: str, old: Any) -> Any:
    """The value of a field; where there was a list, names with 、 between them stay one."""
    return listed("填写", text) if isinstance(old, list) and names(old) != text else value_of("填写", text, old, names)


def _head(one: Row) -> str:
    cells = one.cells
    words = {
        START: (cells.get("谁"), "发起", cells.get("流程")),
        WORK: (cells.get("谁"), "办理", cells.get("环节")),
        WHOLE: (cells.get("谁"), cells.get("动作")),
        BEGUN: ("系统", "发起", cells.get("流程")),
        FIGURES: ("财务", "导入", cells.get("客户")),
    }[one.kind]
    return " ".join(str(word) for word in words)


def customer_entry(one: Customer) -> Any:
    """The customer that a row names; raises CellWrong."""
    if one.raw or (one.was is not None and customer(one.was) == one):
        return one.was
    told = {}
    if isinstance(one.was, Mapping):
        (old,) = one.was.values()
        told = dict(old)
    for key in CUSTOMER:
        _put(told, key, one.cells.get(key, ""), shown(told.get(key)))
    return {one.name: told} if told else one.name


def _expectations_of(expected: Sequence[Expected], old: Any) -> dict[str, Any]:
    before = old if isinstance(old, Mapping) else {}
    return {one.name: wanted(one, before.get(one.name) or {}) for one in expected}


def wanted(one: Expected, old: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """What is expected of one case or customer, as data; raises CellWrong."""
    was = expected_of(one.name, old)
    told = {key: value for key, value in old.items() if key in EXPECTED}
    for key in EXPECTED:
        text = one.cells.get(key, "")
        if text != was.cells[key]:
            _keep(told, key, _cell_value(key, text, old.get(key, NEW)), text != "")
    others = lines("其他", one.cells.get("其他", ""))
    told |= {key: value_of("其他", text, old.get(key, NEW)) for key, text in others.items()}
    return _placed(told, old, EXPECTED)


def _cell_value(key: str, text: str, old: Any) -> Any:
    if key in ("待办", "超时"):
        return listed(key, text)
    if key == "时限":
        return lines(key, text)
    if key == "通知":
        return {name: listed(key, one) for name, one in lines(key, text).items()}
    if key == "轮次" and text:
        if not text.isdecimal():
            raise CellWrong(key, f"“{text}”不是数", "写第几轮，如 2")
        return int(text)
    return value_of(key, text, old)


def _put(told: dict[str, Any], key: str, text: str, was: str) -> None:
    if text != was:
        _keep(told, key, value_of(key, text, told.get(key, NEW)), text != "")


def _keep(told: dict[str, Any], key: str, value: Any, wanted: bool = True) -> None:
    if wanted and (value not in ({}, []) or key in ("待办", "超时")):
        told[key] = value
    else:
        told.pop(key, None)
