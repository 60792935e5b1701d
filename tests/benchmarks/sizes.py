"""Databases for measuring: empty ones and ones with many open cases."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from engine import store
from engine.transactions import Transactions
from tests.databases import create

TABLES = ("instance", "deadline", "work_item", "timer", "job", "event")
IDS = {"id", "deadline_id", "subject"}  # text ids '<case>.<address>' that carry the case
BATCH = 2000


def fresh_sqlite(path: Path) -> str:
    """The address of a new SQLite database with all tables."""
    url = f"sqlite:///{path}"
    create(url)
    return url


def multiply(transactions: Transactions, case: int, count: int) -> None:
    """Add `count` open cases like the given one."""
    with transactions.write() as tx:
        first = tx.all("SELECT max(id) FROM instance")[0][0] + 1
        for name in TABLES:
            table = store.metadata.tables[name]
            key = table.c.id if name == "instance" else table.c.instance_id
            rows = [dict(row) for row in tx.core(select(table).where(key == case)).mappings()]
            copies = _copies(name, rows, case, range(first, first + count))
            while batch := list(islice(copies, BATCH)):
                tx.core(insert(table), batch)


def _copies(name: str, rows: list[dict[str, Any]], case: int, numbers: range) -> Iterator[dict[str, Any]]:
    for number in numbers:
        for row in rows:
            yield _copy(name, row, case, number)


def _copy(name: str, row: dict[str, Any], case: int, number: int) -> dict[str, Any]:
    copy = {key: _moved(value, case, number) if key in IDS else value for key, value in row.items()}
    if name == "instance":
        return copy | {"id": number, "number": f"KC-{number}", "request_key": None}
    return copy | {"instance_id": number}


def _moved(value: Any, case: int, number: int) -> Any:
    return value.replace(f"{case}.", f"{number}.", 1) if isinstance(value, str) else value
