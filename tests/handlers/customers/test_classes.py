"""Class A, B or C: by cumulative share of the imported turnover (O-69, E-107)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from handlers.customers.figures import account_figures
from handlers.customers.reports import classes, composition
from handlers.customers.reports.criteria import Criteria
from handlers.customers.reports.listing import customers
from tests.handlers.office import FORM, TENCENT, Office, other

MONEY = st.decimals("-1000", "1000000", places=2)


def letters(*turnovers: int) -> str:
    """The classes of customers with these turnovers, in their order."""
    found = classes.ranked({place: Decimal(value) for place, value in enumerate(turnovers)})
    return "".join(found[place][0] for place in sorted(found))


@pytest.mark.parametrize(
    ("turnovers", "expected"),
    [
        ((71, 20, 9), "ABC"),  # one alone has 71 %: A by either reading
        ((30, 25, 20, 15, 10), "AAABC"),  # nobody reaches 70 % alone: three together do
        ((70, 20, 10), "ABC"),  # exactly 70 and exactly 90 are reached
        ((50, 50), "AA"),
        ((100,), "A"),
        ((0, 0), "CC"),
        ((-5, 10, 0), "CAC"),  # returns only, and nothing
    ],
)  # fmt: skip
def test_the_smallest_set_that_reaches_seventy_per_cent_is_class_a(turnovers: tuple[int, ...], expected: str) -> None:
    assert letters(*turnovers) == expected


@given(st.lists(MONEY, max_size=30))
def test_class_a_reaches_seventy_per_cent_and_without_its_least_member_it_does_not(turnovers: list[Decimal]) -> None:
    found = classes.ranked(dict(enumerate(turnovers)))
    total = sum((value for value in turnovers if value > 0), Decimal(0))
    a = sorted(turnovers[one] for one, (name, _, _) in found.items() if name == "A")

    if total:
        assert sum(a) >= Decimal("0.7") * total
        assert sum(a[1:]) < Decimal("0.7") * total
    else:
        assert a == []


@pytest.fixture
def stocked(office: Office) -> Office:
    """华为 with 900,000 in two company codes, 长安 with 100,000, 启明 of which nothing was imported."""
    office.posted(FORM)
    office.posted(other("重庆长安汽车股份有限公司", TENCENT))
    office.posted(other("杭州启明软件有限公司", "12345678"))
    imported(office, 1, "1000", "2026-09-30", 500_000)
    imported(office, 1, "1100", "2026-09-30", 400_000)
    imported(office, 2, "1000", "2026-09-30", 100_000)
    rate(office)
    return office


def imported(office: Office, account: int, company_code: str, as_of: str, turnover: int) -> None:
    with office.write() as tx:
        tx.core(
            insert(account_figures).values(
                account_id=account, company_code=company_code, as_of=as_of, annual_turnover=Decimal(turnover),
                source_file="往来.xlsx", imported_by=office.cast.person("李志强"), imported_at=office.clock.now(),
            )
        )  # fmt: skip


def rate(office: Office) -> None:
    with office.write() as tx:
        classes.rate(tx, office.clock.now())


def of_class(office: Office, letter: str) -> list[str]:
    with office.transactions.read() as tx:
        return [row.code for row in customers(tx, Criteria(abc_class=letter)).rows]


def test_the_list_finds_customers_by_class_and_those_without_one(stocked: Office) -> None:
    found = {letter: of_class(stocked, letter) for letter in ("A", "B", "C", classes.UNRATED)}

    assert found == {"A": ["1000000"], "B": [], "C": ["1000001"], "none": ["1000002"]}


def test_a_customer_says_its_share_and_of_which_day_the_figures_are(stocked: Office) -> None:
    with stocked.transactions.read() as tx:
        second, third = classes.rating(tx, 2), classes.rating(tx, 3)

    assert second == classes.Rating("C", Decimal(100_000), 100, 1000, "2026-09-30")
    assert third is None


def test_the_composition_counts_classes_now_and_as_they_were_before_newer_figures(stocked: Office) -> None:
    """
    Given the classes by the figures of September
    When the figures of October turn 华为 and 长安 about
    Then the composition counts by October, and as of the moment before by September.
    """
    before = stocked.clock.now()
    stocked.clock.advance(hours=1)
    imported(stocked, 2, "1000", "2026-10-31", 9_100_000)
    rate(stocked)
    now = stocked.clock.now()
    with stocked.transactions.read() as tx:
        today = composition.composition(tx, now, {})
        then = composition.composition(tx, before + timedelta(minutes=1), {}, past=True)

    tables = [next(one for one in report.tables if one.title == "按 ABC 分类") for report in (today, then)]
    counted = [{str(row[0].value): row[1].value for row in table.rows} for table in tables]
    assert counted == [{"A 类": 1, "C 类": 1, "未分类": 1}] * 2
    assert of_class(stocked, "A") == ["1000001"]
    assert "2026-09-30 至 2026-10-31" in " ".join(today.notes)
    assert "2026-09-30 的年度交易额" in " ".join(then.notes)
