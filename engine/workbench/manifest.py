"""What an exported folder says of itself: from which version of each procedure its files were written.

An import can so refuse a folder that was exported before somebody else published: its files would undo that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import CountersignError, NotPossible
from engine.transactions import Tx
from engine.workbench.versions import Version, documents_of, versions

NAME = "manifest.json"
EXPORT = "请先把改动提交到 git，再 countersign processes export 一次，合并后再导入"


@dataclass(frozen=True)
class Base:
    """The version that the files of a procedure were written from."""

    version: int
    fingerprint: str


def written(known: Mapping[str, Base]) -> str:
    """The text of the file; a line or two per procedure, so that git shows what moved."""
    procedures = {name: {"version": one.version, "fingerprint": one.fingerprint} for name, one in sorted(known.items())}
    return json.dumps({"procedures": procedures}, ensure_ascii=False, indent=2) + "\n"


def read(text: str) -> dict[str, Base]:
    """The bases by procedure; raises CountersignError for a file that somebody has spoilt."""
    try:
        found: Any = json.loads(text)
        return {name: Base(int(one["version"]), str(one["fingerprint"])) for name, one in found["procedures"].items()}
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
    if not known or documents_of(tx, process, known[0].id) == documents:
        return
    newest, since = known[0], base.version if base else 1
    if newest.version == since and (base is None or base.fingerprint == newest.fingerprint):
        return
    raise NotPossible(what=f"导入 {process}", why=_why(newest, since, same=newest.version == since))


def _why(newest: Version, since: int, same: bool) -> str:
    if same:
        return f"文件夹的第 {since} 版来自另一个数据库，与这里的第 {since} 版不同。{EXPORT}"
    return f"文件夹是从第 {since} 版改的，现行已是第 {newest.version} 版。{EXPORT}"
