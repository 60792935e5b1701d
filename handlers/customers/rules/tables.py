"""Published catalogues, and what administrators have switched."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from engine.store import Instant, metadata

rule_catalogue = Table(  # a version, once published, never changes
    "rule_catalogue",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=True),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("content", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
)

rule_switch = Table(  # a severity that differs from the catalogue's; the reason is in the audit list too
    "rule_switch",
    metadata,
    Column("rule", String(20), primary_key=True),
    Column("severity", String(10), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("switched_by", ForeignKey("person.id")),
    Column("switched_at", Instant, nullable=False),
)
