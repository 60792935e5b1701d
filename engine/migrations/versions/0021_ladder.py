"""how far a deadline's ladder has been climbed, and when it goes on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NEVER = "9999-12-31T00:00:00.000+00:00"


def upgrade() -> None:
    """What is open is breached at its due moment as before; what is overdue already is escalated no further."""
    op.add_column("deadline", sa.Column("rung", sa.Integer(), server_default="0", nullable=False))
    op.add_column("deadline", sa.Column("next_at", sa.String(29), server_default=NEVER, nullable=False))
    op.execute("UPDATE deadline SET next_at = due WHERE status IN ('open', 'paused') AND NOT breached")
    op.drop_index("ix_deadline_overdue", table_name="deadline")
    is_open = sa.text("status = 'open'")
    op.create_index("ix_deadline_next", "deadline", ["next_at"], sqlite_where=is_open, postgresql_where=is_open)
