"""Questions of pages about customers. Sensitive values leave here masked unless the caller asks for them by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.forms import Catalogue
from engine.store import loads, moment
from engine.transactions import Tx
from handlers.customers.keys import key_of
from handlers.customers.naming import normalise
from handlers.customers.records import snapshot
from handlers.customers.show import Show, Value, number_text
from handlers.customers.tables import ACCOUNT_STATUS
from handlers.customers.versions import Version, content_at, versions
from handlers.customers.view_tables import ROWS, VIEW_TITLES, VIEWS, fields

PAGE = 50


@dataclass(frozen=True)
class Row:
    """A customer on a list; the number of a natural person is masked."""

    code: str
    name: str
    status: str
    status_text: str
    group: str
    tax_id: str
    department: str
    version: int
    created_at: datetime
    changed_at: datetime  # of the newest posting


@dataclass(frozen=True)
class Page:
    rows: tuple[Row, ...]
    total: int
    number: int  # from 1
    pages: int


@dataclass(frozen=True)
class View:
    """A titled part of a customer: one list of values per row."""

    id: str
    title: str
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Customer:
    """A customer whole: its head line, views, names, versions and the applications in flight about it."""

    row: Row
    account_id: int
    names: tuple[tuple[str, str], ...]  # kind, name
    views: tuple[View, ...]
    versions: tuple[Version, ...]
    open_requests: tuple[OpenRequest, ...]


@dataclass(frozen=True)
class OpenRequest:
    instance_id: int
    number: str
    process: str
    title: str
    department: str
    started_at: datetime


# --- lists -----------------------------------------------------------------------------------------

_LIST = (
    " FROM account a JOIN party p ON p.id = a.party_id JOIN department d ON d.id = a.department_id"
    " JOIN party_name n ON n.party_id = p.id AND n.kind = 'current' AND n.valid_to IS NULL"
    " JOIN account_version v ON v.account_id = a.id AND v.number = a.version WHERE "
)
_HEAD = (
    "SELECT a.customer_code, n.name, a.status, a.account_group, p.tax_id, d.name, a.version, a.created_at,"
    " v.posted_at, a.id"
)


def customers(tx: Tx, text: str = "", status: str = "", number: int = 1, size: int = PAGE, *, group: str = "") -> Page:
    """The customers that a text finds by code, tax number, part of any name or pinyin initials; by code."""
    where, values = _matching(text.strip())
    for column, wanted in (("a.status", status), ("a.account_group", group)):
        if wanted:
            where, values = f"{where} AND {column} = ?", [*values, wanted]
    total = int(tx.all(f"SELECT count(*){_LIST}{where}", values)[0][0])
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    rows = tx.all(
        f"{_HEAD}{_LIST}{where} ORDER BY a.customer_code LIMIT ? OFFSET ?", (*values, size, (number - 1) * size)
    )
    return Page(tuple(_row(row) for row in rows), total, number, pages)


def counts(tx: Tx, text: str = "") -> dict[tuple[str, str], int]:
    """How many customers a text finds, by status and account group."""
    where, values = _matching(text.strip())
    rows = tx.all(f"SELECT a.status, a.account_group, count(*){_LIST}{where} GROUP BY 1, 2", values)
    return {(row[0], row[1]): int(row[2]) for row in rows}


def group_names(tx: Tx) -> dict[str, str]:
    """The account groups by code: `C001` → its name."""
    return {row[0]: row[1] for row in tx.all("SELECT account_group, name FROM number_range ORDER BY account_group")}


def _matching(text: str) -> tuple[str, list[Any]]:
    if not text:
        return "1 = 1", []
    normal = normalise(text)[:200]
    if not normal:  # nothing but punctuation
        return "1 = 0", []
    code = re.sub(r"[\s\-]", "", normal)
    tests, values = ["a.customer_code = ?", "p.tax_id = ?", "m.normal LIKE ? ESCAPE '!'"], [code, code, like(normal)]
    if re.fullmatch(r"[a-z0-9]{2,}", text, re.ASCII | re.IGNORECASE):
        tests.append("m.initials LIKE ? ESCAPE '!'")
        values.append(like(text.lower()))
    found = f"SELECT 1 FROM party_name m WHERE m.party_id = p.id AND ({' OR '.join(tests[2:])})"
    return f"({' OR '.join(tests[:2])} OR EXISTS ({found}))", values


def like(text: str) -> str:
    """A LIKE pattern for texts that contain this one; the escape character is `!`."""
    return "%" + re.sub(r"([!%_])", r"!\1", text) + "%"


def _row(row: Any) -> Row:
    status, tax_id = ACCOUNT_STATUS[row[2]], number_text(row[4])
    return Row(row[0], row[1], row[2], status, row[3], tax_id, row[5], row[6], moment(row[7]), moment(row[8]))


# --- one customer ----------------------------------------------------------------------------------


def customer(
    tx: Tx, code: str, catalogue: Catalogue | None = None, reveal: bool = False, at: datetime | None = None
) -> Customer | None:
    """The customer with that code; coded values read as in the catalogue. `reveal` shows what is masked: log it.

    With `at` the views are those of the version then in force, none before the first.
    """
    row = tx.one(f"{_HEAD}{_LIST}a.customer_code = ?", (code,))
    if row is None:
        return None
    content = snapshot(tx, row[9]) if at is None else content_at(tx, row[9], at)
    show, tables = Show(catalogue, reveal), VIEWS | ROWS
    return Customer(
        row=_row(row),
        account_id=row[9],
        names=tuple((name["kind"], name["name"]) for name in content.get("names", ())),
        views=tuple(
            View(name, VIEW_TITLES[name], tuple(show.values(fields(table), one) for one in content[name]))
            for name, table in tables.items()
            if content.get(name)
        ),
        versions=versions(tx, row[9], show),
        open_requests=open_requests(tx, code, _key(tx, row[9])),
    )


def _key(tx: Tx, account_id: int) -> str | None:
    row = tx.one("SELECT p.key FROM party p JOIN account a ON a.party_id = p.id WHERE a.id = ?", (account_id,))
    return row[0] if row else None


def open_requests(tx: Tx, code: str, key: str | None) -> tuple[OpenRequest, ...]:
    """Applications in flight about this customer: by its code, or by its party's key."""
    rows = tx.all(
        "SELECT i.id, i.number, i.process, i.title, d.name, i.started_at, i.form FROM instance i"
        " JOIN department d ON d.id = i.department_id WHERE i.status IN ('open', 'suspended') ORDER BY i.id"
    )
    found = []
    for number, case, process, title, department, started_at, text in rows:
        form = loads(text)
        if form.get("customer_code") == code or (key is not None and key_of(form) == key):
            found.append(OpenRequest(number, case, process, title, department, moment(started_at)))
    return tuple(found)


def gate_findings(tx: Tx, instance_id: int) -> list[dict[str, str]]:
    """What the gate found when it was last asked for this case; empty when it opened or was never asked."""
    row = tx.one(
        "SELECT findings FROM gate_result WHERE instance_id = ? ORDER BY checked_at DESC, job DESC LIMIT 1",
        (instance_id,),
    )
    return list(loads(row[0])) if row else []
