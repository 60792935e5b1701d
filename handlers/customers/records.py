"""Reading a customer whole: the plain data of an account with its party, names, views and rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, select

from engine.store import stamp
from engine.transactions import Tx
from handlers.customers.changes.tables import account_block
from handlers.customers.tables import account, party, party_name
from handlers.customers.view_tables import ROWS, VIEWS, fields

_HEAD = ("customer_code", "account_group", "status", "freeze_kind", "freeze_reason", "freeze_request_id", "frozen_at")
_BLOCK = ("scope", "kind", "freeze_kind", "reason", "instance_id", "since")


def snapshot(tx: Tx, account_id: int) -> dict[str, Any]:
    """The account as the tables hold it: `account party names blocks`, each view and each table of rows.

    Plain JSON data without empty fields; the same customer always gives the same bytes.
    """
    head = tx.core(select(account).where(account.c.id == account_id)).mappings().one()
    who = tx.core(select(party).where(party.c.id == head["party_id"])).mappings().one()
    content: dict[str, Any] = {
        "account": _plain(head, _HEAD),
        "party": _plain(who, ("key", "customer_type", "country", "tax_id_type", "tax_id")),
        "names": _names(tx, who["id"]),
        "blocks": _blocks(tx, account_id),
    }
    for name, table in (VIEWS | ROWS).items():
        content[name] = _rows(tx, table, account_id)
    return content


def _rows(tx: Tx, table: Table, account_id: int) -> list[dict[str, Any]]:
    query = select(table).where(table.c.account_id == account_id).order_by(*table.primary_key.columns)
    names = tuple(column.name for column in fields(table))
    return [_plain(row, names) for row in tx.core(query).mappings()]


def _names(tx: Tx, party_id: int) -> list[dict[str, Any]]:
    query = select(party_name).where(party_name.c.party_id == party_id).order_by(party_name.c.id)
    return [_plain(row, ("kind", "name", "valid_from", "valid_to")) for row in tx.core(query).mappings()]


def _blocks(tx: Tx, account_id: int) -> list[dict[str, Any]]:
    query = select(account_block).where(account_block.c.account_id == account_id)
    query = query.order_by(account_block.c.scope, account_block.c.kind)
    return [_plain(row, _BLOCK) for row in tx.core(query).mappings()]


def _plain(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    # A column name may be a subclass of str, which canonical JSON refuses as a key.
    return {str(name): _json(row[name]) for name in names if row[name] not in (None, "", [])}


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return stamp(value) if isinstance(value, datetime) else value
