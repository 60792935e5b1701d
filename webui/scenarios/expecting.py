"""What a scenario expects, beside what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from webui.scenarios import facts
from webui.scenarios.stage import Stage, Wrong


def compare(stage: Stage, expected: Mapping[str, Any]) -> None:
    """Raise Wrong for everything that is not as expected."""
    found = list(_differences(stage, expected))
    if found:
        raise Wrong("；".join(found))


def _differences(stage: Stage, expected: Mapping[str, Any]) -> Iterator[str]:
    for name, wanted in expected.items():
        store = name in stage.codes and name not in stage.cases
        seen = facts.customer(stage, name) if store else facts.seen(stage, name)
        for key, value in wanted.items():
            if key == "通知":
                yield from _told(stage, name, value)
            elif isinstance(value, Mapping):
                known = seen[key] if isinstance(seen.get(key), Mapping) else {}
                yield from (
                    f"{name}的{key} {one}应为 {each}，实为 {known.get(one, '没有')}"
                    for one, each in value.items()
                    if str(known.get(one)) != str(each)
                )
            elif (sorted(value) if isinstance(value, list) else value) != seen.get(key):
                yield f"{name}的{key}应为 {facts.in_words(key, value)}，实为 {facts.in_words(key, seen.get(key))}"


def _told(stage: Stage, name: str, wanted: Mapping[str, Any]) -> Iterator[str]:
    for kind, people in wanted.items():
        told = facts.told(stage, name, kind)
        if told != sorted(people):
            yield f"{name}的通知 {kind} 应送 {'、'.join(people) or '无人'}，实送 {'、'.join(told) or '无人'}"
