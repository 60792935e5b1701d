"""情景: the process owner's own tests, `processes/<流程>/scenarios/*.yaml`: given, what happens, what is expected.

See processes/README.md for how a scenario is written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import migrate
from engine.errors import CountersignError
from engine.strict_yaml import load_all
from webui.scenario_player import Player, Wrong, refusal, when

USUAL = "2026-11-16 09:00"


@dataclass(frozen=True)
class Result:
    """How a scenario went; `wrong` is empty when all was as expected."""

    file: Path
    title: str
    wrong: str = ""


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
        try:
            _play(player, story)
        except (Wrong, CountersignError) as error:
            text = refusal(error) if isinstance(error, CountersignError) else str(error)
            return Result(file, title, text)
        finally:
            player.close()
    return Result(file, title)


def _play(player: Player, story: Mapping[str, Any]) -> None:
    begin = player.clock.now()
    for one in story.get("已有客户") or ():
        named = one if isinstance(one, Mapping) else {one: {}}
        for name, told in named.items():
            player.has_customer(str(name), told)
    player.clock.move_to(begin)
    for number, entry in enumerate(story.get("经过") or (), start=1):
        try:
            _step(player, entry)
        except Wrong as error:
            raise Wrong(f"经过第 {number} 步：{error}") from None
        except CountersignError as error:
            raise Wrong(f"经过第 {number} 步被拒绝：{refusal(error)}") from None
    _compare(player, story.get("预期") or {})


def _step(player: Player, entry: Any) -> None:
    """`过 4h`, or `孙倩 发起 customer_modify: {…}`, `马国栋 办理 主管领导审批: 同意并签字盖章`, `预期: {…}`."""
    if isinstance(entry, str):
        entry = {entry: {}}
    ((head, what),) = entry.items()
    if head == "预期":
        return _compare(player, what)
    who, _, rest = str(head).partition(" ")
    verb, _, object_ = rest.partition(" ")
    told = what if isinstance(what, Mapping) else {"结果": what} if what else {}
    if who == "过":
        return player.wait(rest)
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
                yield from (
                    f"{name}的{key} {one}应为 {each}，实为 {seen[key].get(one, '没有')}"
                    for one, each in value.items()
                    if str(seen[key].get(one)) != str(each)
                )
            elif (sorted(value) if isinstance(value, list) else value) != seen.get(key):
                yield f"{name}的{key}应为 {value}，实为 {seen.get(key)}"


def _told(player: Player, name: str, wanted: Mapping[str, Any]) -> Iterator[str]:
    for kind, people in wanted.items():
        told = player.told(name, kind)
        if told != sorted(people):
            yield f"{name}的通知 {kind} 应送 {'、'.join(people) or '无人'}，实送 {'、'.join(told) or '无人'}"
