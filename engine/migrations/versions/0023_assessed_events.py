"""the events from which penalties are assessed can be found by month; the ledger of assessed months"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ASSESSED = sa.text(
    "kind IN ('deadline.breached', 'finding.false_new', 'finding.entry_error',"
    " 'penalty.appealed', 'penalty.decided', 'penalty.exempted')"
)


def upgrade() -> None:
    op.create_index(
        "ix_event_assessed",
        "event",
        ["kind", "occurred_at"],
        unique=False,
        sqlite_where=ASSESSED,
        postgresql_where=ASSESSED,
    )
    ended = sa.text("ended_at IS NOT NULL")
    op.create_index("ix_instance_ended", "instance", ["ended_at"], sqlite_where=ended, postgresql_where=ended)
    op.create_table(
        "penalty_month",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("drafted_at", sa.String(29), nullable=False),
        sa.Column("published_at", sa.String(29), nullable=True),
        sa.Column("appeal_until", sa.String(29), nullable=True),
        sa.Column("confirmed_at", sa.String(29), nullable=True),
        sa.Column("locked_at", sa.String(29), nullable=True),
        sa.Column("basis", sa.LargeBinary(), nullable=True),
        sa.Column("positions", sa.LargeBinary(), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_penalty_month_instance_id")),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_penalty_month")),
    )
    op.create_table(
        "penalty_line",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("of_month", sa.String(7), nullable=False),
        sa.Column("clause", sa.String(10), nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.String(24), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["month"], ["penalty_month.month"], name=op.f("fk_penalty_line_month")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_penalty_line_department_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_penalty_line_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_penalty_line")),
    )
    op.create_index("ix_penalty_line_month", "penalty_line", ["month"], unique=False)
    op.create_index("ix_penalty_line_person", "penalty_line", ["person_id", "month"], unique=False)
