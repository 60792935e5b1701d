"""Rotation of the vault's keys: what old keys have encrypted is written anew, a chunk at a time, beside the work.

It can be interrupted and begun again: what already bears the newest key is left alone. A row that a step changes
meanwhile is left to that step, which writes with the newest key itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, Table

from engine.store import TOKENS, metadata, placeholders
from engine.transactions import Row, Transactions
from engine.vault import MARK
from engine.vault_columns import Encrypted, EncryptedJson, EncryptedValue

CHUNK = 200
TYPES = (Encrypted, EncryptedValue, EncryptedJson)


def columns() -> list[tuple[Table, Column[str]]]:
    """Every column that holds tokens: those of an encrypting type, and those the store marks."""
    return [
        (table, column)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, TYPES) or TOKENS.items() <= column.info.items()
    ]


def reencrypt(transactions: Transactions, chunk: int = CHUNK) -> Iterator[tuple[str, int, int]]:
    """Go through all columns; tells after each chunk `(table.column, rows looked at, rows rewritten)`.

    Raises Misconfigured when the key of an old value is missing.
    """
    for table, column in columns():
        last: Sequence[object] = ()
        while True:
            rows, written = _chunk(transactions, table, column, last, chunk)
            if rows:
                yield f"{table.name}.{column.name}", len(rows), written
            if len(rows) < chunk:
                break
            last = rows[-1][:-1]


def _chunk(
    transactions: Transactions, table: Table, column: Column[str], last: Sequence[object], chunk: int
) -> tuple[list[Row], int]:
    """One transaction: the next rows after the key `last`."""
    keys = [one.name for one in table.primary_key.columns]
    after = f" AND ({', '.join(keys)}) > ({placeholders(keys)})" if last else ""
    read = (
        f"SELECT {', '.join([*keys, column.name])} FROM {table.name} WHERE {column.name} LIKE '%{MARK}%'{after}"
        f" ORDER BY {', '.join(keys)} LIMIT {chunk}"
    )
    where = " AND ".join(f"{one} = ?" for one in [*keys, column.name])
    change = f"UPDATE {table.name} SET {column.name} = ? WHERE {where}"
    with transactions.write() as tx:
        rows = tx.all(read, list(last))
        written = sum(tx.run(change, (new, *row)) for row in rows if (new := tx.vault.renewed(row[-1])) != row[-1])
    return rows, written
