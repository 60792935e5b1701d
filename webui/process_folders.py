"""Folders of procedures as commands are given them: one procedure, or an export with all of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.definitions import DIAGRAM, shared
from engine.errors import CountersignError
from engine.policy_reader import policy_files

POLICIES = "policies"
DOCUMENTATION = shutil.ignore_patterns("README.md")


def procedures(source: Path) -> list[Path]:
    """The procedures of a folder, or the folder itself when it is one; without shared steps.

    Raises CountersignError when there is none.
    """
    if (source / DIAGRAM).is_file():
        return [source.resolve()]
    found = sorted(diagram.parent for diagram in source.glob(f"*/{DIAGRAM}") if not shared(diagram.parent))
    if not found:
        raise CountersignError("{folder} 里没有流程：应有 <流程编号>/process.bpmn。", folder=source)
    return found


@contextmanager
def laid_over(source: Path, installed: Path) -> Iterator[Path]:
    """A copy of the installed procedures and policies with those of `source` and their neighbours in their places."""
    root = source.resolve().parent if (source / DIAGRAM).is_file() else source.resolve()
    with tempfile.TemporaryDirectory(prefix="countersign-folder-") as place:
        whole = Path(place) / "processes"
        shutil.copytree(installed, whole, ignore=DOCUMENTATION)
        if root != installed.resolve():
            for diagram in root.glob(f"*/{DIAGRAM}"):
                shutil.rmtree(whole / diagram.parent.name, ignore_errors=True)
                shutil.copytree(diagram.parent, whole / diagram.parent.name)
            for file in policy_files(root / POLICIES):
                for one in (root / POLICIES).glob(f"{file.stem}.*"):
                    shutil.copy(one, whole / POLICIES / one.name)
        yield whole
