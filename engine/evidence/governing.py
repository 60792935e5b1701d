"""What governed a case, as files: its deadlines and calendars, the policies, earlier versions, the attachments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from engine import due_story
from engine.calendar import Calendar
from engine.casefile import Deadline
from engine.clock import local
from engine.evidence.source import Files, Source, text
from engine.policy_reader import read_documents
from engine.store import stamp

POLICIES = "SELECT id, name, version, effective_from, fingerprint, content, published_at FROM policy ORDER BY id"
ATTACHMENTS = (
    "SELECT id, name, media_type, size, sha256, uploaded_by, uploaded_at FROM attachment WHERE instance_id = ?"
    " ORDER BY uploaded_at, id"
)
CONTENT = "SELECT content FROM attachment WHERE id = ?"
LARGEST, ALTOGETHER = 20 * 1024 * 1024, 100 * 1024 * 1024  # bytes of attachments that travel along


def earlier(source: Source) -> Files:
    """The diagrams, forms and letters of the versions a moved case was on before."""
    return {
        f"definition-{version}/{name}": content.encode()
        for version, one in source.file.passed.earlier.items()
        for name, content in one.documents.items()
    }


def deadline(source: Source, one: Deadline) -> dict[str, Any]:
    """A deadline with its due moments, the first and the present, and what explains them."""
    due, policies = one.computed(), source.known.policies.values()
    policy = next((v.policy for listed in policies for v in listed if v.id == one.policy_id), None)
    return {
        "id": one.id, "clock": one.clock, "step": source.file.node_of(one).name, "limit": one.amount,
        "kind": one.kind, "round": one.round,
        "department": source.people.department(one.department_id).name if one.department_id else "",
        "policy": policy.version if policy else None, "calendar": one.calendar, "calendar_version": due.calendar,
        "received_at": stamp(one.received_at), "first_due": stamp(due.at), "due": stamp(one.due),
        "closed_at": stamp(one.closed_at) if one.closed_at else None, "status": one.status, "late": one.late,
        "explanation": due_story.explanation(one.steps),
    }  # fmt: skip


def calendars(source: Source) -> list[dict[str, Any]]:
    """The days from the first receipt to the last due moment of every calendar that a deadline ran on."""
    found = []
    for code in sorted({one.calendar for one in source.file.deadlines.values()}):
        under = [one for one in source.file.deadlines.values() if one.calendar == code]
        first = min(local(one.received_at).date() for one in under)
        last = max(local(max(one.due if one.due.year < 9999 else one.received_at, one.computed().at)).date()
                   for one in under)  # fmt: skip
        calendar = source.known.calendar(code)
        found.append({"code": code, "version": calendar.version, "days": list(_days(calendar, first, last))})
    return found


def _days(calendar: Calendar, first: date, last: date) -> Iterator[dict[str, Any]]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = calendar.day(date.fromordinal(ordinal))
        pieces = [f"{local(start):%H:%M}-{local(end):%H:%M}" for start, end in calendar.pieces(day.date)]
        yield {"day": day.date.isoformat(), "name": day.label, "hours": pieces, "provisional": day.provisional}


def policies_of(source: Source) -> list[Any]:
    """The rows of the versions of policies under which a deadline of the case ran."""
    used = {one.policy_id for one in source.file.deadlines.values()}
    return [row for row in source.tx.all(POLICIES) if row[0] in used]


def policy_files(rows: Iterable[Any]) -> Files:
    """The text of each version, and as JSON what its fingerprint is over."""
    files: Files = {}
    for _, name, version, _, _, content, _ in rows:
        [document] = read_documents(content, name)
        files[f"policies/{name}-{version}.yaml"] = content.encode()
        files[f"policies/{name}-{version}.json"] = text(document)
    return files


def attachments(source: Source) -> Files:
    """The list of all, and the contents of those that are not too large."""
    files: Files = {}
    listed, total = [], 0
    for key, name, media_type, size, sha256, by, at in source.tx.all(ATTACHMENTS, (source.file.case.id,)):
        small = size <= LARGEST and total + size <= ALTOGETHER
        inside = f"attachments/{key}{_suffix(name)}" if small else None
        if inside:
            row = source.tx.one(CONTENT, (key,))
            files[inside] = bytes(row[0]) if row else b""
            total += size
        listed.append(
            {
                "id": key, "name": name, "media_type": media_type, "size": size, "sha256": sha256, "file": inside,
                "uploaded_by": source.name(by), "uploaded_at": at,
            }
        )  # fmt: skip
    return {**files, "attachments.json": text(listed)}


def _suffix(name: str) -> str:
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return f".{ending}" if ending.isascii() and ending.isalnum() and len(ending) <= 5 else ""
