"""procedures redrawn in the workbench"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("definition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("approver_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("opinion", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("evidence", sa.Text(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_definition_approver_id"), "person", ["approver_id"], ["id"])
    op.create_table(
        "procedure_draft",
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("documents", sa.LargeBinary(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.String(29), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.String(29), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("remark", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["definition.id"], name=op.f("fk_procedure_draft_base_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_procedure_draft_proposed_by")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_procedure_draft_saved_by")),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_procedure_draft")),
    )
    op.create_table(
        "procedure_aside",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("documents", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_procedure_aside_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_aside")),
        sa.UniqueConstraint(
            "process", "person_id", "revision", "why", name=op.f("uq_procedure_aside_process_person_id_revision_why")
        ),
    )
