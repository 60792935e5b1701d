"""The only place that commits: one write transaction per verb, one statement dialect for both databases."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache, partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import Result
from sqlalchemy.pool import PoolProxiedConnection, QueuePool
from sqlalchemy.sql import Executable

from engine import vault_columns
from engine.vault import Vault

Row = Sequence[Any]
PATIENCE = 30.0  # seconds


class Tx:
    """An open transaction. Hot paths speak prepared SQL with `?` marks, the rest SQLAlchemy Core."""

    def __init__(self, engine: Engine, dbapi: PoolProxiedConnection, postgres: bool, vault: Vault) -> None:
        self.engine, self._dbapi = engine, dbapi
        self.postgres, self.vault = postgres, vault
        self.statements = 0
        self.reference: int | None = None  # number of the governed lists, once somebody has read it in `config`
        self.driver: Any = dbapi.dbapi_connection  # the pool's wrapper looks every method up anew
        self._cursor = dbapi.cursor()

    @cached_property
    def connection(self) -> Connection:
        """SQLAlchemy's view of the same transaction, made only for those who ask."""
        return Connection(self.engine, connection=self._dbapi)

    def one(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, or None. Reads to the end, or SQLite keeps a RETURNING statement open."""
        self._run(sql, values)
        rows = self._cursor.fetchall()
        return rows[0] if rows else None

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        self._run(sql, values)
        return list(self._cursor.fetchall())

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Execute a write; returns the number of rows it touched."""
        self._run(sql, values)
        return int(self._cursor.rowcount)

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """Execute one write for many rows; returns the number of rows touched in all."""
        self.statements += 1
        self._cursor.executemany(_marks(sql, self.postgres), list(rows))
        return int(self._cursor.rowcount)

    def core(self, statement: Executable, values: Any = None) -> Result[Any]:
        """Execute a SQLAlchemy Core statement in the same transaction."""
        self.statements += 1
        return self.connection.execute(statement, values)

    def _run(self, sql: str, values: Sequence[Any]) -> None:
        self.statements += 1
        self._cursor.execute(_marks(sql, self.postgres), values)


@lru_cache(1024)
def _marks(sql: str, postgres: bool) -> str:
    return sql.replace("%", "%%").replace("?", "%s") if postgres else sql


class _Kept(threading.local):
    """The connection a thread keeps: on SQLite the pool's way out and in costs a tenth of a step."""

    connection: PoolProxiedConnection | None = None
    busy = False


class Transactions:
    """Opens transactions on one database; forgetting to finish one changes nothing.

    `vault` holds the keys of its sensitive values; without one they can neither be written nor read. `patience` is how
    many seconds a SQLite database may stay locked by another before that is an error.
    """

    def __init__(self, url: str, vault: Vault | None = None, patience: float = PATIENCE) -> None:
        self.engine, self.vault = connect(url, patience), vault or Vault()
        vault_columns.attach(self.engine.dialect, self.vault)
        self._kept = _Kept()
        self._keeping: list[PoolProxiedConnection] = []
        self.postgres = self.engine.dialect.name == "postgresql"
        driver: Any = self.engine.dialect.dbapi
        self._operational: type[Exception] = driver.OperationalError
        # What a constraint forbids, raised by the driver itself or through SQLAlchemy.
        self.taken: tuple[type[Exception], ...] = (exc.IntegrityError, driver.IntegrityError)
        # What no row can hold: a number out of range, a NUL on PostgreSQL, half a surrogate pair.
        self.unstorable: tuple[type[Exception], ...] = (
            exc.DataError, driver.DataError, OverflowError, UnicodeEncodeError,
        )  # fmt: skip

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A write transaction: commits at the end of the block, rolls back on any exception."""
        with self._open("BEGIN IMMEDIATE") as tx:
            yield tx
            tx.driver.commit()

    @contextmanager
    def trial(self) -> Iterator[Tx]:
        """A write transaction of which nothing is kept: what would be if.

        Nothing read in it may stay in memory under a version number, for that number will come again.
        """
        with self._open("BEGIN IMMEDIATE") as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A read-only view; nothing done in it is kept."""
        with self._open("BEGIN") as tx:
            yield tx

    def busy(self, error: Exception) -> bool:
        """Whether the database was locked or out of reach: nobody's fault, to be tried again."""
        cause = error.orig if isinstance(error, exc.DBAPIError) else error
        if not isinstance(cause, self._operational):
            return False
        code = getattr(cause, "sqlite_errorcode", None)  # SQLite also calls a missing table operational
        return code is None or code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

    @contextmanager
    def _open(self, begin: str) -> Iterator[Tx]:
        connection = self._take()
        try:
            tx = Tx(self.engine, connection, self.postgres, self.vault)
            if not self.postgres:  # psycopg begins by itself
                tx._cursor.execute(begin)
            yield tx
        finally:
            connection.rollback()  # after a commit there is nothing left to undo
            self._give(connection)

    def _take(self) -> PoolProxiedConnection:
        """This thread's own connection; another one while that is in use, or where servers may go away."""
        kept = self._kept
        if self.postgres or kept.busy:
            return self.engine.raw_connection()
        if kept.connection is None:
            kept.connection = self.engine.raw_connection()
            self._keeping.append(kept.connection)
        kept.busy = True
        return kept.connection

    def _give(self, connection: PoolProxiedConnection) -> None:
        if connection is self._kept.connection:
            self._kept.busy = False
        else:
            connection.close()

    def close(self) -> None:
        while self._keeping:
            self._keeping.pop().close()
        self._kept = _Kept()
        self.engine.dispose()


def connect(url: str, patience: float = PATIENCE) -> Engine:
    """The SQLAlchemy engine for a database address: `sqlite:///file.db` or `postgresql+psycopg://…`."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url, poolclass=QueuePool, pool_size=16, max_overflow=32, pool_use_lifo=True, pool_reset_on_return=None
        )
        event.listen(engine, "connect", partial(_sqlite_settings, patience))
        return engine
    return create_engine(url, pool_size=16, max_overflow=32, pool_pre_ping=True)


def _sqlite_settings(patience: float, connection: Any, _record: object) -> None:
    # We say BEGIN IMMEDIATE ourselves: the driver's deferred transactions let two writers read the same row.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={patience * 1000:.0f}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute("PRAGMA cache_size=-32000")
    cursor.close()
