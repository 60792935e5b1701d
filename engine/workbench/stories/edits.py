"""The scenarios of a draft edited: a table written into the text, a scenario begun, copied, renamed, taken out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from engine.check.stories import FOLDER, scenarios
from engine.check.subject import read as read_subject
from engine.errors import FieldProblem, FormInvalid, NotFound, NotPossible
from engine.forms.yaml import load
from engine.operations import Registry
from engine.people import People
from engine.problems import DefinitionInvalid, Problem
from engine.rewriting import rewritten
from engine.transactions import Tx
from engine.workbench.drafts import Draft, keep_aside, read, save
from engine.workbench.rights import must_draft
from engine.workbench.stories.faults import faults
from engine.workbench.stories.names import Names
from engine.workbench.stories.table import Table, table
from engine.workbench.stories.writing import story

_NAME = re.compile(r"[\w-]{1,60}")
FIRST = "标题: {title}\n经过: []\n预期: {{}}\n"


def path_of(name: str) -> str:
    return f"{FOLDER}{name}.yaml"


def write(
    tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, name: str, new: Table,
    names: Names, over: bool = False,
) -> Draft:  # fmt: skip
    """Put a table into the draft's scenario; raises DefinitionInvalid, or NotPossible when another was faster.

    A fault that the scenario had before may stay while another is mended. `over`: the table was begun on an older
    draft, and its writer knows; the draft as another left it is put aside first.
    """
    draft = _at(tx, people, actor, now, process, revision, name)
    text = changed(draft.documents[path_of(name)], new, names, name)
    if over:
        keep_aside(tx, now, draft)
    return _kept(tx, now, people, actor, draft, {path_of(name): text})


def changed(text: str, new: Table, names: Names, name: str = "") -> str:
    """The scenario's text with what the table says otherwise written into it; raises DefinitionInvalid."""
    file = path_of(name)
    old = load(text, file)
    before = {(one.element.partition("“")[2], one.what) for one in faults(table(old), names)}
    found = faults(new, names, file)
    worse = [one for one in found if (one.element.partition("“")[2], one.what) not in before]
    if worse:
        raise DefinitionInvalid(worse)
    return changed_text(text, new, file)


def changed_text(text: str, new: Table, file: str = "") -> str:
    """The same, whatever the table says; raises CellWrong."""
    return rewritten(text, story(new, load(text, file)), file)


def write_text(
    tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, name: str, text: str,
    over: bool = False,
) -> Draft:  # fmt: skip
    """Put a scenario as text; raises DefinitionInvalid for what cannot be read as one (`over` as for `write`)."""
    draft = _at(tx, people, actor, now, process, revision, name)
    text = text.replace("\r\n", "\n").rstrip() + "\n"
    subject, _ = read_subject(process, {path_of(name): text}, Registry(), {})
    if found := list(scenarios(subject)):
        raise DefinitionInvalid(found)
    if over:
        keep_aside(tx, now, draft)
    return _kept(tx, now, people, actor, draft, {path_of(name): text})


def begin(
    tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, name: str, like: str = ""
) -> Draft:
    """A new scenario, empty or a copy of the one named `like`; raises FormInvalid for a name that will not do."""
    draft = _at(tx, people, actor, now, process, revision, like)
    _must_be_free(draft, name)
    text = draft.documents[path_of(like)] if like else FIRST.format(title=name)
    return _kept(tx, now, people, actor, draft, {path_of(name): text})


def rename(tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, name: str, to: str) -> Draft:
    """Give a scenario's file another name; its title stays."""
    draft = _at(tx, people, actor, now, process, revision, name)
    _must_be_free(draft, to)
    return _kept(tx, now, people, actor, draft, {path_of(name): None, path_of(to): draft.documents[path_of(name)]})


def remove(tx: Tx, now: datetime, people: People, actor: int, process: str, revision: int, name: str) -> Draft:
    """Take a scenario out of the draft."""
    draft = _at(tx, people, actor, now, process, revision, name)
    return _kept(tx, now, people, actor, draft, {path_of(name): None})


def _at(tx: Tx, people: People, actor: int, now: datetime, process: str, revision: int, name: str) -> Draft:
    must_draft(people, actor, now, "修改情景")
    draft = read(tx, process)
    if name and path_of(name) not in draft.documents:
        raise NotFound(what=f"情景 {name}（可能已被删除或改名）")
    if draft.revision != revision:
        who = people.find_person(draft.saved_by)
        name = who.name if who else "别人"
        why = (
            f"{name}在您打开之后保存过草稿。您填写的还在本页，请对照现在的内容；再保存一次就用您的，{name}的那一稿另存"
        )
        raise NotPossible(what="保存", why=why)
    return draft


def _must_be_free(draft: Draft, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise FormInvalid([FieldProblem("name", f"名称“{name}”不能用：只用汉字、字母、数字、- 和 _，不超过 60 个字")])
    if path_of(name) in draft.documents:
        raise FormInvalid([FieldProblem("name", f"已经有情景“{name}”，请换一个名称")])


def _kept(tx: Tx, now: datetime, people: People, actor: int, draft: Draft, changes: Mapping[str, str | None]) -> Draft:
    documents = {path: text for path, text in {**draft.documents, **changes}.items() if text is not None}
    return save(tx, now, people, actor, draft.process, draft.revision, documents).draft


def problems(process: str, documents: Mapping[str, str]) -> list[Problem]:
    """What keeps the scenarios of these documents from being read, the same that `countersign check` says."""
    return list(scenarios(read_subject(process, documents, Registry(), {})[0]))
