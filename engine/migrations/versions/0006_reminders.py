"""the day whoever owes an overdue step was last reminded"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminded_on", sa.String(length=10), nullable=True))
        batch_op.create_index(
            "ix_deadline_breached",
            ["due"],
            unique=False,
            sqlite_where=sa.text("status = 'open' AND breached"),
            postgresql_where=sa.text("status = 'open' AND breached"),
        )
