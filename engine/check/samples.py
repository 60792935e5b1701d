"""Conditions tried on all that the forms can decide: each can come true, and none fails on a value that may come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from engine.check.flow import decided_unseen
from engine.check.subject import Subject, fields_of
from engine.definitions import DIAGRAM
from engine.forms import Field
from engine.problems import Problem
from engine.spiff import ExpressionError, expressions
from engine.spiff.drawing import Flow

MOST = 4096  # combinations of values tried for one condition


@dataclass
class Samples:
    """Values a decision may have; `all` when there are no others."""

    values: list[Any]
    all: bool = True

    def add(self, values: list[Any], all_: bool) -> None:
        self.values += [one for one in values if not any(one is known or one == known for known in self.values)]
        self.all = self.all and all_


def conditions(subject: Subject) -> Iterator[Problem]:
    """Conditions that read only what forms decide; what operations and callers decide cannot be foreseen here."""
    samples = decided(subject)
    for flow in subject.drawing.flows:
        try:
            names = sorted(expressions.names(flow.condition or ""))
        except ExpressionError:  # none, or the door has said so already
            continue
        if all(name in samples for name in names):
            yield from _tried(flow, {name: samples[name] for name in names})


def _tried(flow: Flow, samples: dict[str, Samples]) -> Iterator[Problem]:
    if prod(len(one.values) for one in samples.values()) > MOST:
        return
    came_true = False
    for values in product(*(one.values for one in samples.values())):
        data = dict(zip(samples, values, strict=True))
        try:
            came_true |= expressions.decide(flow.condition or "", data)
        except ExpressionError as error:
            told = "、".join(f"{name} 为 {value!r}" for name, value in data.items())
            what = f"条件“{flow.condition}”{f'在 {told} 时' if told else ''}不能判断：{error.reason}"
            yield Problem(DIAGRAM, flow.id, what, error.remedy, node=flow.id)
            return
    if not came_true and all(one.all for one in samples.values()):
        told = "；".join(f"{name}：{'、'.join(map(str, one.values))}" for name, one in samples.items())
        what = f"条件“{flow.condition}”永远不成立" + ("，表单给不出这样的值" if samples else "")
        yield Problem(DIAGRAM, flow.id, what, f"可能的值：{told}" if told else "写明依据哪个环节的结果", node=flow.id)


def decided(subject: Subject) -> dict[str, Samples]:
    """Name → the values that the forms, and nothing else, can decide it to be."""
    found: dict[str, Samples] = {}
    for shape in subject.of_kind("user", "start"):
        form = subject.form_of(shape)
        if form is None:
            continue
        if form.decision:
            found.setdefault(form.decision, Samples([])).add([one.id for one in form.outcomes], True)
        for one in (field for field in fields_of(form) if field.decide):
            found.setdefault(str(one.decide), Samples([])).add(*_values(one))
    for name in _decided_elsewhere(subject):
        found.pop(name, None)
    return {name: one for name, one in found.items() if one.values}


def _values(field: Field) -> tuple[list[Any], bool]:
    """Values of a field, and whether these are all; a field that may stay empty gives None too."""
    empty: list[Any] = [] if field.required is True and field.show_when is None else [None]
    if field.kind == "bool":
        return [True, False, *empty], True
    if field.kind == "choice" and not field.source:
        codes: list[Any] = [code for code, _ in field.options]
        return [*(map(int, codes) if field.integer else codes), *empty], True
    return [], False


def _decided_elsewhere(subject: Subject) -> Iterator[str]:
    for shape in subject.drawing.shapes.values():
        yield from decided_unseen(shape)
