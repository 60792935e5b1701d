"""纸质签字盖章扫描件: a scan of the paper that was signed and sealed by hand, instead of the electronic seal.

A signature keeps of each scan its id, name, digest, and who uploaded it when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from engine.forms import SCAN, Submission
from engine.store import moment, stamp
from engine.transactions import Tx

READ = "SELECT name, content, uploaded_by, uploaded_at FROM attachment WHERE id = ?"
KEPT = "SELECT content FROM attachment WHERE id = ? AND instance_id = ?"


def of(tx: Tx, submission: Submission) -> list[dict[str, Any]]:
    """What a signature keeps of the scans a step was handed in with."""
    return [_kept(tx, str(one)) for one in (submission.changed.get(SCAN) or (None, None))[1] or ()]


def _kept(tx: Tx, file: str) -> dict[str, Any]:
    row = tx.one(READ, (file,))
    assert row is not None, "the form has looked"
    digest = sha256(bytes(row[1])).hexdigest()
    return {"file": file, "name": row[0], "sha256": digest, "by": row[2], "uploaded_at": stamp(moment(row[3]))}


def intact(tx: Tx, case_id: int, scans: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the files are still the ones that were uploaded to this case."""
    rows = [(one["sha256"], tx.one(KEPT, (one["file"], case_id))) for one in scans]
    return all(row is not None and sha256(bytes(row[0])).hexdigest() == digest for digest, row in rows)
