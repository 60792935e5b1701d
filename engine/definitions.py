"""Definitions: a process folder read, published as an immutable version, loaded again and kept."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine import spiff
from engine.errors import Misconfigured, NotFound, NotPossible
from engine.forms import Catalogue, Field, Form, may_be_sensitive
from engine.problems import DefinitionInvalid, Problem
from engine.spiff import DiagramError, Model, Node, parse
from engine.store import dumps, loads, stamp
from engine.transactions import Tx

DIAGRAM = "process.bpmn"
FIELDS = "forms/fields.yaml"
MAX_BYTES = 5_000_000  # of one document
CALLED = "called/"  # where the documents of other folders that a procedure uses are kept
_PARTS = ("*.bpmn", "forms/*.yaml", "letters/*.j2", "scenarios/*.yaml")
CALLS = re.compile(r'calledElement="([a-z][a-z0-9_]*)"')
_USES = re.compile(r"^use:\s*\n\s+process:\s*([a-z][a-z0-9_]*)\s*$", re.MULTILINE)

NEWEST = "SELECT id, version, fingerprint FROM definition WHERE process = ? ORDER BY version DESC LIMIT 1"
READ = "SELECT process, version, fingerprint, documents FROM definition WHERE id = ?"
NUMBERED = "SELECT id FROM definition WHERE process = ? AND version = ?"
PUBLISH = (
    "INSERT INTO definition (process, version, name, fingerprint, documents, author_id, reason, published_at,"
    " approver_id, opinion, evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (process, version) DO NOTHING RETURNING id"
)


@dataclass(frozen=True)
class Approval:
    """The second person's word on a version: who, with which opinion, and what the gate found (`evidence`)."""

    person_id: int
    opinion: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Definition:
    """One version of a procedure, shared by all its cases; `documents` maps path → text."""

    process: str
    name: str
    version: int  # 0: not published
    fingerprint: str
    model: Model
    catalogue: Catalogue
    forms: Mapping[str, Form]
    letters: Mapping[str, str]  # name without .j2 → template
    documents: Mapping[str, str]

    @cached_property
    def plain_start(self) -> Node | None:
        """The start event without a timer, if the diagram has one."""
        nodes = (node for node in self.model.nodes.values() if node.kind == "start" and not node.timer)
        return next((node for node in nodes if node.scope is None and node.process == self.process), None)

    @cached_property
    def start(self) -> Node:
        """The start event on which people apply; raises NotFound when only the clock starts this procedure."""
        if self.plain_start is not None:
            return self.plain_start
        raise NotFound(what=f"流程“{self.name}”由人提出的开始事件")

    @cached_property
    def called(self) -> dict[str, str]:
        """The processes of other folders that this one calls: id → name, in the order of the diagram."""
        nodes = [node for node in self.model.nodes.values() if node.kind == "call"]
        names = {node.calls: node.name for node in nodes if f"{CALLED}{node.calls}.bpmn" in self.documents}
        return {process: name for process, name in names.items() if process}

    @cached_property
    def sensitive(self) -> tuple[Field, ...]:
        """The fields whose values may have to be encrypted, those of single steps included."""
        own = [one for form in self.forms.values() for one in (form.own.fields if form.own else ())]
        return may_be_sensitive([*self.catalogue.fields.values(), *own])

    def title(self, form: Mapping[str, Any]) -> str:
        """What a case is called on lists: the value of the field that the diagram names with `cs:title`."""
        return str(form.get(self.model.extensions.get("title", "")) or "")


def read_folder(folder: Path) -> dict[str, str]:
    """The documents of a process folder, path → text with line ends normalised.

    Raises DefinitionInvalid when there is no diagram, or a file is no UTF-8 text or too large.
    """
    paths = [path for pattern in _PARTS for path in sorted(folder.glob(pattern)) if path.is_file()]
    documents = {path.relative_to(folder).as_posix(): _text(path, folder) for path in paths}
    if DIAGRAM not in documents:
        raise DefinitionInvalid([Problem(DIAGRAM, "", "没有流程图", f"请把流程图存为 {folder.name}/{DIAGRAM}")])
    return documents | _used(folder, documents)


def _used(folder: Path, documents: Mapping[str, str]) -> dict[str, str]:
    """What a procedure uses of its neighbours: diagrams it calls, directly or not, and a catalogue it builds on.

    They become part of the definition, so that a case stays with the shared steps it was started with.
    """
    found: dict[str, str] = {}
    texts = [text for path, text in documents.items() if path.endswith(".bpmn")]
    while texts:
        for name in CALLS.findall(texts.pop()):
            path, file = f"{CALLED}{name}.bpmn", folder.parent / name / DIAGRAM
            if path not in found and name != folder.name and file.is_file():
                found[path] = _text(file, folder.parent)
                texts.append(found[path])
    if match := _USES.search(documents.get(FIELDS, "")):
        file = folder.parent / match[1] / FIELDS
        if file.is_file():
            found[f"{CALLED}{match[1]}.yaml"] = _text(file, folder.parent)
    return found


def shared(folder: Path) -> bool:
    """Whether a folder holds steps that other procedures call (`cs:shared`), and no procedure of its own."""
    return b'cs:shared="true"' in (folder / DIAGRAM).read_bytes()  # whatever its writing: reading it is read_folder's


def _text(path: Path, folder: Path) -> str:
    name = path.relative_to(folder).as_posix()
    if path.stat().st_size > MAX_BYTES:
        raise DefinitionInvalid([Problem(name, "", "文件超过 5 MB", "请删去多余内容后再试")])
    try:
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise DefinitionInvalid([Problem(name, "", "不是 UTF-8 编码", "请另存为 UTF-8 编码")]) from None


def build(process: str, documents: Mapping[str, str], version: int = 0) -> Definition:
    """Parse the documents of a procedure; raises DefinitionInvalid with everything that is wrong."""
    problems: list[Problem] = []
    catalogue, forms = read_forms(documents, problems)
    try:
        model = _parse(process, documents)
    except DefinitionInvalid as error:
        raise DefinitionInvalid([*error.problems, *problems]) from None
    if problems:
        raise DefinitionInvalid(problems)
    return Definition(
        process=process,
        name=model.name,
        version=version,
        fingerprint=fingerprint(documents),
        model=model,
        catalogue=catalogue,
        forms=forms,
        letters={_stem(path): text for path, text in documents.items() if path.startswith("letters/")},
        documents=dict(documents),
    )


def diagram_problems(process: str, documents: Mapping[str, str]) -> list[Problem]:
    """What the door refuses about the diagram."""
    try:
        _parse(process, documents)
    except DefinitionInvalid as error:
        return list(error.problems)
    return []


def _parse(process: str, documents: Mapping[str, str]) -> Model:
    diagrams = {path: text.encode() for path, text in documents.items() if path.endswith(".bpmn")}
    try:
        return parse(diagrams, process)
    except DiagramError as error:
        raise DefinitionInvalid(
            Problem(DIAGRAM, _place(one), one.what, one.remedy, node=one.element or "") for one in error.problems
        ) from None


def _place(problem: spiff.Problem) -> str:
    if problem.name and problem.element:
        return f"{problem.name}（{problem.element}）"
    return problem.element or problem.name or ""


def read_forms(documents: Mapping[str, str], problems: list[Problem]) -> tuple[Catalogue, dict[str, Form]]:
    """The catalogue as far as it can be read, and the forms without those that are wrong; faults go to `problems`."""
    catalogue = Catalogue()
    forms: dict[str, Form] = {}
    try:
        if FIELDS in documents:
            used = {_stem(path): text for path, text in documents.items() if path.startswith(CALLED)}
            catalogue = Catalogue.read(documents[FIELDS], FIELDS, used, problems)
    except DefinitionInvalid as error:
        problems.extend(error.problems)
        return catalogue, forms
    for path, text in documents.items():
        if path.startswith("forms/") and path != FIELDS:
            try:
                forms[_stem(path)] = Form.parse(text, catalogue, path)
            except DefinitionInvalid as error:
                problems.extend(error.problems)
    return catalogue, forms


def fingerprint(documents: Mapping[str, str]) -> str:
    """The sha256 (hex) of the documents; the same fingerprint is the same version."""
    return sha256(dumps(dict(documents)).encode()).hexdigest()


def packed(documents: Mapping[str, str]) -> bytes:
    """Documents as tables keep them: compressed canonical JSON."""
    return zlib.compress(dumps(dict(documents)).encode(), 9)


def unpacked(stored: bytes) -> dict[str, str]:
    """What `packed` has put away."""
    found: dict[str, str] = loads(zlib.decompress(bytes(stored)).decode())
    return found


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def publish(
    tx: Tx,
    now: datetime,
    author_id: int | None,
    definition: Definition,
    reason: str,
    approval: Approval | None = None,
    after: int | None = None,
) -> int:
    """Publish a definition as the newest version of its procedure; returns its id.

    A published version never changes; publishing the newest one again adds nothing. Without `approval` it comes
    with the release: whoever publishes from the workbench needs a second person (`workbench/publishing.py`).
    `after` is the id of the version it was made from: raises NotPossible when another has been published since.
    """
    newest = tx.one(NEWEST, (definition.process,))
    if after is not None and (newest is None or newest[0] != after):
        raise _overtaken(definition)
    if newest is not None and newest[2] == definition.fingerprint:
        return int(newest[0])
    documents = packed(definition.documents)
    approver = (approval.person_id, approval.opinion, dumps(approval.evidence)) if approval else (None, "", None)
    version = newest[1] + 1 if newest else 1
    row = tx.one(
        PUBLISH,
        (
            definition.process, version, definition.name, definition.fingerprint, documents, author_id, reason,
            stamp(now), *approver,
        ),
    )  # fmt: skip
    if row is None:  # another transaction has published the very next version
        raise _overtaken(definition)
    return int(row[0])


def _overtaken(definition: Definition) -> NotPossible:
    return NotPossible(what=f"发布“{definition.name}”", why="刚刚发布了它的另一个版本，请刷新后再看")


def load(tx: Tx, definition_id: int) -> Definition:
    """A published version, parsed anew; raises NotFound."""
    row = tx.one(READ, (definition_id,))
    if row is None:
        raise NotFound(what=f"流程定义 {definition_id}")
    process, version, stored, documents = row
    definition = build(process, unpacked(documents), version)
    if definition.fingerprint != stored:
        raise Misconfigured(what=f"流程 {process} 第 {version} 版的内容与发布时不一致", remedy="从备份恢复该定义")
    return definition


class Definitions:
    """Published versions by id, parsed once per process; they never change, so they are never dropped."""

    def __init__(self) -> None:
        self._known: dict[int, Definition] = {}

    def get(self, tx: Tx, definition_id: int) -> Definition:
        """The version of that id; raises NotFound."""
        known = self._known.get(definition_id)
        if known is None:
            known = self._known[definition_id] = load(tx, definition_id)
        return known

    def version(self, tx: Tx, process: str, number: int) -> Definition:
        """The version of a procedure by its number; raises NotFound."""
        row = tx.one(NUMBERED, (process, number))
        if row is None:
            raise NotFound(what=f"流程 {process} 第 {number} 版")
        return self.get(tx, int(row[0]))

    def newest(self, tx: Tx, process: str) -> tuple[int, Definition]:
        """Id and definition of the newest published version of a procedure; raises NotFound."""
        row = tx.one(NEWEST, (process,))
        if row is None:
            raise NotFound(what=f"已发布的流程 {process}")
        return int(row[0]), self.get(tx, int(row[0]))
