"""what the publish gate found when a draft was proposed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("procedure_draft", sa.Column("evidence", sa.Text()))
