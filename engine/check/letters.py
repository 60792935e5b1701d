"""Letters: they can be read, stay inside their sandbox, and use only what they are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from jinja2 import TemplateSyntaxError

from engine import letters
from engine.check.subject import Subject, fields_of, letters_sent
from engine.forms.yaml import load
from engine.problems import DefinitionInvalid, Problem
from engine.spiff.drawing import OPERATION
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


def variables(subject: Subject) -> Iterator[Problem]:
    """Every name in a letter is given by the case, a field of the forms, or the operation that writes it.

    A value that an operation puts into the form needs a field too before a letter may show it.
    """
    fields = _fields(subject)
    for path, text in _texts(subject):
        try:
            template = letters.parsed(text)
        except TemplateSyntaxError:
            continue  # said above
        known = letters.COMMON | _given(subject, path.removeprefix("letters/").removesuffix(".j2"))
        for name, line in letters.asked(template):
            if name not in known:
                also = f"；表单字段写成 form.{name}" if name in fields else ""
                yield _unknown(path, line, f"没有变量 {name}", name, known, also)
        for name, line in letters.parts(template, "case"):
            if name not in letters.CASE:
                yield _unknown(path, line, f"案卷没有 case.{name}", name, letters.CASE)
        for name, line in letters.parts(template, "form") if fields else ():
            if name not in fields:
                yield _unknown(path, line, f"没有字段 {name}（form.{name}）", name, fields)


def _texts(subject: Subject) -> Iterator[tuple[str, str]]:
    return ((path, text) for path, text in subject.documents.items() if path.startswith("letters/"))


def _given(subject: Subject, letter: str) -> frozenset[str]:
    """What the operations drawn that write the letter give it, one or another: shared steps hold several, of which a
    procedure takes one. Nobody drawn writes it: what any could give.
    """
    registered, given, written = subject.registry.operations, set[str](), False
    for shape in subject.of_kind("service"):
        operation = registered.get(ours(shape.element).get(OPERATION, ""))
        if operation is not None and letter in operation.letters:
            written, given = True, given | {*operation.letters[letter]}
        written = written or letter in letters_sent(shape)
    if written:
        return frozenset(given)
    return frozenset(name for one in registered.values() for name in one.letters.get(letter, ()))


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
