"""what a case is about, and orders of one case to another"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("instance", sa.Column("subject", sa.String(length=60), nullable=True))
    op.add_column("instance", sa.Column("base", sa.Text(), nullable=True))
    op.create_index("ix_instance_subject", "instance", ["subject"])
    op.create_table(
        "case_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("ordered_at", sa.String(29), nullable=False),
        sa.Column("done_at", sa.String(29), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["instance.id"], name=op.f("fk_case_order_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["instance.id"], name=op.f("fk_case_order_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_order")),
        sa.UniqueConstraint("job", "target_id", "verb", name=op.f("uq_case_order_job_target_id_verb")),
    )
    op.create_index("ix_case_order_status", "case_order", ["status", "id"])
    op.create_index("ix_case_order_target", "case_order", ["target_id"])


def downgrade() -> None:
    op.drop_table("case_order")
    op.drop_index("ix_instance_subject", table_name="instance")
    op.drop_column("instance", "base")
    op.drop_column("instance", "subject")
