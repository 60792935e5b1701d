"""What people were told: the notice in a person's inbox is the record, outbound messages are copies of it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from engine.store import Instant, case_column, id_column, metadata, partial_index

INBOX = "inbox"
OUTBOUND = "outbound"  # until the first channel is tried

_DUE = "status IN ('queued', 'sending')"

notice = Table(
    "notice",
    metadata,
    id_column(),
    Column("instance_id", ForeignKey("instance.id")),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("channel", String(12), nullable=False),  # inbox, or the channel an outbound message is on now
    Column("kind", String(20), nullable=False),  # escalate result not_new …
    Column("subject", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("dedupe_key", String(120), nullable=False),  # the same fact is told once per person and medium
    Column("status", String(10), nullable=False),  # queued sending sent failed
    Column("attempts", Integer, nullable=False, server_default="0"),  # on the present channel
    Column("next_at", Instant),
    Column("last_error", Text),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("read_at", Instant),
    UniqueConstraint("dedupe_key"),
    partial_index("ix_notice_unread", "person_id", "created_at", where="channel = 'inbox'"),
    partial_index("ix_notice_due", "next_at", where=_DUE),
)  # fmt: skip

formal_letter = Table(  # 函: as it was issued, never changed
    "formal_letter",
    metadata,
    id_column(),
    case_column(),
    Column("round", Integer, nullable=False),
    Column("number", String(80), nullable=False),  # 字号、年、序: gapless per department and year
    Column("department_id", ForeignKey("department.id"), nullable=False),  # that issues it
    Column("subject", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("recipients", Text, nullable=False),  # names of the departments addressed
    Column("issued_at", Instant, nullable=False),
    Column("signature", Text),  # JSON: who issued it, the digest of its text, the department's seal
    UniqueConstraint("number"),
    UniqueConstraint("instance_id", "round"),
)
