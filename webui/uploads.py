"""Attachments: taken in with a form or by themselves, kept in the table `attachment`, bound to a case later."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, insert, select
from werkzeug.datastructures import FileStorage, MultiDict

from engine.errors import FieldProblem
from engine.forms import Form
from engine.store import attachment
from engine.transactions import Tx
from webui.file_types import check

LONGEST_NAME = 200


@dataclass(frozen=True)
class Upload:
    """A file that was read and may come in."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Attached:
    """An attachment as pages list it; `size` in bytes."""

    id: str
    name: str
    media_type: str
    size: int
    instance_id: int | None
    uploaded_by: int
    uploaded_at: datetime


def read(file: FileStorage, megabytes: int) -> Upload:
    """Read one uploaded file; ValueError with the remedy when it is too large or of a type not taken in."""
    name = _plain_name(file.filename or "")
    most = megabytes * 1024 * 1024
    content = file.stream.read(most + 1)
    if len(content) > most:
        raise ValueError(f"“{name}”超过 {megabytes} MB，没有上传；请压缩或拆分后再传")
    return Upload(name, check(name, content).media_type, content)


def read_all(
    form: Form, kind: str, files: MultiDict[str, FileStorage], megabytes: int
) -> tuple[dict[str, list[Upload]], list[FieldProblem]]:
    """What came with a form, by field, and what could not be taken in; only fields that may be written count."""
    uploads: dict[str, list[Upload]] = {}
    problems = []
    for name in sorted(form.writable(kind)):
        field = form.fields[name]
        for file in files.getlist(name) if field.kind == "attachment" else ():
            if not file.filename:
                continue
            try:
                uploads.setdefault(name, []).append(read(file, megabytes))
            except ValueError as error:
                problems.append(FieldProblem(name, str(error), field.label))
    return uploads, problems


def keep(tx: Tx, now: datetime, person_id: int, upload: Upload) -> str:
    """Store a file; returns its id, which nobody can guess."""
    new = str(uuid.uuid4())
    values = {
        "id": new,
        "name": upload.name,
        "media_type": upload.media_type,
        "size": len(upload.content),
        "sha256": sha256(upload.content).hexdigest(),
        "content": upload.content,
        "uploaded_by": person_id,
        "uploaded_at": now,
    }
    tx.core(insert(attachment).values(values))
    return new


def remove(tx: Tx, person_id: int, attachment_id: str) -> bool:
    """Delete a file of one's own that no case has yet; whether there was one."""
    kept = attachment.c
    own = (kept.id == attachment_id, kept.uploaded_by == person_id, kept.instance_id.is_(None))
    return tx.core(delete(attachment).where(*own).returning(kept.id)).first() is not None


_COLUMNS = tuple(attachment.c[name] for name in Attached.__dataclass_fields__)


def find(tx: Tx, attachment_id: str) -> Attached | None:
    row = tx.core(select(*_COLUMNS).where(attachment.c.id == attachment_id)).first()
    return Attached(*row) if row else None


def content(tx: Tx, attachment_id: str) -> bytes:
    found: bytes = tx.core(select(attachment.c.content).where(attachment.c.id == attachment_id)).scalar_one()
    return bytes(found)


def loose_of(tx: Tx, person_id: int) -> list[Attached]:
    """The person's files that no case has yet, newest first."""
    own = (attachment.c.uploaded_by == person_id, attachment.c.instance_id.is_(None))
    query = select(*_COLUMNS).where(*own).order_by(attachment.c.uploaded_at.desc(), attachment.c.id)
    return [Attached(*row) for row in tx.core(query)]


def of_ids(tx: Tx, ids: Sequence[str]) -> list[Attached]:
    rows = tx.core(select(*_COLUMNS).where(attachment.c.id.in_(list(ids)))).all()
    known = {row.id: Attached(*row) for row in rows}
    return [known[one] for one in ids if one in known]


def size_text(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))} KB"


def _plain_name(name: str) -> str:
    """The last part of the name without anything invisible; the extension survives shortening."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(one for one in last if one.isprintable()).strip() or "未命名"
    stem, dot, extension = plain.rpartition(".")
    return plain if len(plain) <= LONGEST_NAME else f"{stem[: LONGEST_NAME - len(extension) - 1]}{dot}{extension}"[:200]
