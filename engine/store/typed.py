"""What people type and upload before it is a case, and the counters of case numbers."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from engine.store.base import TOKENS, metadata
from engine.store.values import Instant

draft = Table(
    "draft",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("subject", String(120), primary_key=True),  # work item id, or 'start:<process>:<key>'
    Column("data", Text, nullable=False, info=TOKENS),  # encrypted
    Column("saved_at", Instant, nullable=False),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("instance_id", ForeignKey("instance.id")),
    Column("name", String(200), nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_by", ForeignKey("person.id"), nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Index("ix_attachment_instance", "instance_id"),
)

number = Table(  # counters for case numbers: 'CJ-2026' → 412
    "number",
    metadata,
    Column("series", String(40), primary_key=True),
    Column("last", Integer, nullable=False),
)
