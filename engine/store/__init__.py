"""The engine's tables, as plain SQLAlchemy metadata on which Flask-SQLAlchemy and Alembic work too, by room.

What all of them are made with is in `base.py`; how instants and plain data are kept, in `values.py`.
"""

from engine.store.base import TOKENS, case_column, id_column, metadata, partial_index
from engine.store.cases import (
    case_order,
    deadline,
    extension,
    incident,
    instance,
    job,
    outage,
    schedule,
    timer,
    work_item,
)
from engine.store.company import (
    admin_log,
    calendar,
    calendar_day,
    calendar_proposal,
    config,
    department,
    holder,
    login_attempt,
    person,
    post,
)
from engine.store.log import ASSESSED, OBSERVED, daily_root, event
from engine.store.procedures import (
    definition,
    golden_case,
    migration_batch,
    migration_result,
    policy,
    policy_draft,
    policy_text,
    procedure_aside,
    procedure_draft,
)
from engine.store.typed import attachment, draft, number
from engine.store.values import NEVER, UNTIMED, Instant, Json, dumps, loads, moment, placeholders, stamp

__all__ = [
    "ASSESSED", "NEVER", "OBSERVED", "TOKENS", "UNTIMED", "Instant", "Json", "admin_log", "attachment", "calendar",
    "calendar_day", "calendar_proposal", "case_column", "case_order", "config", "daily_root", "deadline",
    "definition", "department", "draft", "dumps", "event", "extension", "golden_case", "holder", "id_column",
    "incident", "instance", "job", "loads", "login_attempt", "metadata", "migration_batch", "migration_result",
    "moment", "number", "outage", "partial_index", "person", "placeholders", "policy", "policy_draft", "policy_text",
    "post", "procedure_aside", "procedure_draft", "schedule", "stamp", "timer", "work_item",
]  # fmt: skip
