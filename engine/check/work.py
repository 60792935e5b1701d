"""Operations, clocks and clauses that nodes name, and attributes nobody knows."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engine.check.reach import in_reach
from engine.check.subject import Subject, at
from engine.definitions import DIAGRAM
from engine.limits import Limit, LimitInvalid
from engine.operations import Operation
from engine.problems import Level, Problem
from engine.spiff.drawing import KINDS, OPERATION, Shape, parameters
from engine.spiff.nodes import CLOCK
from engine.spiff.xml import ours

KNOWN = {
    "start": {"form", "post", "departments", "department"},
    "user": {
        "form", "clock", "limit", "continues", "sign", "seal", "post", "department", "separate", "duty", "rework",
        "untimed",
    },
    "service": {OPERATION, "decides"},
    "subprocess": {"clock", "limit", "continues"},
    "call": {"clock", "limit", "continues", "clauses"},
}  # fmt: skip
EVERYWHERE = {"clauses"}
STEPS = "Steps"
LATER = object()
TYPES = {
    "str": (str, "文本", "'T1'"),
    STEPS: (str, "文本", "'Task_approve'"),
    "int": (int, "整数", "2"),
    "bool": (bool, "真假", "True"),
}  # as annotated


def attributes(subject: Subject) -> Iterator[Problem]:
    """An attribute of ours that means nothing where it stands is a typing slip."""
    for shape in subject.drawing.shapes.values():
        known = KNOWN.get(KINDS[shape.tag], set()) | EVERYWHERE
        for name in sorted(ours(shape.element).keys() - known):
            yield at(shape, f"属性 cs:{name} 在这里不起作用", "删去，或核对拼写；可用：" + "、".join(sorted(known)))


def operations(subject: Subject) -> Iterator[Problem]:
    """Service tasks name registered operations and give them the parameters they take."""
    for shape in subject.of_kind("service"):
        name = ours(shape.element).get(OPERATION)
        if name is None:
            continue  # the door has said so already
        operation = subject.registry.operations.get(name)
        if operation is None:
            known = "、".join(sorted(subject.registry.operations))
            yield at(shape, f"没有登记名为 {name} 的操作", f"已有：{known}")
            continue
        yield from _arguments(shape, operation)


def _arguments(shape: Shape, operation: Operation) -> Iterator[Problem]:
    name, known = operation.name, operation.parameters
    given = {parameter.get("name") or "" for parameter in parameters(shape)}
    for parameter in parameters(shape):
        yield from _typed(shape, name, parameter.get("value") or "", known.get(parameter.get("name") or ""))
    for extra in sorted(given - known.keys()):
        remedy = "可用：" + "、".join(known) if known else "这个操作没有参数，请删去"
        yield at(shape, f"操作 {name} 没有参数 {extra}", remedy)
    for key, taken in known.items():
        if taken.default is inspect.Parameter.empty and key not in given:
            yield at(shape, f"操作 {name} 缺少参数 {key}", f'补上 <cs:parameter name="{key}" value="…" />')


def _typed(shape: Shape, operation: str, text: str, parameter: inspect.Parameter | None) -> Iterator[Problem]:
    """A value written out in the diagram is of the type the operation takes; decisions are known when it runs."""
    kind, value = TYPES.get(str(getattr(parameter, "annotation", ""))), _literal(text)
    if parameter is not None and kind is not None and value is not LATER and type(value) is not kind[0]:
        what = f"操作 {operation} 的参数 {parameter.name} 应是{kind[1]}，写的是 {text}"
        yield at(shape, what, f"改为{kind[1]}，例如 {kind[2]}")


def _literal(text: str) -> Any:
    """The value written out; LATER for an expression, which is known only as the case runs."""
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return LATER


def steps(subject: Subject) -> Iterator[Problem]:
    """Steps that an operation names by a parameter, or by default, are drawn: it looks up who did them."""
    reach = in_reach(subject)
    for shape in subject.of_kind("service"):
        operation = subject.registry.operations.get(ours(shape.element).get(OPERATION, ""))
        if operation is None or shape.id not in reach:
            continue
        for name, named in _named(shape, operation):
            for gone in [one for one in named.split() if one not in subject.drawing.shapes]:
                what = f"操作 {operation.name} 的参数 {name} 所指的环节 {gone} 不在图上"
                yield at(shape, what, f"在属性里把参数 {name} 写成它现在的编号，或画回这一环节")


def _named(shape: Shape, operation: Operation) -> Iterator[tuple[str, str]]:
    written = {parameter.get("name"): _literal(parameter.get("value") or "") for parameter in parameters(shape)}
    for name, taken in operation.parameters.items():
        value = written.get(name, taken.default)
        if taken.annotation == STEPS and isinstance(value, str):
            yield name, value


def policy(subject: Subject) -> Iterator[Problem]:
    """The process names a policy there is (`cs:policy`)."""
    name = subject.setting("policy")
    if subject.book is None and subject.drawing.processes:
        known = "、".join(sorted(subject.books)) or "无"
        yield Problem(
            DIAGRAM,
            subject.process,
            f"没有名为 {name or '（空）'} 的制度",
            f"在流程的属性里选“依据的制度”（cs:policy）；已有：{known}",
        )


def clocks(subject: Subject) -> Iterator[Problem]:
    """A node's clock is known to the policy or states its own limit; `continues` names a clock in use."""
    used = {ours(shape.element).get(CLOCK) for shape in subject.drawing.shapes.values()}
    for shape in subject.drawing.shapes.values():
        settings = ours(shape.element)
        clock, before, limit = (settings.get(name) for name in (CLOCK, "continues", "limit"))
        if clock and subject.book and subject.book.newest.limit(clock, urgent=False) is None and not limit:
            known = "、".join(subject.book.newest.clocks)
            yield at(shape, f"制度里没有时钟 {clock}", f"改为 {known} 之一，或在节点上写 cs:limit，例如 4h")
        if before and before not in used:
            yield at(shape, f"cs:continues 续用的时钟 {before} 没有节点使用", "改为图中某个 cs:clock")
        if limit:
            yield from _limit(shape, limit)


def timed(subject: Subject) -> Iterator[Problem]:
    """Every step of people is under a clock, or says why not (`cs:untimed`)."""
    for shape in subject.of_kind("user"):
        reason = ours(shape.element).get("untimed")
        if _clocked(subject, shape):
            if reason is not None:
                yield at(shape, "既有时钟，又写了不限时的原因", "删去 cs:untimed，或删去 cs:clock")
        elif not (reason or "").strip():
            remedy = "在属性里选“时钟”（cs:clock）；制度确实没有规定时限的，写“不限时的原因”（cs:untimed）"
            yield replace(at(shape, "没有时限，没有人会知道它迟了", remedy), level="warning")


def _clocked(subject: Subject, shape: Shape) -> bool:
    return any(CLOCK in ours(one.element) for one in (shape, *subject.surroundings(shape)))


def _limit(shape: Shape, text: str) -> Iterator[Problem]:
    try:
        Limit.parse(text)
    except LimitInvalid:
        yield at(shape, f"cs:limit {text} 不是时限", "写成 4h、30m 或 2d")


def clauses(subject: Subject) -> Iterator[Problem]:
    """Clauses that nodes name are in the policy, and the policy names these nodes in turn.

    A list in the text that lags behind the diagram is a remark: who draws cannot write the text. A clause of which no
    step of this procedure is left is an error.
    """
    if subject.book is None:
        return
    file, known = f"{subject.setting('policy')}.md", {clause.number: clause for clause in subject.book.clauses}
    for shape in subject.drawing.shapes.values():
        for number in ours(shape.element).get("clauses", "").split():
            if number not in known:
                yield at(shape, f"制度里没有第 {number} 条", "改为制度原文里有的条号")
            elif shape.id not in known[number].nodes.get(shape.process, ()):
                remedy = f"在 {file} 这一条的“承办 `{shape.process}`”一行补上 `{shape.id}`"
                yield replace(at(shape, f"写明承办第 {number} 条，制度原文却没有列出它", remedy), level="warning")
    for clause in subject.book.clauses:
        named = clause.nodes.get(subject.process, ())
        gone = [name for name in named if name not in subject.drawing.shapes]
        for name in gone:
            what, remedy = f"承办节点 {name} 不在流程图里", "改正“承办”一行"
            if len(gone) == len(named):
                what, remedy = f"{what}，本流程再没有环节承办这一条", "画回承办这一条的环节，或改正“承办”一行"
            level: Level = "error" if len(gone) == len(named) else "warning"
            yield Problem(file, f"第 {clause.number} 条", what, remedy, level)
