"""a timer drawn as `deadline` is told by the row of its deadline; only what could not fire keeps a row of its own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

DRAWN = (
    "UPDATE deadline SET has_timer = {true} WHERE EXISTS"
    " (SELECT 1 FROM timer t WHERE t.instance_id = deadline.instance_id AND t.deadline_id = deadline.id)"
)
TOLD = (
    "DELETE FROM timer WHERE status IN ('pending', 'paused') AND EXISTS (SELECT 1 FROM deadline d"
    " WHERE d.instance_id = timer.instance_id AND d.id = timer.deadline_id AND NOT d.breached)"
)
# A deadline that went on after its breach; and no limit at all: timers that would never have fired.
NEVER = (
    "DELETE FROM timer WHERE status = 'spent' OR (status IN ('pending', 'paused') AND due LIKE '9999-%'"
    " AND deadline_id IS NULL)"
)


def upgrade() -> None:
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.add_column(sa.Column("has_timer", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    true = "true" if op.get_bind().dialect.name == "postgresql" else "1"
    op.execute(DRAWN.format(true=true))
    op.execute(TOLD)
    op.execute(NEVER)
