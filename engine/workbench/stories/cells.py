"""Cells of a scenario's table: a value as one line of text, and the text as the value it stands for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from engine.forms.yaml import load
from engine.problems import DefinitionInvalid

NOTHING = "无"  # an empty list; an empty cell says nothing at all
NEW = object()  # where there was no value
_LINE = re.compile(r"\s*([^:：=]+?)\s*[:：=]\s*(.*?)\s*")


class CellWrong(Exception):
    """A cell that cannot be read; says which, why and what to write."""

    def __init__(self, column: str, what: str, remedy: str) -> None:
        super().__init__(what)
        self.column, self.what, self.remedy = column, what, remedy


def shown(value: Any) -> str:
    """A value as a cell shows it: text as it is, anything deeper as YAML on one line."""
    if value is None:
        return ""
    if isinstance(value, str) and value and not re.search(r"^[\[{\"'\s]|\s$|\n|^(true|false)$", value):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def names(value: Any) -> str:
    """A list of names as a cell shows it."""
    if isinstance(value, list) and all(isinstance(one, str) and one and not re.search("[、\n]", one) for one in value):
        return "、".join(value) or NOTHING
    return shown(value)


def listed(column: str, text: str) -> list[Any]:
    """The names a cell lists; raises CellWrong."""
    if text == NOTHING:
        return []
    if text.startswith("["):
        found = value_of(column, text)
        return found if isinstance(found, list) else [found]
    return [part for part in re.split(r"[、，,]\s*|\n", text) if part]


def lines(column: str, text: str) -> dict[str, str]:
    """One `name：value` a line; raises CellWrong."""
    found: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        match = _LINE.fullmatch(line)
        if match is None or not match[2]:
            raise CellWrong(column, f"“{line.strip()}”看不懂", "每行一项，写成“名称：值”")
        if match[1] in found:
            raise CellWrong(column, f"“{match[1]}”写了两次", "每个名称只写一行")
        found[match[1]] = match[2]
    return found


def value_of(column: str, text: str, old: Any = NEW, show: Callable[[Any], str] = shown) -> Any:
    """What a cell says; unchanged text keeps the old value with its type. Raises CellWrong."""
    if old is not NEW and text == show(old):
        return old
    if text in ("true", "false"):
        return text == "true"
    if isinstance(old, int) and not isinstance(old, bool) and text.isdecimal():
        return int(text)
    if text[:1] not in ("[", "{", '"', "'"):
        return text
    try:
        return load(f"value: {text}", "")["value"]
    except DefinitionInvalid:
        remedy = "列表写成 [甲, 乙]；以括号或引号开头的文字，整个放进双引号里"
        raise CellWrong(column, f"“{text}”括号或引号不完整", remedy) from None
