"""Databases for measuring: empty ones and ones with many open cases."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert

from engine import store
from engine.transactions import connect


def fresh_sqlite(path: Path) -> str:
    """The address of a new SQLite database with all tables."""
    url = f"sqlite:///{path}"
    create(url)
    return url


def create(url: str) -> None:
    engine = connect(url)
    store.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(store.config).values(id=1))
    engine.dispose()
