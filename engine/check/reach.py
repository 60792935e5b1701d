"""What cases of a procedure can come to: shared steps hold ways for several procedures, of which a call chooses one."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from engine.check.flow import decided_by
from engine.check.samples import MOST, Samples, decided
from engine.check.subject import Subject
from engine.spiff import ExpressionError, expressions
from engine.spiff.drawing import Flow, Shape, parameters
from engine.spiff.walks import reached

Told = Mapping[str, Sequence[Any]]  # name → all values it can have


def in_reach(subject: Subject) -> frozenset[str]:
    """The ids of the shapes that a case may come to; a way is left out only when what the call tells closes it."""
    drawing, told = subject.drawing, _told(subject)
    edges = {}
    for shape in drawing.shapes.values():
        ways = _open(shape, drawing.leaving.get(shape.id, []), told.get(shape.process, {}))
        edges[shape.id] = [flow.target for flow in ways] + [one.id for one in drawing.boundary(shape.id)]
        edges[shape.id] += _begins(subject, shape.id, shape.process)
        if called := shape.element.get("calledElement"):
            edges[shape.id] += _begins(subject, None, called)
    return frozenset(reached(edges, _begins(subject, None, subject.process)))


def _begins(subject: Subject, scope: str | None, process: str) -> list[str]:
    """What nothing leads to: starts, event sub-processes, catching links."""
    inside = subject.drawing.inside(scope, process)
    return [one.id for one in inside if not subject.drawing.arriving.get(one.id) and one.tag != "boundaryEvent"]


def _told(subject: Subject) -> dict[str, Told]:
    """Called process → the values its calls can tell it, of names that no step decides anew."""
    shapes, samples = subject.drawing.shapes.values(), decided(subject)
    anew = {name for one in shapes if one.tag != "callActivity" for name in decided_by(subject, one)}
    told: dict[str, dict[str, list[Any]]] = {}
    for call in (one for one in shapes if one.tag == "callActivity"):
        called, said = call.element.get("calledElement") or "", _said(call, samples)
        known = told.setdefault(called, said)
        told[called] = {name: [*known[name], *said[name]] for name in known.keys() & said.keys()}
    return {called: {name: one for name, one in said.items() if name not in anew} for called, said in told.items()}


def _said(call: Shape, samples: Mapping[str, Samples]) -> dict[str, list[Any]]:
    """What one call tells: a constant, or what a form decides; an expression is known only as the case runs."""
    said: dict[str, list[Any]] = {}
    for one in parameters(call):
        name, value = one.get("name") or "", (one.get("value") or "").strip()
        if value in samples and samples[value].all:
            said[name] = samples[value].values
            continue
        try:
            said[name] = [ast.literal_eval(value)]
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
    return said


def _open(shape: Shape, leaving: Sequence[Flow], told: Told) -> list[Flow]:
    """The flows that may be taken."""
    holds = {flow.id: _holds(flow, told) for flow in leaving}
    default = shape.element.get("default") if True in holds.values() else None
    return [flow for flow in leaving if holds[flow.id] is not False and flow.id != default]


def _holds(flow: Flow, told: Told) -> bool | None:
    """Whether the condition holds for certain, or for certain not; None: it depends."""
    try:
        names = sorted(expressions.names(flow.condition or ""))
        if not all(name in told for name in names) or prod(len(told[name]) for name in names) > MOST:
            return None
        values = (dict(zip(names, one, strict=True)) for one in product(*(told[name] for name in names)))
        found = {expressions.decide(flow.condition or "", one) for one in values}
    except ExpressionError:  # none, or said elsewhere
        return None
    return found.pop() if len(found) == 1 else None
