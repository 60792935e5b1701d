"""running cases moved to another version, in batches with a result for each case"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "migration_batch",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("process", sa.String(80), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["to_id"], ["definition.id"], name=op.f("fk_migration_batch_to_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_migration_batch_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration_batch")),
    )
    op.create_table(
        "migration_result",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("done_at", sa.String(29), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["migration_batch.id"], name=op.f("fk_migration_result_batch_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_migration_result_instance_id")),
        sa.ForeignKeyConstraint(["from_id"], ["definition.id"], name=op.f("fk_migration_result_from_id")),
        sa.PrimaryKeyConstraint("batch_id", "instance_id", name=op.f("pk_migration_result")),
    )
    waiting = sa.text("status = 'waiting'")
    op.create_index(
        "ix_migration_result_waiting", "migration_result", ["batch_id"], sqlite_where=waiting, postgresql_where=waiting
    )
