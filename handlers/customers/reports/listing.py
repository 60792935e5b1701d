"""The list of customers: a page of those that meet the criteria, how many there are, and all of them for a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.store import moment, placeholders
from engine.transactions import Tx
from handlers.customers.reports.criteria import Criteria, Secret
from handlers.customers.tables import ACCOUNT_STATUS
from handlers.customers.values.secrets import stored_key
from handlers.customers.values.show import number_text

PAGE = 50
# How a list may be sorted: what is compared, after the joins it needs. The code makes every order a complete one.
ORDERS = {
    "code": ("", "a.customer_code"),
    "newest": ("", "a.id DESC"),
    "name": (
        " JOIN party_name n ON n.party_id = a.party_id AND n.kind = 'current' AND n.valid_to IS NULL",
        "n.normal, a.customer_code",
    ),
    "changed": (
        " JOIN account_version v ON v.account_id = a.id AND v.number = a.version",
        "v.posted_at DESC, a.id DESC",
    ),
}


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
    customer_type: str = ""
    region: str = ""
    city: str = ""
    industry: str = ""
    modes: tuple[str, ...] = ()
    salespersons: tuple[str, ...] = ()
    abc_class: str = ""  # "" until turnover was imported
    under_way: int = 0  # applications about it that are not over


@dataclass(frozen=True)
class Page:
    """One page of a list; `total` is over all pages, `statuses` counts every status the other criteria leave."""

    rows: tuple[Row, ...]
    total: int
    number: int  # from 1
    pages: int
    statuses: dict[str, int] = field(default_factory=dict)


_HEAD = (
    "SELECT a.customer_code, n.name, a.status, a.account_group, p.tax_id, d.name, a.version, a.created_at,"
    " v.posted_at, g.customer_type, g.region_code, g.city, g.industry_code, c.letter, (SELECT count(*) FROM instance i"
    " WHERE i.subject = a.customer_code AND i.status IN ('open', 'suspended')), a.id"
    " FROM account a JOIN party p ON p.id = a.party_id JOIN department d ON d.id = a.department_id"
    " JOIN party_name n ON n.party_id = p.id AND n.kind = 'current' AND n.valid_to IS NULL"
    " JOIN account_version v ON v.account_id = a.id AND v.number = a.version"
    " LEFT JOIN general_view g ON g.account_id = a.id"
    " LEFT JOIN account_class c ON c.account_id = a.id WHERE a.id IN ({marks})"
)
_SALES = (
    "SELECT account_id, cooperation_mode, salesperson FROM sales_area_view WHERE account_id IN ({marks}) ORDER BY id"
)


def customers(tx: Tx, criteria: Criteria, number: int = 1, size: int = PAGE, order: str = "code") -> Page:
    """A page of the customers that meet the criteria; a page beyond the last is the last."""
    statuses = counts(tx, criteria.without("status"))
    total = statuses.get(criteria.status, 0) if criteria.status else sum(statuses.values())
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    found = _ids(tx, criteria, order, size, (number - 1) * size) if total else []
    return Page(tuple(_rows(tx, found)), total, number, pages, statuses)


def counts(tx: Tx, criteria: Criteria) -> dict[str, int]:
    """How many customers meet the criteria, by status."""
    test, values = criteria.conditions()
    return {row[0]: int(row[1]) for row in tx.all(_counted(test), _asked(tx, values))}


def every(tx: Tx, criteria: Criteria, order: str = "code", most: int = 100_000, size: int = 500) -> Iterator[Row]:
    """All that meet the criteria, at most `most`, read in portions."""
    found = _ids(tx, criteria, order, most, 0)
    for begin in range(0, len(found), size):
        yield from _rows(tx, found[begin : begin + size])


def one(tx: Tx, code: str) -> tuple[int, Row] | None:
    """The account with that code: its id and its line."""
    row = tx.one("SELECT id FROM account WHERE customer_code = ?", (code,))
    return (int(row[0]), _rows(tx, [row[0]])[0]) if row else None


def group_names(tx: Tx) -> dict[str, str]:
    """The account groups by code: `C001` → its name."""
    return {row[0]: row[1] for row in tx.all("SELECT account_group, name FROM number_range ORDER BY account_group")}


def statements(criteria: Criteria, order: str = "code") -> tuple[tuple[str, list[Any]], ...]:
    """The two statements that look for customers, as the databases get them: to ask how they are carried out."""
    test, values = criteria.conditions()
    return (_counted(test), values), (_sought(test, order), [*values, PAGE, 0])


def _counted(test: str) -> str:
    return f"SELECT a.status, count(*) FROM account a WHERE {test} GROUP BY a.status"


def _sought(test: str, order: str) -> str:
    join, by = ORDERS.get(order, ORDERS["code"])
    return f"SELECT a.id FROM account a{join} WHERE {test} ORDER BY {by} LIMIT ? OFFSET ?"


def _ids(tx: Tx, criteria: Criteria, order: str, size: int, begin: int) -> list[int]:
    test, values = criteria.conditions()
    return [row[0] for row in tx.all(_sought(test, order), (*_asked(tx, values), size, begin))]


def _asked(tx: Tx, values: Sequence[Any]) -> list[Any]:
    """The values of the conditions; secrets and a person's key as they are stored."""
    return [_stored(tx, one) if isinstance(one, str) else one for one in values]


def _stored(tx: Tx, value: str) -> str | None:
    return tx.vault.fingerprint(value) if isinstance(value, Secret) else stored_key(tx.vault, value)


def _rows(tx: Tx, ids: list[int]) -> list[Row]:
    """The lines of these accounts, in this order."""
    if not ids:
        return []
    marks = placeholders(ids)
    sales: dict[int, list[Any]] = {}
    for account, mode, person in tx.all(_SALES.format(marks=marks), ids):
        sales.setdefault(account, []).append((mode, person))
    rows = {row[-1]: _row(tx, row, sales.get(row[-1], [])) for row in tx.all(_HEAD.format(marks=marks), ids)}
    return [rows[one] for one in ids]


def _row(tx: Tx, row: Any, sales: list[Any]) -> Row:
    return Row(
        code=row[0],
        name=row[1],
        status=row[2],
        status_text=ACCOUNT_STATUS[row[2]],
        group=row[3],
        tax_id=number_text(tx.vault.plain(row[4])),
        department=row[5],
        version=row[6],
        created_at=moment(row[7]),
        changed_at=moment(row[8]),
        customer_type=row[9] or "",
        region=row[10] or "",
        city=row[11] or "",
        industry=row[12] or "",
        abc_class=row[13] or "",
        under_way=int(row[14]),
        modes=tuple(dict.fromkeys(mode for mode, _ in sales if mode)),
        salespersons=tuple(dict.fromkeys(person for _, person in sales if person)),
    )
