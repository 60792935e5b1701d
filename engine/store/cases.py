"""Cases, and what they wait for: work items, jobs, timers, deadlines."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from engine.store.base import CLUSTERED, TOKENS, case_column, id_column, metadata, partial_index
from engine.store.values import UNTIMED, Instant

instance = Table(
    "instance",
    metadata,
    id_column(),
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
    Column("base", Text, info=TOKENS),  # encrypted: what the subject held at the start, the old of old → new
    Column("state", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("event_count", Integer, nullable=False),
    Column("event_head", String(64), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_instance_applicant", "applicant_id", "started_at"),
    Index("ix_instance_status", "status", "started_at"),
    Index("ix_instance_subject", "subject"),
    partial_index("ix_instance_ended", "ended_at", where="ended_at IS NOT NULL"),
)

case_order = Table(
    "case_order",  # what one case asks of another
    metadata,
    id_column(),
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
    case_column(primary_key=True),
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
    partial_index("ix_deadline_breached", "due", where="status = 'open' AND breached"),
    partial_index("ix_deadline_next", "next_at", where="status = 'open'"),
    **CLUSTERED,
)

extension = Table(  # 延期申请: asked for before due, decided by somebody else; both due moments are kept
    "extension",
    metadata,
    id_column(),
    case_column(),
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
    partial_index("ix_extension_asked", "instance_id", "deadline_id", where="status = 'asked'", unique=True),
)

work_item = Table(
    "work_item",
    metadata,
    case_column(primary_key=True),
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
    partial_index("ix_work_item_inbox", "post_id", "due", where="status IN ('open', 'claimed', 'paused')"),
    partial_index("ix_work_item_holder", "holder_id", where="status = 'claimed'"),
    partial_index("ix_work_item_done_by", "done_by", "done_at", where="done_by IS NOT NULL"),
)

timer = Table(
    "timer",
    metadata,
    case_column(primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("node", String(120), nullable=False),
    Column("deadline_id", String(40)),  # it stands for the timers of this deadline, after its breach
    Column("due", Instant, nullable=False),
    Column("status", String(12), nullable=False),  # pending paused fired cancelled failed
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("fired_at", Instant),
    partial_index("ix_timer_due", "due", where="status = 'pending'"),
    **CLUSTERED,
)

job = Table(
    "job",
    metadata,
    case_column(primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("node", String(120), nullable=False),
    Column("operation", String(80), nullable=False),
    Column("parameters", Text, nullable=False),
    Column("status", String(12), nullable=False),  # waiting paused done failed cancelled
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("run_after", Instant, nullable=False),
    Column("last_error", Text),
    Column("done_at", Instant),
    partial_index("ix_job_due", "run_after", where="status = 'waiting'"),
    **CLUSTERED,
)

schedule = Table(  # a timer start event: starts a new case each time
    "schedule",
    metadata,
    id_column(),
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
    id_column(),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
)

incident = Table(
    "incident",
    metadata,
    id_column(),
    case_column(),
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
