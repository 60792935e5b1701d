"""staged imports of customers and of figures"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("account_group", sa.String(length=10), nullable=True),
        sa.Column("as_of", sa.String(length=10), nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.String(29), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=True),
        sa.Column("columns", sa.Text(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("staged", sa.Integer(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("staged_at", sa.String(29), nullable=True),
        sa.Column("done_at", sa.String(29), nullable=True),
        sa.ForeignKeyConstraint(["definition_id"], ["definition.id"], name=op.f("fk_import_batch_definition_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_import_batch_department_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_import_batch_instance_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_import_batch_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.create_index("ix_import_batch_instance_id", ["instance_id"], unique=False)
        batch_op.create_index("ix_import_batch_status", ["status"], unique=False)

    op.create_table(
        "account_figures",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("company_code", sa.String(length=10), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=False),
        sa.Column("open_balance", sa.String(24), nullable=True, comment="未清余额"),
        sa.Column("open_orders", sa.Integer(), nullable=True, comment="未清单据数"),
        sa.Column("annual_turnover", sa.String(24), nullable=True, comment="年度交易额"),
        sa.Column("last_transaction_on", sa.String(length=10), nullable=True, comment="最后交易日期"),
        sa.Column("source_file", sa.String(length=200), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("imported_by", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.String(29), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_figures_account_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_account_figures_batch_id")),
        sa.ForeignKeyConstraint(["imported_by"], ["person.id"], name=op.f("fk_account_figures_imported_by")),
        sa.PrimaryKeyConstraint("account_id", "company_code", "as_of", name=op.f("pk_account_figures")),
    )
    with op.batch_alter_table("account_figures", schema=None) as batch_op:
        batch_op.create_index("ix_account_figures_last_transaction_on", ["last_transaction_on"], unique=False)

    op.create_table(
        "import_row",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column("normal", sa.String(length=200), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("customer_code", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_import_row_account_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_row_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "row", name=op.f("pk_import_row")),
    )
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.create_index("ix_import_row_key", ["key"], unique=False)
        batch_op.create_index("ix_import_row_normal", ["batch_id", "normal"], unique=False)
        batch_op.create_index("ix_import_row_status", ["batch_id", "status"], unique=False)
