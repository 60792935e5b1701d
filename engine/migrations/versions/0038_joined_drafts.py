"""drafts of shared steps: the drafts of calling procedures that are published together with them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("procedure_draft", sa.Column("joined", sa.Text()))
