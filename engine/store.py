"""The engine's tables, as plain SQLAlchemy metadata on which Flask-SQLAlchemy and Alembic work too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ASSESSED = (
    "kind IN ('deadline.breached', 'finding.false_new', 'finding.entry_error',"
    " 'penalty.appealed', 'penalty.decided', 'penalty.exempted')"
)
# The few kinds that may show an unpriced duty missed, or what the assessor said of a dispute.
OBSERVED = (
    "kind IN ('duty.missed', 'case.upgraded', 'case.downgraded', 'customer.change_claimed',"
    " 'form.error', 'dispute.reviewed')"
)
TOKENS = {"tokens": True}  # of a column into which prepared SQL writes encrypted values

# A due moment that never comes sorts after all others, so that one index serves the inbox.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """The stored form of an instant: UTC, milliseconds, fixed width, so that text order is time order."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds")


UNTIMED = stamp(NEVER)


def moment(stored: str) -> datetime:
    """The aware UTC instant behind its stored form."""
    return datetime.fromisoformat(stored)


def dumps(value: Any) -> str:
    """Canonical JSON: sorted keys, no blanks; the form that is hashed and stored."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def loads(stored: str) -> Any:
    return orjson.loads(stored)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant kept as fixed-width text, the same bytes on every database."""

    impl = String(29)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else stamp(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else moment(value)


class Json(TypeDecorator[Any]):
    """Plain data as canonical JSON text (never `jsonb`, which reorders keys)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else loads(value)


# What belongs to a case has the case first in its key: its rows lie together, and a new case adds at the end of the
# tree. A row's id carries its case (`cases.case_of`), so whoever has the id has the whole key.

# Small rows kept in their key, without a second tree: on SQLite every touched page is written at each commit.
# Not for work items: rows above a quarter of a page spill over and cost more than the second tree. Nor for events: many
# that only ever come at the end would split the pages in the middle.
CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _case(**options: Any) -> Column[int]:
    return Column("instance_id", ForeignKey("instance.id"), nullable=False, **options)


# One row that every step reads along with its case: when a number here has grown, a process reloads that part.
config = Table(
    "config",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("people", Integer, nullable=False, server_default="0"),
    Column("calendar", Integer, nullable=False, server_default="0"),
    Column("policy", Integer, nullable=False, server_default="0"),
    Column("reference", Integer, nullable=False, server_default="0"),  # lists and rules that handlers keep in memory
    Column("clock_offset", Integer, nullable=False, server_default="0"),  # seconds, demo mode only
    Column("beat", Instant),  # the last sign of life of a running scheduler
)

# --- people -----------------------------------------------------------------------------------------------

department = Table(
    "department",
    metadata,
    _id(),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("kind", String(20), nullable=False),  # marketing unit finance maintaining legal audit other
    Column("calendar", String(40), ForeignKey("calendar.code")),  # None: the company's calendar
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant),
)

person = Table(
    "person",
    metadata,
    _id(),
    Column("login", String(80), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("department_id", ForeignKey("department.id")),
    Column("password_hash", String(300)),
    Column("phone", String(40)),
    Column("email", String(200)),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("must_change", Boolean, nullable=False, server_default=text("false")),
    Column("session_epoch", Integer, nullable=False, server_default="0"),  # grows to end all sessions of a person
    Column("created_at", Instant, nullable=False),
)

post = Table(
    "post",
    metadata,
    _id(),
    Column("department_id", ForeignKey("department.id"), nullable=False),
    Column("kind", String(20), nullable=False),  # focal leader executive maintainer staff assessor admin
    UniqueConstraint("department_id", "kind"),
)

holder = Table(
    "holder",
    metadata,
    _id(),
    Column("post_id", ForeignKey("post.id"), nullable=False),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("rank", Integer, nullable=False, server_default="0"),  # 0 the holder, 1… deputies in order
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant),
    Index("ix_holder_post", "post_id"),
    Index("ix_holder_person", "person_id"),
)

login_attempt = Table(
    "login_attempt",
    metadata,
    _id(),
    Column("login", String(80), nullable=False),
    Column("address", String(60), nullable=False),
    Column("at", Instant, nullable=False),
    Column("succeeded", Boolean, nullable=False),
    Index("ix_login_attempt_login_at", "login", "at"),
    Index("ix_login_attempt_address_at", "address", "at"),
)

admin_log = Table(  # what administrators changed: people, posts, calendar, clock
    "admin_log",
    metadata,
    _id(),
    Column("at", Instant, nullable=False),
    Column("actor_id", ForeignKey("person.id")),
    Column("kind", String(60), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("data", Json, nullable=False),
)

# --- time -------------------------------------------------------------------------------------------------

calendar = Table(
    "calendar",
    metadata,
    Column("code", String(40), primary_key=True),  # 'company' is the default
    Column("name", String(80), nullable=False),
    Column("tz", String(40), nullable=False),
    Column("hours", Json, nullable=False),  # ["08:30-12:00", "13:30-17:30"]
    Column("duty_hours", Json, nullable=False),
)

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("calendar", ForeignKey("calendar.code"), primary_key=True),
    Column("day", String(10), primary_key=True),  # local date
    Column("kind", String(20), nullable=False),  # workday rest holiday makeup
    Column("name", String(80), nullable=False, server_default=""),
    Column("hours", Json),  # None: the calendar's usual hours
    Column("provisional", Boolean, nullable=False, server_default=text("false")),
    Column("source", String(40), nullable=False),  # seed fallback company
)

calendar_proposal = Table(  # a change of the calendar that another administrator must approve
    "calendar_proposal",
    metadata,
    _id(),
    Column("content", Json, nullable=False),  # days, clear, year: company/proposals.py
    Column("reason", Text, nullable=False),
    Column("proposed_by", ForeignKey("person.id"), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("status", String(10), nullable=False),  # open approved refused withdrawn
    Column("decided_by", ForeignKey("person.id")),
    Column("decided_at", Instant),
    Column("answer", Text),
    Column("recomputed_at", Instant),  # None after approval: the limits have not all been recomputed yet
)

# --- definitions and policies --------------------------------------------------------------------------------

definition = Table(
    "definition",
    metadata,
    _id(),
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
    Column("plays", Json),  # name of a scenario → how it went row by row and what it passed (`webui/scenarios.py`)
    Column("evidence", Json),  # what the gate found when it was proposed
)

# Closed cases, made anonymous, that a redrawn procedure must route as they were routed (`workbench/golden.py`).
golden_case = Table(
    "golden_case",
    metadata,
    _id(),
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
    _id(),
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
    _id(),
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
    Index("ix_migration_result_waiting", "batch_id", sqlite_where=text("status = 'waiting'"),
          postgresql_where=text("status = 'waiting'")),
)  # fmt: skip

policy = Table(
    "policy",
    metadata,
    _id(),
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
    _id(),
    Column("name", String(40), nullable=False),
    Column("kind", String(10), nullable=False),  # clauses rules
    Column("fingerprint", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
)

# --- cases and what they wait for -----------------------------------------------------------------------------

instance = Table(
    "instance",
    metadata,
    _id(),
    Column("number", String(40), nullable=False, unique=True),
    Column("definition_id", ForeignKey("definition.id"), nullable=False),
    Column("process", String(80), nullable=False),
    Column("title", String(200), nullable=False),
    Column("summary", Text, nullable=False, server_default=""),
    Column("status", String(20), nullable=False),  # open suspended ended withdrawn cancelled
    Column("outcome", String(40)),
    Column("applicant_id", ForeignKey("person.id")),
    Column("department_id", ForeignKey("department.id")),
    Column("urgent", Boolean, nullable=False, server_default=text("false")),
    Column("request_key", String(80), unique=True),  # idempotency of the start
    Column("round", Integer, nullable=False, server_default="1"),
    Column("subject", String(60)),  # what the case is about, e.g. the code of the customer to be modified
    Column("form", Text, nullable=False, info=TOKENS),  # canonical JSON of the whole form
    Column(
        "base", Text, info=TOKENS
    ),  # encrypted: what the subject held when the form was filled in: the old of old → new
    Column("state", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("event_count", Integer, nullable=False),
    Column("event_head", String(64), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_instance_applicant", "applicant_id", "started_at"),
    Index("ix_instance_status", "status", "started_at"),
    Index("ix_instance_subject", "subject"),
    Index("ix_instance_ended", "ended_at", sqlite_where=text("ended_at IS NOT NULL"),
          postgresql_where=text("ended_at IS NOT NULL")),
)  # fmt: skip

case_order = Table(
    "case_order",  # what one case asks of another
    metadata,
    _id(),
    Column("job", String(40), nullable=False),  # the job that gave it
    Column("source_id", ForeignKey("instance.id"), nullable=False),
    Column("target_id", ForeignKey("instance.id"), nullable=False),
    Column("verb", String(10), nullable=False),  # suspend resume cancel
    Column("reason", Text, nullable=False),
    Column("status", String(10), nullable=False),  # waiting done void
    Column("ordered_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("note", Text),  # why it is void
    UniqueConstraint("job", "target_id", "verb"),
    Index("ix_case_order_status", "status", "id"),
    Index("ix_case_order_target", "target_id"),
)

deadline = Table(
    "deadline",
    metadata,
    _case(primary_key=True),
    Column("id", String(40), primary_key=True),  # '412.17': case and address of the scope that opened it
    Column("scope", String(30), nullable=False),  # address of the scope it covers now
    Column("node", String(120), nullable=False),
    Column("clock", String(40), nullable=False),
    Column("policy_id", ForeignKey("policy.id")),
    Column("department_id", ForeignKey("department.id")),
    Column("post_id", ForeignKey("post.id")),  # whose work opened it
    Column("calendar", String(40), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("amount", String(20), nullable=False),  # '4h', '2d'
    Column("kind", String(10), nullable=False),  # work wall duty
    Column("urgent", Boolean, nullable=False),
    Column("due", Instant, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("steps", Text, nullable=False),  # what explains the due moment
    Column("status", String(10), nullable=False),  # open paused met late void
    Column("breached", Boolean, nullable=False, server_default=text("false")),
    Column("closed_at", Instant),
    Column("paused_at", Instant),
    Column("paused_left", Integer),  # seconds of its own clock left when paused
    Column("round", Integer, nullable=False),
    Column("reminded_on", String(10)),  # the last working day whoever owes it was reminded that it is overdue
    Column("rung", Integer, nullable=False, server_default="0"),  # how much of the ladder is done: ladder.py
    Column("next_at", Instant, nullable=False, server_default=UNTIMED),  # next warning, breach or escalation
    Column("has_timer", Boolean, nullable=False, server_default=text("false")),  # drawn as `deadline`: timers.py
    Index("ix_deadline_breached", "due", sqlite_where=text("status = 'open' AND breached"),
          postgresql_where=text("status = 'open' AND breached")),
    Index("ix_deadline_next", "next_at", sqlite_where=text("status = 'open'"),
          postgresql_where=text("status = 'open'")),
    **CLUSTERED,
)  # fmt: skip

extension = Table(  # 延期申请: asked for before due, decided by somebody else; both due moments are kept
    "extension",
    metadata,
    _id(),
    _case(),
    Column("deadline_id", String(40), nullable=False),
    Column("item_id", String(40), nullable=False),
    Column("amount", String(20), nullable=False),  # '2h'
    Column("reason", Text, nullable=False),
    Column("asked_by", ForeignKey("person.id"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("before", Instant, nullable=False),
    Column("status", String(10), nullable=False),  # asked granted refused
    Column("decided_by", ForeignKey("person.id")),
    Column("decided_at", Instant),
    Column("answer", Text),
    Column("after", Instant),
    Index("ix_extension_asked", "instance_id", "deadline_id", unique=True, sqlite_where=text("status = 'asked'"),
          postgresql_where=text("status = 'asked'")),
)  # fmt: skip

work_item = Table(
    "work_item",
    metadata,
    _case(primary_key=True),
    Column("id", String(40), primary_key=True),  # '412.17': case and address of the task
    Column("node", String(120), nullable=False),
    Column("name", String(120), nullable=False),
    Column("form", String(120)),
    Column("post_id", ForeignKey("post.id")),
    Column("department_id", ForeignKey("department.id")),
    Column("item", Text),  # JSON: the item of a multi-instance step
    Column("deadline_id", String(40)),
    Column("due", Instant, nullable=False),  # copy of the deadline's, NEVER when untimed or paused
    Column("urgent", Boolean, nullable=False),
    Column("round", Integer, nullable=False),
    Column("status", String(12), nullable=False),  # open claimed done cancelled paused
    Column("holder_id", ForeignKey("person.id")),
    Column("opened_at", Instant, nullable=False),
    Column("viewed_at", Instant),
    Column("claimed_at", Instant),
    Column("done_at", Instant),
    Column("done_by", ForeignKey("person.id")),
    Column("on_behalf_of", ForeignKey("person.id")),
    Column("outcome", String(40)),
    Column("comment", Text),
    Column("submission", Text, info=TOKENS),  # JSON: the form fields this step changed
    Column("replaced", Text, info=TOKENS),  # JSON: what those fields held before
    Column("signature", Text),  # JSON: what was signed, by whom, with which seal
    Index("ix_work_item_inbox", "post_id", "due", sqlite_where=text("status IN ('open', 'claimed', 'paused')"),
          postgresql_where=text("status IN ('open', 'claimed', 'paused')")),
    Index("ix_work_item_holder", "holder_id", sqlite_where=text("status = 'claimed'"),
          postgresql_where=text("status = 'claimed'")),
    Index("ix_work_item_done_by", "done_by", "done_at", sqlite_where=text("done_by IS NOT NULL"),
          postgresql_where=text("done_by IS NOT NULL")),
)  # fmt: skip

timer = Table(
    "timer",
    metadata,
    _case(primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("node", String(120), nullable=False),
    Column("deadline_id", String(40)),  # it stands for the timers of this deadline, after its breach
    Column("due", Instant, nullable=False),
    Column("status", String(12), nullable=False),  # pending paused fired cancelled failed
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("fired_at", Instant),
    Index("ix_timer_due", "due", sqlite_where=text("status = 'pending'"),
          postgresql_where=text("status = 'pending'")),
    **CLUSTERED,
)  # fmt: skip

job = Table(
    "job",
    metadata,
    _case(primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("node", String(120), nullable=False),
    Column("operation", String(80), nullable=False),
    Column("parameters", Text, nullable=False),
    Column("status", String(12), nullable=False),  # waiting paused done failed cancelled
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("run_after", Instant, nullable=False),
    Column("last_error", Text),
    Column("done_at", Instant),
    Index("ix_job_due", "run_after", sqlite_where=text("status = 'waiting'"),
          postgresql_where=text("status = 'waiting'")),
    **CLUSTERED,
)  # fmt: skip

schedule = Table(  # a timer start event: starts a new case each time
    "schedule",
    metadata,
    _id(),
    Column("process", String(80), nullable=False),
    Column("node", String(120), nullable=False),
    Column("rule", String(200), nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("active", Boolean, nullable=False),
    UniqueConstraint("process", "node"),
)

outage = Table(  # when no scheduler was running, in working time
    "outage",
    metadata,
    _id(),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
)

incident = Table(
    "incident",
    metadata,
    _id(),
    _case(),
    Column("kind", String(20), nullable=False),  # job timer step
    Column("subject", String(40), nullable=False),  # id of the job, timer or work item
    Column("node", String(120), nullable=False),
    Column("what", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("status", String(12), nullable=False),  # open resolved
    Column("opened_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("resolved_by", ForeignKey("person.id")),
    Index("ix_incident_status", "status", "opened_at"),
    Index("ix_incident_subject", "subject"),
)

# --- what happened --------------------------------------------------------------------------------------------

event = Table(  # append only; hash-chained per case; on SQLite in the order of recording: a step adds at one end
    "event",
    metadata,
    _case(primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(60), nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("actor_id", Integer),
    Column("node", String(120)),
    Column("subject", String(40)),  # id of the work item, deadline, timer or job it is about
    Column("data", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    # The few kinds from which penalties are assessed can be found by month, without a cost to all the others.
    Index("ix_event_observed", "kind", "occurred_at", sqlite_where=text(OBSERVED), postgresql_where=text(OBSERVED)),
    Index("ix_event_assessed", "kind", "occurred_at", sqlite_where=text(ASSESSED), postgresql_where=text(ASSESSED)),
    # Finds the pauses of all cases; no other event touches it.
    Index("ix_event_suspended", "occurred_at", sqlite_where=text("kind = 'case.suspended'"),
          postgresql_where=text("kind = 'case.suspended'")),
)  # fmt: skip

daily_root = Table(
    "daily_root",
    metadata,
    Column("day", String(10), primary_key=True),  # local date
    Column("cases", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("root", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("key_id", String(40), nullable=False),
    Column("signature", String(200), nullable=False),
    Column("signed_at", Instant, nullable=False),
    Column("tree", String(64)),  # Merkle root over the same leaves; None: signed by the first release
)

# --- what people type -----------------------------------------------------------------------------------------

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
