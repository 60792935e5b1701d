"""Folders of shared steps (`shared_*`) kept in step with the database, for `countersign processes`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from engine import workbench
from engine.definitions import CALLED, DIAGRAM, read_folder, shared
from engine.people import People
from engine.transactions import Tx
from engine.workbench import manifest


def alone(source: Path) -> bool:
    """Whether the folder is that of shared steps itself."""
    return (source / DIAGRAM).is_file() and shared(source)


def in_folder(source: Path) -> dict[str, str]:
    """The drawings of shared steps in a folder of procedures, or in the folder itself, by process."""
    folders = [source] if (source / DIAGRAM).is_file() else [file.parent for file in source.glob(f"*/{DIAGRAM}")]
    return {one.resolve().name: read_folder(one)[DIAGRAM] for one in sorted(folders) if shared(one)}


def to_export(tx: Tx, draft: bool) -> Iterator[tuple[str, str, str | None]]:
    """Shared steps with the drawing to be written and the one it was drawn from, None while callers differ."""
    for name, steps in workbench.in_force(tx).items():
        drawn = workbench.find(tx, name) if draft else None
        if drawn is not None and drawn.base:
            yield name, drawn.documents[DIAGRAM], workbench.documents_of(tx, name, drawn.base)[DIAGRAM]
        else:
            text = next(iter(steps.texts.values()))
            yield name, text, text if steps.agreed else None


def bring_in(
    tx: Tx, now: datetime, people: People, person: int, drawings: Mapping[str, str], marks: Mapping[str, str]
) -> dict[str, workbench.Draft]:
    """Take changed drawings in as drafts of the shared steps; returns those. `marks` are those of the manifest.

    What no published procedure calls yet comes along with the procedures that call it.
    """
    known, taken = workbench.in_force(tx), {}
    for name, diagram in drawings.items():
        if name in known:
            manifest.shared_must_be_current(tx, known[name], diagram, marks.get(name))
            saved = workbench.bring_in(tx, now, people, person, name, {DIAGRAM: diagram})
            taken |= {name: saved.draft} if saved else {}
    return taken


def joined(
    tx: Tx, now: datetime, people: People, person: int, taken: Mapping[str, workbench.Draft], drawn: Collection[str]
) -> Iterator[str]:
    """Publish what was taken in together, together: shared steps with the drafts of their callers `drawn`; says so."""
    known = workbench.in_force(tx)
    for name, draft in taken.items():
        callers = sorted(known[name].callers.keys() & {*drawn})
        if callers:
            draft = workbench.join(tx, now, people, person, name, draft.revision, frozenset(callers) | draft.joined)
        beside = f"，与 {'、'.join(callers)} 的草稿一起发布" if callers else ""
        yield f"共用环节 {name}：已收为草稿（第 {draft.revision} 稿），发布时引用它的流程一起换新{beside}"


def differences(tx: Tx, drawings: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Per shared steps what the folder changes, in words; of callers that differ among themselves against each."""
    known = workbench.in_force(tx)
    for name, diagram in drawings.items():
        if name not in known:
            continue
        steps = known[name]
        for text in dict.fromkeys(steps.texts.values()):
            told = workbench.changes(name, {DIAGRAM: text}, {DIAGRAM: diagram})
            whose = "" if steps.agreed else "、".join(one for one, held in steps.texts.items() if held == text)
            yield f"共用环节 {name}{f'（{whose} 现用的）' if whose else ''}", [str(one) for one in told]


def left_out(documents: Mapping[str, str], taken: Mapping[str, str]) -> Iterator[str]:
    """The shared steps beside a procedure that differ from those it was taken in with: their folder is their own."""
    for path, text in documents.items():
        if path.startswith(CALLED) and path.endswith(".bpmn") and taken.get(path, text) != text:
            name = path.removeprefix(CALLED).removesuffix(".bpmn")
            yield f"    共用环节 {name}：旁边文件夹里的与现行的不同，没有随它收下；请导入上一级文件夹，或导入 {name}"
