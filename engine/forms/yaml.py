"""Reading the YAML of a process owner strictly: a typing slip is named, never guessed at."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import yaml

from engine.problems import DefinitionInvalid, Problem

_MISSING = object()


# libyaml, where the wheel brings it, reads the forms of a procedure in a tenth of the time.
_Fast: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Fast):  # type: ignore[misc, valid-type]
    """YAML 1.2 scalars only: `no` and `2026-01-01` stay text, and a key said twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{key.value}”写了两次", key.start_mark)
            seen.add(str(key.value))
        found: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return found


_PLAIN = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _PLAIN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _text in ("true", "false"):
    _Loader.add_implicit_resolver(_PLAIN[0], re.compile(f"^{_text}$"), [_text[0]])


def load(text: str, file: str) -> dict[str, Any]:
    """The mapping a YAML file holds; raises DefinitionInvalid naming the line of a syntax error."""
    try:
        data = yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第 {min(mark.line, text.count(chr(10))) + 1} 行" if mark else ""
        what = f"不是有效的 YAML：{getattr(error, 'problem', None) or error}"
        raise DefinitionInvalid([Problem(file, line, what, "请检查缩进、冒号和引号")]) from None
    if not isinstance(data, dict):
        raise DefinitionInvalid([Problem(file, "", "内容不是“键: 值”的形式", "请按其他表单文件的样子书写")])
    return data


class Reader:
    """Takes keys out of one mapping, collecting what is wrong, so that all faults are told at once."""

    def __init__(self, data: Any, file: str, element: str, problems: list[Problem]) -> None:
        self.file, self.element, self.problems = file, element, problems
        self.data: dict[str, Any] = {}
        if isinstance(data, Mapping):
            self.data = dict(data)
        else:
            self.bad("应为“键: 值”的形式", "请逐项写出键和值")

    def bad(self, what: str, remedy: str, element: str | None = None) -> None:
        self.problems.append(Problem(self.file, element or self.element, what, remedy))

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = _MISSING) -> Any:
        """The value of a key, checked for its type; a required key that is missing is reported."""
        value = self.data.pop(key, _MISSING)
        if value is _MISSING or value is None:
            if default is _MISSING:
                self.bad(f"缺少 {key}", f"请补写 {key}")
                return None
            return default
        allowed = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
            self.bad(f"{key} 的值 {value!r} 类型不对", f"{key} 应为{_named(allowed)}；编号类请加引号")
            return None if default is _MISSING else default
        return value

    def names(self, key: str) -> tuple[str, ...]:
        """A list of names, also written as one text with blanks between them."""
        value = self.take(key, (list, str), [])
        words = value.split() if isinstance(value, str) else value
        if not all(isinstance(word, str) for word in words):
            self.bad(f"{key} 里有不是文字的项", f"请把 {key} 写成名称列表")
            return ()
        return tuple(words)

    def done(self) -> None:
        """Report the keys nobody asked for."""
        for key in self.data:
            self.bad(f"不认识的键 {key}", "请删去，或核对拼写")


_TYPE_NAMES = {str: "文字", int: "整数", bool: "true 或 false", list: "列表", dict: "“键: 值”"}


def _named(kinds: Iterable[type]) -> str:
    return "或".join(_TYPE_NAMES.get(kind, kind.__name__) for kind in kinds)
