"""The list of customers: combined criteria, orders, and no search that looks at every customer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.transactions import Transactions
from handlers.customers.reports.criteria import Criteria
from handlers.customers.reports.grams import COMMON, grams
from handlers.customers.reports.listing import ORDERS, customers, every, statements
from tests.handlers.office import FORM, HUAWEI, TENCENT, Office, other


@pytest.fixture
def stocked(each_office: Office) -> Office:
    """华为 in Guangdong with a change in flight, 长安 in Chongqing by an intermediary and frozen in company code 1000,
    启明 a frozen software house in Zhejiang; all with the same bank account.
    """
    office = each_office
    office.posted(FORM)
    office.posted(other("重庆长安汽车股份有限公司", TENCENT, region_code="500000", cooperation_mode="indirect"))
    office.posted(
        other("杭州启明软件有限公司", "12345678", region_code="330000", industry_code="I", salesperson="王芳")
    )
    office.freeze("1000001", freeze_company_codes=["1000"])
    case = office.wish("1000000", city="东莞")
    with office.write() as tx:
        tx.run("UPDATE instance SET subject = '1000000' WHERE id = ?", (case,))
        tx.run("UPDATE account SET status = 'frozen' WHERE customer_code = '1000002'")
    return office


def codes(office: Office, order: str = "code", **criteria: str) -> list[str]:
    with office.transactions.read() as tx:
        return [row.code[-1] for row in customers(tx, Criteria(**criteria), order=order).rows]


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({}, "012"),
        ({"text": "有限公司"}, "012"),
        ({"text": "长安 股份"}, "1"),
        ({"text": "启"}, "2"),
        ({"text": "hzqm"}, "2"),
        ({"text": "10000"}, "012"),
        ({"region": "50"}, "1"),
        ({"industry": "C"}, "01"),
        ({"industry": "I", "region": "33"}, "2"),
        ({"industry": "I", "region": "44"}, ""),
        ({"mode": "indirect"}, "1"),
        ({"mode": "direct", "status": "frozen"}, "2"),
        ({"salesperson": "王芳"}, "2"),
        ({"text": "公司", "mode": "direct", "status": "active"}, "0"),
        ({"customer_type": "企业", "group": "C001"}, "012"),
        ({"group": "C008"}, ""),
        ({"department": "99999999999"}, ""),
        ({"department": "'"}, ""),
        ({"text": "4000 0212 0920 0012 345"}, "012"),
        ({"text": "400002120920001234"}, ""),
        ({"freeze_kind": "special"}, "1"),
        ({"freeze_kind": "routine"}, ""),
        ({"block_scope": "company"}, "1"),
        ({"block_scope": "central"}, ""),
        ({"in_flight": "any"}, "0"),
        ({"in_flight": "'"}, ""),
        ({"abc_class": "none"}, "012"),
    ],
)
def test_every_criterion_narrows_what_the_others_leave(stocked: Office, criteria: dict[str, str], found: str) -> None:
    assert codes(stocked, **criteria) == list(found)


def test_orders_are_by_code_name_and_newest_posting(stocked: Office) -> None:
    assert codes(stocked, order="newest") == ["2", "1", "0"]
    assert codes(stocked, order="changed") == ["1", "2", "0"]
    assert sorted(codes(stocked, order="name")) == ["0", "1", "2"]


def test_the_counts_by_status_leave_the_chosen_status_out(stocked: Office) -> None:
    with stocked.transactions.read() as tx:
        page = customers(tx, Criteria(text="公司", status="frozen"))

    assert page.statuses == {"active": 2, "frozen": 1}
    assert page.total == 1


def test_a_line_tells_where_the_customer_is_and_who_sells_to_it(stocked: Office) -> None:
    with stocked.transactions.read() as tx:
        row = next(iter(every(tx, Criteria(text="启明"))))

    assert (row.name, row.region, row.industry, row.modes, row.salespersons) == (
        "杭州启明软件有限公司",
        "330000",
        "I",
        ("direct",),
        ("王芳",),
    )


@pytest.mark.parametrize(
    "criteria",
    [
        {"text": "恒川精密"}, {"text": "苏州 精密"}, {"text": "hcjm"}, {"text": "1000001"}, {"text": HUAWEI},
        {"status": "frozen"}, {"group": "C001"}, {"department": "2"}, {"customer_type": "企业"}, {"region": "32"},
        {"industry": "C"}, {"mode": "direct"}, {"salesperson": "王芳"}, {"text": "4000021209200012345"},
        {"abc_class": "A"}, {"in_flight": "any"}, {"in_flight": "2"},
        {"text": "精密", "region": "32", "industry": "C", "status": "active", "mode": "direct"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("order", ORDERS)
def test_no_usual_search_looks_at_every_customer(sqlite_database: str, criteria: dict[str, str], order: str) -> None:
    """
    Given the usual criteria, alone and together, in every order
    When the database is asked how it would look for the customers
    Then it goes through an index and scans no table of customers from end to end.
    """
    transactions = Transactions(sqlite_database)
    with transactions.read() as tx:
        plan = [
            str(step[3])
            for sql, values in statements(Criteria(**criteria), order)
            for step in tx.all(f"EXPLAIN QUERY PLAN {sql}", values)
        ]
    transactions.close()

    assert [step for step in plan if step.startswith("SCAN")] == []


def test_a_page_costs_the_same_few_statements_however_long_it_is(stocked: Office) -> None:
    def cost(**criteria: str) -> int:
        with stocked.transactions.read() as tx:
            customers(tx, Criteria(**criteria))
            return tx.statements

    assert cost() == cost(text="公司", industry="C") == 4


HAN_NAME = st.text(st.sampled_from("华为技术有限公司苏州恒川精密机械AB12"), min_size=2, max_size=14)


@given(HAN_NAME, st.data())
def test_any_part_of_a_name_shares_all_its_keys_with_the_name(name: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(name) - 2))
    part = name[begin : data.draw(st.integers(begin + 2, len(name)))]

    assert grams(part, "") <= grams(name, "")
    assert not grams(name, "") & COMMON
