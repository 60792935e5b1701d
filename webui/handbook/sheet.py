"""A diagram as it is drawn in its file: boxes, lines and labels; and where it is cut for paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil

from engine.spiff.drawing import KINDS
from engine.spiff.xml import Element, local

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"

SCALE = 0.22  # millimetres of paper for a unit of the drawing; its letters, 12 units high, are then 2.6 mm
SMALLEST = 0.165  # below it the letters are under two millimetres
PORTRAIT = 178.0  # millimetres that an upright page offers
PAGE = (276.0, 156.0)  # millimetres that a landscape page offers below its heading
FARTHEST = 50_000  # units: beyond it lies no drawing that people look at
MOST = 12  # pieces of one drawing
SHIFT = 180  # how far, in units, a cut may be from where pieces would be equal

Line = list[tuple[float, float]]


@dataclass(frozen=True)
class Box:
    """A rectangle of the drawing."""

    x: float
    y: float
    w: float
    h: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2


@dataclass
class Sheet:
    """What the file draws: boxes and labels of elements by id, lines by id."""

    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    folded: set[str] = field(default_factory=set)


def read(root: Element) -> Sheet:
    """What the file draws, nothing where it draws nothing."""
    sheet = Sheet()
    for shape in root.iter(f"{DI}BPMNShape"):
        name, bounds, label = shape.get("bpmnElement", ""), shape.find(f"{DC}Bounds"), shape.find(f"{DI}BPMNLabel")
        if bounds is not None:
            sheet.boxes[name] = _box(bounds)
        if label is not None and (place := label.find(f"{DC}Bounds")) is not None:
            sheet.labels[name] = _box(place)
        if shape.get("isExpanded") == "false":
            sheet.folded.add(name)
    for edge in root.iter(f"{DI}BPMNEdge"):
        name, label = edge.get("bpmnElement", ""), edge.find(f"{DI}BPMNLabel")
        sheet.lines[name] = [(_number(one, "x"), _number(one, "y")) for one in edge.iter(WAYPOINT)]
        if label is not None and (place := label.find(f"{DC}Bounds")) is not None:
            sheet.labels[name] = _box(place)
    return sheet


def _box(bounds: Element) -> Box:
    return Box(*(_number(bounds, name) for name in ("x", "y", "width", "height")))


def _number(element: Element, name: str) -> float:
    """A measure of the file; what is none, or absurd, counts as nothing."""
    try:
        number = float(element.get(name, "0"))
    except ValueError:
        return 0.0
    return number if abs(number) < FARTHEST else 0.0


def extent(sheet: Sheet) -> Box:
    """The rectangle around everything drawn, with a small margin."""
    boxes = [*sheet.boxes.values(), *sheet.labels.values()]
    points = [point for line in sheet.lines.values() for point in line]
    left = min([one.x for one in boxes] + [x for x, _y in points]) - 6
    top = min([one.y for one in boxes] + [y for _x, y in points]) - 6
    right = max([one.x + one.w for one in boxes] + [x for x, _y in points]) + 6
    bottom = max([one.y + one.h for one in boxes] + [y for _x, y in points]) + 6
    return Box(left, top, right - left, bottom - top)


def upright(whole: Box) -> bool:
    """Whether a drawing is legible on an upright page, among the text."""
    return whole.w * SMALLEST <= PORTRAIT


def scale(whole: Box) -> float:
    """Millimetres for a unit, so that a drawing fits the page in height, and an upright one in width."""
    return min(SCALE, PORTRAIT / whole.w) if upright(whole) else min(SCALE, PAGE[1] / whole.h)


def cuts(sheet: Sheet, elements: Mapping[str, Element], whole: Box) -> list[tuple[float, float]]:
    """From where to where each piece goes: as many as fit a page each, cut where the fewest shapes are hit."""
    count = 1 if upright(whole) else min(ceil(whole.w * scale(whole) / PAGE[0]), MOST)
    boxes, edges = _solid(sheet, elements), [whole.x]
    for number in range(1, count):
        wanted = whole.x + whole.w * number / count
        places = [wanted + step for step in range(-SHIFT, SHIFT + 1, 4)]
        edges.append(min(places, key=lambda x: (_hit(boxes, x), abs(x - wanted))))
    return list(pairwise([*edges, whole.x + whole.w]))


def _hit(boxes: list[Box], x: float) -> float:
    """How much a cut at `x` would spoil: the heights of what it goes through."""
    return sum(one.h for one in boxes if one.x - 14 < x < one.x + one.w + 14)


def _solid(sheet: Sheet, elements: Mapping[str, Element]) -> list[Box]:
    """What a cut should not go through: steps, events and labels; not the lanes and sub-processes around them."""
    steps = [name for name in sheet.boxes if name in elements and local(elements[name]) in KINDS]
    inside = [sheet.boxes[name] for name in steps if local(elements[name]) != "subProcess" or name in sheet.folded]
    return [*inside, *sheet.labels.values()]
