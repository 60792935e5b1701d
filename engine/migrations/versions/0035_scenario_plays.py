"""how the scenarios of a draft went, row by row, and what they passed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("procedure_draft", sa.Column("plays", sa.Text()))
