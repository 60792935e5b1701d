"""The versions of an account: what every posting left behind and what it changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.store import loads, moment, stamp
from engine.transactions import Tx
from handlers.customers.show import Show
from handlers.customers.view_tables import ROWS, VIEWS, fields


@dataclass(frozen=True)
class Version:
    number: int
    posted_by: int
    posted_at: datetime
    instance_id: int
    case_number: str
    hash: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Change:
    """One field that a posting changed; `path` is its place in the snapshot, e.g. `banks.1.account_no`."""

    path: str
    label: str
    old: str | None
    new: str | None


def versions(tx: Tx, account_id: int, show: Show | None = None) -> tuple[Version, ...]:
    """The versions of an account, newest first, each with what it changed against the one before."""
    show = show or Show()
    rows = tx.all(
        "SELECT v.number, v.posted_by, v.posted_at, v.instance_id, i.number, v.hash, v.snapshot"
        " FROM account_version v JOIN instance i ON i.id = v.instance_id WHERE v.account_id = ? ORDER BY v.number",
        (account_id,),
    )
    found, before = [], None
    for number, posted_by, posted_at, instance_id, case, digest, text in rows:
        content = loads(text)
        changes = differences(before, content, show) if before is not None else ()
        found.append(Version(number, posted_by, moment(posted_at), instance_id, case, digest, changes))
        before = content
    return tuple(reversed(found))


def content_at(tx: Tx, account_id: int, at: datetime) -> dict[str, Any]:
    """The snapshot of the version in force at a moment, empty before the first."""
    row = tx.one(
        "SELECT snapshot FROM account_version WHERE account_id = ? AND posted_at <= ? ORDER BY number DESC LIMIT 1",
        (account_id, stamp(at)),
    )
    found: dict[str, Any] = loads(row[0]) if row else {}
    return found


def content_of(tx: Tx, account_id: int, number: int) -> dict[str, Any]:
    """The snapshot of a version; empty when there is none of that number."""
    row = tx.one("SELECT snapshot FROM account_version WHERE account_id = ? AND number = ?", (account_id, number))
    found: dict[str, Any] = loads(row[0]) if row else {}
    return found


def differences(old: Mapping[str, Any], new: Mapping[str, Any], show: Show | None = None) -> tuple[Change, ...]:
    """What differs between two snapshots, field by field; rows are compared by their place."""
    show = show or Show()
    before, after = _flat(old), _flat(new)
    columns = {f"{name}.{column.name}": column for name, table in (VIEWS | ROWS).items() for column in fields(table)}
    found = []
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) == after.get(path):
            continue
        column = columns.get(re.sub(r"\.\d+", "", path))
        texts = [
            None if value is None else show.value(column, value).text if column is not None else str(value)
            for value in (before.get(path), after.get(path))
        ]
        label = column.comment if column is not None and column.comment else path
        found.append(Change(path, label, texts[0], texts[1]))
    return tuple(found)


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    if isinstance(value, Mapping):
        pairs = [(f"{path}.{name}" if path else str(name), one) for name, one in value.items()]
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        pairs = [(f"{path}.{place}", one) for place, one in enumerate(value, start=1)]
    else:
        return {path: value}
    return {name: one for prefix, part in pairs for name, one in _flat(part, prefix).items()}
