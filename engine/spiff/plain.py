"""Only plain JSON crosses the door and enters the state."""

from math import isfinite
from typing import Any

from engine.spiff.errors import NotPlain

MAX_DEPTH = 40
RESERVED = "typename"  # SpiffWorkflow's serialiser takes a dict with this key for an object to build


def plain(value: Any, where: str = "data", depth: int = 0) -> Any:
    """A deep copy of plain JSON; raises NotPlain with the path of the first value that is not."""
    kind = type(value)
    if kind is str:
        return value if value.isascii() else _text(value, where)
    if value is None or kind is bool:
        return value
    if kind is int:
        return _integer(value, where)
    if kind is float:
        return _finite(value, where)
    if depth > MAX_DEPTH:
        raise NotPlain(where, f"嵌套超过 {MAX_DEPTH} 层")
    if kind is dict:
        return {_key(key, where): plain(entry, f"{where}.{key}", depth + 1) for key, entry in value.items()}
    if kind is list or kind is tuple:
        return [plain(entry, f"{where}[{index}]", depth + 1) for index, entry in enumerate(value)]
    raise NotPlain(where, f"类型 {kind.__name__} 不是普通 JSON")


def _key(key: Any, where: str) -> str:
    if type(key) is not str:
        raise NotPlain(where, f"字典的键 {key!r} 不是文本")
    if key == RESERVED:
        raise NotPlain(where, f"键名 {RESERVED} 是保留字")
    return _text(key, where)


def _text(value: str, where: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotPlain(where, "文本里有不成对的代理字符") from None
    return value


def _integer(value: int, where: str) -> int:
    if not -(2**63) <= value < 2**63:
        raise NotPlain(where, "整数超出 64 位")
    return value


def _finite(value: float, where: str) -> float:
    if not isfinite(value):
        raise NotPlain(where, "小数不是有限值")
    return value
