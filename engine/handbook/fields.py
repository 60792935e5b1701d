"""The fields of forms in words: what is filled in, when it must be, under which condition it is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.check.subject import Subject
from engine.forms import Catalogue, Condition, Field, Form, Section
from engine.forms.fields import KINDS
from engine.handbook.book import FieldGroup, FieldLine, Step, Writes
from engine.handbook.words import Called, condition_text, labelled
from engine.posts import DEPARTMENT_KINDS

MANY = 9  # more options than this are not listed one by one
EVERYBODY_ELSE = "*"


def lines(fields: Iterable[Field], known: Mapping[str, Field], within: Condition | None = None) -> Iterator[FieldLine]:
    """The fields, each table followed by its columns; `within` is the condition of the section, said there already."""
    for one in fields:
        if one.kind == "static":
            continue
        yield _line(one, known, "", within)
        near = {**known, **{column.id: column for column in one.columns}}
        for column in one.columns:
            if not column.fixed:
                yield _line(column, near, one.label)


def _line(one: Field, known: Mapping[str, Field], of: str, within: Condition | None = None) -> FieldLine:
    when = condition_text(one.show_when, known) if one.show_when and one.show_when != within else ""
    return FieldLine(one.label, _kind(one), _required(one, known), when, _note(one), of)


def _kind(one: Field) -> str:
    unit = f"（{one.unit}）" if one.unit else ""
    labels = [label for _value, label in one.options]
    if labels and len(labels) <= MANY:
        return f"{KINDS[one.kind]}：{'、'.join(labels)}"
    return f"{KINDS[one.kind]}{unit}"


def _required(one: Field, known: Mapping[str, Field]) -> str:
    if isinstance(one.required, Condition):
        return f"{condition_text(one.required, known)}时必填"
    return "必填" if one.required else "选填"


def _note(one: Field) -> str:
    bounds = [f"不小于 {one.least}"] if one.least else []
    bounds += [f"不大于 {one.most}"] if one.most is not None else []
    hidden = ["加密保存，显示时遮盖"] if one.sensitive is True else []
    return "；".join([*([one.help] if one.help else []), *bounds, *hidden])


def own(form: Form) -> tuple[FieldLine, ...]:
    """The fields that only this step has."""
    return tuple(lines(form.own.fields, form.fields)) if form.own else ()


def writes(form: Form) -> tuple[Writes, ...]:
    """Which sections (or single fields) are filled in here, by kinds of departments where that makes a difference."""
    by_names: dict[tuple[str, ...], list[str]] = {}
    for kind, names in form.write.items():
        by_names.setdefault(tuple(_title(form.catalogue, name) for name in names), []).append(kind)
    if list(by_names.values()) == [[EVERYBODY_ELSE]]:
        return tuple(Writes("", sections) for sections in by_names if sections)
    return tuple(Writes(_whom(kinds, len(by_names) > 1), sections) for sections, kinds in by_names.items())


def _whom(kinds: Iterable[str], others: bool) -> str:
    rest = "其他部门" if others else "各部门"
    return "、".join(rest if one == EVERYBODY_ELSE else f"{DEPARTMENT_KINDS.get(one, one)}部门" for one in kinds)


def reads(form: Form) -> tuple[str, ...]:
    """The sections that are shown but not filled in."""
    written = {name for names in form.write.values() for name in names}
    shown = dict.fromkeys(name for names in form.read.values() for name in names if name not in written)
    return tuple(_title(form.catalogue, name) for name in shown)


def signed(form: Form) -> str:
    """The sections a signature covers."""
    return "、".join(_title(form.catalogue, name) for name in form.signs)


def _title(catalogue: Catalogue, name: str) -> str:
    section = catalogue.by_id.get(name)
    return section.title if section else catalogue.fields[name].label


def groups(subject: Subject, steps: Iterable[Step], called: Called) -> tuple[FieldGroup, ...]:
    """The sections that some step fills in, with all their fields."""
    known = labelled(subject.catalogue.fields, called)
    filled: dict[str, list[Step]] = {}
    for step in steps:
        form = subject.form_of(subject.drawing.shapes[step.node])
        for name in dict.fromkeys(name for names in form.write.values() for name in names) if form else ():
            filled.setdefault(_section(subject.catalogue, name).id, []).append(step)
    return tuple(_group(one, known, filled[one.id]) for one in subject.catalogue.sections if one.id in filled)


def _section(catalogue: Catalogue, name: str) -> Section:
    known = catalogue.by_id.get(name)
    return known or next(one for one in catalogue.sections if any(field.id == name for field in one.fields))


def _group(section: Section, known: Mapping[str, Field], steps: Iterable[Step]) -> FieldGroup:
    when = condition_text(section.show_when, known) if section.show_when else ""
    found = tuple(lines(section.fields, known, section.show_when))
    goals = tuple(dict.fromkeys(one.goal for one in steps))
    return FieldGroup(section.title, section.owner, section.note, when, found, goals)
