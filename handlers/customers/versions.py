"""The versions of an account: what every posting left behind and what it changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.store import loads, moment, stamp
from engine.transactions import Tx
from handlers.customers.changes.rows import MARKS, pairs
from handlers.customers.changes.states import scope_text
from handlers.customers.changes.tables import BLOCKS, FREEZE_KINDS
from handlers.customers.tables import ACCOUNT_STATUS, NAME_KINDS
from handlers.customers.values.show import Show
from handlers.customers.view_tables import ROWS, VIEWS, fields


@dataclass(frozen=True)
class Version:
    """A posting: by whose release, under which request, and what it changed against the one before."""

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
        content = loads(tx.vault.reveal(text))
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
    found: dict[str, Any] = loads(tx.vault.reveal(row[0])) if row else {}
    return found


def content_of(tx: Tx, account_id: int, number: int) -> dict[str, Any]:
    """The snapshot of a version; empty when there is none of that number."""
    row = tx.one("SELECT snapshot FROM account_version WHERE account_id = ? AND number = ?", (account_id, number))
    found: dict[str, Any] = loads(tx.vault.reveal(row[0])) if row else {}
    return found


def differences(old: Mapping[str, Any], new: Mapping[str, Any], show: Show | None = None) -> tuple[Change, ...]:
    """What differs between two snapshots, field by field; rows are recognised by `rows`."""
    show = show or Show()
    old, new = _legible(old), _legible(new)
    before, after = _flat(old), _flat(_aligned(old, new))
    columns = {f"{name}.{column.name}": column for name, table in (VIEWS | ROWS).items() for column in fields(table)}
    found = []
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) == after.get(path) or before.get(path, []) == after.get(path, []) == []:
            continue  # an older snapshot may lack a table of rows that a newer one has empty
        place = re.sub(r"\.\d+", "", path)
        column = columns.get(place)
        texts = [
            None if value is None else show.value(column, value).text if column is not None else _said(place, value)
            for value in (before.get(path), after.get(path))
        ]
        label = column.comment if column is not None and column.comment else _label(place)
        found.append(Change(path, label, texts[0], texts[1]))
    return tuple(found)


_LABELS = {
    "account.status": "状态",
    "account.freeze_kind": "冻结类别",
    "account.freeze_reason": "冻结原因",
    "names.name": "名称",
    "names.kind": "名称类别",
}
_WORDS = {
    "account.status": ACCOUNT_STATUS,
    "account.freeze_kind": FREEZE_KINDS,
    "names.kind": NAME_KINDS,
}


_OF_VERSION = frozenset({"freeze_request_id", "frozen_at"})  # the version itself has its request and its moment


def _legible(content: Mapping[str, Any]) -> dict[str, Any]:
    """A snapshot as people read it: blocks by scope, `central` → 记账冻结、订单冻结."""
    found = dict(content)
    blocks: list[Mapping[str, Any]] = found.pop("blocks", None) or []
    kinds = {scope: [one["kind"] for one in blocks if one["scope"] == scope] for scope in {b["scope"] for b in blocks}}
    if kinds:
        found["blocks"] = {
            scope: "、".join(title for kind, title in BLOCKS.items() if kind in several)
            for scope, several in kinds.items()
        }
    account = found.get("account")
    if isinstance(account, Mapping):
        found["account"] = {name: value for name, value in account.items() if name not in _OF_VERSION}
    return found


def _label(place: str) -> str:
    if place.startswith("blocks."):
        return f"冻结项（{scope_text(place.removeprefix('blocks.'))}）"
    return _LABELS.get(place, place)


def _said(place: str, value: Any) -> str:
    return _WORDS.get(place, {}).get(str(value), str(value))


def _aligned(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The newer snapshot with each row at the place of the older row it was; rows that came follow."""
    return {
        name: _beside(name, old.get(name) or [], value) if isinstance(value, list) else value
        for name, value in new.items()
    }


def _beside(name: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if name not in MARKS:
        return new
    kept = pairs(name, old, new)
    stayed = [new[kept[place]] if place in kept else {} for place in range(len(old))]
    return stayed + [row for place, row in enumerate(new) if place not in kept.values()]


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    if isinstance(value, Mapping):
        pairs = [(f"{path}.{name}" if path else str(name), one) for name, one in value.items()]
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        pairs = [(f"{path}.{place}", one) for place, one in enumerate(value, start=1)]
    else:
        return {} if value == [] else {path: value}
    return {name: one for prefix, part in pairs for name, one in _flat(part, prefix).items()}
