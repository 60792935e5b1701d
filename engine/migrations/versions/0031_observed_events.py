"""the events that may show an unpriced duty missed can be found by month"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

OBSERVED = sa.text(
    "kind IN ('duty.missed', 'case.upgraded', 'case.downgraded', 'customer.change_claimed',"
    " 'form.error', 'dispute.reviewed')"
)


def upgrade() -> None:
    op.create_index(
        "ix_event_observed",
        "event",
        ["kind", "occurred_at"],
        unique=False,
        sqlite_where=OBSERVED,
        postgresql_where=OBSERVED,
    )
