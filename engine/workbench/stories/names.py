"""What a scenario may name: people, procedures, their steps by the names on the diagram, outcomes and fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.check.subject import Subject
from engine.check.subject import read as read_subject
from engine.forms import Field, Form
from engine.operations import Registry
from engine.spiff.xml import ours
from engine.workbench.stories.table import BEGUN, START, WHOLE, WORK, Row


@dataclass(frozen=True)
class Step:
    """What can be done at a step: outcomes (id → label), and the fields that may be filled in."""

    outcomes: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)


@dataclass(frozen=True)
class Procedure:
    """A procedure as a scenario sees it; steps by name, those of the shared steps it calls included."""

    id: str
    name: str
    start: Step
    steps: Mapping[str, Step]


@dataclass(frozen=True)
class Names:
    """`people` maps a name to the department, `own` is the procedure that the scenario belongs to."""

    own: str
    people: Mapping[str, str]
    procedures: Mapping[str, Procedure]

    def procedure(self, process: str | None) -> Procedure:
        return self.procedures.get(process or self.own) or Procedure(process or "", "", Step(), {})

    def step(self, one: Row, process: str | None) -> Step:
        """What can be filled in at the row's step, which belongs to a case of that process."""
        if one.kind == START:
            return self.procedure(one.cells.get("流程")).start
        return self.procedure(process).steps.get(one.cells.get("环节", ""), Step())


def procedure(process: str, documents: Mapping[str, str]) -> Procedure:
    """The names of a procedure's documents; what cannot be read has none."""
    subject = read_subject(process, documents, Registry(), {})[0]
    element = subject.drawing.processes.get(process)
    steps: dict[str, Step] = {}
    for shape in subject.of_kind("user"):
        steps[shape.name] = _joined(steps.get(shape.name, Step()), _step(subject, ours(shape.element).get("form", "")))
    start = Step()
    for shape in subject.of_kind("start"):
        start = _joined(start, _step(subject, ours(shape.element).get("form", "")))
    name = element.get("name") if element is not None else None
    return Procedure(process, name or process, start, steps)


def _step(subject: Subject, form: str) -> Step:
    found = subject.forms.get(form)
    if found is None:
        return Step()
    return Step({one.id: one.label for one in found.outcomes}, dict(_written(found)))


def _written(form: Form) -> Iterator[tuple[str, Field]]:
    """Every field that some department may write at the step, in the order of the page."""
    ids = {name for kind in form.write for name in form.writable(kind)} | form.writable("*")
    return ((name, one) for name, one in form.fields.items() if name in ids)


def _joined(one: Step, other: Step) -> Step:
    return Step({**one.outcomes, **other.outcomes}, {**one.fields, **other.fields})


def cases(rows: Iterable[Row]) -> Iterator[dict[str, str]]:
    """Before each row, and once more at the end: the cases begun so far, name → process, in order."""
    begun: dict[str, str] = {}
    for one in rows:
        yield dict(begun)
        if one.kind in (START, BEGUN):
            name = one.cells.get("单") or one.cells.get("流程", "")
            begun.pop(name, None)
            begun[name] = one.cells.get("流程", "")
    yield dict(begun)


def case_of(one: Row, begun: Mapping[str, str]) -> str | None:
    """The process of the case that a row is about: the one it names, else the last begun."""
    if one.kind not in (WORK, WHOLE):
        return None
    name = one.cells.get("单") or next(reversed(list(begun)), "")
    return begun.get(name)
