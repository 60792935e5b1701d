"""Nodes and flows added to a drawing next to what stands there, with their shapes, their lane and their links."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from lxml import etree

from engine.spiff.xml import Element, bpmn, local
from engine.workbench.layout import DC, DD, DI, SMALL, Box

GAP = 40
FIRST = ("documentation", "extensionElements", "incoming", "outgoing")  # in this order, ahead of the rest of a node


class Additions:
    """Adds to one diagram; without shapes in the file only the flow graph grows, and the layout follows later."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self._ids = {one.get("id") for one in root.iter() if one.get("id")}
        self._shapes = {one.get("bpmnElement"): one for one in root.iter(f"{{{DI}}}BPMNShape")}

    def before(self, node: Element, tag: str, name: str) -> Element:
        """A new node to the left of one; not connected yet."""
        return self._add(node, tag, name, -1)

    def after(self, node: Element, tag: str, name: str) -> Element:
        """A new node to the right of one, with a flow to it."""
        new = self._add(node, tag, name, 1)
        self.connect(node, new)
        return new

    def between(self, node: Element, flows: Iterable[Element], tag: str) -> Element:
        """A new node that takes over these flows out of one."""
        new = self._add(node, tag, "", 1)
        for flow in flows:
            flow.set("sourceRef", new.get("id") or "")
            self._unlink(node, flow)
            _link(new, "outgoing", flow.get("id") or "")
            self._begin_at(flow, new)
        self.connect(node, new)
        return new

    def connect(self, source: Element, target: Element) -> None:
        """A flow from one node to another of the same level."""
        name = self._fresh("Flow")
        ends = {"sourceRef": source.get("id") or "", "targetRef": target.get("id") or ""}
        level = source.getparent()
        assert level is not None
        etree.SubElement(level, bpmn("sequenceFlow"), {"id": name, **ends})
        _link(source, "outgoing", name)
        _link(target, "incoming", name)
        self._draw_flow(name, source, target)

    def _add(self, node: Element, tag: str, name: str, side: int) -> Element:
        level = node.getparent()
        assert level is not None
        new = etree.Element(
            bpmn(tag), {"id": self._fresh(tag[0].upper() + tag[1:]), **({"name": name} if name else {})}
        )
        level.insert(level.index(node) + (side > 0), new)
        for reference in [*self.root.iter(bpmn("flowNodeRef"))]:
            if (reference.text or "").strip() == node.get("id"):
                beside = etree.Element(bpmn("flowNodeRef"))
                beside.text = new.get("id")
                reference.addnext(beside)
        self._draw_node(node, new, side)
        return new

    def _fresh(self, stem: str) -> str:
        name = next(one for one in (f"{stem}_added_{number}" for number in count(1)) if one not in self._ids)
        self._ids.add(name)
        return name

    def _unlink(self, node: Element, flow: Element) -> None:
        for one in node.findall(bpmn("outgoing")):
            if (one.text or "").strip() == flow.get("id"):
                node.remove(one)

    # --- shapes -----------------------------------------------------------------------------------------------------

    def _draw_node(self, beside: Element, new: Element, side: int) -> None:
        shape = self._shapes.get(beside.get("id"))
        if shape is None:
            return
        box = self._free(_box(shape), SMALL["gateway" if local(new).endswith("Gateway") else "event"], side)
        name = new.get("id") or ""
        drawn = etree.Element(f"{{{DI}}}BPMNShape", {"id": f"Shape_{name}", "bpmnElement": name})
        etree.SubElement(
            drawn, f"{{{DC}}}Bounds", {key: f"{getattr(box, key):g}" for key in ("x", "y", "width", "height")}
        )
        shape.addnext(drawn)
        self._shapes[name] = drawn

    def _free(self, near: Box, size: tuple[float, float], side: int) -> Box:
        """A place beside a shape where no other small shape lies: level with it, else below, else above."""
        x = near.x + near.width + GAP if side > 0 else near.x - GAP - size[0]
        middle = near.y + (near.height - size[1]) / 2
        places = [Box(x, middle + way * 70, *size) for way in (0, 1, -1, 2, -2)]
        taken = [box for box in map(_box, self._shapes.values()) if not _holds(box, near)]
        return next((one for one in places if not any(_meet(one, box) for box in taken)), places[0])

    def _draw_flow(self, name: str, source: Element, target: Element) -> None:
        ends = self._shapes.get(source.get("id")), self._shapes.get(target.get("id"))
        if ends[0] is None or ends[1] is None:
            return
        a, b = _box(ends[0]), _box(ends[1])
        edge = etree.Element(f"{{{DI}}}BPMNEdge", {"id": f"Edge_{name}", "bpmnElement": name})
        for x, y in ((a.x + a.width, a.y + a.height / 2), (b.x, b.y + b.height / 2)):
            etree.SubElement(edge, f"{{{DD}}}waypoint", {"x": f"{x:g}", "y": f"{y:g}"})
        ends[1].addnext(edge)

    def _begin_at(self, flow: Element, node: Element) -> None:
        shape = self._shapes.get(node.get("id"))
        for edge in self.root.iter(f"{{{DI}}}BPMNEdge"):
            first = edge.find(f"{{{DD}}}waypoint")
            if shape is not None and first is not None and edge.get("bpmnElement") == flow.get("id"):
                box = _box(shape)
                first.set("x", f"{box.x + box.width / 2:g}")
                first.set("y", f"{box.y + box.height / 2:g}")


def _link(node: Element, tag: str, flow: str) -> None:
    place = sum(local(one) in FIRST[: FIRST.index(tag) + 1] for one in node)
    link = etree.Element(bpmn(tag))
    link.text = flow
    node.insert(place, link)


def _box(shape: Element) -> Box:
    bounds = shape.find(f"{{{DC}}}Bounds")
    try:
        return Box(*(float(bounds.get(key, 0)) if bounds is not None else 0 for key in ("x", "y", "width", "height")))
    except ValueError:  # a drawing may say anything; the check speaks of it
        return Box(0, 0, 0, 0)


def _holds(outer: Box, inner: Box) -> bool:
    """Whether a pool, lane or sub-process lies around a shape (or is the shape itself)."""
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and outer.x + outer.width >= inner.x + inner.width
        and outer.y + outer.height >= inner.y + inner.height
    )


def _meet(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )
