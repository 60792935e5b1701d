"""The lists as shipped (processes/reference/*.csv), laid down at the founding and brought up to date by upgrades."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import update

from engine import store
from engine.problems import DefinitionInvalid, Problem
from engine.transactions import Tx
from handlers.customers.reference.lists import LISTS, written_well

FOLDER = Path("processes/reference")
COLUMNS = ("code", "name", "parent", "valid_from", "valid_to")
_KNOWN = "SELECT list, code, name, parent, valid_from, valid_to, position, origin FROM reference_value"
_WRITE = (
    "INSERT INTO reference_value (list, code, name, parent, valid_from, valid_to, position, origin)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, 'shipped')"
    " ON CONFLICT (list, code) DO UPDATE SET name = excluded.name, parent = excluded.parent,"
    " valid_from = excluded.valid_from, valid_to = excluded.valid_to, position = excluded.position"
)

Row = tuple[str, str, str, str | None, str | None, str | None, int]


def seed(tx: Tx, folder: Path = FOLDER) -> int:
    """Write what is new or different in the shipped files; returns how many codes.

    What the company has changed itself stays as it is; nothing is ever deleted.
    """
    known = {(row[0], row[1]): row for row in tx.all(_KNOWN)}
    rows = [row for name in LISTS for row in read(folder, name)]
    new = [row for row in rows if _differs(row, known.get((row[0], row[1])))]
    if new:
        tx.many(_WRITE, new)
        tx.core(update(store.config).values(reference=store.config.c.reference + 1))
    return len(new)


def _differs(row: Row, known: Sequence[Any] | None) -> bool:
    return known is None or (known[7] == "shipped" and tuple(known[:7]) != row)


def read(folder: Path, name: str) -> Iterator[Row]:
    """The rows of one shipped file; raises DefinitionInvalid naming file and line."""
    file = folder / f"{name}.csv"
    with file.open(encoding="utf-8-sig", newline="") as opened:
        lines = csv.DictReader(opened)
        if tuple(lines.fieldnames or ()) != COLUMNS:
            raise DefinitionInvalid(
                [Problem(f"reference/{name}.csv", "第 1 行", "列不对", "应为 " + ",".join(COLUMNS))]
            )
        for number, line in enumerate(lines, start=1):
            code = (line["code"] or "").strip()
            if not written_well(LISTS[name], code) or not line["name"]:
                what, remedy = f"代码“{code}”或名称有误", f"代码应为{LISTS[name].written}，名称必填"
                raise DefinitionInvalid([Problem(f"reference/{name}.csv", f"第 {number + 1} 行", what, remedy)])
            yield (
                name, code, line["name"], line["parent"] or None, line["valid_from"] or None,
                line["valid_to"] or None, number,
            )  # fmt: skip
