"""a Merkle tree under the signature of the daily root"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("daily_root", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tree", sa.String(length=64), nullable=True))
