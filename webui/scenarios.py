"""情景: the process owner's own tests, `processes/<流程>/scenarios/*.yaml`: given, what happens, what is expected.

See processes/README.md for how a scenario is written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import migrate
from engine.clock import local
from engine.errors import CountersignError
from engine.strict_yaml import load_all
from webui.scenario_player import Player, Wrong, refusal, when

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
        player = Player(Path(place), processes, when(story.get("开始", USUAL)))
        rows: list[Row] = []
        try:
            covered = player.watch(file.parent.parent.name)
            wrong = _play(player, story, rows)
            return Result(file, title, wrong, tuple(rows), frozenset(covered.nodes), frozenset(covered.flows))
        except (Wrong, CountersignError) as error:
            return Result(file, title, _said(error))
        finally:
            player.close()


def _play(player: Player, story: Mapping[str, Any], rows: list[Row]) -> str:
    """Let it happen, noting each step; returns what went otherwise."""
    begin = player.clock.now()
    for one in story.get("已有客户") or ():
        named = one if isinstance(one, Mapping) else {one: {}}
        for name, told in named.items():
            player.has_customer(str(name), told)
    player.clock.move_to(begin)
    player.covered.clear()
    for number, entry in enumerate(story.get("经过") or (), start=1):
        if wrong := _noted(player, rows, lambda entry=entry: _step(player, entry)):  # type: ignore[misc]
            return f"经过第 {number} 步{'' if wrong.startswith('被拒绝') else '：'}{wrong}"
    return _noted(player, rows, lambda: _compare(player, story["预期"])) if story.get("预期") else ""


def _noted(player: Player, rows: list[Row], happen: Callable[[], None]) -> str:
    """Let one thing happen and write down when it was and what is there now; returns what went otherwise."""
    before, wrong = player.standing(), ""
    try:
        happen()
    except (Wrong, CountersignError) as error:
        wrong = f"被拒绝：{refusal(error)}" if isinstance(error, CountersignError) else str(error)
    now = player.standing()
    found = "；".join(words for case, words in now.items() if before.get(case) != words)
    rows.append(Row(_clock(player), wrong, found))
    return wrong


def _clock(player: Player) -> str:
    now = local(player.clock.now())
    return f"{now:%m-%d} 周{'一二三四五六日'[now.weekday()]} {now:%H:%M}"


def _said(error: Exception) -> str:
    return refusal(error) if isinstance(error, CountersignError) else str(error)


def _step(player: Player, entry: Any) -> None:
    """One step as processes/README.md writes it: somebody does something, time passes, or something is expected."""
    if isinstance(entry, str):
        entry = {entry: {}}
    ((head, what),) = entry.items()
    if head == "预期":
        return _compare(player, what)
    who, _, rest = str(head).partition(" ")
    verb, _, object_ = rest.partition(" ")
    told = what if isinstance(what, Mapping) else {"结果": what} if what else {}
    if who == "过":
        return player.wait(verb, object_)
    refused = told.get("拒绝")
    try:
        _act(player, who, verb, object_, told)
    except CountersignError as error:
        if refused is None or str(refused) not in refusal(error):
            raise
        return None
    if refused is not None:
        raise Wrong(f"应被拒绝（{refused}），却通过了")
    return None


def _act(player: Player, who: str, verb: str, object_: str, told: Mapping[str, Any]) -> None:
    if (who, verb) == ("系统", "发起"):
        player.begun(object_, told)
    elif (who, verb) == ("财务", "导入"):
        player.import_figures(object_, told)
    elif verb == "发起":
        player.start(who, object_, told)
    elif verb == "办理":
        player.work(who, object_, told)
    else:
        player.steer(who, verb, told)


def _compare(player: Player, expected: Mapping[str, Any]) -> None:
    found = list(_differences(player, expected))
    if found:
        raise Wrong("；".join(found))


def _differences(player: Player, expected: Mapping[str, Any]) -> Iterator[str]:
    for name, wanted in expected.items():
        store = name in player.codes and name not in player.cases
        seen = player.customer(name) if store else player.seen(name)
        for key, value in wanted.items():
            if key == "通知":
                yield from _told(player, name, value)
            elif isinstance(value, Mapping):
                known = seen[key] if isinstance(seen.get(key), Mapping) else {}
                yield from (
                    f"{name}的{key} {one}应为 {each}，实为 {known.get(one, '没有')}"
                    for one, each in value.items()
                    if str(known.get(one)) != str(each)
                )
            elif (sorted(value) if isinstance(value, list) else value) != seen.get(key):
                yield f"{name}的{key}应为 {value}，实为 {seen.get(key)}"


def _told(player: Player, name: str, wanted: Mapping[str, Any]) -> Iterator[str]:
    for kind, people in wanted.items():
        told = player.told(name, kind)
        if told != sorted(people):
            yield f"{name}的通知 {kind} 应送 {'、'.join(people) or '无人'}，实送 {'、'.join(told) or '无人'}"
