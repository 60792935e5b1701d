"""The company: its people and posts, its working time, and what administrators change."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from engine.store.base import id_column, metadata
from engine.store.values import Instant, Json

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
    id_column(),
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
    id_column(),
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
    id_column(),
    Column("department_id", ForeignKey("department.id"), nullable=False),
    Column("kind", String(20), nullable=False),  # focal leader executive maintainer staff assessor admin
    UniqueConstraint("department_id", "kind"),
)

holder = Table(
    "holder",
    metadata,
    id_column(),
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
    id_column(),
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
    id_column(),
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
    id_column(),
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
