"""Databases as an installation begins with them, made without the migrations: all tables, lists and rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from engine import store
from engine.clock import LOCAL
from engine.transactions import Transactions, connect
from handlers.customers import reference, rules
from webui.services import handlers  # noqa: F401 - the handlers' tables belong to the metadata

WEDNESDAY = datetime(2026, 9, 16, 9, 0, tzinfo=LOCAL)


def create(url: str) -> None:
    """Lay the tables down in an empty database."""
    engine = connect(url)
    store.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(store.config).values(id=1))
    engine.dispose()
    opened = Transactions(url)
    with opened.write() as tx:
        reference.seed(tx)
        rules.publish(tx, WEDNESDAY)
    opened.close()
