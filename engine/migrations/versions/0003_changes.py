"""blocks, applications in flight about a customer, changes old and new"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_block",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("freeze_kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_block_account_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_account_block_instance_id")),
        sa.PrimaryKeyConstraint("account_id", "scope", "kind", name=op.f("pk_account_block")),
    )
    op.create_table(
        "account_claim",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("claimed_at", sa.String(29), nullable=False),
        sa.Column("released_at", sa.String(29), nullable=True),
        sa.Column("released_as", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_claim_account_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_account_claim_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_claim")),
        sa.UniqueConstraint("instance_id", "account_id", name=op.f("uq_account_claim_instance_id_account_id")),
    )
    with op.batch_alter_table("account_claim", schema=None) as batch_op:
        batch_op.create_index(
            "ix_account_claim_account_id",
            ["account_id"],
            unique=False,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )
        batch_op.create_index(
            "uq_account_claim_alone",
            ["account_id", "kind"],
            unique=True,
            sqlite_where=sa.text("released_at IS NULL AND kind IN ('freeze', 'unfreeze')"),
            postgresql_where=sa.text("released_at IS NULL AND kind IN ('freeze', 'unfreeze')"),
        )

    op.create_table(
        "change_item",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("view", sa.String(length=20), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_change_item_account_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_change_item_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_item")),
        sa.UniqueConstraint(
            "instance_id",
            "account_id",
            "stage",
            "round",
            "path",
            name=op.f("uq_change_item_instance_id_account_id_stage_round_path"),
        ),
    )
    with op.batch_alter_table("change_item", schema=None) as batch_op:
        batch_op.create_index("ix_change_item_account_id", ["account_id", "path"], unique=False)

    op.create_table(
        "change_request",
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.String(29), nullable=False),
        sa.Column("posted_at", sa.String(29), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_change_request_account_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_change_request_instance_id")),
        sa.PrimaryKeyConstraint("instance_id", "account_id", name=op.f("pk_change_request")),
    )
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.create_index("ix_change_request_account_id", ["account_id"], unique=False)

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("freeze_kind", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("freeze_reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("freeze_request_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("frozen_at", sa.String(29), nullable=True))

    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.drop_constraint("uq_posting_job", type_="unique")
        batch_op.drop_constraint("pk_posting", type_="primary")
        batch_op.create_primary_key("pk_posting", ["instance_id", "account_id"])
