"""A YAML document that shall say something else, keeping the words, comments and order of what it said before.

An editor changes plain data; `rewritten` finds the places in the text that say otherwise and writes only those anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from engine.forms.yaml import load

LONGEST_LINE = 150
_MISSING = object()


def rewritten(text: str, data: Mapping[str, Any], file: str = "") -> str:
    """The text that reads as `data`; what it says already stays as it is written, down to the last blank.

    Where the old text cannot be kept in part (flow style with comments inside, odd indentation), the whole document is
    written anew. Raises DefinitionInvalid when the old text cannot be read.
    """
    old = load(text, file)
    if _same(old, data):
        return text
    root = yaml.compose(text, yaml.SafeLoader)
    assert root is not None
    head, tail = text[: _start(root)], text[_end(text, root) :]
    found = head + _Writer(text).value(root, old, data, _column(root)) + (tail or "\n")
    return found if _reads_as(found, data) else written(data)


def written(data: Mapping[str, Any]) -> str:
    """A new document that says `data`."""
    return "".join(f"{line}\n" for line in _block(data, 0).splitlines())


def _same(one: Any, other: Any) -> bool:
    return json.dumps(one, default=str) == json.dumps(other, default=str)


def _reads_as(text: str, data: Any) -> bool:
    try:
        return _same(load(text, ""), data)
    except Exception as error:  # whatever a patched text breaks, the document is written anew instead
        if isinstance(error, (MemoryError, RecursionError)):
            raise
        return False


class _Writer:
    """Walks the nodes of the old text beside old and new data."""

    def __init__(self, text: str) -> None:
        self.text = text

    def value(self, node: yaml.Node, old: Any, new: Any, column: int) -> str:
        """The text from where the node starts."""
        if _same(old, new):
            return self.text[_start(node) : _end(self.text, node)]
        if isinstance(node, yaml.MappingNode) and not node.flow_style and isinstance(new, Mapping) and new:
            return self._mapping(node, old, new)
        if isinstance(node, yaml.SequenceNode) and not node.flow_style and isinstance(new, list) and new:
            return self._sequence(node, old, new)
        if isinstance(node, yaml.CollectionNode) and node.flow_style:
            return _flow(new)
        return _fitting(new, column)

    def _mapping(self, node: yaml.MappingNode, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
        column = _column(node)
        leads = _leads(self.text, node, [key for key, _ in node.value], [one for _, one in node.value])
        known = {name: (lead, *pair) for name, lead, pair in zip(old, leads, node.value, strict=True)}
        parts = []
        for name, value in new.items():
            if name not in known:
                parts.append(("", _pair(name, value, column)))
                continue
            lead, key, one = known[name]
            if _same(old[name], value):
                parts.append((lead, self.text[_start(key) : _end(self.text, one)]))
            elif _rewritable(one, value):
                said = self.value(one, old[name], value, _column(one))
                parts.append((lead, self.text[_start(key) : _start(one)] + self._remarked(said, one)))
            else:
                parts.append((lead, _pair(name, value, column) + self._remark(one)))
        return _joined(parts, "\n" + " " * column)

    def _sequence(self, node: yaml.SequenceNode, old: list[Any], new: list[Any]) -> str:
        column = _column(node)
        leads = [lead.rstrip().removesuffix("-") for lead in _leads(self.text, node, node.value, node.value)]
        parts = []
        for place, value in zip(_matched(old, new), new, strict=True):
            if place is None:
                parts.append(("", f"- {_item(value, column + 2)}"))
                continue
            one = node.value[place]
            said = self.value(one, old[place], value, column + 2)
            parts.append((leads[place], f"- {self._remarked(said, one)}"))
        return _joined(parts, "\n" + " " * column)

    def _remarked(self, said: str, node: yaml.Node) -> str:
        """What is said now, with the comment behind it unless its last part has brought that along."""
        remark = self._remark(node)
        return said if said.endswith(remark) else said + remark

    def _remark(self, node: yaml.Node) -> str:
        """The comment behind a value on its last line."""
        last = _last(node)
        if isinstance(last, yaml.ScalarNode) and last.style in ("|", ">"):
            return ""
        return self.text[last.end_mark.index : _end(self.text, node)]


def _joined(parts: Sequence[tuple[str, str]], separator: str) -> str:
    """Items with the comments and blank lines that stand before them."""
    found = ""
    for number, (lead, said) in enumerate(parts):
        remark = lead.strip("\n ")
        if number == 0:
            found += (remark + separator if remark else "") + said
        elif remark or lead.count("\n") > 1:
            found += lead.rstrip(" \n") + ("\n" * (lead.rstrip(" ").count("\n") - 1) if not remark else "")
            found += separator + said
        else:
            found += separator + said
    return found


def _leads(text: str, whole: yaml.Node, starts: Sequence[yaml.Node], ends: Sequence[yaml.Node]) -> list[str]:
    """What stands between the items of a block: line breaks, blank lines, comments, dashes."""
    found, at = [], _start(whole)
    for start, end in zip(starts, ends, strict=True):
        found.append(text[at : _start(start)])
        at = _end(text, end)
    return found


def _matched(old: Sequence[Any], new: Sequence[Any]) -> list[int | None]:
    """For each new item the old one it is: of that id, the same words, or the same only key; None: none."""
    free = dict(enumerate(old))
    found: list[int | None] = [None] * len(new)
    for known_as in (_known_as, _headed):
        for number, value in enumerate(new):
            if found[number] is None:
                place = next((at for at, one in free.items() if known_as(one) == known_as(value)), None)
                free.pop(place, None)  # type: ignore[arg-type]
                found[number] = place
    if len(old) == len(new):  # an item that was given another id stands where it stood
        found = [at if place is None and at in free else place for at, place in enumerate(found)]
    return found


def _headed(item: Any) -> str:
    """What an item with one key, like a step of a scenario, is headed with."""
    return str(next(iter(item))) if isinstance(item, Mapping) and len(item) == 1 else _known_as(item)


def _known_as(item: Any) -> str:
    return json.dumps(item.get("id", item) if isinstance(item, Mapping) else item, default=str)


# --- where things stand -------------------------------------------------------------------------------------------


def _start(node: yaml.Node) -> int:
    return int(node.start_mark.index)


def _column(node: yaml.Node) -> int:
    return int(node.start_mark.column)


def _last(node: yaml.Node) -> yaml.Node:
    """The last thing written in a node: the end of a block itself lies behind the comments that follow it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    return node


def _end(text: str, node: yaml.Node) -> int:
    """Behind the node and the comment on its last line."""
    last = _last(node)
    at = int(last.end_mark.index)
    if isinstance(last, yaml.ScalarNode) and last.style in ("|", ">"):
        return len(text[:at].rstrip(" \n"))
    line = text[at:].split("\n", 1)[0]
    return at + len(line) if line.strip().startswith("#") else at


def _rewritable(node: yaml.Node, value: Any) -> bool:
    """Whether the new value can stand where the old one stands: on its line, or as the same kind of block."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        return isinstance(value, Mapping) and bool(value)
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        return isinstance(value, list) and bool(value)
    return isinstance(node, yaml.CollectionNode) or (
        not isinstance(value, (Mapping, list)) and getattr(node, "style", None) not in ("|", ">") and _start(node) > 0
        and node.start_mark.index != node.end_mark.index
    )  # fmt: skip


# --- writing anew -------------------------------------------------------------------------------------------------


def _scalar(value: Any) -> str:
    return yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10**9).strip()[1:-1]


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _fitting(value: Any, column: int) -> str:
    """On one line where it fits, as a block otherwise."""
    flow = _flow(value)
    return flow if column + len(flow) <= LONGEST_LINE or not _deep(value) else _block(value, column)


def _item(value: Any, column: int) -> str:
    """An item of a block; one that is headed, like a step of a scenario, shows its head without braces."""
    headed = isinstance(value, Mapping) and len(value) == 1 and _deep(next(iter(value.values())))
    return _block(value, column) if headed else _fitting(value, column)


def _deep(value: Any) -> bool:
    return isinstance(value, (Mapping, list)) and bool(value)


def _pair(key: Any, value: Any, column: int) -> str:
    name = _scalar(key)
    blocky = isinstance(value, list) and any(isinstance(one, Mapping) for one in value)
    flow = _flow(value)
    if not _deep(value) or (not blocky and column + len(name) + 2 + len(flow) <= LONGEST_LINE):
        return f"{name}: {flow}"
    return f"{name}:\n{' ' * (column + 2)}{_block(value, column + 2)}"


def _block(value: Any, column: int) -> str:
    """A mapping or list over several lines; the first line is not indented."""
    separator = "\n" + " " * column
    if isinstance(value, Mapping) and value:
        return separator.join(_pair(key, one, column) for key, one in value.items())
    if isinstance(value, list) and value:
        return separator.join(f"- {_item(one, column + 2)}" for one in value)
    return _flow(value)
