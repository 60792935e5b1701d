"""The lists there are, and one of them in memory: questions about codes, names and what belongs to what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ListKind:
    """A governed list: its title and standard on pages, and how its codes are written."""

    title: str
    standard: str
    pattern: str
    written: str
    with_code: bool = False  # people read the code beside the name


LISTS: Mapping[str, ListKind] = {
    "regions": ListKind("行政区划", "GB/T 2260", r"\d{6}", "6 位数字"),
    "industries": ListKind("行业", "GB/T 4754-2017", r"[A-T](\d{2,4})?", "门类字母，或字母加 2–4 位数字", True),
    "countries": ListKind("国家和地区", "ISO 3166-1", r"[A-Z]{2}", "两位大写字母"),
    "currencies": ListKind("币种", "ISO 4217", r"[A-Z]{3}", "三位大写字母"),
    "banks": ListKind("银行", "联行号前三位", r"\d{3}", "3 位数字", True),
}


@dataclass(frozen=True)
class Entry:
    """One code; its days of validity are local and inclusive, empty for since ever and for good."""

    code: str
    name: str
    parent: str = ""
    valid_from: str = ""
    valid_to: str = ""

    def valid_on(self, day: str) -> bool:
        """Whether a new application may choose it on that day (2026-11-25)."""
        return self.valid_from <= day and (not self.valid_to or day <= self.valid_to)


class ReferenceList:
    """A list as it stands; closed codes are in it, because old records name them."""

    def __init__(self, kind: ListKind, entries: Iterator[Entry]) -> None:
        self.kind = kind
        self.entries = {one.code: one for one in entries}
        self.options = lru_cache(4)(self._options)

    def get(self, code: str) -> Entry | None:
        return self.entries.get(code)

    def name(self, code: str) -> str:
        """What the code is called, closed or not; empty for a code nobody knows."""
        found = self.entries.get(code)
        return self.label(found) if found else ""

    def label(self, entry: Entry) -> str:
        return f"{entry.code} {entry.name}" if self.kind.with_code else entry.name

    def _options(self, day: str) -> Options:
        return tuple((one.code, self.label(one)) for one in self.entries.values() if one.valid_on(day))

    def below(self, code: str) -> tuple[Entry, ...]:
        """What belongs to it directly."""
        return self._children.get(code, ())

    def within(self, code: str) -> Iterator[Entry]:
        """What belongs to it, directly or through others."""
        for entry in self.below(code):
            yield entry
            yield from self.within(entry.code)

    @cached_property
    def _children(self) -> dict[str, tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = {}
        for one in self.entries.values():
            if one.parent:
                found.setdefault(one.parent, []).append(one)
        return {code: tuple(children) for code, children in found.items()}


def written_well(kind: ListKind, code: str) -> bool:
    return re.fullmatch(kind.pattern, code, re.ASCII) is not None
