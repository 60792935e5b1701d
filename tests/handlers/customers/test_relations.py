"""Relations between parties: stated on the lower side, seen from both, never in a circle."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Refused
from handlers.customers.changes.relations import Relation, of_party, problems
from tests.handlers.office import TENCENT, Office, other

HUAWEI, SHOP, THIRD = "1000000", "1000001", "1000002"
BRANCH_NUMBER, THIRD_NUMBER = "91320594MA1MN5T063", "91441900MA4W5T5M1M"


@pytest.fixture
def stocked(each_office: Office) -> Office:
    """华为, 腾讯 and 终端 are customers."""
    each_office.posted()
    each_office.posted(other("深圳市腾讯计算机系统有限公司", TENCENT))
    each_office.posted(other("华为终端有限公司", THIRD_NUMBER))
    return each_office


def row(kind: str, code: str, since: str = "2026-01-01", until: str | None = None) -> dict[str, Any]:
    return {"relation": kind, "related_code": code, "valid_from": since} | ({"valid_to": until} if until else {})


def said(office: Office, code: str, *rows: dict[str, Any]) -> str:
    with office.transactions.read() as tx:
        return "；".join(problems(tx, code, rows))


def seen(office: Office, code: str, day: str = "2026-09-16") -> list[tuple[str, str]]:
    with office.transactions.read() as tx:
        account = tx.all("SELECT id FROM account WHERE customer_code = ?", (code,))[0][0]
        found: list[Relation] = of_party(tx, account, day)
    return [(one.title, one.code) for one in found]


def test_a_branch_with_its_own_number_is_a_party_of_its_own_under_its_head_office(office: Office) -> None:  # E-39
    office.posted()
    branch = other("华为技术有限公司苏州分公司", BRANCH_NUMBER, relations=[row("branch_of", HUAWEI)])

    office.posted(branch)

    assert office.read("SELECT count(DISTINCT party_id) FROM account") == [(2,)]
    assert seen(office, "1000001") == [("是其分支机构", HUAWEI)]
    assert seen(office, HUAWEI) == [("分支机构", "1000001")]


def test_a_relation_is_stated_by_a_change_and_ends_on_its_day(stocked: Office) -> None:
    stocked.change(SHOP, relations=[row("group", HUAWEI)])
    stocked.change(SHOP, relations=[row("group", HUAWEI, until="2026-08-31")])

    assert stocked.read("SELECT related_code, valid_to FROM party_relation") == [(HUAWEI, "2026-08-31")]
    assert (seen(stocked, HUAWEI, "2026-08-31"), seen(stocked, HUAWEI)) == ([("集团成员", SHOP)], [])
    assert stocked.read("SELECT max(version) FROM account") == [(3,)]


def test_no_relation_leads_back_to_where_it_began(stocked: Office) -> None:
    stocked.change(SHOP, relations=[row("parent", HUAWEI)])
    stocked.change(THIRD, relations=[row("branch_of", SHOP)])
    case = stocked.wish(HUAWEI, relations=[row("group", THIRD)])

    with pytest.raises(Refused, match="关系成了环") as refusal:
        stocked.run(case, "customers.reserve_change")

    assert refusal.value.code == "NOT_ALLOWED"
    assert said(stocked, HUAWEI, row("group", THIRD, "2025-01-01", "2025-12-31")) == "", "another time"


def test_two_changes_that_only_together_close_a_circle_do_not_both_stand(stocked: Office) -> None:
    one = stocked.wish(HUAWEI, relations=[row("parent", SHOP)])
    two = stocked.wish(SHOP, relations=[row("parent", HUAWEI)])
    for case in (one, two):
        stocked.run(case, "customers.reserve_change")
        stocked.release(case)
    stocked.run(one, "customers.post_change")

    with pytest.raises(Refused, match="关系成了环"):
        stocked.run(two, "customers.post_change")

    assert stocked.read("SELECT related_code FROM party_relation") == [(SHOP,)]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([row("parent", "1999999")], "上级单位 1999999 不存在"),
        ([row("parent", HUAWEI)], "是同一主体"),
        ([row("parent", SHOP, "2026-03-01", "2026-02-01")], "早于起始日期"),
        ([row("parent", SHOP), row("parent", SHOP)], "登记了两次"),
        ([row("branch_of", SHOP), row("branch_of", THIRD)], "登记了两次"),
        ([{"relation": "parent", "related_code": SHOP}], "起始日期"),
        ([row("parent", SHOP), row("parent", THIRD)], ""),
        ([row("branch_of", SHOP, until="2026-06-30"), row("branch_of", THIRD, "2026-07-01")], ""),
    ],
)
def test_what_cannot_be_stated_is_told_with_its_remedy(office: Office, rows: list[dict[str, Any]], text: str) -> None:
    office.posted()
    office.posted(other("深圳市腾讯计算机系统有限公司", TENCENT))
    office.posted(other("华为终端有限公司", THIRD_NUMBER))

    found = said(office, HUAWEI, *rows)

    assert (text in found) if text else found == ""
