"""Governed lists of codes: what they are called, what they belong to, and from when to when each may be chosen."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from engine.store import metadata

reference_value = Table(
    "reference_value",
    metadata,
    Column("list", String(20), primary_key=True),  # see LISTS in lists.py
    Column("code", String(20), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("parent", String(20)),  # the code above it: county → prefecture → province, division → section
    Column("valid_from", String(10)),  # local days, both inclusive; NULL: since ever, for good
    Column("valid_to", String(10)),
    Column("origin", String(10), nullable=False),  # shipped, or company: changed here, left alone by upgrades
    Column("position", Integer, nullable=False),  # order on pages
    Index("ix_reference_value_parent", "list", "parent"),
)
