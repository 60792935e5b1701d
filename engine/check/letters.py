"""Letters: they can be read, stay inside their sandbox, and use only what they are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from jinja2 import TemplateSyntaxError, nodes

from engine import letters
from engine.check.reach import in_reach
from engine.check.subject import Subject, at, fields_of, letters_sent
from engine.forms.yaml import load
from engine.problems import DefinitionInvalid, Problem
from engine.spiff.drawing import OPERATION, Shape
from engine.spiff.xml import ours


def readable(subject: Subject) -> Iterator[Problem]:
    """Letters are templates that can be read and that reach for nothing behind their data."""
    for path, text in _texts(subject):
        try:
            found = letters.escapes(letters.parsed(text))
        except TemplateSyntaxError as error:
            what = f"模板有误：{error.message}"
            yield Problem(path, f"第 {error.lineno} 行", what, "请核对花括号和百分号是否成对，过滤器的名称是否写对")
            continue
        for name, line in found:
            what = f"函件不能用 {name}：只能填入数据，不能取对象的内部或别的模板"
            yield Problem(path, f"第 {line} 行", what, "删去这一处；可用：" + "、".join(sorted(letters.COMMON)))


def present(subject: Subject) -> Iterator[Problem]:
    """Every letter that a step a case can come to sends is there."""
    for letter, senders in _senders(subject).items():
        if f"letters/{letter}.j2" not in subject.documents:
            remedy = f"在“表单与函件”里写 letters/{letter}.j2（第一行为“主题：…”），或给这个环节换一项操作"
            yield from (at(shape, f"没有函件 letters/{letter}.j2", remedy) for shape in senders)


def variables(subject: Subject) -> Iterator[Problem]:
    """Every name in a letter is given by the case, a field of the forms, or every operation that writes it.

    A value that an operation puts into the form needs a field too before a letter may show it.
    """
    fields, sent = _fields(subject), _senders(subject)
    for path, text in _texts(subject):
        try:
            template = letters.parsed(text)
        except TemplateSyntaxError:
            continue  # said above
        letter = path.removeprefix("letters/").removesuffix(".j2")
        yield from _asked(path, template, _givers(subject, letter, sent.get(letter, {})), fields)
        for name, line in letters.parts(template, "case"):
            if name not in letters.CASE:
                yield _unknown(path, line, f"案卷没有 case.{name}", name, letters.CASE)
        for name, line in letters.parts(template, "form") if fields else ():
            if name not in fields:
                yield _unknown(path, line, f"没有字段 {name}（form.{name}）", name, fields)


def _asked(
    path: str, template: nodes.Template, givers: Mapping[str, frozenset[str]], fields: frozenset[str]
) -> Iterator[Problem]:
    """The names that nobody gives, or not everybody who writes the letter."""
    known = letters.COMMON | frozenset.intersection(*givers.values())
    for name, line in letters.asked(template):
        lacking = [title for title, given in givers.items() if name not in letters.COMMON | given]
        also = f"；表单字段写成 form.{name}" if name in fields else ""
        if len(lacking) == len(givers):
            yield _unknown(path, line, f"没有变量 {name}", name, known, also)
        elif lacking:
            what = f"变量 {name} 不是每处都有：{'、'.join(lacking)}发这封函时不给出"
            remedy = "几处发同一封函，只能用各处都给出的变量；或让其中一处另发一封函。可用："
            yield Problem(path, f"第 {line} 行", what, remedy + "、".join(sorted(known)) + also)


def _texts(subject: Subject) -> Iterator[tuple[str, str]]:
    return ((path, text) for path, text in subject.documents.items() if path.startswith("letters/"))


def sent_by(subject: Subject) -> dict[str, list[str]]:
    """Letter → the names of the steps that send it, in the order of the diagram."""
    return {letter: [shape.name for shape in senders] for letter, senders in _senders(subject).items()}


def _senders(subject: Subject) -> dict[str, dict[Shape, frozenset[str]]]:
    """Letter → the steps in reach that write it, with what the operation of each gives it."""
    found: dict[str, dict[Shape, frozenset[str]]] = {}
    within = in_reach(subject)
    for shape in subject.of_kind("service"):
        if shape.id not in within:
            continue
        operation = subject.registry.operations.get(ours(shape.element).get(OPERATION, ""))
        for letter, names in (operation.letters if operation else {}).items():
            found.setdefault(letter, {})[shape] = frozenset(names)
        for letter in letters_sent(shape):
            found.setdefault(letter, {})[shape] = frozenset()
    return found


def _givers(subject: Subject, letter: str, senders: Mapping[Shape, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Who writes a letter → what each gives it. Nobody drawn writes it: what any operation could give."""
    if senders:
        return {f"“{shape.name}”（{shape.id}）": given for shape, given in senders.items()}
    any_ = (name for one in subject.registry.operations.values() for name in one.letters.get(letter, ()))
    return {"": frozenset(any_)}


def _fields(subject: Subject) -> frozenset[str]:
    """The ids of the fields: of the catalogue and of each form, also of one that has faults."""
    if not subject.catalogue.fields:
        return frozenset()  # it has faults: said elsewhere
    known = {one.id for form in subject.forms.values() for one in fields_of(form)} | subject.catalogue.fields.keys()
    for path, text in subject.documents.items():
        if path.startswith("forms/") and path.removeprefix("forms/").removesuffix(".yaml") not in subject.forms:
            known |= set(_raw(text, path))
    return frozenset(known)


def _raw(text: str, path: str) -> Iterator[str]:
    try:
        found = load(text, path).get("fields")
    except DefinitionInvalid:
        return
    yield from (str(one["id"]) for one in found or () if isinstance(one, dict) and "id" in one)


def _unknown(path: str, line: int, what: str, name: str, known: Iterable[str], also: str = "") -> Problem:
    close = get_close_matches(name, sorted(known), n=1)
    listed = "、".join(sorted(known)[:12]) + ("…" if len(list(known)) > 12 else "")
    remedy = f"是不是 {close[0]}？" if close else "改正名称，或删去这一处。"
    return Problem(path, f"第 {line} 行", what, f"{remedy}可用：{listed}{also}")
