"""情景: the owner's own tests, played on the draft in a company that is thrown away afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from yaml import YAMLError

from engine import policy_limits, policy_tables
from engine import workbench as bench
from engine.definitions import CALLED, DIAGRAM
from engine.errors import CountersignError, NotFound, NotPossible
from engine.policy_reader import policy_files
from webui import scenarios
from webui.here import services
from webui.scenarios import Result
from webui.workbench.pages import change, workbench

# What a story of another shape than the player expects raises.
MALFORMED = (AttributeError, KeyError, IndexError, StopIteration, TypeError, ValueError)
PATIENCE = 30  # seconds to wait for the scenario of another
_playing = Lock()  # one at a time: a scenario keeps a core busy for seconds


@workbench.post("/<process>/scenarios/<name>/play")
def play(process: str, name: str) -> ResponseReturnValue:
    """Play one scenario of the draft and write down how it went; `caller`: of a procedure that calls shared steps."""
    revision = request.form.get("revision", 0, type=int)
    with services().transactions.read() as tx:
        draft = bench.read(tx, process)
        text = bench.texts_of(tx, draft).get(request.args.get("caller", process))
    if text is None or f"scenarios/{name}.yaml" not in text.documents:
        raise NotFound(what=_("情景 %(name)s", name=name))
    wrong = play_one(draft, revision, text, name)
    if request.accept_mimetypes.best == "application/json":
        return jsonify({"wrong": wrong})
    return redirect(_back(process, name))


def play_one(draft: bench.Draft, revision: int, text: bench.Draft, name: str, patience: float = 0) -> str:
    """Play a scenario of one of a draft's texts and write down how it went; returns what went otherwise.

    Raises NotPossible while another is being played, or when the draft has been changed meanwhile.
    """
    if not _playing.acquire(timeout=patience):
        raise NotPossible(what=_("运行情景"), why=_("正在运行另一个情景，请稍候"))
    try:
        result = _play(text.process, text.documents, name)
    finally:
        _playing.release()
    noted = bench.noted_as(draft, text, name)
    change(bench.note_played, draft.process, revision, noted, result.wrong, kept(result))
    return result.wrong


def play_missing(process: str, revision: int) -> None:
    """Play the scenarios that have not been played on this very text: what goes to the gate must have been run."""
    with services().transactions.read() as tx:
        draft = bench.read(tx, process)
        texts = bench.texts_of(tx, draft) if draft.revision == revision else {}
    for text in texts.values():
        for name in bench.scenarios(text):
            if name not in text.played:
                play_one(draft, revision, text, name, PATIENCE)


def kept(result: Result) -> dict[str, Any]:
    """A play as a draft keeps it (`Draft.plays`)."""
    return {
        "rows": [asdict(row) for row in result.rows],
        "nodes": sorted(result.nodes),
        "flows": sorted(map(list, result.flows)),
    }


def _back(process: str, name: str) -> str:
    if request.form.get("back") == "scenario":
        return url_for("workbench.scenario", process=process, name=name)
    if request.form.get("back") == "scenarios":
        return url_for("workbench.scenario_list", process=process)
    return url_for("workbench.changes", process=process)


def _play(process: str, documents: Mapping[str, str], name: str) -> Result:
    """How the scenario goes on these documents."""
    with tempfile.TemporaryDirectory(prefix="countersign-draft-") as place:
        processes = Path(place) / "processes"
        shutil.copytree(services().settings.processes, processes, ignore=shutil.ignore_patterns("README.md"))
        shutil.rmtree(processes / process, ignore_errors=True)
        for path, text in documents.items():
            shared = path.startswith(CALLED) and path.endswith(".bpmn")
            folder = processes / path.removeprefix(CALLED).removesuffix(".bpmn") if shared else processes / process
            file = folder / (DIAGRAM if shared else path)
            if not path.startswith(CALLED) or shared:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        return _told(processes / process / "scenarios" / f"{name}.yaml", processes, documents)


def _lay_policies(folder: Path, documents: Mapping[str, str]) -> None:
    """The policies as published here, with the limits that the draft changes, in force from the beginning."""
    changes = policy_limits.read(documents)
    with services().transactions.read() as tx:
        published = {file: policy_tables.history(tx, file.stem) for file in policy_files(folder)}
    for file, versions in published.items():
        if versions:
            begun = {"effective_from": versions[-1].policy.effective_from.isoformat()}
            limits = changes if changes and changes.policy == file.stem else policy_limits.Changes(file.stem, ())
            file.write_text(policy_limits.text_with(limits, versions[0].content, **begun), encoding="utf-8")


def _told(file: Path, processes: Path, documents: Mapping[str, str]) -> Result:
    """How the play ended; a draft that cannot be published and a scenario that cannot be read end it too."""
    try:
        _lay_policies(processes / "policies", documents)
        return scenarios.play(file, processes)
    except CountersignError as error:
        wrong = _("草稿还不能运行：%(why)s", why=error.message)
    except (YAMLError, *MALFORMED) as error:
        wrong = _("情景写得不对，写法见 processes/README.md：%(why)s", why=f"{type(error).__name__} {error}")
    return Result(file, file.stem, wrong)
