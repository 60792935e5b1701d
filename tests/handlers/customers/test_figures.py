"""What the ledger says about an account, as the freeze asks for it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import insert

from handlers.customers.figures import WHOLE, Figures, account_figures, figures
from tests.handlers.office import FORM, Office


@pytest.fixture
def account(office: Office) -> int:
    office.posted(FORM)
    with office.transactions.read() as tx:
        return int(tx.all("SELECT id FROM account")[0][0])


def imported(office: Office, account: int, company_code: str, as_of: str, **values: object) -> None:
    with office.write() as tx:
        tx.core(
            insert(account_figures).values(
                account_id=account, company_code=company_code, as_of=as_of, source_file=f"{as_of}.xlsx",
                imported_by=office.cast.person("李志强"), imported_at=office.clock.now(), **values,
            )
        )  # fmt: skip


def asked(office: Office, account: int) -> Figures | None:
    with office.transactions.read() as tx:
        return figures(tx, account)


def test_an_account_of_which_nothing_was_imported_has_no_figures(office: Office, account: int) -> None:
    assert asked(office, account) is None


def test_company_codes_are_summed_and_the_newest_day_of_each_counts(office: Office, account: int) -> None:
    imported(office, account, "1000", "2026-06-30", open_balance=Decimal(900), open_orders=4)
    imported(office, account, "1000", "2026-09-30", open_balance=Decimal("100.10"), open_orders=1)
    imported(office, account, "1100", "2026-09-30", open_balance=Decimal("0.20"), last_transaction_on="2026-08-01")

    found = asked(office, account)

    assert found is not None
    assert (found.open_balance, found.open_orders, found.last_transaction_on) == (Decimal("100.30"), 1, "2026-08-01")
    assert (found.as_of, found.annual_turnover, found.open_items) == ("2026-09-30", None, True)


def test_newer_figures_of_the_whole_account_replace_older_ones_by_company_code(office: Office, account: int) -> None:
    imported(office, account, "1000", "2026-06-30", open_balance=Decimal(900), last_transaction_on="2026-05-01")
    imported(office, account, WHOLE, "2026-09-30", open_balance=Decimal(0), open_orders=0)

    found = asked(office, account)

    assert found is not None
    assert (found.open_balance, found.open_items, found.last_transaction_on) == (Decimal(0), False, "2026-05-01")
