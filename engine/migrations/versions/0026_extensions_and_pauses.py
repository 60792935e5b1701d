"""requests for more time; the pauses of all cases"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.String(29), nullable=False),
        sa.Column("before", sa.String(29), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.String(29), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("after", sa.String(29), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_extension_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_extension_decided_by")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_extension_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    asked = sa.text("status = 'asked'")
    op.create_index(
        "ix_extension_asked", "extension", ["instance_id", "deadline_id"], unique=True,
        sqlite_where=asked, postgresql_where=asked,
    )  # fmt: skip
    suspended = sa.text("kind = 'case.suspended'")
    op.create_index("ix_event_suspended", "event", ["occurred_at"], sqlite_where=suspended, postgresql_where=suspended)
