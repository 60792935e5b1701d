"""Who is a candidate of the yearly freeze: active, and silent for so many months by the imported figures (O-54)."""

from __future__ import annotations

from datetime import date, timedelta

from engine.transactions import Tx
from handlers.customers.changes.states import ONE_TIME
from handlers.customers.figures import figures

# The newest day any figures are of says how long ago the last business was; the index leads to the silent ones.
SILENT = (
    "SELECT a.id FROM account_figures f JOIN account a ON a.id = f.account_id"
    " WHERE a.status = 'active' AND a.account_group != ? AND a.id NOT IN (SELECT l.account_id FROM freeze_line l"
    " JOIN freeze_review r ON r.id = l.review_id JOIN instance i ON i.id = r.instance_id"
    " WHERE l.proposal = 'propose' AND i.status IN ('open', 'suspended') AND i.id != ?) GROUP BY a.id, a.customer_code"
    " HAVING max(f.last_transaction_on) < ? ORDER BY a.customer_code"
)
_PUT = (
    "INSERT INTO freeze_line (review_id, account_id, origin, as_of, last_transaction_on, open_balance, open_orders)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (review_id, account_id) DO NOTHING"
)
_AREAS = (
    "SELECT sales_organisation, distribution_channel, division FROM sales_area_view WHERE account_id = ?"
    " ORDER BY sales_organisation, distribution_channel, division"
)
# A unit that extended the customer to another sales area owns that area; the rest is the unit's that created it.
_EXTENDED = (
    "SELECT i.department_id FROM change_item c JOIN instance i ON i.id = c.instance_id WHERE c.account_id = ?"
    " AND c.view = 'sales' AND c.stage = 'posted' AND c.kind = 'added' AND c.path LIKE ? ORDER BY c.id LIMIT 1"
)


def silent(tx: Tx, before: date, instance_id: int) -> list[int]:
    """Accounts whose last transaction lies before a day, for the review of this case.

    One-time customers are none; those without figures, and those another review is at work on, neither.
    """
    return [int(row[0]) for row in tx.all(SILENT, (ONE_TIME, instance_id, before.isoformat()))]


def put_line(tx: Tx, review_id: int, account_id: int, origin: str) -> None:
    """Put a customer on the list with the figures known now; one that is on it stays as it is."""
    known = figures(tx, account_id)
    shown = (
        (known.as_of, known.last_transaction_on, known.open_balance, known.open_orders)
        if known
        else (None, None, None, None)
    )
    as_of, last, balance, orders = shown
    tx.run(_PUT, (review_id, account_id, origin, as_of, last, None if balance is None else str(balance), orders))


def owners(tx: Tx, account_id: int) -> dict[int, list[str]]:
    """The departments that own a customer, each with its sales areas as scopes of a block (E-69).

    First the one that owns the account as a whole, with the areas nobody else brought in.
    """
    row = tx.one("SELECT department_id FROM account WHERE id = ?", (account_id,))
    assert row is not None
    owned: dict[int, list[str]] = {int(row[0]): []}
    for area in ("/".join(parts) for parts in tx.all(_AREAS, (account_id,))):
        other = tx.one(_EXTENDED, (account_id, f"sales.{area}.%"))
        owned.setdefault(int(other[0] if other else row[0]), []).append(f"area:{area}")
    return owned


def months_before(today: date, months: int) -> date:
    """The day so many months before today; the last of a month where it has fewer days."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=today.day - 1), following - timedelta(days=1))
