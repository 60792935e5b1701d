"""What an exported folder says of itself: from which version of each procedure its files were written.

Of shared steps, which have no versions, the fingerprint of the drawing is noted.

An import can so refuse a folder that was exported before somebody else published: its files would undo that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from engine.definitions import DIAGRAM
from engine.errors import CountersignError, NotPossible
from engine.transactions import Tx
from engine.workbench.shared import SharedSteps, drawings, with_steps_in_force
from engine.workbench.versions import Version, documents_of, versions

NAME = "manifest.json"
EXPORT = "请先把改动提交到 git，再 countersign processes export 一次，合并后再导入"


@dataclass(frozen=True)
class Base:
    """The version that the files of a procedure were written from."""

    version: int
    fingerprint: str


@dataclass(frozen=True)
class Manifest:
    """The bases by procedure, and the fingerprints of shared steps by their process."""

    procedures: Mapping[str, Base] = field(default_factory=dict)
    shared: Mapping[str, str] = field(default_factory=dict)


def written(known: Manifest) -> str:
    """The text of the file; a line or two per procedure, so that git shows what moved."""
    bases = sorted(known.procedures.items())
    procedures = {name: {"version": one.version, "fingerprint": one.fingerprint} for name, one in bases}
    told = {"procedures": procedures, "shared": dict(sorted(known.shared.items()))}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def read(text: str) -> Manifest:
    """What a file says; raises CountersignError for one that somebody has spoilt."""
    try:
        found: Any = json.loads(text)
        bases = {name: Base(int(one["version"]), str(one["fingerprint"])) for name, one in found["procedures"].items()}
        return Manifest(bases, {str(name): str(mark) for name, mark in found.get("shared", {}).items()})
    except (ValueError, TypeError, KeyError, AttributeError):
        raise CountersignError("{file} 读不出来，不要手改它。" + EXPORT + "。", file=NAME) from None


def base_of(tx: Tx, process: str, version_id: int | None) -> Base | None:
    """The base that a version of a procedure is, None when there is none of that id."""
    found = next((one for one in versions(tx, process) if one.id == version_id), None)
    return Base(found.version, found.fingerprint) if found else None


def must_be_current(tx: Tx, process: str, documents: Mapping[str, str], base: Base | None) -> None:
    """Raise NotPossible when the procedure was published anew since its folder was exported.

    A folder without a word about it counts as the one that came with the installation (version 1). What equals the
    newest version is never outdated.
    """
    known = versions(tx, process)
    documents = with_steps_in_force(tx, process, documents)
    if not known or documents_of(tx, process, known[0].id) == documents:
        return
    newest, since = known[0], base.version if base else 1
    if newest.version == since and (base is None or base.fingerprint == newest.fingerprint):
        return
    raise NotPossible(what=f"导入 {process}", why=_why(newest, since, same=newest.version == since))


def shared_must_be_current(tx: Tx, steps: SharedSteps, diagram: str, mark: str | None) -> None:
    """The same for shared steps; `mark` is the fingerprint that the folder notes, None counts as the installed one."""
    texts = set(steps.texts.values())
    if texts == {diagram}:
        return
    if len(texts) > 1:
        why = "引用它的流程现用的稿子不同，不知道文件夹改的是哪一稿。请先在流程工作台里统一，再导出、合并、导入"
        raise NotPossible(what=f"导入共用环节 {steps.process}", why=why)
    first = drawings(tx, steps)[-1].first.id if mark is None else None
    started = mark or fingerprint(documents_of(tx, steps.process, first or 0)[DIAGRAM])
    if started != fingerprint(texts.pop()):
        why = f"文件夹导出以后又发布过这些共用环节。{EXPORT}"
        raise NotPossible(what=f"导入共用环节 {steps.process}", why=why)


def fingerprint(diagram: str) -> str:
    """The sha256 (hex) of a drawing."""
    return sha256(diagram.encode()).hexdigest()


def _why(newest: Version, since: int, same: bool) -> str:
    if same:
        return f"文件夹的第 {since} 版来自另一个数据库，与这里的第 {since} 版不同。{EXPORT}"
    return f"文件夹是从第 {since} 版改的，现行已是第 {newest.version} 版。{EXPORT}"
