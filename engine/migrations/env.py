"""What Alembic runs: every script in one transaction on the engine that `engine.migrate` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

config = context.config


def render(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as what they are stored as, so that a script never depends on today's code."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        length = getattr(thing.impl_instance, "length", None)
        return f"sa.String({length})" if length else "sa.Text()"
    return False


def run() -> None:
    with config.attributes["engine"].connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=config.attributes.get("metadata"),
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,
            render_item=render,
        )
        sqlite = connection.dialect.name == "sqlite"
        try:
            if sqlite:  # it alters a table by writing it anew, which its foreign keys would forbid
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            with context.begin_transaction():
                context.run_migrations()
            if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("the upgrade would leave rows behind that refer to nothing")
            connection.connection.commit()
        finally:
            connection.connection.rollback()
            if sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")


run()
