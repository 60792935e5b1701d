"""What a drawing leaves out and BPMN defines: implicit starts, ends and splits are drawn (BPMN 2.0.2, 10.5 and 13.3).

A level without a start event begins at every node nothing leads to; a node nothing follows ends its path; several
flows out of a step are all taken, or, when each has a condition, those that hold. Compensation handlers, event and
ad-hoc sub-processes stand apart from the flows and are left as they are: the check speaks of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.spiff.drawing import ACTIVITIES, KINDS
from engine.spiff.xml import Element, bpmn, local
from engine.workbench.additions import Additions

LEVELS = ("process", "subProcess", "transaction")
PARALLEL, INCLUSIVE = "parallelGateway", "inclusiveGateway"
WORDS = {PARALLEL: "同时走各条出线，已画出并行网关", INCLUSIVE: "按条件走各条出线，已画出包容网关"}


@dataclass(frozen=True)
class Repair:
    """What was changed to a diagram when it was taken in, and at which element."""

    element: str
    what: str


def draw_out(root: Element) -> Iterator[Repair]:
    """Draw the implicit starts, ends and splits of a diagram, with their shapes where it has any."""
    additions = Additions(root)
    for level in [*root.iter(*(bpmn(tag) for tag in LEVELS))]:
        nodes = _nodes(level)
        if nodes:
            flows = level.findall(bpmn("sequenceFlow"))
            yield from _starts(additions, level, nodes, flows)
            yield from _ends(additions, nodes, flows)
            yield from _splits(additions, nodes, flows)


def _nodes(level: Element) -> list[Element]:
    """The nodes of a level that flows can lead to or from."""
    apart = {flow.get("targetRef") for flow in level.findall(bpmn("association"))}
    return [one for one in level if local(one) in KINDS and not _stands_apart(one, apart)]


def _stands_apart(node: Element, associated: set[str | None]) -> bool:
    if node.get("isForCompensation") == "true" or node.get("triggeredByEvent") == "true":
        return True
    compensates = node.find(bpmn("compensateEventDefinition")) is not None
    return (compensates and local(node) == "boundaryEvent") or _links(node)


def _links(node: Element) -> bool:
    return node.find(bpmn("linkEventDefinition")) is not None


def _starts(additions: Additions, level: Element, nodes: list[Element], flows: list[Element]) -> Iterator[Repair]:
    if any(local(one) == "startEvent" for one in nodes):
        return  # then a node that nothing leads to is a mistake, not a start
    reached = {flow.get("targetRef") for flow in flows}
    first = [one for one in nodes if one.get("id") not in reached and local(one) != "boundaryEvent"]
    if not first:
        return
    start = additions.before(first[0], "startEvent", "开始")
    here = start
    if len(first) > 1:
        here = additions.after(start, PARALLEL, "")
    for one in first:
        additions.connect(here, one)
    names = "、".join(f"“{_name(one)}”" for one in first)
    yield Repair(start.get("id") or "", f"没有开始事件：流程从 {names} 开始，已画出开始事件")


def _ends(additions: Additions, nodes: list[Element], flows: list[Element]) -> Iterator[Repair]:
    leaving = {flow.get("sourceRef") for flow in flows}
    for one in nodes:
        open_end = local(one) in ACTIVITIES or local(one) in ("intermediateThrowEvent", "intermediateCatchEvent")
        if open_end and one.get("id") not in leaving:
            additions.after(one, "endEvent", "")
            yield Repair(one.get("id") or "", "后面没有出线：这一路到此结束，已画出结束事件")


def _splits(additions: Additions, nodes: list[Element], flows: list[Element]) -> Iterator[Repair]:
    for one in nodes:
        own = [flow for flow in flows if flow.get("sourceRef") == one.get("id")]
        kind = _split(one, own)
        if kind:
            gateway = additions.between(one, own, kind)
            if default := one.get("default"):
                gateway.set("default", default)
                del one.attrib["default"]
            yield Repair(one.get("id") or "", WORDS[kind])


def _split(node: Element, own: list[Element]) -> str:
    """The gateway that says the same; none where only the author knows what some flows without a condition mean."""
    if len(own) < 2 or local(node).endswith("Gateway") or local(node) == "startEvent":
        return ""
    bare = [flow.get("id") for flow in own if flow.find(bpmn("conditionExpression")) is None]
    if len(bare) == len(own) and node.get("default") is None:
        return PARALLEL
    return INCLUSIVE if bare == [node.get("default")] else ""


def _name(node: Element) -> str:
    return node.get("name") or node.get("id") or etree.QName(node).localname
