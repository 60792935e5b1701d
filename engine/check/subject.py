"""What a check looks at: a process folder, read as far as it can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.clauses import Clause, read_clauses
from engine.conformance import RuleSet
from engine.conformance import read as read_rules
from engine.definitions import DIAGRAM, read_forms
from engine.forms import Catalogue, Field, Form
from engine.operations import Registry
from engine.policy import Policies, Policy
from engine.policy_reader import policy_files
from engine.problems import Problem
from engine.spiff import DiagramError
from engine.spiff.drawing import KINDS, Drawing, Shape, draw, parameters
from engine.spiff.nodes import Lane
from engine.spiff.xml import Element, bpmn, ours, root_of


@dataclass(frozen=True)
class Rulebook:
    """A policy as procedures refer to it: its versions, its numbered clauses and the rules these are bound to."""

    policies: Policies
    clauses: tuple[Clause, ...]
    rules: RuleSet | None = None

    @property
    def newest(self) -> Policy:
        return self.policies.versions[-1]


def rulebooks(folder: Path) -> dict[str, Rulebook]:
    """The policies of a folder (`SD-010.yaml`, `SD-010.md` and, if there, `SD-010.rules.yaml`), by name."""
    return {path.stem: _rulebook(path) for path in policy_files(folder)}


def _rulebook(path: Path) -> Rulebook:
    clauses, rules = path.with_suffix(".md"), path.with_suffix(".rules.yaml")
    return Rulebook(
        Policies.read(path),
        tuple(read_clauses(clauses.read_text("utf-8"))),
        read_rules(rules) if rules.exists() else None,
    )


@dataclass(frozen=True)
class Subject:
    """A process folder under examination; the drawing is empty when the diagram cannot be read."""

    process: str
    documents: Mapping[str, str]
    registry: Registry
    books: Mapping[str, Rulebook]
    roots: tuple[Element, ...]
    drawing: Drawing
    catalogue: Catalogue
    forms: Mapping[str, Form]

    @property
    def book(self) -> Rulebook | None:
        """The policy that the process names with `cs:policy`."""
        return self.books.get(self.setting("policy") or "")

    def setting(self, name: str) -> str | None:
        """An attribute of ours on the process."""
        process = self.drawing.processes.get(self.process)
        return None if process is None else ours(process).get(name)

    @property
    def shared(self) -> bool:
        """Whether the folder holds steps that other procedures call."""
        return self.setting("shared") == "true"

    def of_kind(self, *kinds: str) -> Iterator[Shape]:
        return (shape for shape in self.drawing.shapes.values() if KINDS[shape.tag] in kinds)

    def form_of(self, shape: Shape) -> Form | None:
        return self.forms.get(ours(shape.element).get("form", ""))

    def lane_setting(self, shape: Shape, name: str) -> str | None:
        """A node's own attribute, else that of the lane it (or its sub-process) is drawn in."""
        own = ours(shape.element).get(name)
        if own is not None:
            return own
        lane = self.lane(shape)
        return None if lane is None else lane.extensions.get(name)

    def lane(self, shape: Shape) -> Lane | None:
        """The lane that a node, or the innermost activity around it that is in one, is drawn in."""
        places = (self.drawing.lane_of.get(one.id, "") for one in (shape, *self.surroundings(shape)))
        return next((self.drawing.lanes[place] for place in places if place in self.drawing.lanes), None)

    def around(self, shape: Shape) -> Shape | None:
        """The sub-process around a node, or the activity that calls its process."""
        if shape.scope is not None:
            return self.drawing.shapes[shape.scope]
        calls = (one for one in self.drawing.shapes.values() if one.tag == "callActivity")
        return next((one for one in calls if one.element.get("calledElement") == shape.process), None)

    def surroundings(self, shape: Shape) -> Iterator[Shape]:
        """What is around a node, from the innermost; each once, so that a process that calls itself comes to an end."""
        seen: set[str] = set()
        around = self.around(shape)
        while around is not None and around.id not in seen:
            yield around
            seen.add(around.id)
            around = self.around(around)

    def repeated(self, shape: Shape) -> bool:
        """Whether the node runs once per item: it or something around it is a multi-instance."""
        return any(one.multiple for one in (shape, *self.surroundings(shape)))


def fields_of(form: Form) -> Iterator[Field]:
    """The fields of a form with the columns of its tables."""
    for one in form.fields.values():
        yield from (one, *one.columns)


def letters_sent(shape: Shape) -> list[str]:
    """The letters a service task sends by name (parameter `letter` of `notices.send`), not by an expression."""
    told = (one.get("value") or "" for one in parameters(shape) if one.get("name") == "letter")
    return [found[2] for value in told if (found := re.fullmatch(r"\s*(['\"])([\w-]+)\1\s*", value))]


def at(shape: Shape, what: str, remedy: str) -> Problem:
    """A problem of a drawn node."""
    name = shape.element.get("name")
    return Problem(DIAGRAM, f"{name}（{shape.id}）" if name else shape.id, what, remedy, node=shape.id)


def read(
    process: str, documents: Mapping[str, str], registry: Registry, books: Mapping[str, Rulebook]
) -> tuple[Subject, list[Problem]]:
    """The subject, and what is wrong with single files."""
    problems: list[Problem] = []
    roots = _roots(documents, problems)
    processes = {p.get("id") or "": p for root in roots for p in root.iterfind(bpmn("process"))}
    catalogue, forms = read_forms(documents, problems)
    subject = Subject(process, documents, registry, books, roots, draw(processes, process), catalogue, forms)
    return subject, problems


def _roots(documents: Mapping[str, str], problems: list[Problem]) -> tuple[Element, ...]:
    roots = []
    for path, text in documents.items():
        if path.endswith(".bpmn"):
            try:
                roots.append(root_of(path, text.encode()))
            except DiagramError as error:
                problems.extend(
                    Problem(path, one.element or "", one.what, one.remedy, node=one.element or "")
                    for one in error.problems
                )
    return tuple(roots)
