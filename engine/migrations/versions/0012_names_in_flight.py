"""index the names of applications in flight; customers' names are indexed anew, by sound"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applied",
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_applied_instance_id")),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_applied")),
    )
    with op.batch_alter_table("applied", schema=None) as batch_op:
        batch_op.create_index("ix_applied_key", ["key"], unique=False)

    op.create_table(
        "applied_name",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["applied.instance_id"], name=op.f("fk_applied_name_instance_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applied_name")),
    )
    with op.batch_alter_table("applied_name", schema=None) as batch_op:
        batch_op.create_index("ix_applied_name_instance_id", ["instance_id"], unique=False)

    op.create_table(
        "applied_name_key",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["name_id"], ["applied_name.id"], name=op.f("fk_applied_name_key_name_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "name_id", name=op.f("pk_applied_name_key")),
    )
    with op.batch_alter_table("applied_name_key", schema=None) as batch_op:
        batch_op.create_index("ix_applied_name_key_name_id", ["name_id"], unique=False)

    with op.batch_alter_table("party_name", schema=None) as batch_op:
        batch_op.create_index("ix_party_name_brand", ["brand"], unique=False)

    # Keys of earlier releases were bigrams of 字号; emptied, the index is built anew at the next start.
    op.drop_table("name_key")
    op.create_table(
        "name_key",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["name_id"], ["party_name.id"], name=op.f("fk_name_key_name_id")),
        sa.PrimaryKeyConstraint("key", "name_id", name=op.f("pk_name_key")),
    )
