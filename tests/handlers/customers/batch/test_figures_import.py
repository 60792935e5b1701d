"""Balances, open documents and last transactions by the file."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.errors import NotPossible
from handlers.customers import queries
from handlers.customers.batch.figures_import import confirm, may_import
from handlers.customers.batch.work import Worker
from handlers.customers.figures import figures
from tests.handlers.customers.batch.conftest import Desk
from tests.handlers.office import FORM

FILE = (
    "客户编码,公司代码,未清余额,未清单据数,年度交易额,最后交易日期\n"
    "1000000,1000,\"1,200.50\",3,98000,2026/8/31\n"
    "1000000,1100,-200,0,,46200\n"
    "1000000,1000,7,,,\n"
    "1999999,,1,,,\n"
    "1000000,1200,很多,,,明天\n"
)  # fmt: skip


def test_figures_arrive_per_account_and_company_code(each_desk: Desk) -> None:
    desk = each_desk
    desk.posted(FORM)

    batch = desk.stage(FILE.encode("gbk"), "余额.csv", "figures", as_of="2026-09-15")
    before = desk.read("SELECT count(*) FROM account_figures")[0][0]
    with desk.write() as tx:
        confirm(tx, batch)
    Worker(desk.engine).work()

    assert before == 0, "nothing is written before it is confirmed"
    assert desk.totals(batch) == {"ready": 2, "duplicate": 1, "faulty": 2}, desk.said(batch)
    assert desk.batch(batch)["status"] == "done"
    with desk.transactions.read() as tx:
        found = figures(tx, desk.read("SELECT id FROM account")[0][0])
    assert found is not None
    assert (found.open_balance, found.open_orders, found.annual_turnover) == (Decimal("1000.50"), 3, Decimal(98000))
    assert (found.last_transaction_on, found.as_of, found.source_file) == ("2026-08-31", "2026-09-15", "余额.csv")


def test_a_second_file_of_the_same_day_replaces_the_first(desk: Desk) -> None:
    desk.posted(FORM)
    for text in ("5", "8"):
        batch = desk.stage(f"客户编码,未清余额\n1000000,{text}\n".encode(), "余额.csv", "figures", as_of="2026-09-15")
        with desk.write() as tx:
            confirm(tx, batch)
        Worker(desk.engine).work()

    assert desk.read("SELECT open_balance FROM account_figures") == [("8.00",)]
    with desk.write() as tx, pytest.raises(NotPossible, match="已完成"):
        confirm(tx, batch)


def test_a_one_time_customer_used_too_often_is_proposed_for_a_real_create(desk: Desk) -> None:  # E-49
    code = desk.post_directly({"account_group": "C009", "customer_type": "企业", "legal_name": "展会零散客户"})
    for day, count in (("2026-08-31", 2), ("2026-09-15", 50)):
        file = f"客户编码,使用次数\n{code},{count}\n".encode()
        batch = desk.stage(file, "一次性.csv", "figures", as_of=day)
        with desk.write() as tx:
            confirm(tx, batch)
        Worker(desk.engine).work()

    with desk.transactions.read() as tx:
        shown = [queries.customer(tx, code, now=desk.clock.now(), most_uses=most) for most in (3, 50)]

    told = [[hint.text for hint in one.hints if "一次性" in hint.text] for one in shown if one]
    assert told == [["该一次性客户已使用 50 次，请改为正式新增"], []]


@pytest.mark.parametrize(
    ("who", "may"),
    [("李志强", True), ("黄雅琴", True), ("赵磊", True), ("孙倩", False), ("何晓雯", False)],
)
def test_only_finance_maintainers_and_administrators_import_figures(desk: Desk, who: str, may: bool) -> None:
    assert may_import(desk.cast.people, desk.cast.person(who), desk.clock.now()) is may
