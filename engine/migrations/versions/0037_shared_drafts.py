"""drafts of shared steps: the versions of the calling procedures that they were begun with"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("procedure_draft", sa.Column("callers", sa.Text()))
