"""The one door to Flask-SQLAlchemy: reading on administration pages, over the application's engine and tables.

Writes go through `engine.company` and the like inside `transactions.write()`; this session refuses them.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Engine, event
from sqlalchemy.orm import ORMExecuteState

from engine.store import metadata


class ReadOnlySession(Session):
    """A session that can look at everything and change nothing."""

    def commit(self) -> None:
        raise RuntimeError("write through engine verbs inside transactions.write(): that is the only commit")


class Database(SQLAlchemy):
    """Flask-SQLAlchemy on an engine that is open already, instead of one of its own making."""

    def _apply_driver_defaults(self, options: dict[str, Any], app: Flask) -> None:
        """Nothing to choose: the engine exists. (The original would create an instance folder for SQLite.)"""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        engine: Engine = options["engine"]
        return engine


db = Database(metadata=metadata, session_options={"class_": ReadOnlySession})


def init_db(app: Flask, engine: Engine) -> None:
    """Let `db.session` read over this engine in the requests of this app."""
    app.config["SQLALCHEMY_DATABASE_URI"] = engine.url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"engine": engine}
    db.init_app(app)


@event.listens_for(db.session, "do_orm_execute")
def _reads_only(state: ORMExecuteState) -> None:
    # On SQLite a statement outside our transactions would be kept at once.
    if not state.is_select:
        raise RuntimeError("db.session only reads: write through engine verbs inside transactions.write()")
