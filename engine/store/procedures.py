"""Procedures and policies: published versions, drafts, golden cases, running cases moved to another version."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from engine.store.base import id_column, metadata, partial_index
from engine.store.values import Instant, Json

definition = Table(
    "definition",
    metadata,
    id_column(),
    Column("process", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", String(120), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("documents", LargeBinary, nullable=False),  # compressed JSON: path → text
    Column("author_id", ForeignKey("person.id")),
    Column("reason", Text, nullable=False, server_default=""),
    Column("published_at", Instant, nullable=False),
    Column("approver_id", ForeignKey("person.id")),  # None: installed with the release
    Column("opinion", Text, nullable=False, server_default=""),
    Column("evidence", Json),  # what the gate found when it was published: remarks and changes in words
    UniqueConstraint("process", "version"),
)

# A procedure being redrawn (流程工作台): one draft per procedure, saved under a growing revision.
procedure_draft = Table(
    "procedure_draft",
    metadata,
    Column("process", String(80), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("base_id", ForeignKey("definition.id")),  # the version it was drawn from; None: a new procedure
    Column("documents", LargeBinary, nullable=False),  # as in `definition`
    Column("authors", Json, nullable=False),  # ids of all who have saved it
    Column("saved_by", ForeignKey("person.id"), nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("proposed_by", ForeignKey("person.id")),
    Column("proposed_at", Instant),
    Column("reason", Text, nullable=False, server_default=""),
    Column("remark", Text, nullable=False, server_default=""),  # why it was sent back
    Column("played", Json),  # name of a scenario → what went otherwise, "" when it passed; of this revision
    Column("plays", Json),  # name of a scenario → how it went row by row and what it passed (`webui/scenarios/`)
    Column("evidence", Json),  # what the gate found when it was proposed
    Column("callers", Json),  # of shared steps: calling procedure → its version when the draft was begun; else None
    Column("joined", Json),  # of shared steps: the calling procedures whose drafts are published together with it
)

# Closed cases, made anonymous, that a redrawn procedure must route as they were routed (`workbench/golden.py`).
golden_case = Table(
    "golden_case",
    metadata,
    id_column(),
    Column("process", String(80), nullable=False),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    Column("definition_id", ForeignKey("definition.id"), nullable=False),  # the version it ran on
    Column("name", String(80), nullable=False),
    Column("route", Json, nullable=False),
    Column("picked_by", ForeignKey("person.id"), nullable=False),
    Column("picked_at", Instant, nullable=False),
    UniqueConstraint("instance_id"),
)

# Texts that somebody saved when another had been faster, or gave up: nothing that was drawn is lost.
procedure_aside = Table(
    "procedure_aside",
    metadata,
    id_column(),
    Column("process", String(80), nullable=False),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("revision", Integer, nullable=False),  # of the draft it started from
    Column("why", String(20), nullable=False),  # overtaken replaced dropped
    Column("documents", LargeBinary, nullable=False),
    Column("saved_at", Instant, nullable=False),
    UniqueConstraint("process", "person_id", "revision", "why"),
)

# 迁移在办流程: which cases were to move to which version, and what became of each (engine/migration/).
migration_batch = Table(
    "migration_batch",
    metadata,
    id_column(),
    Column("process", String(80), nullable=False),
    Column("to_id", ForeignKey("definition.id"), nullable=False),
    Column("mapping", Json, nullable=False),  # old id → new id of elements whose ids have changed
    Column("reason", Text, nullable=False),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("begun_at", Instant, nullable=False),
)
migration_result = Table(
    "migration_result",
    metadata,
    Column("batch_id", ForeignKey("migration_batch.id"), primary_key=True),
    Column("instance_id", ForeignKey("instance.id"), primary_key=True),
    Column("from_id", ForeignKey("definition.id"), nullable=False),
    Column("seen", Integer),  # the case's revision in the dry run: what has changed since says so
    Column("status", String(10), nullable=False),  # waiting moved stayed
    Column("told", Text, nullable=False),  # obstacles, or what became of the limits, in words
    Column("done_at", Instant),
    partial_index("ix_migration_result_waiting", "batch_id", where="status = 'waiting'"),
)

policy = Table(
    "policy",
    metadata,
    id_column(),
    Column("name", String(40), nullable=False),  # SD-010
    Column("version", String(40), nullable=False),
    Column("effective_from", String(10), nullable=False),  # local date
    Column("fingerprint", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("author_id", ForeignKey("person.id")),  # None: came with the installation
    Column("approver_id", ForeignKey("person.id")),
    Column("reason", Text, nullable=False, server_default=""),
    Column("opinion", Text, nullable=False, server_default=""),
    UniqueConstraint("name", "version"),
)

policy_draft = Table(  # the next version of a policy, until a second person publishes it
    "policy_draft",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("authors", Json, nullable=False),  # ids of all who have saved it
    Column("saved_by", ForeignKey("person.id"), nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("proposed_by", ForeignKey("person.id")),
    Column("proposed_at", Instant),
    Column("reason", Text, nullable=False, server_default=""),
    Column("remark", Text, nullable=False, server_default=""),  # why it was sent back
)

policy_text = Table(  # clauses and rules of a policy as they came with a release; the newest of a kind is in use
    "policy_text",
    metadata,
    id_column(),
    Column("name", String(40), nullable=False),
    Column("kind", String(10), nullable=False),  # clauses rules
    Column("fingerprint", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
)
