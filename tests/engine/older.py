"""Databases of earlier releases, filled by hand: what an upgrade begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, insert, make_url

from engine import migrate
from engine.transactions import connect
from tests.conftest import own_database

Put = Callable[..., None]


@contextmanager
def database_of(release: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """An empty database with the tables of a release, of the kind that the fixture is asked for (`request.param`)."""
    with ExitStack() as opened:
        if request.param == "sqlite":
            url = f"sqlite:///{folder / 'old.db'}"
        else:
            url = opened.enter_context(own_database(make_url(request.getfixturevalue("postgres_template"))))
        migrate.upgrade(url, release)
        yield url


@contextmanager
def filling(url: str) -> Iterator[Put]:
    """`put(table, **values)` adds a row; what must not be empty and is not named holds something."""
    engine, known = connect(url), MetaData()
    with engine.begin() as connection:
        known.reflect(connection)

        def put(table: str, **values: Any) -> None:
            connection.execute(insert(known.tables[table]).values(complete(known.tables[table]) | values))

        yield put
    engine.dispose()


def complete(table: Table) -> dict[str, Any]:
    """Something for every column that must not be empty."""
    must = [one for one in table.columns if not one.nullable and one.server_default is None and not one.foreign_keys]
    made = {str: "2026-09-16", int: 1, bool: False, bytes: b""}
    values = {one.name: made[one.type.python_type] for one in must if one.name != "id"}
    longest = {one.name: getattr(one.type, "length", None) for one in must}
    return {name: one[: longest[name]] if isinstance(one, str) else one for name, one in values.items()}
