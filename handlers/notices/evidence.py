"""What was told in a case, for its 证据包: every notice with channel, attempts and times, every letter as issued."""

from __future__ import annotations

from typing import Any

from engine.evidence.source import Files, text
from engine.store import stamp
from engine.transactions import Tx
from handlers.notices import formal

NOTICES = (
    "SELECT p.name, n.channel, n.kind, n.subject, n.body, n.status, n.attempts, n.last_error, n.created_at, n.sent_at,"
    " n.read_at FROM notice n JOIN person p ON p.id = n.person_id WHERE n.instance_id = ? ORDER BY n.id"
)
COLUMNS = (
    "person", "channel", "kind", "subject", "body", "status", "attempts", "last_error", "created_at", "sent_at",
    "read_at",
)  # fmt: skip


def files(tx: Tx, instance_id: int) -> Files:
    """`notices.json`: an `inbox` line is the record, the others are its copies sent outside; `letters.json`."""
    notices = [dict(zip(COLUMNS, row, strict=True)) for row in tx.all(NOTICES, (instance_id,))]
    return {"notices.json": text(notices), "letters.json": text(_letters(tx, instance_id))}


def newest(tx: Tx, instance_id: int) -> str:
    """The stamp of the last thing that happened to a notice of the case, or ""."""
    rows = tx.all(NOTICES, (instance_id,))
    return max((str(at) for row in rows for at in row[8:11] if at), default="")


def _letters(tx: Tx, instance_id: int) -> list[dict[str, Any]]:
    receipts = [
        {"person": one.person, "sent_at": stamp(one.sent_at), "read_at": stamp(one.read_at) if one.read_at else None}
        for one in formal.receipts(tx, instance_id, "letter")
    ]
    return [
        {
            "number": one.number, "department": one.department, "subject": one.subject, "body": one.body,
            "recipients": one.recipients, "issued_at": stamp(one.issued_at), "sealed": one.signature is not None,
            "receipts": receipts,
        }
        for one in formal.of_case(tx, instance_id)
    ]  # fmt: skip
