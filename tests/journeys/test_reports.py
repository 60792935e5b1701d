"""RP-09 and RP-10 over what really happened: imported figures, freezes with their letters, who has read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from engine import worklists
from handlers.customers.figures import account_figures
from handlers.customers.reports import annual_review, freezes
from handlers.notices.queries import mark_read
from handlers.reporting import Report, Table
from tests.handlers.office import other
from tests.journeys.company import Company, firm

TENCENT = other("深圳市腾讯计算机系统有限公司", "9144030071526726XG")
LAWSUIT: dict[str, Any] = {
    "urgent_reason": "legal_dispute", "urgent_note": "法院已受理", "letter_facts": "客户已被起诉。",
    "letter_request": "请停止发货。",
}  # fmt: skip


@pytest.fixture
def stocked(company: Company) -> Company:
    """华为 frozen by finance for a lawsuit, 腾讯 frozen by 经营一部 in one company code; 孙倩 has read her letter."""
    huawei, tencent = company.posted(), company.posted(form=TENCENT)
    to = [str(company.cast.department(one)) for one in ("U1", "MKT")]
    _through(company, company.freeze(huawei, **LAWSUIT, letter_to=to), "FIN")
    scoped = {"freeze_scope": "company", "freeze_company_codes": ["1000"], "freeze_reason": "信用复核"}
    _through(company, company.freeze(tencent, "孙倩", "U1", **scoped), "U1")
    company.clock.advance(minutes=7)
    with company.transactions.write() as tx:
        mark_read(tx, company.clock.now(), company.cast.person("孙倩"))
    return company


def _through(company: Company, case: int, department: str) -> None:
    company.approve(case, department)
    company.do(case, "Task_check", "李志强", "complete", reason_code="ok")
    company.release(case)


def table(report: Report, title: str) -> list[dict[str, Any]]:
    """The rows of a table by the titles of its columns."""
    found: Table = next(one for one in report.tables if one.title == title)
    return [
        {column.title: cell.value for column, cell in zip(found.columns, row, strict=True)} for row in found.rows
    ]  # fmt: skip


def frozen(company: Company, **asked: str) -> Report:
    with company.transactions.read() as tx:
        return freezes.freezes(tx, company.clock.now(), **asked)


def test_the_list_of_freezes_says_how_why_where_and_since_when(stocked: Company) -> None:
    rows = table(frozen(stocked), "现有冻结")

    told = [(row["客户编码"], row["类别"], row["范围"], row["原因"]) for row in rows]
    assert told == [
        ("1000000", "特殊冻结", "全部", "拖欠货款，已起诉"),
        ("1000001", "特殊冻结", "公司代码 1000", "信用复核"),
    ]
    assert all(row["自"].startswith("2026-09-16") for row in rows)


def test_it_is_narrowed_by_kind_and_scope(stocked: Company) -> None:
    asked = ({"scope": "central"}, {"scope": "company"}, {"scope": "area"}, {"kind": "routine"})

    found = [[row["客户编码"] for row in table(frozen(stocked, **one), "现有冻结")] for one in asked]

    assert found == [["1000000"], ["1000001"], [], []]


def test_each_letter_and_notice_says_who_has_read_it_and_when(stocked: Company) -> None:
    """
    Given the letter of the lawsuit went to 经营一部 and 营销部, and the notice before it to the same
    When 孙倩 of 经营一部 has read hers and 周敏 of 营销部 has not
    Then the report says both, by the number of the letter.
    """
    rows = table(frozen(stocked, scope="central"), "函件、通知与阅知")

    letters = {row["收件人"]: row["阅知"] for row in rows if row["函件或通知"] == "财务部函〔2026〕1 号"}
    notices = {row["收件人"] for row in rows if row["函件或通知"] == "通知其余部门"}
    assert set(letters) == notices == {"孙倩", "周敏"}
    assert letters["周敏"] == "未阅知"
    assert letters["孙倩"].startswith("2026-09-16")


def imported(company: Company, code: str, last: str, balance: str, orders: int) -> None:
    with company.transactions.write() as tx:
        account = tx.all("SELECT id FROM account WHERE customer_code = ?", (code,))[0][0]
        tx.core(
            insert(account_figures).values(
                account_id=account, company_code="1000", as_of="2026-10-31", open_balance=Decimal(balance),
                open_orders=orders, last_transaction_on=last, source_file="往来 2026-10.xlsx",
                imported_by=company.cast.person("黄雅琴"), imported_at=company.clock.now(),
            )
        )  # fmt: skip


def test_the_annual_review_lists_the_silent_with_their_imported_figures(company: Company) -> None:
    """
    Given three customers: silent for two years and settled, silent with open items, and active last month
    When the annual review is asked for those silent for twelve months
    Then it lists the first two with balance, documents and the day of the figures, and only the settled may be frozen.
    """
    codes = [company.posted(form=firm(place)) for place in (1, 2, 3)]
    imported(company, codes[0], "2024-09-01", "0", 0)
    imported(company, codes[1], "2025-03-01", "1200.5", 3)
    imported(company, codes[2], "2026-10-12", "0", 0)

    with company.transactions.read() as tx:
        rows = table(annual_review.annual_review(tx, company.clock.now(), 12), "评审名单")

    told = [(row["客户编码"], row["最后交易"], row["未清余额"], row["未清单据"], row["能否例行冻结"]) for row in rows]
    assert told == [
        (codes[0], "2024-09-01", "0.00", 0, "可以"),
        (codes[1], "2025-03-01", "1200.50", 3, "往来未结束，不能"),
    ]
    assert {row["数据日期"] for row in rows} == {"2026-10-31"}


def test_a_department_sees_what_it_has_under_way_whoever_filed_it(company: Company) -> None:
    case = company.apply(form=firm(4))

    with company.transactions.read() as tx:
        ours = worklists.open_of(tx, [company.cast.department("U1")])
        theirs = worklists.open_of(tx, [company.cast.department("MKT")])
        counted = worklists.count_open_of(tx, [company.cast.department("U1")])

    assert case in [one.id for one in ours]
    assert counted == len(ours)
    assert theirs == []
