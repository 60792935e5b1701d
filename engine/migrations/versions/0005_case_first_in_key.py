"""put the case first in the keys of what belongs to it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("deadline", "work_item", "timer", "job")


def upgrade() -> None:
    rekey = _rekey_postgresql if op.get_bind().dialect.name == "postgresql" else _rekey_sqlite
    for table in TABLES:
        rekey(table)
    done = sa.text("done_by IS NOT NULL")
    op.drop_index("ix_work_item_done_by", table_name="work_item")
    op.create_index(
        "ix_work_item_done_by", "work_item", ["done_by", "done_at"], sqlite_where=done, postgresql_where=done
    )


def _rekey_postgresql(table: str) -> None:
    op.drop_index(f"ix_{table}_instance", table_name=table)
    op.drop_constraint(f"pk_{table}", table, type_="primary")
    op.create_primary_key(f"pk_{table}", table, ["instance_id", "id"])


def _rekey_sqlite(table: str) -> None:
    """SQLite cannot change a key: build the table anew from its own text, copy, take the place of the old one."""
    connection = op.get_bind()
    schema = sa.text("SELECT name, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL")
    texts = {row.name: row.sql for row in connection.execute(schema, {"table": table})}
    made = texts.pop(table).replace("PRIMARY KEY (id)", "PRIMARY KEY (instance_id, id)")
    assert "PRIMARY KEY (instance_id, id)" in made
    op.execute(made.replace(table, f"{table}_new", 1))
    op.execute(f"INSERT INTO {table}_new SELECT * FROM {table} ORDER BY instance_id, id")
    op.drop_table(table)
    op.rename_table(f"{table}_new", table)
    for name, text in texts.items():
        if name != f"ix_{table}_instance":
            op.execute(text)
