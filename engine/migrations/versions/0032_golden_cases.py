"""golden cases: closed cases that a redrawn procedure must route as they were routed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "golden_case",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("picked_by", sa.Integer(), nullable=False),
        sa.Column("picked_at", sa.String(length=29), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_golden_case_instance_id")),
        sa.ForeignKeyConstraint(["definition_id"], ["definition.id"], name=op.f("fk_golden_case_definition_id")),
        sa.ForeignKeyConstraint(["picked_by"], ["person.id"], name=op.f("fk_golden_case_picked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_golden_case")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_golden_case_instance_id")),
    )
