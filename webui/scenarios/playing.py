"""A scenario played from its file, on a company of its own, with a row for each step."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine import migrate
from engine.clock import LOCAL, local
from engine.errors import CountersignError
from engine.strict_yaml import load_all
from webui.scenarios import facts
from webui.scenarios.expecting import compare
from webui.scenarios.player import Player
from webui.scenarios.stage import Stage, Wrong
from webui.scenarios.steps import happen, refusal

USUAL = "2026-11-16 09:00"


@dataclass(frozen=True)
class Row:
    """How one step went: the pretended clock then (local), what was otherwise ("" for nothing), what was found."""

    at: str
    wrong: str
    found: str


@dataclass(frozen=True)
class Result:
    """How a scenario went; `wrong` is empty when all was as expected.

    `rows` are the steps that were reached, at the end what is expected at last. `nodes` and `flows` (source, target)
    are what its cases passed of the procedure that the scenario belongs to, without what made its customers.
    """

    file: Path
    title: str
    wrong: str = ""
    rows: tuple[Row, ...] = ()
    nodes: frozenset[str] = frozenset()
    flows: frozenset[tuple[str, str]] = frozenset()


def find(folder: Path) -> list[Path]:
    """The scenarios of a process folder, or of all folders under `processes`."""
    return sorted([*folder.glob("scenarios/*.yaml"), *folder.glob("*/scenarios/*.yaml")])


def play(file: Path, processes: Path) -> Result:
    """Play one scenario on a database of its own."""
    story = next(iter(load_all(file.read_text(encoding="utf-8"))))
    title = str(story.get("标题", file.stem))
    with tempfile.TemporaryDirectory(prefix="countersign-scenario-") as place:
        migrate.upgrade(f"sqlite:///{Path(place) / 'scenario.db'}")
        stage = Stage(Path(place), processes, _when(story.get("开始", USUAL)))
        rows: list[Row] = []
        try:
            player = Player(stage)
            covered = player.watch(file.parent.parent.name)
            wrong = _play(player, story, rows)
            return Result(file, title, wrong, tuple(rows), frozenset(covered.nodes), frozenset(covered.flows))
        except (Wrong, CountersignError) as error:
            return Result(file, title, _said(error))
        finally:
            stage.close()


def _play(player: Player, story: Mapping[str, Any], rows: list[Row]) -> str:
    """Let it happen, noting each step; returns what went otherwise."""
    begin = player.stage.clock.now()
    for one in story.get("已有客户") or ():
        named = one if isinstance(one, Mapping) else {one: {}}
        for name, told in named.items():
            player.has_customer(str(name), told)
    player.stage.clock.move_to(begin)
    player.covered.clear()
    for number, entry in enumerate(story.get("经过") or (), start=1):
        if wrong := _noted(player, rows, lambda entry=entry: happen(player, entry)):  # type: ignore[misc]
            return f"经过第 {number} 步{'' if wrong.startswith('被拒绝') else '：'}{wrong}"
    return _noted(player, rows, lambda: compare(player.stage, story["预期"])) if story.get("预期") else ""


def _noted(player: Player, rows: list[Row], doing: Callable[[], None]) -> str:
    """Let one thing happen and write down when it was and what is there now; returns what went otherwise."""
    before, wrong = facts.standing(player.stage), ""
    try:
        doing()
    except (Wrong, CountersignError) as error:
        wrong = f"被拒绝：{refusal(error)}" if isinstance(error, CountersignError) else str(error)
    now = facts.standing(player.stage)
    found = "；".join(words for case, words in now.items() if before.get(case) != words)
    rows.append(Row(_clock(player), wrong, found))
    return wrong


def _clock(player: Player) -> str:
    now = local(player.stage.clock.now())
    return f"{now:%m-%d} 周{'一二三四五六日'[now.weekday()]} {now:%H:%M}"


def _said(error: Exception) -> str:
    return refusal(error) if isinstance(error, CountersignError) else str(error)


def _when(text: Any) -> datetime:
    """A moment of a scenario: `2026-11-16 09:00`, Shanghai time."""
    return datetime.fromisoformat(str(text)).replace(tzinfo=LOCAL)
