"""rule catalogue"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_catalogue",
        sa.Column("version", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("published_at", sa.String(length=29), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rule_catalogue")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_rule_catalogue_fingerprint")),
    )
    op.create_table(
        "rule_switch",
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("switched_by", sa.Integer(), nullable=True),
        sa.Column("switched_at", sa.String(length=29), nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_rule_switch")),
        sa.ForeignKeyConstraint(["switched_by"], ["person.id"], name=op.f("fk_rule_switch_switched_by")),
    )
