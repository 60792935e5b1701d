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
            render_item=render,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.connection.commit()


run()
