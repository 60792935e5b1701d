"""What the engine knows of a case, as the files of its 证据包: each says what `verify.py` holds against another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from engine import due_story, history, signed_form
from engine.calendar import Calendar
from engine.casefile import CaseFile, Deadline, Item
from engine.clock import local
from engine.definitions import Definition
from engine.forms import Field, handed_in
from engine.forms.sensitive import SALT, conceal
from engine.history import Recorded
from engine.people import People
from engine.policy_reader import read_documents
from engine.seals import LOG, Seals
from engine.signed_form import certificates, held, leaf
from engine.snapshots import Snapshot
from engine.store import stamp
from engine.transactions import Tx

Files = dict[str, bytes]
COUNTED = "SELECT event_count, event_head FROM instance WHERE id = ?"
POLICIES = "SELECT id, name, version, effective_from, fingerprint, content, published_at FROM policy ORDER BY id"
ATTACHMENTS = (
    "SELECT id, name, media_type, size, sha256, uploaded_by, uploaded_at FROM attachment WHERE instance_id = ?"
    " ORDER BY uploaded_at, id"
)
CONTENT = "SELECT content FROM attachment WHERE id = ?"
LARGEST, ALTOGETHER = 20 * 1024 * 1024, 100 * 1024 * 1024  # bytes of attachments that travel along


@dataclass(frozen=True)
class Source:
    """What the files are made from: the case, the company as it is now, the keys, and what the reader may see."""

    tx: Tx
    file: CaseFile
    known: Snapshot
    seals: Seals
    clear: frozenset[str]  # sensitive fields that are disclosed

    @property
    def people(self) -> People:
        return self.known.people

    def name(self, person: int | None) -> str:
        found = self.people.find_person(person) if person else None
        return found.name if found else ""


def text(value: Any) -> bytes:
    """A JSON file, indented for readers."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def of_engine(source: Source) -> Files:
    """All files but those of the daily roots, the notices and the seal."""
    policies = _policies(source)
    return {
        "case.json": text(_case(source, policies)),
        "people.json": text(_people(source)),
        "events.jsonl": _events(source),
        "versions.json": text(list(_versions(source))),
        "deadlines.json": text([_deadline(source, one) for one in source.file.deadlines.values()]),
        "calendars.json": text(_calendars(source)),
        **{f"definition/{name}": content.encode() for name, content in source.file.definition.documents.items()},
        **_earlier(source),
        **_policy_files(policies),
        **_attachments(source),
    }


def signatures(source: Source, now: datetime, letters: list[dict[str, Any]]) -> Files:
    """The 签章文件 of the case once somebody has signed, and the certificates of every key used in the whole file."""
    signed = [one.signature or {} for one in signed_form.signed_items(source.file)]
    keys = certificates(source.seals, source.people, [*signed, *(one["signed"] for one in letters)])
    own = [source.seals.certificate(key, signed_form.SYSTEM) for key in source.seals.ring.keys(LOG)]
    files = {"keys.json": text([*(one for one in keys if one["owner"] != LOG), *own])}
    if signed or letters:
        whole = signed_form.write(source.tx, source.file, source.people, source.seals, now, source.clear, letters)
        files["signed.json"] = whole
    return files


# --- the case and its events --------------------------------------------------------------------------------------


def _case(source: Source, policies: list[Any]) -> dict[str, Any]:
    case, definition = source.file.case, source.file.definition
    counted = source.tx.one(COUNTED, (case.id,))
    assert counted is not None
    department = source.people.department(case.department_id).name if case.department_id else ""
    return {
        "id": case.id, "number": case.number, "title": case.title, "status": case.status, "outcome": case.outcome,
        "applicant": source.name(case.applicant_id), "department": department, "urgent": case.urgent,
        "round": case.round, "subject": case.subject, "started_at": stamp(case.started_at),
        "ended_at": stamp(case.ended_at) if case.ended_at else None, "events": counted[0], "head": counted[1],
        "definition": {
            "process": definition.process, "name": definition.name, "version": definition.version,
            "fingerprint": definition.fingerprint,
        },
        "earlier": [
            {"version": version, "fingerprint": one.fingerprint, "files": f"definition-{version}/"}
            for version, one in source.file.passed.earlier.items()
        ],
        "policies": [
            {"name": row[1], "version": row[2], "effective_from": row[3], "fingerprint": row[4], "published_at": row[6]}
            for row in policies
        ],
    }  # fmt: skip


def _earlier(source: Source) -> Files:
    """The diagrams, forms and letters of the versions a moved case was on before."""
    return {
        f"definition-{version}/{name}": content.encode()
        for version, one in source.file.passed.earlier.items()
        for name, content in one.documents.items()
    }


def _people(source: Source) -> dict[str, Any]:
    """Who the numbers in the events are."""
    told = {event.actor_id for event in source.file.events} | {item.holder_id for item in source.file.items}
    told |= {item.on_behalf_of for item in source.file.items}
    told |= {event.data.get("to") for event in source.file.events if event.kind == "item.transferred"}
    found = [one for number in told if number and (one := source.people.find_person(number))]
    return {
        str(one.id): {
            "name": one.name,
            "login": one.login,
            "department": source.people.department(one.department_id).name if one.department_id else "",
        }
        for one in found
    }


def _events(source: Source) -> bytes:
    """One line per event with its columns as they are hashed; `data` is the text that was stored."""
    names = ("instance_id", "seq", "kind", "occurred_at", "recorded_at", "actor_id", "node", "subject", "data", "hash")
    rows = source.tx.all(history.READ, (source.file.case.id,))
    lines = [json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in rows]
    return "".join(f"{line}\n" for line in lines).encode()


# --- what was filled in -------------------------------------------------------------------------------------------


def _versions(source: Source) -> Iterator[dict[str, Any]]:
    """What the application and each step handed in, in the order of the events; `proved`: its event has its hash."""
    items = {item.id: item for item in source.file.items}
    for event in source.file.events:
        item = items.get(event.subject or "")
        if event.kind == "case.started" and event.data.get("fields"):
            yield _version(source, event, None, applied(source, event))
        elif event.kind == "item.completed" and item is not None:
            yield _version(source, event, item, item.submission)


def _version(source: Source, event: Recorded, item: Item | None, values: Mapping[str, Any]) -> dict[str, Any]:
    definition, form = source.file.passed.at(event.seq), source.file.case.form
    proved = event.data.get("submitted") == handed_in(definition.sensitive, values, form).get("submitted", "")
    step = item.name if item else definition.model.nodes[event.node or ""].name
    told = {
        "seq": event.seq, "step": step, "round": event.data.get("round", 1), "person": source.name(event.actor_id),
        "on_behalf_of": source.name(event.data.get("on_behalf_of")), "at": stamp(event.occurred_at),
        "outcome": event.data.get("outcome"), "comment": event.data.get("comment") or "",
    }  # fmt: skip
    fields = _fields(definition, item)
    labels = {name: fields[name].label for name in values if name in fields}
    return {**told, "labels": labels, "values": _shown(source, definition, values), "proved": proved}


def applied(source: Source, event: Recorded) -> dict[str, Any]:
    """What the application was handed in with: what the first step that changed a field found there, else what is."""
    found = {name: source.file.case.form.get(name) for name in event.data["fields"]}
    for item in sorted(source.file.items, key=lambda one: (str(one.done_at), one.id), reverse=True):
        if item.done:
            found |= {name: old for name, old in item.replaced.items() if name in found}
    return found


def _fields(definition: Definition, item: Item | None) -> Mapping[str, Field]:
    form = definition.forms.get(item.form or "") if item else None
    return {**definition.catalogue.fields, **(form.fields if form else {})}


def _shown(source: Source, definition: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Sensitive values as commitments, or disclosed with their own salt; a form without a salt keeps them back."""
    salt, known = str(source.file.case.form.get(SALT) or ""), held(source.file)
    found = {name: value for name, value in values.items() if name != SALT}
    for one in definition.sensitive:
        if one.id in found:
            hide = leaf(salt, one.id in source.clear, known) if salt else lambda _path, _value: "***"
            found |= conceal([one], {one.id: found[one.id]}, hide)
    return found


# --- what governed it ---------------------------------------------------------------------------------------------


def _deadline(source: Source, one: Deadline) -> dict[str, Any]:
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


def _calendars(source: Source) -> list[dict[str, Any]]:
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


def _policies(source: Source) -> list[Any]:
    used = {one.policy_id for one in source.file.deadlines.values()}
    return [row for row in source.tx.all(POLICIES) if row[0] in used]


def _policy_files(rows: Iterable[Any]) -> Files:
    """The text of each version, and as JSON what its fingerprint is over."""
    files: Files = {}
    for _, name, version, _, _, content, _ in rows:
        [document] = read_documents(content, name)
        files[f"policies/{name}-{version}.yaml"] = content.encode()
        files[f"policies/{name}-{version}.json"] = text(document)
    return files


def _attachments(source: Source) -> Files:
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
