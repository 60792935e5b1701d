"""Conditions of diagrams and forms in words; what is known already is left out of a sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.check.subject import Subject
from engine.forms import Condition, Field
from engine.forms.fields import EMPTY
from engine.spiff.drawing import decides, parameters
from engine.spiff.xml import bpmn

UNCLEAR = "符合图上的条件"
BY_SYSTEM = "的结果"  # an operation decides it: the drawn question says more than its name
_SIGNS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "为", ast.NotEq: "不为", ast.Lt: "少于", ast.LtE: "不超过", ast.Gt: "超过", ast.GtE: "不少于",
}  # fmt: skip
_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_UNITS = ("年", "个月", "周", "天", "小时", "分钟")
_YEARLY = {"P1Y": "每年 {month} 月 {day} 日 {time}", "P1M": "每月 {day} 日 {time}", "P1D": "每天 {time}"}
_START = re.compile(r"\d{4}-(\d{2})-(\d{2})T(\d{2}:\d{2})")

FEW = 2  # options that begin with their code are told by it alone when there are more
Called = Callable[[str, str], str]  # (source of options, value) → what people call it

Said = str | bool  # a condition in words, or what it comes to


@dataclass(frozen=True)
class Decision:
    """What people call a name that conditions read; `labels` are all its values, none when any may come."""

    title: str
    verb: str = "为"
    labels: Mapping[str, str] | None = None


UNKNOWN = Decision("前面环节的结果")


class Vocabulary:
    """The names that conditions of a procedure read, and the arguments its shared parts are called with."""

    def __init__(self, subject: Subject) -> None:
        self._decisions = {**_named(subject), **_of_fields(subject), **_of_operations(subject), **_of_forms(subject)}
        self._arguments = _arguments(subject)
        self.given = {
            process: {name: value for name, value in told.items() if not _is_name(value)}
            for process, told in self._arguments.items()
        }  # what each called process is told once and for all

    def said(self, condition: str, process: str, known: Mapping[str, Any]) -> Said:
        """A condition of a flow drawn in `process`, given what is known: true, false, or its words."""
        aliases = {name: value.id for name, value in self._arguments.get(process, {}).items() if _is_name(value)}
        node = _parsed(condition)
        return self._said(node, known, aliases) if node else UNCLEAR

    def _said(self, node: ast.expr, known: Mapping[str, Any], aliases: Mapping[str, str]) -> Said:
        if isinstance(node, ast.BoolOp):
            return _joined([self._said(one, known, aliases) for one in node.values], isinstance(node.op, ast.Or))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return _denied(self._said(node.operand, known, aliases))
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._compared(node, known, aliases)
        if isinstance(node, ast.Name):
            if node.id in known:
                return bool(known[node.id])
            return f"{self._decision(node.id, aliases).title}为“是”"
        return bool(node.value) if isinstance(node, ast.Constant) else UNCLEAR

    def _compared(self, node: ast.Compare, known: Mapping[str, Any], aliases: Mapping[str, str]) -> Said:
        left, sign, right = node.left, type(node.ops[0]), node.comparators[0]
        if not isinstance(left, ast.Name) or not isinstance(right, ast.Constant) or sign not in _SIGNS:
            return UNCLEAR
        if left.id in known and sign in (ast.Eq, ast.NotEq):
            return bool((known[left.id] == right.value) == (sign is ast.Eq))
        decision, value = self._decision(left.id, aliases), right.value
        if decision.labels is None or not isinstance(value, str):
            return f"{decision.title}{_SIGNS[sign]}{_amount(value)}"
        if value not in decision.labels:  # a value that never comes
            return sign is ast.NotEq
        verb = decision.verb if sign is ast.Eq else f"没有{decision.verb}" if decision.verb == "选" else _SIGNS[sign]
        return f"{decision.title}{verb}“{decision.labels[value]}”"

    def _decision(self, name: str, aliases: Mapping[str, str]) -> Decision:
        return self._decisions.get(aliases.get(name, name), UNKNOWN)


def _parsed(expression: str) -> ast.expr | None:
    """The tree of an expression; None for what the check refuses anyway."""
    try:
        return ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _amount(value: Any) -> str:
    if isinstance(value, bool):
        return "“是”" if value else "“否”"
    return f" {value}" if isinstance(value, (int, float)) else "另一种情况"


def _joined(parts: Iterable[Said], either: bool) -> Said:
    """Parts of an `or` (`either`) or an `and`, without those that decide nothing; alike beginnings said once."""
    said: list[str] = []
    for part in parts:
        if part is either:
            return either
        if isinstance(part, str):
            said.append(part)
    if not said:
        return not either
    if not either:
        return "，且".join(said)
    heads = {one.rpartition("“")[0] for one in said}
    if len(heads) == 1 and len(said) > 1 and "" not in heads:
        return heads.pop() + "或".join(one[one.rindex("“") :] for one in said)
    return "，或".join(said)


def _denied(said: Said) -> Said:
    if isinstance(said, bool):
        return not said
    return said.replace("为“是”", "为“否”") if said.endswith("为“是”") else f"不是（{said}）"


def _is_name(value: Any) -> bool:
    return isinstance(value, ast.Name)


def _arguments(subject: Subject) -> dict[str, dict[str, Any]]:
    """What each called process is told: a constant, or the name (`ast.Name`) of a decision of the caller."""
    found: dict[str, dict[str, Any]] = {}
    for shape in subject.of_kind("call"):
        for one in parameters(shape):
            node = _parsed(one.get("value") or "None")
            if isinstance(node, (ast.Constant, ast.Name)):
                value = node if isinstance(node, ast.Name) else node.value
                found.setdefault(shape.element.get("calledElement", ""), {})[one.get("name", "")] = value
    return found


def _named(subject: Subject) -> dict[str, Decision]:
    """Properties that a process names."""
    properties = (one for process in subject.drawing.processes.values() for one in process.iterfind(bpmn("property")))
    return {one.get("id", ""): Decision(f"“{one.get('name')}”") for one in properties if one.get("name")}


def _of_fields(subject: Subject) -> dict[str, Decision]:
    own = [field for form in subject.forms.values() if form.own for field in form.own.fields]
    fields = [*subject.catalogue.fields.values(), *own]
    found = {one.id: _of_field(one) for one in fields}
    return found | {one.decide: _of_field(one) for one in fields if one.decide}


def _of_field(one: Field) -> Decision:
    return Decision(f"“{one.label}”", "为", dict(one.options) or None)


def _of_operations(subject: Subject) -> dict[str, Decision]:
    return {
        name: Decision(f"“{shape.name}”{BY_SYSTEM}") for shape in subject.of_kind("service") for name in decides(shape)
    }


def _of_forms(subject: Subject) -> dict[str, Decision]:
    titles: dict[str, list[str]] = {}
    labels: dict[str, dict[str, str]] = {}
    for shape in subject.of_kind("user", "start"):
        form = subject.form_of(shape)
        if form and form.decision:
            titles.setdefault(form.decision, []).append(f"“{shape.name}”")
            labels.setdefault(form.decision, {}).update((one.id, one.label) for one in form.outcomes)
    return {name: Decision("、".join(dict.fromkeys(found)), "选", labels[name]) for name, found in titles.items()}


def condition_text(condition: Condition, fields: Mapping[str, Field]) -> str:
    """A condition on another field: `“客户来源”为“其他”`; a long list is told by what is left out."""
    field = fields.get(condition.field)
    if field is None:
        return UNCLEAR
    labels = {EMPTY: "（没有填写）", **dict(field.options)}
    wanted = [labels.get(str(value), _plain(value)) for value in condition.values]
    if condition.negated:
        return f"“{field.label}”不是{_quoted(wanted)}" if condition.values != (EMPTY,) else f"“{field.label}”已填写"
    if condition.values == (EMPTY,):
        return f"“{field.label}”没有填写"
    others = [label for value, label in field.options if value not in condition.values]
    if 0 < len(others) < len(wanted) and len(others) < 3:
        return f"“{field.label}”不是{_quoted(others)}"
    codes = [text for value, text in zip(condition.values, wanted, strict=True) if text.startswith(f"{value} ")]
    if len(codes) == len(wanted) > FEW:
        return f"“{field.label}”为 {'、'.join(str(value) for value in condition.values)}"
    return f"“{field.label}”为{_quoted(wanted)}"


def labelled(fields: Mapping[str, Field], called: Called) -> dict[str, Field]:
    """The fields with what the values of their sources are called, as far as conditions on them mention any."""
    named = [one.show_when for one in fields.values()] + [one.required for one in fields.values()]
    known = dict(fields)
    for condition in (one for one in named if isinstance(one, Condition)):
        field = known.get(condition.field)
        if field is not None and field.source and not field.options:
            options = tuple((str(value), called(field.source, str(value))) for value in condition.values)
            known[field.id] = replace(field, options=options)
    return known


def _quoted(texts: Iterable[str]) -> str:
    return "、".join(f"“{text}”" for text in texts)


def _plain(value: Any) -> str:
    return "是" if value is True else "否" if value is False else str(value)


def period_text(text: str) -> str:
    """An ISO 8601 duration or repetition: `满 28 天`, `每年 12 月 1 日 08:30`.

    >>> period_text("P28D"), period_text("R/2026-12-01T08:30:00+08:00/P1Y")
    ('满 28 天', '每年 12 月 1 日 08:30')
    """
    if text.startswith("R"):
        _, _, rest = text.partition("/")
        start, _, every = rest.partition("/")
        found, pattern = _START.match(start), _YEARLY.get(every)
        if found and pattern:
            return pattern.format(month=int(found[1]), day=int(found[2]), time=found[3])
        return "按图上的周期"
    found = _PERIOD.fullmatch(text)
    if found is None or not any(found.groups()):
        return "到图上的时刻"
    return "满 " + " ".join(f"{number} {unit}" for number, unit in zip(found.groups(), _UNITS, strict=True) if number)
