"""formal letters"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "formal_letter",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_formal_letter_department_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_formal_letter_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_formal_letter")),
        sa.UniqueConstraint("instance_id", "round", name=op.f("uq_formal_letter_instance_id_round")),
        sa.UniqueConstraint("number", name=op.f("uq_formal_letter_number")),
    )


def downgrade() -> None:
    op.drop_table("formal_letter")
