"""Reading a policy document: typed values, and an error naming the key for everything that is not right."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, TypeVar

import orjson
import yaml

from engine import strict_yaml
from engine.errors import CountersignError

T = TypeVar("T")
_EXAMPLE = "对照 SD-010.yaml 的写法改正"
_MISSING = object()


class PolicyInvalid(CountersignError):
    """制度文件写得不对；`key` 指明哪一项。"""

    template = "制度文件 {file} 的“{key}”有误：{what}。{remedy}。"
    status = 422


class Section:
    """A mapping of the document being read.

    Leaving its `with` block refuses the keys that nobody asked for, so that a misspelt one is never ignored.
    """

    def __init__(self, content: object, file: str, path: str = "") -> None:
        self.file, self.path = file, path
        if not isinstance(content, Mapping):
            raise PolicyInvalid(
                file=file,
                key=path or "整份文档",
                what=f"应为“键: 值”的列表，现为{_shown(content)}",
                remedy=_EXAMPLE,
            )
        self._content: Mapping[Any, Any] = content
        self._asked: list[str] = []

    def __enter__(self) -> Section:
        return self

    def __exit__(self, kind: object, *_: object) -> Literal[False]:
        unknown = [key for key in self._content if key not in self._asked]
        if kind is None and unknown:
            raise self.wrong(unknown[0], "没有这一项", f"删去或改名；可用：{'、'.join(self._asked)}")
        return False

    def wrong(self, key: object, what: str, remedy: str) -> PolicyInvalid:
        """The error about one of this section's keys."""
        return PolicyInvalid(file=self.file, key=self._full(key), what=what, remedy=remedy)

    def section(self, key: str) -> Section:
        return Section(self._take(key), self.file, self._full(key))

    def read(self, key: str, read: Callable[[Section], T], default: object = _MISSING) -> T:
        """The value that `read` makes of a section, which it must use up."""
        with Section(self._take(key, default), self.file, self._full(key)) as section:
            return read(section)

    def sections(self) -> Iterator[tuple[str, Section]]:
        """All values as sections, for a mapping whose keys are names."""
        for key in self._content:
            if not isinstance(key, str):
                raise self.wrong(key, "名称应为文字", "加上引号或改名")
            yield key, self.section(key)

    def each(self, key: str, read: Callable[[Section], T]) -> tuple[T, ...]:
        """What `read` makes of each section of a list; none when the key is missing."""
        value = self._take(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, f"应为列表，现为{_shown(value)}", "每项以 - 开头，或写成 [{…}, {…}]")
        found = []
        for number, content in enumerate(value, start=1):
            with Section(content, self.file, f"{self._full(key)}.{number}") as section:
                found.append(read(section))
        return tuple(found)

    def has(self, key: str) -> bool:
        """Whether an optional key is there."""
        if key not in self._asked:
            self._asked.append(key)
        return key in self._content

    def keys(self) -> tuple[str, ...]:
        """The names of a section whose keys are names."""
        return tuple(str(key) for key in self._content)

    def words(self, key: str) -> tuple[str, ...]:
        """One text or a list of them."""
        value = self._take(key)
        return self.many(key, str) if isinstance(value, list) else (self.text(key),)

    def plain(self, key: str) -> dict[str, Any]:
        """A mapping of names to single values or lists of them, as tuples; empty when the key is missing."""
        value = self._take(key, {})
        if not isinstance(value, Mapping):
            raise self.wrong(key, f"应为“键: 值”的列表，现为{_shown(value)}", _EXAMPLE)
        return {str(name): tuple(one) if isinstance(one, list) else one for name, one in value.items()}

    def text(self, key: str, default: object = _MISSING) -> str:
        value = self._take(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, f"应为文字，现为{_shown(value)}", '填写文字；像数字或日期的要加引号，如 "2004-04"')
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, f"应为是非，现为{_shown(value)}", "填写 true 或 false")
        return value

    def number(self, key: str, least: int, most: int, default: object = _MISSING) -> int:
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.wrong(key, f"应为整数，现为{_shown(value)}", f"填写 {least} 到 {most} 之间的整数")
        return value

    def money(self, key: str) -> Decimal:
        """An amount in yuan with at most two decimals; a float is refused, because it cannot be exact."""
        value = self._take(key)
        amount = _money(value)
        if amount is None:
            raise self.wrong(
                key, f"应为金额（元），现为{_shown(value)}", '填写整数，或带引号的小数如 "50.50"，不小于零'
            )
        return amount

    def day(self, key: str) -> date:
        value = self._take(key)
        if isinstance(value, datetime) or not isinstance(value, date):
            raise self.wrong(key, f"应为日期，现为{_shown(value)}", "写成 2004-04-01 的样子")
        return value

    def choice(self, key: str, *options: str) -> str:
        """One of the options; the first is the default."""
        value = self._take(key, options[0])
        if value not in options:
            raise self.wrong(key, f"没有{_shown(value)}这个选项", f"目前可选：{'、'.join(options)}")
        return str(value)

    def parsed(self, key: str, parse: Callable[[str], T]) -> T:
        """A text that `parse` understands; its teaching error is told under this key."""
        return self._understood(key, self._take(key), parse)

    def many(self, key: str, parse: Callable[[str], T], default: Sequence[str] | None = None) -> tuple[T, ...]:
        """A list of texts that `parse` understands one by one; empty only as the default."""
        value = self._take(key, _MISSING if default is None else default)
        if not isinstance(value, list | tuple) or (not value and value is not default):
            raise self.wrong(key, f"应为列表，现为{_shown(value)}", "写成 [甲, 乙] 的样子，至少一项")
        return tuple(self._understood(key, item, parse) for item in value)

    def by_urgency(self, key: str, read: Callable[[Section, str], T]) -> tuple[T, T]:
        """A value for normal and urgent cases: written once for both, or as `{normal: …, urgent: …}`."""
        if isinstance(self._content.get(key), Mapping):
            with self.section(key) as pair:
                return read(pair, "normal"), read(pair, "urgent")
        value = read(self, key)
        return value, value

    def fingerprint(self) -> str:
        """The sha256 of the content, whatever its layout, order and comments."""
        return hashlib.sha256(orjson.dumps(self._content, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def nothing(self, key: str) -> bool:
        """Whether the key is there and says null."""
        return self._take(key) is None

    def nothing_said(self, key: str) -> bool:
        """Whether an optional key is missing or says null."""
        return not self.has(key) or self.nothing(key)

    def _take(self, key: str, default: object = _MISSING) -> Any:
        if key not in self._asked:
            self._asked.append(key)
        value = self._content.get(key, default)
        if value is _MISSING:
            raise self.wrong(key, "缺少这一项", _EXAMPLE)
        return value

    def _understood(self, key: str, value: object, parse: Callable[[str], T]) -> T:
        if not isinstance(value, str):
            raise self.wrong(key, f"应为文字，现为{_shown(value)}", _EXAMPLE)
        try:
            return parse(value)
        except CountersignError as error:
            raise self.wrong(key, error.message.rstrip("。"), _EXAMPLE) from None

    def _full(self, key: object) -> str:
        return f"{self.path}.{key}" if self.path else str(key)


def policy_files(folder: Path) -> list[Path]:
    """The policies of a folder; what stands beside them (`SD-010.rules.yaml`) is none."""
    return [path for path in sorted(folder.glob("*.yaml")) if "." not in path.stem]


def read_documents(text: str, file: str) -> list[Any]:
    """The YAML documents of a file as plain data; raises PolicyInvalid, also for a key written twice."""
    try:
        return [document for document in strict_yaml.load_all(text) if document is not None]
    except yaml.MarkedYAMLError as error:
        line = min(error.problem_mark.line, text.count("\n")) + 1 if error.problem_mark else 1
        what, remedy = f"不是合法的 YAML（{error.problem}）", "检查缩进、冒号和括号"
        raise PolicyInvalid(file=file, key=f"第 {line} 行", what=what, remedy=remedy) from None
    except (yaml.YAMLError, ValueError) as error:
        raise PolicyInvalid(file=file, key="整份文档", what=f"读不出来（{error}）", remedy=_EXAMPLE) from None


def read_text(path: Path) -> str:
    """The text of a policy file; raises PolicyInvalid when it is missing or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = f"文件读不出来（{type(error).__name__}）"
        raise PolicyInvalid(file=path.name, key="整份文档", what=what, remedy="确认文件存在并以 UTF-8 保存") from None


def _money(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        amount = Decimal(value)
        exact = amount.is_finite() and 0 <= amount < 10**9 and amount == amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return amount if exact else None


def _shown(value: object) -> str:
    names = {type(None): "空", dict: "键值列表", list: "列表"}
    return names.get(type(value)) or f"“{value}”"
