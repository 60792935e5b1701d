"""Account groups: which fields each has, what identifies its accounts, which partner functions they may fill."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Refused
from engine.forms import missing
from engine.operations import GuardContext, registry
from handlers.customers.changes import claims
from handlers.customers.matching.search import candidate_of, find
from tests.handlers.office import FORM, TENCENT, Office, other

CODE = "1000000"
NO_NUMBER: dict[str, Any] = {"tax_id_type": None, "tax_id": None, "search": None}
CUSTOMER_SECTIONS = ("general", "contact", "bank", "sales", "accounting")


@pytest.fixture
def stocked(office: Office) -> Office:
    """An office with one customer, 华为."""
    office.posted()
    return office


def ship_to(**more: Any) -> dict[str, Any]:
    """A ship-to of 华为 in 东莞."""
    place = {"legal_name": "华为技术有限公司松山湖仓库", "account_group": "C002", "parent_code": CODE, "city": "东莞"}
    return {**FORM, **NO_NUMBER, "banks": [], **place, **more}


def said(office: Office, guard: str, values: dict[str, Any]) -> list[str]:
    with office.transactions.read() as tx:
        who = GuardContext(
            tx, office.clock.now(), office.cast.people, office.cast.person("孙倩"), 1, None, "Start_apply"
        )
        return [problem.message for problem in registry.guards[guard](who, values)]


@pytest.mark.parametrize(
    ("group", "sections"),
    [
        ("C001", {"general", "contact", "bank", "sales", "accounting"}),
        ("C002", {"general", "contact", "sales"}),
        ("C003", {"general", "contact", "bank", "accounting"}),
        ("C004", {"general", "accounting"}),
        ("C008", {"general", "contact", "sales", "accounting"}),
        ("C009", set()),
    ],
)
def test_an_account_group_asks_for_its_own_sections(office: Office, group: str, sections: set[str]) -> None:
    form = {"account_group": group, "country": "CN"}

    asked = {one for one in CUSTOMER_SECTIONS if missing(office.definition.catalogue, [one], form)}

    assert asked == sections


def test_a_bill_to_gives_tax_and_address_only(office: Office) -> None:
    needed = missing(office.definition.catalogue, ["accounting"], {"account_group": "C004", "invoice_type": "special"})

    assert {problem.field for problem in needed} == {
        "company_code",
        "invoice_title",
        "invoice_address",
        "invoice_phone",
    }


def test_a_one_time_customer_is_a_name_and_nothing_else(office: Office) -> None:
    form = {"account_group": "C009", "customer_type": "企业", "legal_name": "一次性客户（华东）"}

    needed = missing(office.definition.catalogue, ["identity", *CUSTOMER_SECTIONS], form)

    assert needed == []


# --- ship-to --------------------------------------------------------------------------------------------------------


def test_a_ship_to_has_a_parent_and_no_number_and_needs_no_search(stocked: Office) -> None:  # E-40
    form = ship_to()
    assert [said(stocked, guard, form) for guard in ("customers.searched", "customers.place_free")] == [[], []]

    stocked.post_directly(form)

    assert stocked.read("SELECT customer_code, account_group FROM account ORDER BY id")[1] == ("2000000", "C002")
    assert stocked.read("SELECT key FROM party ORDER BY id")[1] == (None,)
    assert stocked.read("SELECT count(*) FROM company_code_view") == [(1,)]


def test_the_same_place_of_the_same_parent_is_created_once(stocked: Office) -> None:
    stocked.post_directly(ship_to())
    again = ship_to(legal_name="松山湖二号仓库", street_address="坂田街道 五和大道1号")

    objection = said(stocked, "customers.place_free", again)
    with pytest.raises(Refused, match="已有送达方 2000000"):
        stocked.post_directly(again)
    elsewhere = said(stocked, "customers.place_free", ship_to(street_address="松山湖大道 2 号"))

    assert "已有送达方 2000000" in objection[0]
    assert elsewhere == []


@pytest.mark.parametrize(
    ("parent", "text"), [("1999999", "不存在"), ("2000000", "不是售达方"), (CODE, "现为冻结")]
)  # fmt: skip
def test_the_parent_must_be_an_active_sold_to(stocked: Office, parent: str, text: str) -> None:
    stocked.post_directly(ship_to())
    if parent == CODE:
        stocked.freeze(CODE)

    assert text in said(stocked, "customers.place_free", ship_to(parent_code=parent, city="深圳"))[0]


# --- persons and one-time customers ---------------------------------------------------------------------------------


def test_a_person_is_identified_by_the_id_number(office: Office) -> None:
    form = other("王小明", "11010519491231002X", account_group="C005", customer_type="个人", tax_id_type="resident_id")

    assert office.posted(form) == "5000000"
    assert "已属于客户 5000000" in refusal(office, form)


def refusal(office: Office, form: dict[str, Any]) -> str:
    with pytest.raises(Refused) as refused:
        office.run(office.apply(form=form), "customers.reserve")
    return refused.value.message


def test_a_one_time_customer_is_nobodys_duplicate_and_is_not_frozen_by_routine(office: Office) -> None:
    office.post_directly({"account_group": "C009", "customer_type": "企业", "legal_name": "华为技术有限公司"})

    with office.transactions.read() as tx:
        hits = find(tx, candidate_of(FORM), None)
    frozen = said(office, "customers.may_freeze", {"customer_code": "9900000", "freeze_kind": "routine"})

    assert hits == []
    assert "一次性客户" in frozen[0]


# --- partners -------------------------------------------------------------------------------------------------------


def partners(office: Office, *rows: tuple[str, str]) -> list[str]:
    given = [{"function": function, "partner_code": code} for function, code in rows]
    form = {"customer_code": CODE, "base_version": 1, "account_group": "C001", "partners": given}
    return said(office, "customers.partners", form)


FOUR = [(one, CODE) for one in ("AG", "WE", "RE", "RG")]


def test_a_function_nobody_is_named_for_is_filled_by_the_customer_itself(office: Office) -> None:
    office.posted(other("深圳市腾讯计算机系统有限公司", TENCENT))

    office.posted({**FORM, "partners": [{"function": "RG", "partner_code": CODE}]})

    rows = office.read("SELECT function, partner_code FROM partner WHERE account_id = 2 ORDER BY line")
    assert rows == [("AG", "1000001"), ("WE", "1000001"), ("RE", "1000001"), ("RG", CODE)]


def test_the_four_functions_are_needed_once_a_customer_exists(stocked: Office) -> None:
    assert partners(stocked, *FOUR) == []
    assert "缺少付款方" in partners(stocked, *FOUR[:3])[0]


def test_a_ship_to_may_receive_but_not_pay(stocked: Office) -> None:
    stocked.post_directly(ship_to())

    assert partners(stocked, *FOUR, ("WE", "2000000")) == []
    assert "不能作付款方" in partners(stocked, *FOUR, ("RG", "2000000"))[0]


def test_a_partner_must_exist_and_be_active(stocked: Office) -> None:
    stocked.posted(other("深圳市腾讯计算机系统有限公司", TENCENT))
    stocked.freeze("1000001")

    assert "不存在" in partners(stocked, *FOUR, ("RE", "1999999"))[0]
    assert "现为冻结" in partners(stocked, *FOUR, ("RE", "1000001"))[0]


def test_nobody_pays_in_a_circle(stocked: Office) -> None:
    stocked.posted(other("深圳市腾讯计算机系统有限公司", TENCENT, partners=[{"function": "RG", "partner_code": CODE}]))

    assert "成了环" in partners(stocked, *FOUR[:3], ("RG", "1000001"))[0]


def test_a_changed_payer_is_a_change_like_any_other(stocked: Office) -> None:
    stocked.posted(other("深圳市腾讯计算机系统有限公司", TENCENT))
    rows = [row for row in stocked.current(CODE)["partners"] if row["function"] != "RG"]

    stocked.change(CODE, partners=[*rows, {"function": "RG", "partner_code": "1000001"}])

    assert {(row["function"], row["partner_code"]) for row in stocked.current(CODE)["partners"]} == {
        *FOUR[:3],
        ("RG", "1000001"),
    }
    with stocked.transactions.read() as tx:
        (change,) = claims.items_of(tx, 3, "posted")
    assert (change.path, change.old, change.new) == ("partners.4.partner_code", CODE, "1000001")
