"""yearly freeze review"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "freeze_review",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("silent_since", sa.String(length=10), nullable=False),
        sa.Column("opened_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_freeze_review_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freeze_review")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_freeze_review_instance_id")),
    )
    op.create_table(
        "freeze_line",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=True),
        sa.Column("last_transaction_on", sa.String(length=10), nullable=True),
        sa.Column("open_balance", sa.String(24), nullable=True),
        sa.Column("open_orders", sa.Integer(), nullable=True),
        sa.Column("proposal", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_freeze_line_account_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_freeze_line_proposed_by")),
        sa.ForeignKeyConstraint(["review_id"], ["freeze_review.id"], name=op.f("fk_freeze_line_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freeze_line")),
        sa.UniqueConstraint("review_id", "account_id", name=op.f("uq_freeze_line_review_id_account_id")),
    )
    with op.batch_alter_table("freeze_line", schema=None) as batch_op:
        batch_op.create_index("ix_freeze_line_account_id", ["account_id"], unique=False)

    op.create_table(
        "freeze_filing",
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("choice", sa.String(length=10), nullable=True),
        sa.Column("choice_reason", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("done_at", sa.String(29), nullable=True),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_freeze_filing_department_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_freeze_filing_instance_id")),
        sa.ForeignKeyConstraint(["line_id"], ["freeze_line.id"], name=op.f("fk_freeze_filing_line_id")),
        sa.PrimaryKeyConstraint("line_id", "department_id", name=op.f("pk_freeze_filing")),
    )
    with op.batch_alter_table("freeze_filing", schema=None) as batch_op:
        batch_op.create_index("ix_freeze_filing_instance_id", ["instance_id"], unique=False)

    op.create_table(
        "freeze_opinion",
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.String(29), nullable=True),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.String(29), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_freeze_opinion_answered_by")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_freeze_opinion_department_id")),
        sa.ForeignKeyConstraint(["line_id"], ["freeze_line.id"], name=op.f("fk_freeze_opinion_line_id")),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_freeze_opinion_signed_by")),
        sa.PrimaryKeyConstraint("line_id", "department_id", name=op.f("pk_freeze_opinion")),
    )
