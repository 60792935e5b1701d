"""What the files of a 证据包 are made from, and how a file of JSON is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from engine.casefile import CaseFile
from engine.people import People
from engine.seals import Seals
from engine.snapshots import Snapshot
from engine.transactions import Tx

Files = dict[str, bytes]


@dataclass(frozen=True)
class Source:
    """What the files are made from: the case, the company as it is now, the keys, and what the reader may see."""

    tx: Tx
    file: CaseFile
    known: Snapshot
    seals: Seals
    clear: frozenset[str]  # sensitive fields that are disclosed

    @property
    def people(self) -> People:
        return self.known.people

    def name(self, person: int | None) -> str:
        found = self.people.find_person(person) if person else None
        return found.name if found else ""


def text(value: Any) -> bytes:
    """A JSON file, indented for readers."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
