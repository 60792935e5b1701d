"""What happened: the event log and its daily roots."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from engine.store.base import case_column, metadata, partial_index
from engine.store.values import Instant

ASSESSED = (
    "kind IN ('deadline.breached', 'finding.false_new', 'finding.entry_error',"
    " 'penalty.appealed', 'penalty.decided', 'penalty.exempted')"
)
# The few kinds that may show an unpriced duty missed, or what the assessor said of a dispute.
OBSERVED = (
    "kind IN ('duty.missed', 'case.upgraded', 'case.downgraded', 'customer.change_claimed',"
    " 'form.error', 'dispute.reviewed')"
)

event = Table(  # append only; hash-chained per case; on SQLite in the order of recording: a step adds at one end
    "event",
    metadata,
    case_column(primary_key=True),
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
    partial_index("ix_event_observed", "kind", "occurred_at", where=OBSERVED),
    partial_index("ix_event_assessed", "kind", "occurred_at", where=ASSESSED),
    # Finds the pauses of all cases; no other event touches it.
    partial_index("ix_event_suspended", "occurred_at", where="kind = 'case.suspended'"),
)

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
