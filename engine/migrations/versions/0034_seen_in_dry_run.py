"""the revision of a case that the dry run of a migration has seen"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("migration_result", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen", sa.Integer(), nullable=True))
