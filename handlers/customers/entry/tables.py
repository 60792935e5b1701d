"""What is held against a posting, field by field, and which customers of which postings were entered wrongly."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from engine.store import Instant, case_column, id_column, metadata

SOURCES = {"dispute": "申请部门异议", "erp": "ERP 回填比对", "correction": "更正申请"}
VERDICTS = {"entry": "录入错误", "form": "申请表本身有误", "none": "不成立"}

entry_check = Table(  # values as pages show them: sensitive ones masked
    "entry_check",
    metadata,
    id_column(),
    case_column(),  # the case in which it is held against it
    Column("posting_id", ForeignKey("instance.id"), nullable=False),  # the case that posted
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("customer_code", String(10), nullable=False),
    Column("source", String(12), nullable=False),  # SOURCES
    Column("field", String(80), nullable=False),  # general.city
    Column("label", String(80), nullable=False),
    Column("claimed", Text, nullable=False),  # what it should be, as somebody says
    Column("applied", Text, nullable=False),  # by the signed and sealed form
    Column("posted", Text, nullable=False),  # as recorded, here or in the ERP
    Column("differs", Boolean, nullable=False),  # whether the form and the record do
    Column("found_by", ForeignKey("person.id")),
    Column("found_at", Instant, nullable=False),
    Column("verdict", String(8)),  # VERDICTS, once the assessor has said so
    Index("uq_entry_check", "instance_id", "posting_id", "account_id", "field", unique=True),
)

entry_error = Table(  # one per customer and posting (AMB-19, E-85): the database decides a race
    "entry_error",
    metadata,
    Column("posting_id", ForeignKey("instance.id"), primary_key=True),
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    case_column(),  # the case whose log has the event
    Column("confirmed_by", ForeignKey("person.id"), nullable=False),
    Column("confirmed_at", Instant, nullable=False),
)
