"""Questions of pages about staged imports. Sensitive cells leave here masked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.definitions import Definition
from engine.engine import Engine
from engine.forms import Catalogue
from engine.store import loads, moment
from engine.transactions import Tx
from handlers.customers.batch.columns import FileColumn, columns_of
from handlers.customers.batch.tables import KINDS, RESULTS, ROW_STATUS, STATUS
from handlers.customers.values.masking import mask_mobile, mask_number, mask_tax_id

PAGE = 50
UNDER_WAY = ("reading", "checking", "posting")
LARGEST_TABLE = 50_000


@dataclass(frozen=True)
class Found:
    """What is wrong with one cell: its column, what it says, the remedy; a doubt (提醒) stops nothing."""

    column: str
    title: str
    cell: str
    message: str
    doubt: bool = False


@dataclass(frozen=True)
class Row:
    number: int
    name: str
    status: str
    status_text: str
    findings: tuple[Found, ...]
    result: str | None
    result_text: str
    problem: str
    customer_code: str


@dataclass(frozen=True)
class Batch:
    """A staged file: how far it is, what its lines came to."""

    id: int
    kind: str
    status: str
    account_group: str | None
    as_of: str | None
    filename: str
    sha256: str
    department_id: int
    department: str
    uploaded_by: int
    uploader: str
    uploaded_at: datetime
    definition_id: int | None
    total: int
    staged: int
    checked: int
    written: int
    problem: str
    instance_id: int | None
    case_number: str | None
    counts: Mapping[str, int]  # by ROW_STATUS
    results: Mapping[str, int]  # by RESULTS
    doubtful: int = 0  # lines that may be imported although a rule has a doubt

    @property
    def kind_text(self) -> str:
        return KINDS[self.kind]

    @property
    def status_text(self) -> str:
        return STATUS[self.status]

    @property
    def under_way(self) -> bool:
        """Whether the background is at it: the page asks again."""
        return self.status in UNDER_WAY

    @property
    def percent(self) -> int:
        """How far reading, checking or posting is."""
        part, whole = {
            "reading": (self.staged, self.total),
            "checking": (self.checked, self.total),
            "posting": (self.written, self.counts.get("ready", 0)),
        }.get(self.status, (1, 1))
        return min(100, 100 * part // whole) if whole else 0


_HEAD = (
    "SELECT b.id, b.kind, b.status, b.account_group, b.as_of, b.filename, b.sha256, b.department_id, d.name,"
    " b.uploaded_by, p.name, b.uploaded_at, b.definition_id, b.total, b.staged, b.checked, b.written, b.problem,"
    " b.instance_id, i.number FROM import_batch b JOIN department d ON d.id = b.department_id"
    " JOIN person p ON p.id = b.uploaded_by LEFT JOIN instance i ON i.id = b.instance_id"
)


_DOUBTFUL = "SELECT count(*) FROM import_row WHERE batch_id = ? AND status = 'ready' AND findings <> '[]'"


def batches(tx: Tx, departments: Collection[int] | None, number: int = 1) -> tuple[list[Batch], int]:
    """The newest imports, of these departments or (None) of all, and how many there are."""
    where, values = "", list(departments or ())
    if departments is not None:
        where = f"WHERE b.department_id IN ({', '.join('?' * len(values)) or 'NULL'})"
    total = int(tx.all(f"SELECT count(*) FROM import_batch b {where}", values)[0][0])
    rows = tx.all(f"{_HEAD} {where} ORDER BY b.id DESC LIMIT ? OFFSET ?", (*values, PAGE, (number - 1) * PAGE))
    return [_batch(tx, row) for row in rows], total


def batch(tx: Tx, batch_id: int) -> Batch | None:
    row = tx.one(f"{_HEAD} WHERE b.id = ?", (batch_id,))
    return _batch(tx, row) if row else None


def _batch(tx: Tx, row: Sequence[Any]) -> Batch:
    statuses = tx.all("SELECT status, count(*) FROM import_row WHERE batch_id = ? GROUP BY status", (row[0],))
    results = tx.all(
        "SELECT result, count(*) FROM import_row WHERE batch_id = ? AND result IS NOT NULL GROUP BY result", (row[0],)
    )
    counts = {str(one): int(number) for one, number in statuses}
    written = {str(one): int(number) for one, number in results}
    doubtful = int(tx.all(_DOUBTFUL, (row[0],))[0][0])
    fields: tuple[Any, ...] = (
        *row[:11], moment(row[11]), *row[12:17], row[17] or "", *row[18:], counts, written, doubtful,
    )  # fmt: skip
    return Batch(*fields)


def rows(
    tx: Tx, found: Batch, columns: Sequence[FileColumn], which: str = "", number: int = 1, size: int = PAGE
) -> tuple[list[Row], int]:
    """Lines of a batch in their order: all, of one status of ROW_STATUS, or of one result of RESULTS."""
    where, values = _where(found.id, which)
    total = int(tx.all(f"SELECT count(*) FROM import_row WHERE {where}", values)[0][0])
    read = tx.all(
        "SELECT row, name, status, cells, findings, result, problem, customer_code FROM import_row"
        f" WHERE {where} ORDER BY row LIMIT ? OFFSET ?",
        (*values, size, (number - 1) * size),
    )
    titles = {column.id: column for column in columns}
    return [_row(tx, one, titles) for one in read], total


def cells(tx: Tx, batch_id: int, which: str = "") -> list[tuple[int, dict[str, str], list[list[str]], Sequence[Any]]]:
    """Lines with all their cells, for a file: number, cells, findings, (status, result, problem, code)."""
    where, values = _where(batch_id, which)
    read = tx.all(
        f"SELECT row, cells, findings, status, result, problem, customer_code FROM import_row WHERE {where}"
        " ORDER BY row LIMIT ?",
        (*values, LARGEST_TABLE),
    )
    return [(one[0], loads(tx.vault.reveal(one[1])), loads(one[2]), one[3:]) for one in read]


def _where(batch_id: int, which: str) -> tuple[str, list[Any]]:
    if which in ROW_STATUS:
        return "batch_id = ? AND status = ?", [batch_id, which]
    if which in RESULTS:
        return "batch_id = ? AND result = ?", [batch_id, which]
    if which == "doubtful":
        return "batch_id = ? AND status = 'ready' AND findings <> '[]'", [batch_id]
    if which == "wrong":
        return "batch_id = ? AND status IN ('faulty', 'duplicate')", [batch_id]
    return "batch_id = ?", [batch_id]


def _row(tx: Tx, read: Sequence[Any], titles: Mapping[str, FileColumn]) -> Row:
    number, name, status, text, findings, result, problem, code = read
    said = loads(tx.vault.reveal(text))
    found = tuple(_found(one, said, titles) for one in loads(findings))
    shown = RESULTS.get(result or "", "")
    return Row(number, name, status, ROW_STATUS[status], found, result, shown, problem or "", code or "")


def _found(finding: Sequence[str], said: Mapping[str, str], titles: Mapping[str, FileColumn]) -> Found:
    column, message, *level = finding
    known = titles.get(column)
    return Found(column, known.title if known else column, shown(known, said.get(column, "")), message, bool(level))


def shown(column: FileColumn | None, text: str) -> str:
    """A cell as it may be shown: account numbers, mobiles and personal numbers masked."""
    if column is None or not text:
        return text
    if column.field.id == "mobile":
        return mask_mobile(text)
    if column.field.id == "tax_id":  # an organisation's number is public; what is no valid one may be a person's
        return mask_tax_id(text)
    return mask_number(text) if column.field.sensitive else text


def columns(engine: Engine, tx: Tx, found: Batch) -> tuple[FileColumn, ...]:
    """The columns the file was read by."""
    definition: Definition | None = engine.definitions.get(tx, found.definition_id) if found.definition_id else None
    return columns_of(found.kind, definition.catalogue if definition else Catalogue())
