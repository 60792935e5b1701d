"""The penalty ledger's tables: a month and, once it is locked, its lines. A locked month is never written again."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table, Text

from engine.store import Instant, id_column, metadata

MONTH_STATUS = {
    "draft": "拟考核", "public": "公示", "appeal": "申诉", "confirmed": "确认", "locked": "锁定",
}  # fmt: skip

penalty_month = Table(
    "penalty_month",
    metadata,
    Column("month", String(7), primary_key=True),  # 2026-09
    Column("number", String(40), nullable=False),  # KH-2026-09-01
    Column("status", String(12), nullable=False),  # MONTH_STATUS
    Column("instance_id", ForeignKey("instance.id")),  # the case of the assessment
    Column("drafted_at", Instant, nullable=False),
    Column("published_at", Instant),
    Column("appeal_until", Instant),
    Column("confirmed_at", Instant),
    Column("locked_at", Instant),
    # What the locked month rests on, compressed: the pinned company, how far each case's log went, the report itself.
    Column("basis", LargeBinary),
    Column("positions", LargeBinary),
    Column("report", LargeBinary),
    Column("digest", String(64)),  # sha256 of the report as CSV
)

penalty_line = Table(
    "penalty_line",
    metadata,
    id_column(),
    Column("month", ForeignKey("penalty_month.month"), nullable=False),  # in whose report it stands
    Column("of_month", String(7), nullable=False),  # the same, or an earlier one that is adjusted
    Column("clause", String(10), nullable=False),
    Column("role", String(12), nullable=False),
    Column("department_id", ForeignKey("department.id")),
    Column("person_id", ForeignKey("person.id")),
    Column("amount", String(24), nullable=False),  # exact decimal text, yuan
    Column("findings", Text, nullable=False),  # JSON: names
    Column("formula", Text, nullable=False),
    Index("ix_penalty_line_month", "month"),
    Index("ix_penalty_line_person", "person_id", "month"),
)
