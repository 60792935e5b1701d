"""partners of an account as rows of their own, people among them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known = (
        op.get_bind()
        .execute(
            sa.text(
                "SELECT p.account_id, p.function, a.customer_code FROM partner p JOIN account a ON a.id = p.partner_id"
                " ORDER BY p.account_id, p.function"
            )
        )
        .all()
    )
    op.drop_table("partner")
    table = op.create_table(
        "partner",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("function", sa.String(length=20), nullable=True, comment="功能"),
        sa.Column("partner_code", sa.String(length=10), nullable=True, comment="合作伙伴"),
        sa.Column("partner_name", sa.String(length=80), nullable=True, comment="姓名"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_partner_account_id")),
        sa.ForeignKeyConstraint(["partner_code"], ["account.customer_code"], name=op.f("fk_partner_partner_code")),
        sa.PrimaryKeyConstraint("account_id", "line", name=op.f("pk_partner")),
    )
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.create_index("ix_partner_partner_code", ["partner_code"], unique=False)
    lines: dict[int, int] = {}
    rows = []
    for account_id, function, code in known:
        lines[account_id] = lines.get(account_id, 0) + 1
        rows.append({"account_id": account_id, "line": lines[account_id], "function": function, "partner_code": code})
    if rows:
        op.bulk_insert(table, rows)
