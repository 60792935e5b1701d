"""Questions of pages about customers. Sensitive values leave here masked unless the caller asks for them by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.clock import local
from engine.forms import Catalogue
from engine.store import loads, moment, placeholders
from engine.transactions import Tx
from handlers.customers.changes.relations import Relation, of_party
from handlers.customers.records import snapshot
from handlers.customers.reports import listing
from handlers.customers.reports.listing import Row
from handlers.customers.reports.quality import Hint, hints, one_time
from handlers.customers.values.show import Show, Value
from handlers.customers.versions import Version, content_at, versions
from handlers.customers.view_tables import ROWS, VIEW_TITLES, VIEWS, fields


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
    status: str  # at the moment looked at; "" when the customer was not there yet
    blocks: tuple[Block, ...]
    partners: tuple[Partner, ...]
    relations: tuple[Relation, ...]  # of its party on the day looked at
    hints: tuple[Hint, ...]


@dataclass(frozen=True)
class Block:
    """A freeze of one kind of business in one scope, by whose request."""

    scope: str
    kind: str  # BLOCKS
    freeze_kind: str
    reason: str
    since: datetime
    instance_id: int
    number: str


@dataclass(frozen=True)
class Partner:
    """Who fills a partner function of the account."""

    function: str
    code: str
    name: str


@dataclass(frozen=True)
class OpenRequest:
    """An application in flight about the customer."""

    instance_id: int
    number: str
    process: str
    title: str
    department: str
    started_at: datetime


_NAMES = (
    "SELECT a.customer_code, n.name FROM account a JOIN party_name n ON n.party_id = a.party_id"
    " AND n.kind = 'current' AND n.valid_to IS NULL WHERE a.customer_code IN ({marks})"
)

# --- one customer ----------------------------------------------------------------------------------


def customer(
    tx: Tx,
    code: str,
    catalogue: Catalogue | None = None,
    reveal: bool = False,
    at: datetime | None = None,
    now: datetime | None = None,
    most_uses: int | None = None,
) -> Customer | None:
    """The customer with that code; coded values read as in the catalogue. `reveal` shows what is masked: log it.

    With `at` the views are those of the version then in force, none before the first; with `now` there are hints
    about the quality of the data.
    """
    found = listing.one(tx, code)
    if found is None:
        return None
    account_id, row = found
    content = snapshot(tx, account_id) if at is None else content_at(tx, account_id, at)
    show, tables = Show(catalogue, reveal, tx), VIEWS | ROWS
    return Customer(
        row=row,
        account_id=account_id,
        names=tuple((name["kind"], name["name"]) for name in content.get("names", ())),
        views=tuple(
            View(name, VIEW_TITLES[name], tuple(show.values(fields(table), one) for one in content[name]))
            for name, table in tables.items()
            if content.get(name)
        ),
        versions=versions(tx, account_id, show),
        open_requests=open_requests(tx, account_id, code),
        status=content.get("account", {}).get("status", ""),
        blocks=_blocks(tx, content),
        partners=_partners(tx, content),
        relations=tuple(of_party(tx, account_id, local(day).date().isoformat())) if (day := at or now) else (),
        hints=(*hints(content, row.changed_at, now), *one_time(tx, account_id, row.group, most_uses)) if now else (),
    )


def _blocks(tx: Tx, content: Mapping[str, Any]) -> tuple[Block, ...]:
    """The freezes of a snapshot, with the numbers of their requests."""
    blocks = content.get("blocks") or ()
    asked = sorted({int(one["instance_id"]) for one in blocks})
    marks = placeholders(asked)
    rows = tx.all(f"SELECT id, number FROM instance WHERE id IN ({marks})", asked) if asked else []
    numbers = {row[0]: row[1] for row in rows}
    return tuple(
        Block(
            one["scope"],
            one["kind"],
            one["freeze_kind"],
            one.get("reason", ""),
            moment(one["since"]),
            one["instance_id"],
            numbers.get(one["instance_id"], ""),
        )
        for one in blocks
    )


def _partners(tx: Tx, content: Mapping[str, Any]) -> tuple[Partner, ...]:
    """The partner functions of a snapshot: the codes as they were then, the names of customers as they are now."""
    rows = content.get("partners") or ()
    codes = sorted({str(row["partner_code"]) for row in rows if row.get("partner_code")})
    marks = placeholders(codes)
    names = {row[0]: row[1] for row in tx.all(_NAMES.format(marks=marks), codes)} if codes else {}
    return tuple(
        Partner(
            str(row.get("function", "")),
            code := row.get("partner_code") or "",
            names.get(code) or row.get("partner_name") or "",
        )
        for row in rows
    )


_REQUESTS = (
    "SELECT i.id, i.number, i.process, i.title, d.name, i.started_at FROM instance i"
    " JOIN department d ON d.id = i.department_id WHERE i.status IN ('open', 'suspended') AND i.id IN ("
    "SELECT id FROM instance WHERE subject = ? OR subject LIKE ?"
    " UNION SELECT instance_id FROM account_claim WHERE account_id = ? AND released_at IS NULL"
    " UNION SELECT f.instance_id FROM applied f JOIN party p ON p.key = f.key JOIN account a ON a.party_id = p.id"
    " WHERE a.id = ?) ORDER BY i.id"
)


def open_requests(tx: Tx, account_id: int, code: str) -> tuple[OpenRequest, ...]:
    """Applications in flight about this customer: by its code, as on record for it, or by its party's number."""
    rows = tx.all(_REQUESTS, (code, f"{code}@%", account_id, account_id))
    return tuple(
        OpenRequest(case, number, process, title, department, moment(started))
        for case, number, process, title, department, started in rows
    )


def gate_findings(tx: Tx, instance_id: int) -> list[dict[str, str]]:
    """What the gate found when it was last asked for this case; empty when it opened or was never asked."""
    row = tx.one(
        "SELECT findings FROM gate_result WHERE instance_id = ? ORDER BY checked_at DESC, job DESC LIMIT 1",
        (instance_id,),
    )
    return list(loads(row[0])) if row else []
