"""A diagram as inline SVG for paper: drawn from the shapes and lines of the file, without a browser's help.

A wide diagram comes in pieces, each with the names of the lanes at its left edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from markupsafe import Markup

from engine.spiff import DiagramError
from engine.spiff.drawing import KINDS, LOOPS
from engine.spiff.xml import Element, bpmn, local, root_of
from webui.handbook.sheet import PAGE, Box, Line, Sheet, cuts, extent, read, scale, upright
from webui.handbook.signs import HEAD, INK, event, gateway, marker, number_of, rect, sign, text, upwards, wrapped

FRAMES = ("participant", "lane", "subProcess")


@dataclass(frozen=True)
class Piece:
    """A part of the drawing: its SVG and whether it wants a landscape page."""

    svg: Markup
    wide: bool


def pieces(document: str, key: str, numbers: Mapping[str, int] | None = None) -> list[Piece]:
    """The SVG pieces of a diagram, from left to right; none for a file without a drawing.

    `key` tells its ids from those of other diagrams on the page; `numbers` are printed on the steps.
    """
    try:
        root = root_of("process.bpmn", document.encode())
    except DiagramError:
        return []
    sheet = read(root)
    if not sheet.boxes:
        return []
    elements = {one.get("id", ""): one for one in root.iter() if isinstance(one.tag, str) and one.get("id")}
    whole = extent(sheet)
    body = Markup("").join(_drawn(sheet, elements, numbers or {}, key))
    lanes = [(sheet.boxes[name], elements[name]) for name in sheet.boxes if name in elements]
    names = [(box, one.get("name") or "") for box, one in lanes if local(one) == "lane"]
    found = cuts(sheet, elements, whole)
    parts = [Box(left, whole.y, right - left, whole.h) for left, right in found]
    size, wide = scale(whole), not upright(whole)
    return [Piece(_piece(key, at, part, size, body, names), wide) for at, part in enumerate(parts)]


def _piece(key: str, at: int, part: Box, size: float, body: Markup, lanes: list[tuple[Box, str]]) -> Markup:
    """The first piece holds the whole drawing, the others show another part of it beside the names of the lanes."""
    left, margin = part.x, HEAD if at else 0.0
    width = part.w + margin
    shown = Markup('<use href="#{0}"/>').format(key) if at else Markup('<g id="{0}">{1}</g>').format(key, body)
    heads = (Box(left - margin, box.y, HEAD, box.h) for box, _name in lanes) if at else ()
    names = Markup("").join(
        rect(box, head=True) + upwards(name, box) for box, (_, name) in zip(heads, lanes, strict=False)
    )
    opening = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="h-svg" role="img" font-size="12" width="{0:.1f}mm"'
    ).format(min(width * size, PAGE[0]))
    view = Markup(' viewBox="{0:g} {1:g} {2:g} {3:g}">').format(left - margin, part.y, width, part.h)
    clip = Markup('<clipPath id="{0}c{1}"><rect x="{2:g}" y="{3:g}" width="{4:g}" height="{5:g}"/></clipPath>').format(
        key, at, left, part.y, width - margin, part.h
    )
    inside = Markup('<g clip-path="url(#{0}c{1})">{2}</g>').format(key, at, shown)
    defs = Markup("<defs>{0}{1}</defs>").format(clip, "" if at else marker(key))
    return opening + view + defs + inside + names + Markup("</svg>")


def _drawn(sheet: Sheet, elements: Mapping[str, Element], numbers: Mapping[str, int], key: str) -> Iterator[Markup]:
    """Frames first, then lines, then what stands on them."""
    drawn = [name for name in sheet.boxes if name in elements]
    for tag in FRAMES:
        for name in (one for one in drawn if local(elements[one]) == tag):
            yield _frame(elements[name], sheet.boxes[name])
    for name, line in sheet.lines.items():
        if name in elements and len(line) > 1:
            yield _line(line, key, dashed=local(elements[name]) != "sequenceFlow")
            yield _caption(elements[name], sheet, name, _beside(line))
    for name in drawn:
        if local(elements[name]) not in FRAMES:
            yield from _node(elements[name], sheet, name, numbers.get(name))


def _frame(element: Element, box: Box) -> Markup:
    name = element.get("name") or ""
    if local(element) == "subProcess":
        return rect(box, radius=10) + text([name], (box.x + box.w / 2, box.y + 14)) + _repeat(element, box)
    head = Box(box.x, box.y, HEAD, box.h)
    return rect(box) + rect(head, head=True) + upwards(name, head)


def _node(element: Element, sheet: Sheet, name: str, number: int | None) -> Iterator[Markup]:
    tag, box = local(element), sheet.boxes[name]
    below = (box.x + box.w / 2, box.y + box.h + 10)
    if tag.endswith("Event"):
        kinds = [local(one).removesuffix("EventDefinition") for one in element if _defines(one)]
        stays = element.get("cancelActivity") == "false"
        yield event(tag, box, kinds[0] if kinds else "", dashed=stays) + _caption(element, sheet, name, below)
    elif tag.endswith("Gateway"):
        yield gateway(tag, box) + _caption(element, sheet, name, below)
    elif tag in KINDS:
        yield rect(box, radius=10, stroke=3.0 if tag == "callActivity" else 1.5)
        yield text(wrapped(element.get("name") or "", box.w - 16), box.middle)
        yield sign(tag, box) + _repeat(element, box) + (number_of(number, box) if number else Markup(""))


def _defines(child: Element) -> bool:
    return isinstance(child.tag, str) and local(child).endswith("EventDefinition")


def _caption(element: Element, sheet: Sheet, name: str, default: tuple[float, float]) -> Markup:
    said, place = element.get("name"), sheet.labels.get(name)
    if not said:
        return Markup("")
    lines = wrapped(said, max(place.w + 14 if place else 0, 90))
    return text(lines, place.middle if place else default, halo=True)


def _repeat(element: Element, box: Box) -> Markup:
    """Three strokes for what runs once per department; the plus of a shared part."""
    called, multiple = local(element) == "callActivity", any(element.find(bpmn(tag)) is not None for tag in LOOPS)
    x, y = box.x + box.w / 2, box.y + box.h - 12
    apart = 10 if called and multiple else 0
    strokes = (
        f'<path d="M{x - apart - 4:g} {y:g}v9m4-9v9m4-9v9" stroke="{INK}" stroke-width="1.6"/>' if multiple else ""
    )
    plus = f'<path d="M{x + apart - 5:g} {y:g}h10v10h-10zm5 2v6m-3-3h6" fill="none" stroke="{INK}"/>' if called else ""
    return Markup(strokes + plus)


def _line(points: Line, key: str, dashed: bool) -> Markup:
    path = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    dashes = ' stroke-dasharray="5 4"' if dashed else ""
    drawn = f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="1.3" stroke-linejoin="round"{dashes}'
    return Markup(drawn) + Markup(' marker-end="url(#{0}-a)"/>').format(key)


def _beside(line: Line) -> tuple[float, float]:
    """Above the middle of the longest stretch of a line."""
    (x1, y1), (x2, y2) = max(pairwise(line), key=lambda ends: hypot(ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]))
    return (x1 + x2) / 2, (y1 + y2) / 2 - 8
