"""versions of policies written by owners and published by a second person; their clauses and rules"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("policy", schema=None) as batch_op:
        batch_op.add_column(sa.Column("author_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("approver_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("opinion", sa.Text(), server_default="", nullable=False))
        batch_op.create_foreign_key(batch_op.f("fk_policy_author_id"), "person", ["author_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_policy_approver_id"), "person", ["approver_id"], ["id"])
    op.create_table(
        "policy_draft",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.String(length=29), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.String(length=29), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("remark", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_policy_draft_saved_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_policy_draft_proposed_by")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_policy_draft")),
    )
    op.create_table(
        "policy_text",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", sa.String(length=29), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_text")),
    )
