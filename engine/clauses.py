"""The numbered clauses of a policy text, each with the diagram nodes that carry it out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_HEADING = re.compile(r"^#{2,} (?P<number>\d+(?:\.\d+)*) (?P<title>.+)$", re.MULTILINE)
_QUOTE = re.compile(r"^> ?(.*)$", re.MULTILINE)
_CARRIED = re.compile(r"^承办 `(?P<process>[^`]+)`：(?P<nodes>.+)$", re.MULTILINE)
_EXEMPT = re.compile(r"^不由节点承办：(?P<why>.+)$", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


class Clause(NamedTuple):
    """A clause: number, title, literal text, and process id → ids of the nodes that carry it out.

    `exempt` says why no node does: a clause without anything to be done.
    """

    number: str
    title: str
    text: str
    nodes: Mapping[str, tuple[str, ...]]
    exempt: str = ""


def read_clauses(text: str) -> list[Clause]:
    """The clauses of a policy in Markdown, in their order.

    >>> read_clauses("## 2.3 维护\\n> 数据不完整不得维护。\\n\\n承办 `create`：`Job_gate`\\n")
    [Clause(number='2.3', title='维护', text='数据不完整不得维护。', nodes={'create': ('Job_gate',)}, exempt='')]
    """
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    return [_clause(heading, text[heading.end() : end]) for heading, end in zip(headings, ends, strict=True)]


def _clause(heading: re.Match[str], body: str) -> Clause:
    quoted = "\n".join(line for line in _QUOTE.findall(body) if line)
    nodes = {match["process"]: tuple(_CODE.findall(match["nodes"])) for match in _CARRIED.finditer(body)}
    exempt = _EXEMPT.search(body)
    return Clause(heading["number"], heading["title"], quoted, nodes, exempt["why"] if exempt else "")
