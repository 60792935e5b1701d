"""What pages ask about customers."""

from __future__ import annotations

import pytest

from handlers.customers.queries import customer
from handlers.customers.reports.criteria import Criteria
from handlers.customers.reports.listing import customers
from handlers.customers.versions import differences
from tests.handlers.office import FORM, HUAWEI, TENCENT, Office, other


@pytest.fixture
def stocked(office: Office) -> Office:
    office.posted({**FORM, "name_en": "Huawei Technologies Co., Ltd."})
    office.posted(other("重庆长安汽车股份有限公司", TENCENT))
    return office


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["1000000", "1000001"]),
        ("1000001", ["1000001"]),
        ("华为", ["1000000"]),
        ("華為技術", ["1000000"]),
        ("huawei tech", ["1000000"]),
        (HUAWEI.lower(), ["1000000"]),
        ("9144 0300 1922 0382 16", ["1000000"]),
        ("hwjs", ["1000000"]),
        ("CQCA", ["1000001"]),
        ("100%", []),
        ("、", []),
        ("不存在的公司", []),
    ],
)
def test_a_customer_is_found_by_code_number_name_or_initials(stocked: Office, text: str, codes: list[str]) -> None:
    with stocked.transactions.read() as tx:
        page = customers(tx, Criteria(text=text))

    assert [row.code for row in page.rows] == codes
    assert page.total == len(codes)


def test_a_page_beyond_the_last_is_the_last_and_states_are_told_apart(stocked: Office) -> None:
    with stocked.write() as tx:
        tx.run("UPDATE account SET status = 'frozen' WHERE customer_code = '1000001'")
        first = customers(tx, Criteria(), size=1)
        second = customers(tx, Criteria(), number=2, size=1)
        beyond = customers(tx, Criteria(), number=99, size=1)
        frozen = customers(tx, Criteria(status="frozen"))

    assert (first.pages, first.total) == (2, 2)
    assert [page.rows[0].code for page in (first, second, beyond)] == ["1000000", "1000001", "1000001"]
    assert [(row.code, row.status_text) for row in frozen.rows] == [("1000001", "冻结")]


def test_the_detail_shows_labels_and_masks_what_is_sensitive(stocked: Office) -> None:
    with stocked.transactions.read() as tx:
        found = customer(tx, "1000000", stocked.definition.catalogue)

    assert found is not None
    shown = {f"{view.id}.{value.name}": value for view in found.views for row in view.rows for value in row}
    assert shown["general.industry_code"].text == "C 制造业"
    assert shown["general.tax_id"].text == HUAWEI
    assert shown["contacts.mobile"].text == "138****8000"
    assert shown["contacts.is_primary"].text == "是"
    assert shown["banks.account_no"].masked
    assert shown["banks.account_no"].text.endswith("2345")
    assert "40000212092000" not in str(found)
    assert [(v.number, v.case_number) for v in found.versions] == [(1, "CJ-2026-0001")]


def test_the_whole_number_is_shown_only_when_asked_for(stocked: Office) -> None:
    with stocked.transactions.read() as tx:
        found = customer(tx, "1000000", reveal=True)

    assert "4000021209200012345" in str(found)


def test_a_persons_number_is_masked_everywhere(office: Office) -> None:
    office.posted(other("王小明", "11010519491231002X", tax_id_type="resident_id", customer_type="个人"))

    with office.transactions.read() as tx:
        page, found = customers(tx, Criteria()), customer(tx, "1000000")

    assert page.rows[0].tax_id == "*" * 14 + "002X"
    assert "11010519491231002X" not in str(found)


def test_there_is_no_such_customer(office: Office) -> None:
    with office.transactions.read() as tx:
        assert customer(tx, "1999999") is None


def test_applications_in_flight_about_a_customer_are_listed(stocked: Office) -> None:
    stocked.apply("周敏", "MKT", {**FORM, "separate_reason": "invoicing"})

    with stocked.transactions.read() as tx:
        found = customer(tx, "1000000")

    assert found is not None
    assert [(one.number, one.department) for one in found.open_requests] == [("CJ-2026-0003", "营销部")]


def test_what_a_posting_changed_is_told_field_by_field_with_sensitive_values_masked(stocked: Office) -> None:
    with stocked.transactions.read() as tx:
        old = tx.all("SELECT snapshot FROM account_version WHERE number = 1 ORDER BY id LIMIT 1")[0][0]
    before, after = (_loads(stocked.transactions.vault.reveal(old)) for _ in range(2))
    after["general"][0]["city"] = "东莞"
    after["banks"][0]["account_no"] = "4000021209200099999"
    after["contacts"].append({"name": "李雷"})

    changes = {one.label: (one.old, one.new) for one in differences(before, after)}

    assert changes["城市"] == ("深圳", "东莞")
    assert changes["银行账号"] == ("***************2345", "***************9999")
    assert changes["姓名"] == (None, "李雷")
    assert len(changes) == 3
    assert differences(before, before) == ()


def _loads(text: str) -> dict:
    from engine.store import loads

    return loads(text)
