"""The ways through a drawing: in which order people meet its steps, and where each result leads.

Shared parts are walked as if they were drawn in the procedure, with the arguments it calls them with; what these rule
out is no way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from engine.check.subject import Subject
from engine.foresight import CHOOSING, usual_outcome
from engine.handbook.words import BY_SYSTEM, Vocabulary
from engine.spiff.drawing import KINDS, Flow, Shape, decides
from engine.spiff.xml import ours

STEPS = ("user", "service")
MANY = 60  # ways from one place: more than anybody reads, of a diagram that is no procedure
TOGETHER, EVERYBODY = "同时进行的各支都已办完", "各部门都已办完"


class Way(NamedTuple):
    """One way on: the conditions in words, the automatic steps on it, and the shape where it stops."""

    when: tuple[str, ...]
    through: tuple[str, ...]
    to: str


@dataclass(frozen=True)
class _Walk:
    """Where a walk has been."""

    known: Mapping[str, Any]
    when: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    seen: frozenset[str] = frozenset()

    def at(self, shape: Shape, when: str = "") -> _Walk:
        fresh = (when,) if when and when not in self.when else ()
        return _Walk(self.known, (*self.when, *fresh), self.through, self.seen | {shape.id})

    def past(self, shape: Shape) -> _Walk:
        """Behind an automatic step: what it decides is not known any more."""
        return _Walk(_undecided(self.known, shape), self.when, (*self.through, shape.id), self.seen)

    def within(self, given: Mapping[str, Any]) -> _Walk:
        """Inside a shared part that is called with these arguments."""
        return _Walk({**given, **self.known}, self.when, self.through, self.seen)


class Ways:
    """The ways of one procedure."""

    def __init__(self, subject: Subject) -> None:
        self.subject, self.drawing = subject, subject.drawing
        self.vocabulary = Vocabulary(subject)
        self._usual = {form.decision: usual_outcome(form) for form in subject.forms.values() if form.decision}
        self._certain: dict[str, Any] = {}
        self._certain = self._never_decided(self._walked()[0])
        self.order, self._passed = self._walked()

    def on(self, shape: Shape, known: Mapping[str, Any] | None = None, far: bool = True) -> list[Way]:
        """Where it goes on from a step or event, given the decisions taken there; not `far`: to the very next step."""
        facts = _undecided({**self._told(shape), **(known or {})}, shape)
        return list(dict.fromkeys(islice(self._leave(shape, _Walk(facts), far), MANY)))

    @cached_property
    def known_at(self) -> dict[str, dict[str, Any]]:
        """For each automatic step the decisions that are the same whenever it is performed."""
        arrivals: dict[str, list[dict[str, Any]]] = {}
        for shape in self.order:
            for known in self._endings(shape):
                for way in self.on(shape, known):
                    for node in way.through:
                        arrivals.setdefault(node, []).append(known)
        for event in self._events():
            host = event.element.get("attachedToRef") or ""
            known = dict(arrivals[host][0]) if len(arrivals.get(host, ())) == 1 else {}
            for way in self.on(event, known):
                for node in way.through:
                    arrivals.setdefault(node, []).append(known)
        return {node: _common(found) for node, found in arrivals.items()}

    def _endings(self, shape: Shape) -> list[dict[str, Any]]:
        """What is decided when a people's step ends, in each of its ways."""
        form = self.subject.form_of(shape)
        if KINDS[shape.tag] == "service":
            return []
        return [{form.decision: one.id} for one in form.outcomes] if form and form.decision else [{}]

    def _events(self) -> Iterator[Shape]:
        return (one for one in self.drawing.shapes.values() if one.element.get("attachedToRef") and self.reaches(one))

    @cached_property
    def side_ends(self) -> frozenset[str]:
        """Ends of what runs beside the case: duties, and what an uninterrupting event sets off."""
        starts = [one for one in self.drawing.shapes.values() if _beside(one)]
        found: set[str] = set()
        while starts:
            shape = starts.pop()
            targets = [flow.target for flow in self.drawing.leaving.get(shape.id, ()) if flow.target not in found]
            found.update(targets)
            starts += [self.drawing.shapes[one] for one in targets if one in self.drawing.shapes]
        return frozenset(one.id for one in self.drawing.shapes.values() if one.id in found and one.tag == "endEvent")

    def _told(self, shape: Shape) -> dict[str, Any]:
        """What the calls around a shape tell its process."""
        told = {**self._certain}
        for one in self.subject.surroundings(shape):
            told |= self.vocabulary.given.get(one.element.get("calledElement") or "", {})
        return told

    def reaches(self, shape: Shape) -> bool:
        """Whether any case can come here."""
        return shape.id in self._passed

    def _never_decided(self, reached: Iterable[Shape]) -> dict[str, Any]:
        """Constants told to shared parts that no step this procedure comes to ever changes."""
        deciding = {name for shape in reached for name in decides(shape)}
        told = {name: value for given in self.vocabulary.given.values() for name, value in given.items()}
        return {name: value for name, value in told.items() if name not in deciding}

    def _walked(self) -> tuple[list[Shape], frozenset[str]]:
        """The starts and steps that can be reached, and every shape that is passed.

        First those on the usual way, then the other steps of people, then the other automatic ones.
        """
        found: dict[str, Shape] = {}
        starts = [one for one in self.drawing.inside(None, self.subject.process) if one.tag == "startEvent"]
        seen: set[str] = set()
        for start in starts:
            self._visit(start, self._usual, False, seen, found)
        main, seen = list(found.values()), set()
        for start in starts:
            self._visit(start, {}, True, seen, found)
        late = [one for one in found.values() if one not in main]
        first = sorted(main, key=lambda one: KINDS[one.tag] != "start")
        return [*first, *sorted(late, key=lambda one: KINDS[one.tag] == "service")], frozenset(seen)

    def _visit(
        self, shape: Shape, usual: Mapping[str, Any], wide: bool, seen: set[str], found: dict[str, Shape]
    ) -> None:
        """Walk on from a shape, on the usual way alone or (`wide`) on every way and past every event."""
        if shape.id in seen:
            return
        seen.add(shape.id)
        top = shape.tag == "startEvent" and shape.scope is None and shape.process == self.subject.process
        if top or KINDS[shape.tag] in STEPS:
            found.setdefault(shape.id, shape)
        for following in self._following(shape, {**self._told(shape), **usual}, wide):
            self._visit(following, usual, wide, seen, found)

    def _following(self, shape: Shape, known: Mapping[str, Any], wide: bool) -> Iterator[Shape]:
        inside = self._inside(shape)
        if inside:
            yield inside
        if shape.tag == "endEvent" and shape.event == "error":
            yield from self._catching(shape)
        for flow, _when in self._chosen(shape, known):
            yield self.drawing.shapes[flow.target]
        if wide:
            yield from self.drawing.boundary(shape.id)

    def _leave(self, shape: Shape, walk: _Walk, far: bool) -> Iterator[Way]:
        for flow, when in self._chosen(shape, walk.known):
            target = self.drawing.shapes[flow.target]
            if target.id not in walk.seen:
                yield from self._arrive(target, walk.at(target, when), far)

    def _arrive(self, shape: Shape, walk: _Walk, far: bool) -> Iterator[Way]:
        kind, inside = KINDS[shape.tag], self._inside(shape)
        if kind in ("user", "event") or (kind == "service" and not far):
            yield Way(walk.when, walk.through, shape.id)
        elif kind == "end":
            yield from self._ended(shape, walk, far)
        elif inside is not None:
            told = self.vocabulary.given.get(shape.element.get("calledElement") or "", {})
            yield from self._leave(inside, walk.within(told), far)
        elif kind == "service":
            yield from self._leave(shape, walk.past(shape), far)
        elif shape.tag == "parallelGateway" and len(self.drawing.arriving.get(shape.id, ())) > 1:
            yield from self._leave(shape, walk.at(shape, TOGETHER), far)
        else:
            yield from self._leave(shape, walk, far)

    def _ended(self, end: Shape, walk: _Walk, far: bool) -> Iterator[Way]:
        """An end inside a sub-process or shared part goes on behind it; the others are where the way stops."""
        around = self.subject.around(end)
        caught = list(self._catching(end)) if end.event == "error" else []
        if caught:
            yield from self._leave(caught[0], walk, far)
        elif around is None or end.id in self.side_ends:
            yield Way(walk.when, walk.through, end.id)
        else:
            yield from self._leave(around, walk.at(around, EVERYBODY if around.multiple else ""), far)

    def _catching(self, end: Shape) -> Iterator[Shape]:
        """The boundary events around an error end that catch it."""
        thrown = end.definitions[0].get("errorRef")
        for around in self.subject.surroundings(end):
            for event in self.drawing.boundary(around.id):
                if event.event == "error" and event.definitions[0].get("errorRef") in (thrown, None):
                    yield event

    def _inside(self, shape: Shape) -> Shape | None:
        """The start event within a sub-process or called process."""
        if KINDS[shape.tag] == "subprocess":
            drawn = self.drawing.inside(shape.id, shape.process)
        elif called := shape.element.get("calledElement"):
            drawn = self.drawing.inside(None, called)
        else:
            return None
        return next((one for one in drawn if one.tag == "startEvent"), None)

    def _chosen(self, shape: Shape, known: Mapping[str, Any]) -> list[tuple[Flow, str]]:
        """The flows that may be taken, each with its condition in words ("" for none)."""
        flows = [one for one in self.drawing.leaving.get(shape.id, []) if one.target in self.drawing.shapes]
        if shape.tag not in CHOOSING or len(flows) < 2:
            return [(flow, "") for flow in flows]
        found: list[tuple[Flow, str]] = []
        default = shape.element.get("default")
        for flow in (one for one in flows if one.id != default):
            said = self.vocabulary.said(flow.condition, shape.process, known) if flow.condition else True
            if said is True:
                found.append((flow, "否则" if found else ""))
                if shape.tag == "exclusiveGateway":
                    return found
            elif said is not False:
                found.append((flow, _answer(shape, flow) if BY_SYSTEM in said and _answer(shape, flow) else said))
        for flow in (one for one in flows if one.id == default):
            found.append((flow, _otherwise(shape, flow) if found else ""))
        return found


def _otherwise(gateway: Shape, flow: Flow) -> str:
    """The default flow in words: its name answers the question that the gateway asks."""
    answer = _answer(gateway, flow) or flow.element.get("name")
    return f"否则（{answer}）" if answer else "否则"


def _answer(gateway: Shape, flow: Flow) -> str:
    """The question that the gateway asks with the answer that the flow gives; empty when one of them is silent."""
    question, answer = gateway.element.get("name") or "", flow.element.get("name") or ""
    if not question or not answer:
        return ""
    return f"{question}{'' if question.endswith(('？', '?')) else '：'}{answer}"


def _undecided(known: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """What is still known behind a step."""
    return {name: value for name, value in known.items() if name not in decides(shape)}


def _beside(shape: Shape) -> bool:
    uninterrupting = bool(shape.element.get("attachedToRef")) and shape.element.get("cancelActivity") == "false"
    return uninterrupting or "duty" in ours(shape.element)


def _common(found: list[dict[str, Any]]) -> dict[str, Any]:
    first, *others = found
    return {name: value for name, value in first.items() if all(one.get(name) == value for one in others)}
