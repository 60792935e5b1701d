"""The signs of BPMN as pieces of SVG, and Chinese text in lines that fit."""

from __future__ import annotations

from markupsafe import Markup

from webui.handbook.sheet import Box

INK, PAPER, SHADE, BLUE = "#222", "#fff", "#f1f3f6", "#1f5fae"
HEAD = 30.0  # width of a lane's name
FONT, LINE = 12, 14
_THIN = f'fill="none" stroke="{INK}"'
_CLINGING = "）。，、？！；：”"  # may stand beyond the end of a line rather than begin the next


def rect(box: Box, radius: float = 0, stroke: float = 1.2, head: bool = False) -> Markup:
    """A rectangle; `head` is the shaded one with a lane's name."""
    return Markup(
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.w:g}" height="{box.h:g}" rx="{radius:g}"'
        f' fill="{SHADE if head else PAPER}" stroke="{INK}" stroke-width="{stroke:g}"/>'
    )


def event(tag: str, box: Box, kind: str, dashed: bool) -> Markup:
    """A start, end, waiting or boundary event; `dashed`: it does not interrupt."""
    (x, y), r = box.middle, box.w / 2
    width, dashes = 3 if tag == "endEvent" else 1.5, ' stroke-dasharray="4 3"' if dashed else ""
    radii = (r, r - 3.5) if tag in ("boundaryEvent", "intermediateCatchEvent") else (r,)
    look = f'fill="{PAPER}" stroke="{INK}" stroke-width="{width}"{dashes}'
    rings = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="{one:g}" {look}/>' for one in radii)
    return Markup(rings + (_symbol(kind, x, y, r * 0.5) if kind else ""))


def _symbol(kind: str, x: float, y: float, r: float) -> str:
    if kind == "timer":
        hands = f"M{x:g} {y - r * 0.75:g}V{y:g}H{x + r * 0.6:g}"
        return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" {_THIN}/><path d="{hands}" {_THIN}/>'
    if kind == "message":
        letter = f"M{x - r:g} {y - r * 0.7:g}h{2 * r:g}v{1.4 * r:g}h{-2 * r:g}zl{r:g} {r * 0.7:g} {r:g} {-r * 0.7:g}"
        return f'<path d="{letter}" {_THIN}/>'
    if kind == "terminate":
        return f'<circle cx="{x:g}" cy="{y:g}" r="{r * 1.1:g}" fill="{INK}"/>'
    bolt = ((-1, 0.9), (-0.4, -0.8), (0.35, 0.25), (1, -0.9), (0.4, 0.8), (-0.35, -0.25))
    corners = bolt if kind == "error" else ((0, -1), (1, 1), (-1, 1))
    return f'<polygon points="{" ".join(f"{x + a * r:g},{y + b * r:g}" for a, b in corners)}" {_THIN}/>'


def gateway(tag: str, box: Box) -> Markup:
    """A diamond with the sign of its kind."""
    (x, y), half = box.middle, box.w / 2
    a, d, bold = half * 0.38, half * 0.27, f'fill="none" stroke="{INK}" stroke-width="3"'
    corners = f"{x:g},{y - half:g} {x + half:g},{y:g} {x:g},{y + half:g} {x - half:g},{y:g}"
    diamond = f'<polygon points="{corners}" fill="{PAPER}" stroke="{INK}" stroke-width="1.5"/>'
    cross = f"M{x - d:g} {y - a:g}L{x + d:g} {y + a:g}M{x + d:g} {y - a:g}L{x - d:g} {y + a:g}"
    plus = f"M{x - a * 1.2:g} {y:g}H{x + a * 1.2:g}M{x:g} {y - a * 1.2:g}V{y + a * 1.2:g}"
    paths = {"exclusiveGateway": cross, "parallelGateway": plus}
    circle = f'<circle cx="{x:g}" cy="{y:g}" r="{a * 1.1:g}" {bold}/>'
    return Markup(diamond + (f'<path d="{paths[tag]}" {bold}/>' if tag in paths else circle))


def sign(tag: str, box: Box) -> Markup:
    """The small sign of a person's or an automatic step, in the upper left corner."""
    x, y = box.x + 11, box.y + 11
    if tag in ("userTask", "manualTask"):
        body = f"M{x - 5:g} {y + 6:g}c0-7 10-7 10 0z"
        return Markup(f'<circle cx="{x:g}" cy="{y - 2.5:g}" r="2.6" {_THIN}/><path d="{body}" {_THIN}/>')
    if tag == "serviceTask":
        teeth = f'<circle cx="{x:g}" cy="{y:g}" r="4" {_THIN} stroke-width="2.6" stroke-dasharray="2.1 1"/>'
        return Markup(f'{teeth}<circle cx="{x:g}" cy="{y:g}" r="2.6" {_THIN}/>')
    return Markup("")


def number_of(number: int, box: Box) -> Markup:
    """The number of a step in the handbook, at its upper right corner."""
    x, y = box.x + box.w - 4, box.y + 3
    label = f'text-anchor="middle" font-size="11" font-weight="700" fill="{PAPER}"'
    return Markup(
        f'<circle cx="{x:g}" cy="{y:g}" r="10" fill="{BLUE}"/><text x="{x:g}" y="{y + 4:g}" {label}>{number}</text>'
    )


def marker(key: str) -> Markup:
    """The head of an arrow."""
    size = 'refX="9.5" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"'
    head = Markup(f'-a" viewBox="0 0 10 10" {size}><path d="M0 0L10 5L0 10z" fill="{INK}"/></marker>')
    return Markup('<marker id="{0}').format(key) + head


def text(lines: list[str], middle: tuple[float, float], halo: bool = False) -> Markup:
    """Lines of text around a point; `halo` keeps them legible across lines of the drawing."""
    x, y = middle
    top = y - (len(lines) - 1) * LINE / 2 + FONT * 0.36
    around = f' stroke="{PAPER}" stroke-width="3" paint-order="stroke"' if halo else ""
    return Markup(f'<text text-anchor="middle" fill="{INK}"{around}>') + _spans(lines, x, top) + Markup("</text>")


def upwards(name: str, box: Box) -> Markup:
    """A name that runs upwards."""
    (x, y), lines = box.middle, wrapped(name, box.h - 10)[:2]
    turned = f'<text transform="translate({x:g} {y:g}) rotate(-90)" text-anchor="middle" fill="{INK}">'
    return Markup(turned) + _spans(lines, 0, 4 - (len(lines) - 1) * LINE / 2) + Markup("</text>")


def _spans(lines: list[str], x: float, top: float) -> Markup:
    span = Markup('<tspan x="{0:g}" y="{1:g}">{2}</tspan>')
    return Markup("").join(span.format(x, top + number * LINE, line) for number, line in enumerate(lines))


def wrapped(said: str, width: float) -> list[str]:
    """Text in lines that fit: a Chinese character is as wide as the font is high, others little more than half."""
    lines, used = [""], 0.0
    for character in said.strip():
        wide = FONT if ord(character) > 0x2E7F else FONT * 0.58
        if used + wide > width and lines[-1] and character not in _CLINGING:
            lines.append("")
            used = 0.0
        lines[-1] += character
        used += wide
    return [line.strip() for line in lines if line.strip()] or [""]
