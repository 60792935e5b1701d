"""ship-to places of a parent, SWIFT of bank accounts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place_key", sa.String(length=64), nullable=True))
        batch_op.create_index("uq_account_place_key", ["place_key"], unique=True)

    with op.batch_alter_table("bank_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("swift_code", sa.String(length=20), nullable=True, comment="SWIFT"))
