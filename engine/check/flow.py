"""Decisions and joins: what conditions read is decided somewhere, and what is waited for can come."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.check.subject import Subject, at, fields_of
from engine.definitions import DIAGRAM
from engine.forms.yaml import load
from engine.problems import DefinitionInvalid, Problem
from engine.spiff import ExpressionError, expressions
from engine.spiff.drawing import LOOPS, Flow, Shape, decides, parameters
from engine.spiff.walks import reached
from engine.spiff.xml import bpmn, ours


def decisions(subject: Subject) -> Iterator[Problem]:
    """Every name an expression reads is decided by a form in use, an operation (`cs:decides`) or an item."""
    known = _decided(subject)
    for shape, text in _expressions(subject):
        for name in sorted(_names(text) - known):
            remedy = "改用前面环节的结果，属性里“按前面的结果”可选；由操作决定的，在那一步写“产生的决定”（cs:decides）"
            yield at(shape, f"表达式“{text}”里的 {name} 没有任何步骤给出", remedy)


def _decided(subject: Subject) -> set[str]:
    shapes = subject.drawing.shapes.values()
    return {name for shape in shapes for name in decided_by(subject, shape) | _unread(subject, shape)}


def decided_by(subject: Subject, shape: Shape) -> set[str]:
    """The names that a step gives the expressions after it: by its form, its operation, its items or its call."""
    form = subject.form_of(shape)
    known = {form.decision or ""} | {one.decide or "" for one in fields_of(form)} if form else set()
    return known | decided_unseen(shape)


def decided_unseen(shape: Shape) -> set[str]:
    """Of these the names whose values no form shows: what its operation decides, its items, what its call tells."""
    known = {*decides(shape)}
    known |= {item.get("name") or item.get("id") or "" for item in shape.element.iter(bpmn("inputDataItem"))}
    if shape.tag == "callActivity":  # what the caller tells the called process
        known |= {parameter.get("name") or "" for parameter in parameters(shape)}
    return known


def _unread(subject: Subject, shape: Shape) -> set[str]:
    """What a form that has faults may decide: they are said of the form, not of every condition behind it."""
    file = f"forms/{ours(shape.element).get('form')}.yaml"
    if subject.form_of(shape) is not None or file not in subject.documents:
        return set()
    try:
        data = load(subject.documents[file], file)
    except DefinitionInvalid:
        return set()
    own = [one for one in data.get("fields") or () if isinstance(one, dict)]
    common = {one.decide or "" for one in subject.catalogue.fields.values()}
    return common | {str(data.get("decision"))} | {str(one.get("decide")) for one in own}


def _expressions(subject: Subject) -> Iterator[tuple[Shape, str]]:
    for flow in subject.drawing.flows:
        source = subject.drawing.shapes.get(flow.source)
        if flow.condition and source:
            yield source, flow.condition
    for shape in subject.drawing.shapes.values():
        texts = [parameter.get("value") for parameter in parameters(shape)]
        for loop in (loop for tag in LOOPS for loop in shape.children(tag)):
            tags = ("loopDataInputRef", "loopCardinality", "completionCondition", "loopCondition")
            texts += [loop.findtext(bpmn(tag)) for tag in tags]
        yield from ((shape, text) for text in texts if text)


def _names(text: str) -> frozenset[str]:
    try:
        return expressions.names(text)
    except ExpressionError:  # the door has said so already
        return frozenset()


def outcomes(subject: Subject) -> Iterator[Problem]:
    """Conditions compare decisions with outcomes that exist, and the diagram can tell the outcomes apart."""
    offered = _offered(subject)
    asked: dict[str, set[str]] = {}
    for flow in subject.drawing.flows:
        for name, literal in _comparisons(flow):
            asked.setdefault(name, set()).add(literal)
            if name in offered and literal not in offered[name]:
                known = "、".join(sorted(offered[name]))
                what = f"条件“{flow.condition}”永远不成立：{name} 没有结果 {literal}"
                yield Problem(DIAGRAM, flow.id, what, f"已有结果：{known}", node=flow.id)
    for name, literals in asked.items():
        rest = sorted(offered.get(name, set()) - literals)
        if len(rest) > 1:
            what = f"{name} 的结果 {'、'.join(rest)} 都走默认线，图上分不开"
            yield Problem(DIAGRAM, subject.process, what, "至少给其中几个结果写上条件")


def _offered(subject: Subject) -> dict[str, set[str]]:
    offered: dict[str, set[str]] = {}
    for shape in subject.of_kind("user", "start"):
        form = subject.form_of(shape)
        if form and form.decision:
            offered.setdefault(form.decision, set()).update(outcome.id for outcome in form.outcomes)
    return offered


def _comparisons(flow: Flow) -> Iterator[tuple[str, str]]:
    """`name == 'literal'` and `name in ['literal', …]` of a condition."""
    try:
        tree = ast.parse(flow.condition or "", mode="eval")
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
            literals = (part for right in node.comparators for part in ast.walk(right))
            for literal in literals:
                if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
                    yield node.left.id, literal.value


def joins(subject: Subject) -> Iterator[Problem]:
    """A parallel join needs a split behind it that can send a token down each of its flows."""
    drawing = subject.drawing
    splits = [s for s in drawing.shapes.values() if _splits(subject, s)]
    for shape in drawing.shapes.values():
        arriving = drawing.arriving.get(shape.id, [])
        if shape.tag != "parallelGateway" or len(arriving) < 2:
            continue
        edges = {name: [t for t in targets if t != shape.id] for name, targets in drawing.edges.items()}
        if not any(_feeds(subject, split, arriving, edges) for split in splits if split.id != shape.id):
            what = "并行汇聚要等每条入线都到齐，但没有并行分叉能同时走到这些线，会永远等下去"
            yield at(shape, what, "汇合来自排他网关的线，请用排他网关")


def _splits(subject: Subject, shape: Shape) -> bool:
    several = len(subject.drawing.leaving.get(shape.id, ())) > 1
    forks = shape.tag in ("parallelGateway", "inclusiveGateway", "startEvent") and several
    return forks or any(event.element.get("cancelActivity") == "false" for event in subject.drawing.boundary(shape.id))


def _feeds(subject: Subject, split: Shape, arriving: list[Flow], edges: dict[str, list[str]]) -> bool:
    """Whether each arriving flow can be given a branch of its own of this split."""
    branches = [
        {flow.id} | {out.id for out in subject.drawing.flows if out.source in reached(edges, [flow.target])}
        for flow in subject.drawing.leaving.get(split.id, [])
    ]
    for event in subject.drawing.boundary(split.id):
        inside = reached(edges, [event.id])
        branches.append({out.id for out in subject.drawing.flows if out.source in inside})
    return _matched([flow.id for flow in arriving], branches)


def _matched(flows: list[str], branches: list[set[str]]) -> bool:
    if not flows:
        return True
    first, rest = flows[0], flows[1:]
    return any(
        first in branch and _matched(rest, branches[:index] + branches[index + 1 :])
        for index, branch in enumerate(branches)
    )
