"""on SQLite events lie in the order in which they happened: a step adds at the end of the table"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """SQLite cannot change how a table is laid out: build it anew from its own text, copy, take the old one's place."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    schema = sa.text("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'event' AND sql IS NOT NULL")
    texts = {row.name: row.sql for row in connection.execute(schema)}
    made = texts.pop("event").replace("WITHOUT ROWID", "")
    op.execute(made.replace("event", "event_new", 1))
    op.execute("INSERT INTO event_new SELECT * FROM event ORDER BY recorded_at, instance_id, seq")
    op.drop_table("event")
    op.rename_table("event_new", "event")
    for text in texts.values():
        op.execute(text)
