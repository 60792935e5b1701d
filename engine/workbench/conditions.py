"""Conditions for the person who draws them: those on the diagram in words, and ready-made ones of what is decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.check.flow import decided_by
from engine.check.subject import Subject, fields_of
from engine.check.subject import read as read_subject
from engine.forms import Field
from engine.handbook.words import UNCLEAR, UNKNOWN, Vocabulary
from engine.operations import Registry
from engine.spiff.drawing import Shape


@dataclass(frozen=True)
class Ready:
    """A condition that can be put on a line as it is; `by` are the drawn steps that decide it."""

    condition: str
    words: str
    by: tuple[str, ...]


@dataclass(frozen=True)
class Conditions:
    """`words` tells the conditions on the diagram, id of a line → words; what has no words is left out."""

    words: Mapping[str, str]
    ready: tuple[Ready, ...]


def conditions(process: str, documents: Mapping[str, str], operations: Registry) -> Conditions:
    """What can be said about the conditions of these documents; of what cannot be read, nothing."""
    subject = read_subject(process, documents, operations, {})[0]
    vocabulary = Vocabulary(subject)
    own = [one for one in subject.drawing.flows if one.condition and _drawn_here(subject, one.source)]
    words = {one.id: _said(vocabulary, one.condition or "", process) for one in own}
    by: dict[str, dict[str, None]] = {}
    for shape in subject.drawing.shapes.values():
        for name in sorted(decided_by(subject, shape)):
            for condition in _made_of(subject, shape, name):
                by.setdefault(condition, {})[_shown(subject, shape).id] = None
    ready = (Ready(one, _said(vocabulary, one, process), tuple(steps)) for one, steps in by.items())
    return Conditions({key: text for key, text in words.items() if text}, tuple(one for one in ready if one.words))


def _drawn_here(subject: Subject, node: str) -> bool:
    shape = subject.drawing.shapes.get(node)
    return shape is not None and shape.process == subject.process


def _shown(subject: Subject, shape: Shape) -> Shape:
    """The shape itself, or the step of the diagram that calls the shared steps it is drawn in."""
    calls = (one for one in subject.surroundings(shape) if one.process == subject.process)
    return shape if shape.process == subject.process else next(calls, shape)


def _said(vocabulary: Vocabulary, condition: str, process: str) -> str:
    said = vocabulary.said(condition, process, {})
    if isinstance(said, bool):
        return "总是成立" if said else "永远不成立"
    return "" if UNCLEAR in said or UNKNOWN.title in said else said


def _made_of(subject: Subject, shape: Shape, name: str) -> Iterator[str]:
    """The conditions that ask for each value of a decision; what an operation decides can only be asked for as such."""
    form = subject.form_of(shape)
    if form and form.decision == name:
        yield from (f"{name} == {one.id!r}" for one in form.outcomes)
        return
    field = next((one for one in fields_of(form) if one.decide == name), None) if form else None
    if form and field and field.id not in form.writable("*").union(*map(form.writable, form.write)):
        return  # only shown here
    if field is None or field.kind == "bool":
        yield from (name, f"not {name}")
    elif field.kind == "choice" and not field.source:
        yield from (f"{name} == {_value(field, value)}" for value, _ in field.options)


def _value(field: Field, value: str) -> str:
    return str(int(value)) if field.integer else repr(value)
