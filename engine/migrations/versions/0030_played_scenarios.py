"""how the scenarios of a draft went"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("procedure_draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("played", sa.Text(), nullable=True))
