"""class A, B or C of customers, computed from imported turnover"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_class",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(length=1), nullable=False),
        sa.Column("turnover", sa.String(24), nullable=False, comment="年度交易额"),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("cumulative", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("rated_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_class_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_class")),
    )
    with op.batch_alter_table("account_class", schema=None) as batch_op:
        batch_op.create_index("ix_account_class_letter", ["letter"], unique=False)
