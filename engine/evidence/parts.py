"""What the engine knows of a case, as the files of its 证据包: each says what `verify.py` holds against another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine import history, signed_form
from engine.casefile import Item
from engine.definitions import Definition
from engine.evidence.governing import (
    attachments,
    calendars,
    deadline,
    earlier,
    policies_of,
    policy_files,
)
from engine.evidence.source import Files, Source, text
from engine.forms import Field, handed_in
from engine.forms.sensitive import SALT, conceal
from engine.history import Recorded
from engine.seals import LOG
from engine.signed_form import certificates, held, leaf
from engine.store import stamp

COUNTED = "SELECT event_count, event_head FROM instance WHERE id = ?"


def of_engine(source: Source) -> Files:
    """All files but those of the daily roots, the notices and the seal."""
    policies = policies_of(source)
    return {
        "case.json": text(_case(source, policies)),
        "people.json": text(_people(source)),
        "events.jsonl": _events(source),
        "versions.json": text(list(_versions(source))),
        "deadlines.json": text([deadline(source, one) for one in source.file.deadlines.values()]),
        "calendars.json": text(calendars(source)),
        **{f"definition/{name}": content.encode() for name, content in source.file.definition.documents.items()},
        **earlier(source),
        **policy_files(policies),
        **attachments(source),
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
