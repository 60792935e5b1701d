"""One customer: tabs, hints, the lanes of its history, freezes, and what may be applied for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.store import stamp
from handlers.customers.reports.quality import hints
from handlers.customers.versions import Change, Version
from tests.cast import MONDAY
from tests.webui.desk import Desk, text
from webui.customers.history import lanes


@pytest.fixture
def posted(desk: Desk) -> Desk:
    desk.posted()
    return desk


@pytest.mark.parametrize(
    ("tab", "seen"),
    [
        ("", "税务、银行与信用"),
        ("sales", "责任业务员"),
        ("accounting", "统驭科目"),
        ("banks", "联行号"),
        ("contacts", "138****8000"),
        ("history", "写入记录"),
    ],
)
def test_each_tab_shows_its_view(posted: Desk, tab: str, seen: str) -> None:
    page = text(posted.browser_of("何晓雯").get(f"/customers/1000000?tab={tab}"))

    assert seen in page
    assert "售达方 本客户" in page


def test_the_moment_looked_back_to_is_kept_from_tab_to_tab(posted: Desk) -> None:
    posted.at("2026-11-18", "09:00")

    page = posted.browser_of("孙倩").get("/customers/1000000?at=2026-11-17").get_data(as_text=True)

    assert 'href="/customers/1000000?tab=banks&amp;at=2026-11-17"' in page


def test_a_freeze_is_said_in_the_head_and_beside_with_its_request(posted: Desk) -> None:
    """
    Given deliveries to 华为 are blocked in one sales area
    When 孙倩 opens the customer
    Then the head says 交货冻结, and the box beside says where, why and since when.
    """
    block = (1, "area:1000/10/01", "delivery", "special", "信用复核", 1, stamp(MONDAY))
    with posted.transactions.write() as tx:
        tx.run("INSERT INTO account_block VALUES (?, ?, ?, ?, ?, ?, ?)", block)

    page = text(posted.browser_of("孙倩").get("/customers/1000000"))

    assert "交货 冻结" in page
    assert "订单 未冻结" in page
    assert "特殊冻结 冻结项 交货冻结 范围 销售范围 1000/10/01 原因 信用复核" in page
    assert "销售范围 1000/10/01 交货 信用复核" in text(posted.browser_of("孙倩").get("/reports/RP-10?kind=special"))
    assert "信用复核" not in text(posted.browser_of("孙倩").get("/reports/RP-10?kind=routine"))


def test_nothing_is_offered_that_no_published_procedure_does(posted: Desk) -> None:
    page = text(posted.browser_of("孙倩").get("/customers/1000000"))

    assert "申请修改" not in page
    assert "申请冻结" not in page


def test_hints_name_what_is_missing_doubtful_or_old() -> None:
    content = {
        "general": [{"legal_name": "华为技术有限公司", "business_term": "2006-01-01 至 2026-12-20"}],
        "banks": [{"bank_name": "中国工商银行", "account_name": "华为终端有限公司"}],
        "sales": [{}],
    }

    found = [(hint.text, hint.serious) for hint in hints(content, MONDAY - timedelta(days=430), MONDAY)]

    assert found == [
        ("没有会计成本视图", True),
        ("没有主要联系人", False),
        ("营业期限将届满", True),
        ("银行户名与客户名称不一致", False),
        ("资料 14 个月未维护", False),
    ]


def test_a_lane_shows_each_value_as_long_as_it_held() -> None:
    """
    Given terms of payment changed a quarter and half of the way from the first posting until now
    When the lanes are drawn
    Then the three values take a quarter, a quarter and a half, and the last is the present one.
    """

    def version(number: int, day: int, *changes: Change) -> Version:
        return Version(number, 1, MONDAY + timedelta(days=day), 1, f"XG-2026-000{number}", "", changes)

    first = Change("accounting.1.payment_terms", "付款条件", "30 天", "45 天")
    second = Change("accounting.1.payment_terms", "付款条件", "45 天", "60 天")
    drawn = lanes([version(3, 50, second), version(2, 25, first), version(1, 0)], MONDAY + timedelta(days=100))

    assert drawn is not None
    parts = drawn["lanes"][0]["parts"]
    assert [(part["text"], part["x"], part["w"], part["now"]) for part in parts] == [
        ("30 天", 0.0, 25.0, False),
        ("45 天", 25.0, 25.0, False),
        ("60 天", 50.0, 50.0, True),
    ]
    assert lanes([version(1, 0)], MONDAY) is None
