"""Staged balances, open documents and last transactions become figures of accounts; no customer data changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.errors import NotPossible
from engine.people import People
from engine.store import loads, stamp
from engine.transactions import Transactions, Tx
from handlers.customers.batch.columns import OWN_CODE
from handlers.customers.batch.tables import STATUS
from handlers.customers.reports import classes

IMPORTERS = ("maintainer", "admin")  # and whoever answers for finance
WRITTEN_AT_ONCE = 500

_UPSERT = (
    "INSERT INTO account_figures (account_id, company_code, as_of, open_balance, open_orders, annual_turnover,"
    " last_transaction_on, uses, source_file, batch_id, imported_by, imported_at)"
    " SELECT a.id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM account a WHERE a.customer_code = ?"
    " ON CONFLICT (account_id, company_code, as_of) DO UPDATE SET open_balance = excluded.open_balance,"
    " open_orders = excluded.open_orders, annual_turnover = excluded.annual_turnover,"
    " last_transaction_on = excluded.last_transaction_on, uses = excluded.uses, source_file = excluded.source_file,"
    " batch_id = excluded.batch_id, imported_by = excluded.imported_by, imported_at = excluded.imported_at"
)
_NEXT = (
    "SELECT row, form FROM import_row WHERE batch_id = ? AND status = 'ready' AND result IS NULL ORDER BY row LIMIT ?"
)
_MARK = (
    "UPDATE import_row SET result = 'posted', account_id = (SELECT id FROM account WHERE customer_code = ?)"
    " WHERE batch_id = ? AND row = ? AND result IS NULL"
)


def may_import(people: People, person_id: int, now: datetime) -> bool:
    """Maintainers, administrators, and the focal person and leader of a finance department."""
    for post in people.posts_of(person_id, now):
        finance = people.department(post.department_id).kind == "finance"
        if post.kind in IMPORTERS or (finance and post.kind in ("focal", "leader")):
            return True
    return False


def confirm(tx: Tx, batch_id: int) -> None:
    """Let the staged figures be written; raises NotPossible when they are not staged."""
    sql = "UPDATE import_batch SET status = 'posting' WHERE id = ? AND kind = 'figures' AND status = 'staged'"
    if tx.run(sql, (batch_id,)) != 1:
        row = tx.one("SELECT status FROM import_batch WHERE id = ?", (batch_id,))
        raise NotPossible(what="导入这个批次", why=f"状态是“{STATUS[row[0]] if row else '不存在'}”")


def write_part(transactions: Transactions, now: datetime) -> bool:
    """Write the next figures of a confirmed batch, in a transaction; False when there is nothing to write."""
    with transactions.write() as tx:
        batch = tx.one(
            "SELECT id, as_of, filename, uploaded_by FROM import_batch WHERE kind = 'figures' AND status = 'posting'"
            " ORDER BY id LIMIT 1" + (" FOR UPDATE" if tx.postgres else "")
        )
        if batch is None:
            return False
        rows = [(row, loads(form)) for row, form in tx.all(_NEXT, (batch[0], WRITTEN_AT_ONCE))]
        if rows:
            tx.many(_UPSERT, [_values(batch, form, now) for _, form in rows])
            tx.many(_MARK, [(form[OWN_CODE], batch[0], row) for row, form in rows])
            tx.run("UPDATE import_batch SET written = written + ? WHERE id = ?", (len(rows), batch[0]))
        else:
            tx.run("UPDATE import_batch SET status = 'done', done_at = ? WHERE id = ?", (stamp(now), batch[0]))
            classes.rate(tx, now)
    return True


def _values(batch: Any, form: dict[str, Any], now: datetime) -> tuple[Any, ...]:
    names = ("open_balance", "open_orders", "annual_turnover", "last_transaction_on", "uses")
    numbers = (form.get(name) for name in names)
    code = form.get("company_code") or ""
    return (code, batch[1], *numbers, batch[2], batch[0], batch[3], stamp(now), form[OWN_CODE])
