"""The rule catalogue V-01 … V-23: each rule with what it accepts, what it objects to, and what lies on the edge."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn.uscc import calc_check_digit

from engine.errors import Refused
from handlers.customers.rules import Facts, rulebook
from handlers.customers.rules.facts import IMPLEMENTED
from handlers.customers.rules.publishing import switch
from tests.handlers.office import FORM, HUAWEI, Office, other

WEDNESDAY = date(2026, 9, 16)
CLEAN: dict[str, Any] = {**FORM, "postcode": "518129", "city": "深圳市"}


def uscc(body: str) -> str:
    """A code with the right check character for its first 17."""
    return body + calc_check_digit(body)


def bank(**cells: Any) -> dict[str, Any]:
    return {"banks": [{**FORM["banks"][0], **cells}]}


def contact(**cells: Any) -> dict[str, Any]:
    return {"contacts": [{**FORM["contacts"][0], **cells}]}


def objections(office: Office, rule: str, values: dict[str, Any], day: date = WEDNESDAY, **own: Any) -> list[str]:
    """The fields that a rule objects to."""
    with office.transactions.read() as tx:
        return [one.field for one in IMPLEMENTED[rule].judge(Facts({**CLEAN, **values}, day, tx, **own))]


ID = "110101199003074530"  # check character right, 1990-03-07

ACCEPTED = [
    ("V-01", {"tax_id": HUAWEI}),
    ("V-01", {"tax_id": "9144 0300-1922038216"}),  # blanks and hyphens are no fault
    ("V-01", {"tax_id": uscc("N2330114000000001")}),  # village collective: stdnum refuses every leading letter
    ("V-01", {"tax_id": uscc("Y1330114000000001")}),
    ("V-01", {"tax_id": uscc("A1330114000000001")}),
    ("V-01", {"tax_id": "whatever", "tax_id_type": "foreign"}),
    ("V-02", {"tax_id": HUAWEI}),
    ("V-02", {"tax_id": uscc("Y1330114000000001")}),
    ("V-03", {"tax_id": HUAWEI}),
    ("V-04", {"tax_id": HUAWEI}),
    ("V-04", {"tax_id": uscc("91330103000000001")}),  # 下城区, merged in 2021: old codes stay right
    ("V-04", {"tax_id": uscc("91330114000000001")}),  # 钱塘区
    ("V-04", {"tax_id": uscc("91100000000000001")}),  # registered nationally
    ("V-04", {"tax_id": uscc("91320594000000001")}),  # a development zone
    ("V-05", {"tax_id": ID, "tax_id_type": "resident_id"}),
    ("V-05", {"tax_id": "330114199003074533", "tax_id_type": "resident_id"}),  # stdnum crashes: KeyError
    ("V-05", {"tax_id": "810000199003074534", "tax_id_type": "resident_id"}),  # 港澳台居民居住证
    ("V-05", {"tax_id": "440306198501010016", "tax_id_type": "resident_id"}),  # the district is younger than the person
    ("V-05-2", {"tax_id": "810000199003074534", "tax_id_type": "resident_id"}),
    ("V-06", {"tax_id": "E1234567", "tax_id_type": "passport"}),
    ("V-06", {"tax_id": "DE 123-456.789", "tax_id_type": "foreign"}),
    ("V-07", {"tax_id": "440300192203821", "tax_id_type": "legacy"}),
    ("V-07", {"taxpayer_no": "L" + HUAWEI}),
    ("V-07-2", {"taxpayer_no": HUAWEI}),
    ("V-08", {"phone": "０１０－６５５２９９８８"}),
    ("V-08", {"phone": "021-12345678-801"}),  # the dash is an extension
    ("V-08", {"phone": "95588"}),
    ("V-08", {"phone": "400-050-0827"}),
    ("V-08", contact(mobile="0086 138 0013 8000")),
    ("V-08", {"phone": "+852 2123 4567"}),
    ("V-08", {"phone": "020 7946 0018", "country": "GB"}),
    ("V-09", {"postcode": "518129"}),
    ("V-09", {"postcode": "SW1A 1AA", "country": "GB"}),
    ("V-09-2", {"postcode": "518129", "region_code": "440000"}),
    ("V-10", contact(email="张三@例子.中国")),
    ("V-11", bank(account_no="6222021234567890128", account_kind="一般户")),  # 对公 accounts know no Luhn
    ("V-11", bank(account_no="4111111111111111", account_kind="个人卡")),
    ("V-11-2", bank(account_no="4000 0212-0920 0012345")),
    ("V-11-2", bank(account_no="DE89 3704 0044 0532 0130 00", account_kind="境外账户")),
    ("V-12", bank(cnaps_code="403100000004")),
    ("V-12-2", bank(cnaps_code="102100099996")),
    ("V-13", bank(swift_code="BKCHCNBJ")),
    ("V-13", bank(iban="GB82 WEST 1234 5698 7654 32")),
    ("V-14", {"country": "CN", "sales_currency": "CNY"}),
    ("V-14", {"credit_currency": "HRK"}),  # closed codes stay right in old records
    ("V-15", {"region_code": "330000"}),
    ("V-15", {"region_code": "XX", "country": "US"}),
    ("V-15-2", {"region_code": "330000", "city": "杭州", "district": "钱塘区"}),
    ("V-15-2", {"region_code": "310000", "city": "上海", "district": "浦东新区"}),
    ("V-15-2", {"region_code": "410000", "city": "济源"}),
    ("V-15-2", {"region_code": "440000", "city": "东莞市", "district": "长安镇"}),  # a city without counties
    ("V-15-2", {"region_code": "710000", "city": "台北"}),  # no list below the province
    ("V-16", {"industry_code": "C"}),
    ("V-16", {"industry_code": "C39"}),
    ("V-20", {"legal_name": "华为技术有限公司"}),
    ("V-20", {"legal_name": "王芳", "customer_type": "个人"}),
    ("V-20-2", {"legal_name": "苏州恒川机械厂"}),
    ("V-21", {"legal_representative": "阿卜杜拉・买买提"}),
    ("V-21", {"verified_by": "何晓雯"}),
    ("V-22-1", bank(account_name="华为技术有限公司 ")),
    ("V-22-2", {"invoice_title": "華為技術有限公司"}),
    ("V-22-3", {"tax_id": uscc("92330114000000001"), "customer_type": "个体工商户"}),
    ("V-22-4", {"tax_id_type": "resident_id", "customer_type": "个人"}),
    ("V-22-5", {"account_group": "C008", "trading_partner": "1100"}),
    ("V-22-6", {"credit_limit": "0", "credit_currency": "CNY"}),
    ("V-22-6", {"credit_limit": "not a number"}),  # the form says so itself
    ("V-22-7", {"established_on": "2026-09-15", "verified_on": "2026-09-15"}),
    ("V-22-7", {"verified_on": "2026-09-16"}),
    ("V-22-8", {}),
    ("V-23-1", {}),
    ("V-23-2", {}),
    ("V-23-3", {}),
]

OBJECTED = [
    ("V-01", {"tax_id": HUAWEI[:-1] + "7"}, "tax_id"),
    ("V-01", {"tax_id": HUAWEI[:-1]}, "tax_id"),
    ("V-01", {"tax_id": uscc("B1330114000000001")}, "tax_id"),
    ("V-02", {"tax_id": uscc("94330114000000001")}, "tax_id"),
    ("V-02", {"tax_id": uscc("27330114000000001")}, "tax_id"),
    ("V-03", {"tax_id": uscc("91330114000000012")}, "tax_id"),
    ("V-04", {"tax_id": uscc("91999999000000001")}, "tax_id"),
    ("V-04", {"tax_id": uscc("91330150000000001")}, "tax_id"),
    ("V-05", {"tax_id": "110101199003074531", "tax_id_type": "resident_id"}, "tax_id"),
    ("V-05", {"tax_id": "110101199002304532", "tax_id_type": "resident_id"}, "tax_id"),
    ("V-05-2", {"tax_id": "990101199003074534", "tax_id_type": "resident_id"}, "tax_id"),
    ("V-06", {"tax_id": "护照", "tax_id_type": "passport"}, "tax_id"),
    ("V-06", {"tax_id": "1", "tax_id_type": "foreign"}, "tax_id"),
    ("V-07", {"tax_id": "44030019220382A9", "tax_id_type": "legacy"}, "tax_id"),
    ("V-07-2", {"tax_id": "440300192203821", "tax_id_type": "legacy"}, "tax_id"),
    ("V-08", {"phone": "65529988"}, "phone"),
    ("V-08", {"fax": "138001380001"}, "fax"),
    ("V-08", contact(mobile="1234"), "contacts.0.mobile"),
    ("V-09", {"postcode": "51812"}, "postcode"),
    ("V-09-2", {"postcode": "100000", "region_code": "440000"}, "postcode"),
    ("V-10", contact(email="x@localhost"), "contacts.0.email"),
    ("V-11", bank(account_no="4111111111111112", account_kind="个人卡"), "banks.0.account_no"),
    ("V-11-2", bank(account_no="4000A212"), "banks.0.account_no"),
    ("V-11-2", bank(account_no="DE88370400440532013000", account_kind="境外账户"), "banks.0.account_no"),
    ("V-12", bank(cnaps_code="102100099997"), "banks.0.cnaps_code"),
    ("V-12-2", bank(cnaps_code="999100000003"), "banks.0.cnaps_code"),
    ("V-13", bank(swift_code="BKCH"), "banks.0.swift_code"),
    ("V-13", bank(iban="GB82WEST12345698765433"), "banks.0.iban"),
    ("V-14", {"country": "ZZ"}, "country"),
    ("V-14", bank(currency="RMB"), "banks.0.currency"),
    ("V-15", {"region_code": "999999"}, "region_code"),
    ("V-15-2", {"region_code": "330000", "city": "苏州"}, "city"),
    ("V-15-2", {"region_code": "330000", "city": "杭州", "district": "昆山"}, "district"),
    ("V-15-2", {"region_code": "330000", "city": "杭州", "district": "下城区"}, "district"),  # merged away
    ("V-16", {"industry_code": "C99"}, "industry_code"),
    ("V-20", {"legal_name": "华为（技术有限公司"}, "legal_name"),
    ("V-20", {"legal_name": "华为"}, "legal_name"),
    ("V-20-2", {"legal_name": "华为技术"}, "legal_name"),
    ("V-20-2", {"legal_name": "華為技術有限公司"}, "legal_name"),
    ("V-21", {"legal_representative": "王"}, "legal_representative"),
    ("V-21", contact(name="王芳经理1"), "contacts.0.name"),
    ("V-22-1", bank(account_name="华为终端有限公司"), "banks.0.account_name"),
    ("V-22-2", {"invoice_title": "华为终端有限公司"}, "invoice_title"),
    ("V-22-3", {"tax_id": uscc("92330114000000001"), "customer_type": "企业"}, "customer_type"),
    ("V-22-3", {"tax_id": HUAWEI, "customer_type": "个体工商户"}, "customer_type"),
    ("V-22-4", {"tax_id_type": "resident_id", "customer_type": "企业"}, "customer_type"),
    ("V-22-5", {"account_group": "C008", "trading_partner": ""}, "trading_partner"),
    ("V-22-6", {"credit_limit": "-0.01", "credit_currency": "CNY"}, "credit_limit"),
    ("V-22-6", {"credit_limit": "1", "credit_currency": ""}, "credit_currency"),
    ("V-22-7", {"verified_on": "2026-09-17"}, "verified_on"),
    ("V-22-7", {"established_on": "2026-09-16", "verified_on": "2026-09-15"}, "verified_on"),
    ("V-22-8", {"parent_code": "1009999"}, "parent_code"),
    ("V-22-8", {"partners": [{"function": "RG", "partner_code": "1009999"}]}, "partners.0.partner_code"),
]


@pytest.mark.parametrize(("rule", "values"), ACCEPTED)
def test_what_is_right_passes(office: Office, rule: str, values: dict[str, Any]) -> None:
    assert objections(office, rule, values) == []


@pytest.mark.parametrize(("rule", "values", "field"), OBJECTED)
def test_what_is_wrong_is_objected_to_at_its_field(
    office: Office, rule: str, values: dict[str, Any], field: str
) -> None:
    assert objections(office, rule, values) == [field]


def test_every_rule_of_a_customer_is_tried_both_ways(office: Office) -> None:
    with office.transactions.read() as tx:
        listed = {name for name in rulebook(tx).rules if IMPLEMENTED[name].kind in ("field", "cross")}

    assert listed == {rule for rule, *_ in ACCEPTED} & {rule for rule, *_ in OBJECTED}


def test_the_catalogue_names_all_of_v_01_to_v_23(office: Office) -> None:
    with office.transactions.read() as tx:
        found = {name[:4] for name in rulebook(tx).rules}

    assert found == {f"V-{number:02}" for number in range(1, 24)}


def test_messages_never_repeat_a_sensitive_number(office: Office) -> None:
    """They are logged with the step."""
    number, card = "110101199003074531", "4111111111111112"
    values = {
        **CLEAN, "tax_id": number, "tax_id_type": "resident_id", **bank(account_no=card, account_kind="个人卡"),
    }  # fmt: skip
    with office.transactions.read() as tx:
        facts = Facts(values, WEDNESDAY, tx)
        told = [one.message for name in ("V-05", "V-05-2", "V-11") for one in IMPLEMENTED[name].judge(facts)]

    assert len(told) == 2
    assert not any(secret in message for message in told for secret in (number, card))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_rule_stumbles_over_anything_that_may_be_typed(office: Office, data: st.DataObject) -> None:
    anything = st.one_of(st.none(), st.text(max_size=30), st.booleans(), st.integers(), st.lists(st.text(max_size=3)))
    names = [*CLEAN, "parent_code", "taxpayer_no", "credit_limit", "established_on"]
    values = {name: data.draw(anything) for name in data.draw(st.sets(st.sampled_from(names), max_size=6))}
    with office.transactions.read() as tx:
        for implemented in IMPLEMENTED.values():
            list(implemented.judge(Facts({**CLEAN, **values}, WEDNESDAY, tx)))


# --- other customers --------------------------------------------------------------------------------------------------


def account(office: Office, code: str) -> int:
    return int(office.read("SELECT id FROM account WHERE customer_code = ?", code)[0][0])


def test_two_parties_with_one_bank_account_are_pointed_out(office: Office) -> None:
    first = office.posted()
    values = other("苏州恒川机械有限公司", uscc("91320500MA1000001"))

    found = objections(office, "V-23-3", values)
    own = objections(office, "V-23-3", FORM, account_id=account(office, first))
    elsewhere = objections(office, "V-23-3", bank(cnaps_code="103100000026"))

    assert (found, own, elsewhere) == (["banks.0.account_no"], [], [])


def test_a_frozen_payer_is_objected_to(office: Office) -> None:
    code = office.posted()

    payer = {"partners": [{"function": "WE", "partner_code": "1"}, {"function": "RG", "partner_code": code}]}
    before = objections(office, "V-22-8", payer)
    with office.write() as tx:
        tx.run("UPDATE account SET status = 'frozen' WHERE customer_code = ?", (code,))

    own = objections(office, "V-22-8", payer, account_id=account(office, code))  # it pays for itself
    assert (before, objections(office, "V-22-8", payer), own) == ([], ["partners.1.partner_code"], [])


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("坂田街道五和大道1号", ["street_address"]),
        ("坂田街道 五和大道 １号", ["street_address"]),
        ("坂田街道五和大道2号", []),
    ],
)
def test_a_second_ship_to_at_the_same_address_is_objected_to(office: Office, address: str, found: list[str]) -> None:
    code = office.posted()
    with office.write() as tx:
        tx.run("UPDATE account SET account_group = 'C002' WHERE customer_code = ?", (code,))
        tx.run("UPDATE general_view SET parent_code = '1009999', street_address = '坂田街道五和大道 1 号'")

    wanted = {"account_group": "C002", "parent_code": "1009999", "street_address": address}

    assert objections(office, "V-23-2", wanted) == found
    assert objections(office, "V-23-2", wanted, account_id=account(office, code)) == []


# --- the gate ---------------------------------------------------------------------------------------------------------


def test_the_gate_asks_the_rules_that_block_again(office: Office) -> None:
    """What was right at submission may have become wrong: here an administrator has made a warning block."""
    case = office.ready(form={**FORM, "banks": [{**FORM["banks"][0], "account_name": "华为终端有限公司"}]})
    office.run(case, "customers.gate")
    with office.write() as tx:
        switch(tx, office.clock.now(), office.cast.person("赵磊"), "V-22-1", severity="block", reason="财务部要求")

    with pytest.raises(Refused) as refused:
        office.run(case, "customers.gate")

    found = [(one["code"], one["where"]) for one in refused.value.details["findings"]]
    assert found == [("rule", "银行账户")]


# --- the calendar -----------------------------------------------------------------------------------------------------


def test_a_year_without_a_published_arrangement_is_pointed_out_and_stops_nothing(office: Office) -> None:
    this, late, next_year = WEDNESDAY, date(2026, 12, 31), date(2027, 1, 4)

    assert [objections(office, "V-17", {}, day) for day in (this, next_year)] == [[], [""]]
    assert [objections(office, "V-18", {}, day) for day in (this, late)] == [[], [""]]
    assert objections(office, "V-19", {}, late) == []
