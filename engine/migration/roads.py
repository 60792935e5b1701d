"""Where a case can still go in a version of its procedure, and which steps on the way give what is read there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from engine.check.flow import decided_by
from engine.check.subject import Subject, fields_of
from engine.check.subject import read as read_subject
from engine.definitions import Definition
from engine.operations import Registry
from engine.spiff import ExpressionError, Obstacle, Run, expressions
from engine.spiff.drawing import COUNTS, KINDS, LOOPS, Flow, Shape, parameters
from engine.spiff.walks import reached
from engine.spiff.xml import bpmn

AROUND = ("subprocess", "call")  # whoever stands on these stands on something inside as well
REPEATS = {  # how an activity repeats, and when it has been repeated often enough
    "loopDataInputRef": "重复所按的清单",
    "loopCardinality": "重复的次数",
    "completionCondition": "提前结束重复的条件",
    "loopCondition": "继续重复的条件",
}
REMEDY = "请在新版里让还没有走到的步骤给出它，或让这件留在原版"


@lru_cache(16)
def of(definition: Definition) -> Roads:
    """The roads of a version, drawn once: a dry run asks about every case."""
    return Roads(definition)


def lacking(run: Run, old: Definition, new: Definition, mapping: Mapping[str, str]) -> Iterator[Obstacle]:
    """Conditions, parameters and repetitions ahead that read what the case has not and only passed steps would give.

    What no step at all gives is left to the check of the procedure, and what a step on one of several ways gives is
    taken to come. What the case could not answer in its old version either is not the migration's doing.
    """
    roads, before = of(new), of(old)
    places = roads.standing(mapping.get(one, one) for one in run.places)
    found = list(roads.lacking(places, run.decided))
    known = {
        (mapping.get(one.node, one.node), one.text, name)
        for one, name in (before.lacking(before.standing(run.places), run.decided) if found else ())
    }
    for one, name in found:
        if (one.node, one.text, name) not in known:
            yield Obstacle(one.element, one.called, roads.told(one, name), REMEDY)


class Reading(NamedTuple):
    """An expression `text` of the element (id, and what people call it) that is evaluated at a node: what it is for,
    and the names of the decisions it reads.
    """

    node: str
    element: str
    called: str
    what: str
    text: str
    names: frozenset[str]


class Roads:
    """A version as a graph through which a case goes forward, into sub-processes and called processes and out again."""

    def __init__(self, definition: Definition) -> None:
        self.subject = read_subject(definition.process, definition.documents, Registry(), {})[0]
        self.shapes = self.subject.drawing.shapes
        self.edges = _edges(self.subject)
        self.after = {name: frozenset(reached(self.edges, [name])) for name in self.shapes}
        self.givers: dict[str, set[str]] = {}
        for shape in self.shapes.values():
            for name in _given(self.subject, shape):
                self.givers.setdefault(name, set()).add(shape.id)
        functions = definition.model.functions
        self.read = [one._replace(names=_names(one.text, functions)) for one in self._readings()]

    def _readings(self) -> Iterator[Reading]:
        for flow in self.subject.drawing.flows:
            if flow.condition:
                yield Reading(flow.source, flow.id, self._called(flow), "条件", flow.condition, frozenset())
        for shape in self.shapes.values():
            said = [(f"参数“{one.get('name')}”", one.get("value")) for one in parameters(shape)]
            loops = [loop for tag in LOOPS for loop in shape.children(tag)]
            said += [(what, loop.findtext(bpmn(tag))) for loop in loops for tag, what in REPEATS.items()]
            for what, text in said:
                if text:
                    yield Reading(shape.id, shape.id, shape.name, what, text, frozenset())

    def standing(self, places: Iterable[str]) -> set[str]:
        """Of these nodes the ones from which a case goes on."""
        return {one for one in places if one in self.shapes and KINDS[self.shapes[one].tag] not in AROUND}

    def ahead(self, places: Iterable[str]) -> set[str]:
        """Every node a case can still come to, those it stands on included."""
        return set().union(*(self.after[one] for one in places))

    def past(self, places: Iterable[str], avoided: Iterable[str]) -> set[str]:
        """Every node a case can still come to without one of those to be avoided."""
        closed = {name: [] if name in set(avoided) else ends for name, ends in self.edges.items()}
        return reached(closed, places) - set(avoided)

    def lacking(self, places: Iterable[str], has: Iterable[str]) -> Iterator[tuple[Reading, str]]:
        """What is read ahead, with a name in it that is neither there nor given on the way to it."""
        ahead, has = self.ahead(places), set(has)
        for one in self.read:
            for name in sorted(one.names - has) if one.node in ahead else ():
                givers = self.givers.get(name, set())
                if givers and not any(one.node in self.after[giver] for giver in givers & ahead):
                    yield one, name

    def _called(self, flow: Flow) -> str:
        """A flow by its name, else by its two ends."""
        ends = (self.shapes[one].name if one in self.shapes else one for one in (flow.source, flow.target))
        return flow.element.get("name") or "→".join(ends)

    def told(self, reading: Reading, name: str) -> str:
        """Which expression lacks what, and which steps would have given it."""
        steps = [self.shapes[one] for one in sorted(self.givers[name])]
        label = next((one for step in steps if (one := self._label(step, name))), "")
        called = f"“{label}”（{name}）" if label else name
        given = "、".join(f"“{step.name}”" for step in steps)
        return f"的{reading.what}“{reading.text}”要用到{called}，这件还没有，而新版里给出它的{given}这件不会再走到"

    def _label(self, step: Shape, name: str) -> str:
        form = self.subject.form_of(step)
        return next((one.label for one in fields_of(form) if one.decide == name), "") if form else ""


def _given(subject: Subject, shape: Shape) -> set[str]:
    own = {shape.id} if KINDS[shape.tag] == "user" and subject.form_of(shape) is None else set()
    return (decided_by(subject, shape) | own) - {""}


def _names(text: str, functions: Iterable[str]) -> frozenset[str]:
    try:
        return expressions.names(text, functions) - COUNTS
    except ExpressionError:  # the door has said so already
        return frozenset()


def _edges(subject: Subject) -> dict[str, list[str]]:
    """The flows, with the ways into an activity with steps inside and out of it; boundary events from inside."""
    drawing = subject.drawing
    edges = drawing.edges
    for shape in drawing.shapes.values():
        around = subject.around(shape)
        if around is None:
            continue
        if shape.tag == "startEvent":
            edges[around.id].append(shape.id)
        edges[shape.id] += [one.id for one in drawing.boundary(around.id)]
        if not drawing.leaving.get(shape.id):
            edges[shape.id] += (
                [around.id] if around.multiple else [one.target for one in drawing.leaving.get(around.id, ())]
            )
    return edges
