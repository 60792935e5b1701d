"""The forms and letters of a draft edited as data: fields, rights, outcomes, under the validation of the engine.

A place in a document is a path: keys of mappings, ids of list items, e.g. `sections/bank/fields`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from engine.check import forms as rules
from engine.check import letters
from engine.check.subject import read as read_subject
from engine.definitions import FIELDS
from engine.errors import NotFound, NotPossible
from engine.forms.yaml import load
from engine.operations import Registry
from engine.people import People
from engine.problems import DefinitionInvalid, Problem
from engine.rewriting import rewritten
from engine.spiff.xml import ours
from engine.transactions import Tx
from engine.workbench.drafts import Draft, keep_aside, read, save
from engine.workbench.form_uses import running
from engine.workbench.rights import must_draft

Change = Callable[[dict[str, Any]], None]


def problems(process: str, documents: Mapping[str, str], registry: Registry) -> list[Problem]:
    """What the readers and registries of the engine say against the forms and letters."""
    subject, found = read_subject(process, documents, registry, {})
    told = [
        *found,
        *rules.code(subject),
        *rules.rights(subject),
        *letters.readable(subject),
        *letters.variables(subject),
    ]
    return sorted({one for one in told if one.file.startswith(("forms/", "letters/"))})


def changed(
    process: str, documents: Mapping[str, str], file: str, change: Change, registry: Registry
) -> dict[str, str]:
    """The documents after a change of one form's data; raises DefinitionInvalid for what it would break."""
    return replaced(process, documents, file, tried(documents, file, change)[file], registry)


def tried(documents: Mapping[str, str], file: str, change: Change | None) -> dict[str, str]:
    """The documents after a change of one of them (None: without it), not validated."""
    if file not in documents:
        raise NotFound(what=f"文件 {file}")
    if change is None:
        return {path: text for path, text in documents.items() if path != file}
    data = deepcopy(load(documents[file], file))
    change(data)
    return {**documents, file: rewritten(documents[file], data, file)}


def replaced(
    process: str, documents: Mapping[str, str], file: str, text: str | None, registry: Registry
) -> dict[str, str]:
    """The documents with another text of one of them, None: without it.

    Raises DefinitionInvalid for faults that were not there before, wherever they are: what still refers to a field
    that is gone is named. Old faults may stay while another is mended.
    """
    after = dict(documents)
    if text is None:
        del after[file]
    else:
        after[file] = text
    before = set(problems(process, documents, registry))
    worse = [one for one in problems(process, after, registry) if one not in before and one.level == "error"]
    if not _readable(documents):  # the forms could not be looked at before: their faults are no news
        worse = [one for one in worse if one.file == file]
    if worse:
        raise DefinitionInvalid(worse)
    return after


def _readable(documents: Mapping[str, str]) -> bool:
    try:
        load(documents.get(FIELDS, "sections: []"), FIELDS)
    except DefinitionInvalid:
        return False
    return True


def edit(
    tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, file: str, change: Change,
    registry: Registry,
) -> Draft:  # fmt: skip
    """Change one form of the draft; raises DefinitionInvalid, or NotPossible when another was faster."""
    must_draft(people, actor, now, "修改表单")
    draft = _at(tx, process, revision)
    return _kept(tx, now, people, actor, draft, changed(process, draft.documents, file, change, registry))


def write(
    tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, file: str, text: str,
    registry: Registry, over: bool = False,
) -> Draft:  # fmt: skip
    """Put a document of the draft as text, under the same validation.

    `over`: the text was begun on an older draft, and its writer knows; the draft as another left it is put aside.
    """
    must_draft(people, actor, now, "修改表单")
    draft = _at(tx, process, revision)
    text = text.replace("\r\n", "\n").rstrip() + "\n"
    documents = replaced(process, draft.documents, file, text, registry)
    if over:
        keep_aside(tx, now, draft)
    return _kept(tx, now, people, actor, draft, documents)


def remove_form(
    tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, file: str, registry: Registry
) -> tuple[Draft, int]:
    """Take a form out of the draft; returns the draft and how many running cases keep it with their version.

    Raises NotPossible, naming the steps, while the diagram still uses it.
    """
    must_draft(people, actor, now, "删除表单")
    draft = _at(tx, process, revision)
    kept = _kept(tx, now, people, actor, draft, without(process, draft.documents, file, registry))
    return kept, running(tx, process)


def without(process: str, documents: Mapping[str, str], file: str, registry: Registry) -> dict[str, str]:
    """The documents without a form; raises NotPossible, naming the steps, while the diagram still uses it."""
    name = file.removeprefix("forms/").removesuffix(".yaml")
    if file not in documents:
        raise NotFound(what=f"表单 {file}")
    if used := steps_of(process, documents, registry).get(name):
        why = f"图上的“{'”、“'.join(used)}”还用这张表单。请先在流程图里给这些环节换一张表单"
        raise NotPossible(what=f"删除表单 {name}", why=why)
    return replaced(process, documents, file, None, registry)


def steps_of(process: str, documents: Mapping[str, str], registry: Registry) -> dict[str, list[str]]:
    """Name of a form → names of the start events and user tasks that use it, in the order of the diagram."""
    subject, _ = read_subject(process, documents, registry, {})
    found: dict[str, list[str]] = {}
    for shape in subject.of_kind("start", "user"):
        if name := ours(shape.element).get("form"):
            found.setdefault(name, []).append(shape.element.get("name") or shape.id)
    return found


def letters_of(process: str, documents: Mapping[str, str], registry: Registry) -> dict[str, list[str]]:
    """Path of a letter that is there or that a step sends → the names of the steps that send it."""
    subject, _ = read_subject(process, documents, registry, {})
    there = [path for path in documents if path.startswith("letters/")]
    sent = {f"letters/{name}.j2": steps for name, steps in letters.sent_by(subject).items()}
    return {path: sent.get(path, []) for path in sorted({*sent, *there})}


def _at(tx: Tx, process: str, revision: int) -> Draft:
    draft = read(tx, process)
    if draft.revision != revision:
        why = "草稿在您打开之后又有改动。您填写的还在本页，请对照现在的内容后再保存一次"
        raise NotPossible(what="保存", why=why)
    return draft


def _kept(tx: Tx, now: datetime, people: People, actor: int, draft: Draft, documents: Mapping[str, str]) -> Draft:
    return save(tx, now, people, actor, draft.process, draft.revision, documents).draft


# --- changes ------------------------------------------------------------------------------------------------------


def put(path: Sequence[str], known: str, item: Mapping[str, Any]) -> Change:
    """Put an item into the list at a path: in place of the one with the id `known`, else at the end."""

    def change(data: dict[str, Any]) -> None:
        items = listed(data, path)
        at = _place(items, known) if known else len(items)
        items[at : at + 1] = [dict(item)]

    return change


def remove(path: Sequence[str], known: str) -> Change:
    """Take the item of that id out of the list at a path; an empty list of fields or columns goes with it."""

    def change(data: dict[str, Any]) -> None:
        items = listed(data, path)
        del items[_place(items, known)]

    return change


def move(path: Sequence[str], known: str, by: int) -> Change:
    """Move the item of that id up (-1) or down (+1); at the end of the list it stays."""

    def change(data: dict[str, Any]) -> None:
        items = listed(data, path)
        at = _place(items, known)
        items.insert(max(0, at + by), items.pop(at))

    return change


def settings(values: Mapping[str, Any]) -> Change:
    """Set keys of the whole document; None takes one out."""

    def change(data: dict[str, Any]) -> None:
        for key, value in values.items():
            if value is None:
                data.pop(key, None)
            else:
                data[key] = value

    return change


def listed(data: dict[str, Any], path: Sequence[str]) -> list[dict[str, Any]]:
    """The list at a path, begun where there is none; raises NotFound."""
    here: Any = data
    for key in path:
        if isinstance(here, dict):
            here = here.setdefault(key, []) if isinstance(here.get(key), list) or key not in here else here[key]
        else:
            here = here[_place(here, key)]
    if not isinstance(here, list):
        raise NotFound(what=f"{'/'.join(path)} 的列表")
    return here


def _place(items: Any, known: str) -> int:
    for at, one in enumerate(items if isinstance(items, list) else ()):
        if isinstance(one, Mapping) and str(one.get("id")) == known:
            return at
    raise NotFound(what=f"“{known}”（可能已被删除或改名）")
