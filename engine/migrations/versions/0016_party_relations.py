"""relations between parties, with validity"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "party_relation",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=True, comment="关系"),
        sa.Column("related_code", sa.String(length=10), nullable=False, comment="关联客户"),
        sa.Column("valid_from", sa.String(length=10), nullable=True, comment="自"),
        sa.Column("valid_to", sa.String(length=10), nullable=True, comment="至"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_party_relation_account_id")),
        sa.ForeignKeyConstraint(
            ["related_code"], ["account.customer_code"], name=op.f("fk_party_relation_related_code")
        ),
        sa.PrimaryKeyConstraint("account_id", "line", name=op.f("pk_party_relation")),
    )
    with op.batch_alter_table("party_relation", schema=None) as batch_op:
        batch_op.create_index("ix_party_relation_related_code", ["related_code"], unique=False)
