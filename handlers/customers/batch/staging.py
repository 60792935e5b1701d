"""A file becomes staged lines: taken in, taken apart, judged line by line, in parts that each commit.

A process that is killed loses at most the part under way; the next one reads the file from the database again and
goes on where the tables say. Nothing here writes a customer.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from engine.definitions import Definition
from engine.errors import NotPossible
from engine.excel import files
from engine.excel.findings import Finding, ImportRejected
from engine.forms import Catalogue
from engine.store import dumps, loads, stamp
from engine.transactions import Tx
from engine.vault import Vault
from handlers.customers.batch.checking import Checked, Judge
from handlers.customers.batch.columns import FileColumn, columns_of, row_form
from handlers.customers.batch.lines import UNPACKED, Line, lines
from handlers.customers.batch.tables import import_batch
from handlers.customers.matching.in_flight import PROCESS
from handlers.customers.values.secrets import sealed

if TYPE_CHECKING:
    from engine.engine import Engine

_NONE = Catalogue()  # files of figures have columns of their own
log = logging.getLogger(__name__)

EXAMPLE = "【示例】"  # how the example line of the template begins; it is skipped
TAKEN_AT_ONCE = 1_000
JUDGED_AT_ONCE = 50


@dataclass(frozen=True)
class Upload:
    """A file somebody hands in: of which kind (`tables.KINDS`), by whom, for which account group or day."""

    kind: str
    filename: str
    content: bytes
    department_id: int
    person_id: int
    account_group: str | None = None
    as_of: str | None = None


@dataclass
class Batch:
    """A file on its way to staged lines: its row of `import_batch` as far as that matters here."""

    id: int
    kind: str
    status: str
    account_group: str | None
    filename: str
    department_id: int
    definition_id: int | None
    total: int
    staged: int
    checked: int


def receive(tx: Tx, now: datetime, upload: Upload, definition_id: int | None) -> int:
    """Take a file in; raises ImportRejected when it must not even be opened. Returns the id of the batch."""
    files.refuse(upload.content, upload.filename, UNPACKED)
    values = {
        "kind": upload.kind, "status": "reading", "account_group": upload.account_group, "as_of": upload.as_of,
        "filename": upload.filename[-200:], "sha256": sha256(upload.content).hexdigest(), "content": upload.content,
        "department_id": upload.department_id, "uploaded_by": upload.person_id, "uploaded_at": now,
        "definition_id": definition_id, "total": 0, "staged": 0, "checked": 0, "written": 0,
    }  # fmt: skip
    return int(tx.core(insert(import_batch).values(values).returning(import_batch.c.id)).scalar_one())


class Stager:
    """Takes the waiting files forward, a part at a time; keeps the file it is reading in memory."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._lines: tuple[int, list[Line]] = (0, [])

    def part(self) -> bool:
        """Do one part of the oldest file that waits; False when none does."""
        with self.engine.transactions.read() as tx:
            row = tx.one(_WAITING)
            batch = Batch(*row) if row else None
            definition = self.definition(tx, batch) if batch else None
        if batch is None:
            return False
        try:
            if batch.status == "reading":
                self._take(batch, definition)
            else:
                self._judge(batch, definition)
        except ImportRejected as error:
            self._reject(batch, "\n".join(_said(one) for one in error.findings))
        except Exception as error:
            if self.engine.transactions.busy(error):
                return False
            log.exception("import failed", extra={"action": "import_failed", "batch": batch.id})
            self._reject(batch, f"读取时出错（{type(error).__name__}），什么都没有写入；请联系系统管理员并保留文件")
        return True

    def definition(self, tx: Tx, batch: Batch) -> Definition | None:
        return self.engine.definitions.get(tx, batch.definition_id) if batch.definition_id else None

    def _take(self, batch: Batch, definition: Definition | None) -> None:
        """Write the next lines of the file down as they are."""
        columns = _columns(batch, definition)
        if self._lines[0] != batch.id:
            with self.engine.transactions.read() as tx:
                row = tx.one("SELECT content FROM import_batch WHERE id = ?", (batch.id,))
            content = bytes(row[0]) if row else b""
            self._lines = (batch.id, list(lines(content, batch.filename, columns)))
        found = self._lines[1]
        part = found[batch.staged : batch.staged + TAKEN_AT_ONCE]
        done = batch.staged + len(part)
        rows = [_line_row(self.engine.transactions.vault, batch.id, one, columns) for one in part]
        with self.engine.transactions.write() as tx:
            status = "checking" if done == len(found) else "reading"
            if tx.run(_TAKEN, (done, len(found), status, batch.id, batch.staged)) == 1 and rows:
                tx.many(_INSERT, rows)
        if status == "checking":
            self._lines = (0, [])

    def _judge(self, batch: Batch, definition: Definition | None) -> None:
        """Judge the next lines against the forms, the file and the base."""
        with self.engine.transactions.read() as tx:
            rows = tx.all(_NEXT, (batch.id, JUDGED_AT_ONCE))
            judge = Judge(
                tx, self.engine.clock.now(), self.engine.snapshots.at(tx).people, batch.id, batch.kind,
                batch.account_group, row_form(batch.kind, definition.catalogue if definition else _NONE),
                _columns(batch, definition), batch.department_id,
            )  # fmt: skip
            checked = [judge.judge(row[0], loads(tx.vault.reveal(row[1])), loads(row[2])) for row in rows]
        with self.engine.transactions.write() as tx:
            if not rows:
                _close(tx, self.engine.clock.now(), batch)
                return
            sql = "UPDATE import_batch SET checked = checked + ? WHERE id = ? AND status = 'checking' AND checked = ?"
            if tx.run(sql, (len(checked), batch.id, batch.checked)) == 1:
                tx.many(_VERDICT, [_verdict(tx.vault, batch.id, one) for one in checked])

    def _reject(self, batch: Batch, why: str) -> None:
        with self.engine.transactions.write() as tx:
            tx.run("DELETE FROM import_row WHERE batch_id = ?", (batch.id,))
            tx.run(_REJECTED, (why[:4000], stamp(self.engine.clock.now()), batch.id))


def _said(one: Finding) -> str:
    return f"{one.sheet}：{one.message}" if one.row is None else str(one)


# --- the tables ----------------------------------------------------------------------------------------------------

_FIELDS = "id, kind, status, account_group, filename, department_id, definition_id, total, staged, checked"
_WAITING = f"SELECT {_FIELDS} FROM import_batch WHERE status IN ('reading', 'checking') ORDER BY id LIMIT 1"
_TAKEN = "UPDATE import_batch SET staged = ?, total = ?, status = ? WHERE id = ? AND status = 'reading' AND staged = ?"
_REJECTED = (
    "UPDATE import_batch SET status = 'rejected', problem = ?, done_at = ?, total = 0, staged = 0, checked = 0"
    " WHERE id = ?"
)
_STAGED = (
    "UPDATE import_batch SET status = 'staged', checked = total, staged_at = ? WHERE id = ? AND status = 'checking'"
)
_INSERT = "INSERT INTO import_row (batch_id, row, status, cells, findings, name, normal) VALUES (?, ?, ?, ?, ?, ?, '')"
_NEXT = "SELECT row, cells, findings FROM import_row WHERE batch_id = ? AND status = 'waiting' ORDER BY row LIMIT ?"
_VERDICT = (
    "UPDATE import_row SET status = ?, form = ?, findings = ?, name = ?, key = ?, normal = ?, customer_code = ?"
    " WHERE batch_id = ? AND row = ? AND status = 'waiting'"
)


def _line_row(vault: Vault, batch_id: int, one: Line, columns: Sequence[FileColumn]) -> tuple[Any, ...]:
    first = one.cells.get(columns[0].id, "")
    sample = any(text.startswith(EXAMPLE) for text in one.cells.values())
    findings = [[columns[0].id, "示例行，不导入"]] if sample else one.faults
    return (
        batch_id,
        one.number,
        "skipped" if sample else "waiting",
        sealed(vault, one.cells),
        dumps(findings),
        first[:200],
    )


def _verdict(vault: Vault, batch_id: int, one: Checked) -> tuple[Any, ...]:
    form = None if one.form is None else sealed(vault, one.form)
    key = one.key and one.key[:80]
    return one.status, form, dumps(one.findings), one.name, key, one.normal, one.customer_code, batch_id, one.row


def _close(tx: Tx, now: datetime, batch: Batch) -> None:
    """Every line has its verdict; the totals must add up, or nothing goes on."""
    counted = totals(tx, batch.id)
    if sum(counted.values()) != batch.total or counted.get("waiting"):
        raise RuntimeError(f"batch {batch.id}: {counted} of {batch.total} lines")
    tx.run(_STAGED, (stamp(now), batch.id))


def totals(tx: Tx, batch_id: int) -> dict[str, int]:
    """How many lines came to what, by `tables.ROW_STATUS`."""
    rows = tx.all("SELECT status, count(*) FROM import_row WHERE batch_id = ? GROUP BY status", (batch_id,))
    return {row[0]: int(row[1]) for row in rows}


def discard(tx: Tx, batch_id: int) -> None:
    """Give up a batch that nobody has submitted; raises NotPossible when it is too late."""
    sql = "UPDATE import_batch SET status = 'dropped' WHERE id = ? AND status IN ('reading', 'checking', 'staged')"
    if tx.run(sql, (batch_id,)) != 1:
        raise NotPossible(what="放弃这个批次", why="它已经提交或已经结束")


def digest(tx: Tx, batch_id: int) -> str:
    """What an approval of the batch is bound to: the file, and what every ready line was read as."""
    row = tx.one("SELECT sha256, account_group FROM import_batch WHERE id = ?", (batch_id,))
    made = sha256(f"{row[0]} {row[1]}".encode() if row else b"")
    sql = "SELECT row, form FROM import_row WHERE batch_id = ? AND status = 'ready' AND row > ? ORDER BY row LIMIT 1000"
    last = 0
    while found := tx.all(sql, (batch_id, last)):
        for number, form in found:
            made.update(f"\n{number} {tx.vault.reveal(form)}".encode())
        last = found[-1][0]
    return made.hexdigest()


def _columns(batch: Batch, definition: Definition | None) -> tuple[FileColumn, ...]:
    return columns_of(batch.kind, definition.catalogue if definition else _NONE)


def newest_catalogue(engine: Engine, tx: Tx) -> tuple[int, Definition]:
    """The definition whose fields a file of customers has columns for: the newest create procedure."""
    return engine.definitions.newest(tx, PROCESS)
