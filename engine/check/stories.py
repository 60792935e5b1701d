"""Scenarios can be read: known keys, and steps of the forms that processes/README.md shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from engine.check.subject import Subject
from engine.limits import Limit, LimitInvalid
from engine.problems import Problem
from engine.strict_yaml import load_all

FOLDER = "scenarios/"
WALL = "自然时间"  # said behind a wait that is not counted in working time
KEYS = ("标题", "开始", "已有客户", "经过", "预期")
EXAMPLE = "写成“孙倩 发起 …”“马国栋 办理 …: 结果”“孙倩 撤回: {单: …}”“过 4h”或“预期: {…}”"


def scenarios(subject: Subject) -> Iterator[Problem]:
    """What keeps a scenario from being read; how it goes is found out by playing it."""
    for path, text in subject.documents.items():
        if path.startswith(FOLDER):
            yield from _story(path, text)


def _story(path: str, text: str) -> Iterator[Problem]:
    try:
        story = next(iter(load_all(text)), None)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第 {min(mark.line + 1, len(text.splitlines()))} 行" if mark else ""
        yield Problem(
            path, place, f"不是完整的 YAML：{getattr(error, 'problem', None) or error}", "请核对缩进、冒号和引号"
        )
        return
    if not isinstance(story, Mapping):
        yield Problem(path, "", "情景是空的，或不是“键: 值”", "至少写上标题、经过和预期；写法见 processes/README.md")
        return
    for key in story.keys() - {*KEYS}:
        yield Problem(path, str(key), "情景里没有这个键", "可用：" + "、".join(KEYS))
    for key, kind, told in (("已有客户", list, "列表"), ("经过", list, "列表"), ("预期", dict, "“键: 值”")):
        if story.get(key) is not None and not isinstance(story[key], kind):
            yield Problem(path, key, f"不是{told}", f"{key}应写成{told}；写法见 processes/README.md")
    steps = story.get("经过")
    for number, step in enumerate(steps if isinstance(steps, list) else (), start=1):
        yield from _step(path, f"经过第 {number} 步", step)


def _step(path: str, place: str, step: Any) -> Iterator[Problem]:
    if isinstance(step, Mapping) and len(step) != 1:
        yield Problem(path, place, f"一步写了 {len(step)} 件事", "每一步以“- ”开头，只写一件事")
        return
    head = str(next(iter(step))) if isinstance(step, Mapping) else step
    words = head.split() if isinstance(head, str) else []
    if words[:1] == ["预期"] and isinstance(step, Mapping) and isinstance(step[head], Mapping):
        return
    if words[:1] == ["过"] and (len(words) == 2 or words[2:] == [WALL]):
        try:
            Limit.parse(words[1])
        except LimitInvalid:
            yield Problem(path, place, f"“{head}”不是一段时间", "写成 过 4h、过 30m、过 2d，或 过 48h 自然时间")
        return
    if len(words) < 2 or (words[1] in ("办理", "发起") and len(words) < 3):
        yield Problem(path, place, f"“{head}”看不懂", EXAMPLE)
