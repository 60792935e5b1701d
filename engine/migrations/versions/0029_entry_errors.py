"""what is held against a posting field by field; one entry error per customer and posting"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_check",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("customer_code", sa.String(10), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("field", sa.String(80), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("claimed", sa.Text(), nullable=False),
        sa.Column("applied", sa.Text(), nullable=False),
        sa.Column("posted", sa.Text(), nullable=False),
        sa.Column("differs", sa.Boolean(), nullable=False),
        sa.Column("found_by", sa.Integer(), nullable=True),
        sa.Column("found_at", sa.String(29), nullable=False),
        sa.Column("verdict", sa.String(8), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_entry_check_instance_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["instance.id"], name=op.f("fk_entry_check_posting_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_entry_check_account_id")),
        sa.ForeignKeyConstraint(["found_by"], ["person.id"], name=op.f("fk_entry_check_found_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_check")),
    )
    op.create_index("uq_entry_check", "entry_check", ["instance_id", "posting_id", "account_id", "field"], unique=True)
    op.create_table(
        "entry_error",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["posting_id"], ["instance.id"], name=op.f("fk_entry_error_posting_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_entry_error_account_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_entry_error_instance_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_entry_error_confirmed_by")),
        sa.PrimaryKeyConstraint("posting_id", "account_id", name=op.f("pk_entry_error")),
    )
