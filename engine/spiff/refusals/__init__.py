"""What a diagram may not contain, because SpiffWorkflow 3.2.0 would ignore it or break on it.

Each rule looks at the drawing and yields Problems; the list RULES is the table of contents.
"""

from collections.abc import Iterable

from engine.spiff.drawing import Drawing
from engine.spiff.nodes import Problem
from engine.spiff.refusals import elements, graph, happenings
from engine.spiff.refusals.common import Rule

RULES: tuple[Rule, ...] = (
    elements.unsupported_elements,
    elements.identifiers,
    graph.flows,
    graph.connections,
    graph.starts_and_ends,
    graph.sizes,
    graph.ways_out,
    graph.parallel_joins,
    graph.conditions,
    happenings.events,
    happenings.references,
    happenings.timer_texts,
    happenings.deadlines,
    happenings.event_gateways,
    elements.repetitions,
    elements.services,
)


def problems(drawing: Drawing, functions: Iterable[str]) -> list[Problem]:
    """All problems of a drawing; `functions` may be called in its expressions beside the built-in ones."""
    known = frozenset(functions)
    return [problem for rule in RULES for problem in rule(drawing, known)]
