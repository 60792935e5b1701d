"""V-01 … V-16, V-20, V-21: what is written in one field, after it was put into normal form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import bic, iban
from stdnum.exceptions import ValidationError

from handlers.customers.reference.sources import cities_of, city_named, named, short
from handlers.customers.rules.facts import Facts, Found, doubted, refused, rule
from handlers.customers.values.bank import FOREIGN, PERSONAL_CARD, check_account, check_cnaps, check_foreign
from handlers.customers.values.contact import check_email, check_postcode
from handlers.customers.values.names import check_company_name, check_person_name
from handlers.customers.values.phone import check_phone
from handlers.customers.values.resident_id import check_resident_id
from handlers.customers.values.taxpayer import check_taxpayer_number
from handlers.customers.values.text import Checked, Invalid, compact
from handlers.customers.values.uscc import category, check_uscc, organisation_check_character, organisation_code

USCC, LEGACY, PERSON = ("uscc", "USCC"), ("legacy", "旧15位"), ("resident_id", "身份证")
CHINA = ("", "CN")
ZONES = 70  # county codes from here on are development zones, which GB/T 2260 does not list
NATIONAL = "100000"  # registered with the national authority
LONGEST_OTHER_NUMBER = 40


def _uscc(facts: Facts) -> str:
    """The USCC on the form in normal form, empty when there is none or it is wrong (V-01 says so)."""
    try:
        return check_uscc(facts.text("tax_id")).value if facts.text("tax_id_type") in USCC else ""
    except Invalid:
        return ""


@rule("V-01")
def composition(facts: Facts) -> Iterator[Found]:
    text = facts.text("tax_id")
    if text and facts.text("tax_id_type") in USCC:
        yield from refused("tax_id", text, check_uscc)


@rule("V-02")
def category_listed(facts: Facts) -> Iterator[Found]:
    code = _uscc(facts)
    if code and category(code) is None:
        yield Found("tax_id", f"统一社会信用代码前两位 {code[:2]} 不在国家标准的机构类别中；请对照营业执照确认。")


@rule("V-03")
def organisation(facts: Facts) -> Iterator[Found]:
    body = organisation_code(_uscc(facts) or "0" * 18)
    if _uscc(facts) and organisation_check_character(body[:8]) != body[8]:
        yield Found("tax_id", "第 17 位与组织机构代码的校验不符；少数旧代码如此，请对照营业执照确认。")


@rule("V-04")
def registration_region(facts: Facts) -> Iterator[Found]:
    code = _uscc(facts)[2:8]
    if not code or code == NATIONAL:
        return
    regions = facts.list("regions")
    zone = int(code[4:]) > ZONES and any(regions.get(code[:size].ljust(6, "0")) for size in (4, 2))
    if regions.get(code) is None and not zone:
        yield Found("tax_id", f"第 3–8 位 {code} 不是行政区划代码（已撤并的旧代码也算）；请对照营业执照确认。")


@rule("V-05")
def resident_id(facts: Facts) -> Iterator[Found]:
    text = facts.text("tax_id")
    if text and facts.text("tax_id_type") in PERSON:
        yield from refused("tax_id", text, check_resident_id, today=facts.day)


@rule("V-05-2")
def resident_region(facts: Facts) -> Iterator[Found]:
    text = facts.text("tax_id")
    if text and facts.text("tax_id_type") in PERSON:
        yield from doubted("tax_id", text, check_resident_id)


@rule("V-06")
def other_identity(facts: Facts) -> Iterator[Found]:
    text = facts.text("tax_id")
    if text and facts.text("tax_id_type") not in (*USCC, *LEGACY, *PERSON, "", "none"):
        yield from refused("tax_id", text, check_other_number)


def check_other_number(text: str) -> Checked:
    """A passport, a permit, a foreign or internal number: tidied, 2–40 digits and letters."""
    code = compact(text, "证件号/税号", "证件上的号码")
    if not re.fullmatch(r"[0-9A-Z./]{2,}", code) or len(code) > LONGEST_OTHER_NUMBER:
        raise Invalid(f"证件号/税号应为 2–{LONGEST_OTHER_NUMBER} 位数字或字母；请按证件原样填写。")
    return Checked(code)


@rule("V-07")
def taxpayer(facts: Facts) -> Iterator[Found]:
    for path, text in _taxpayers(facts):
        yield from refused(path, text, check_taxpayer_number)


@rule("V-07-2")
def old_taxpayer(facts: Facts) -> Iterator[Found]:
    for path, text in _taxpayers(facts):
        yield from doubted(path, text, check_taxpayer_number)


def _taxpayers(facts: Facts) -> Iterator[tuple[str, str]]:
    if facts.text("tax_id_type") in LEGACY:
        yield from facts.cells("tax_id")
    if facts.text("country") in CHINA:
        yield from facts.cells("taxpayer_no")


@rule("V-08")
def phones(facts: Facts) -> Iterator[Found]:
    """A number of the customer's country; people abroad may have a Chinese one."""
    for name in ("phone", "fax", "invoice_phone"):
        for path, text in facts.cells(name):
            yield from _phone(facts, path, text)
    for name in ("mobile", "phone"):
        for path, text in facts.cells("", "contacts", name):
            yield from _phone(facts, path, text)


def _phone(facts: Facts, path: str, text: str) -> Iterator[Found]:
    found = list(refused(path, text, check_phone))
    abroad = facts.text("country")
    if found and abroad not in CHINA and abroad.isalpha():
        found = list(refused(path, text, check_phone, region=abroad))
    yield from found


@rule("V-09")
def postcode(facts: Facts) -> Iterator[Found]:
    text = facts.text("postcode")
    if text and facts.text("country") in CHINA:
        yield from refused("postcode", text, check_postcode)


@rule("V-09-2")
def postcode_province(facts: Facts) -> Iterator[Found]:
    text, region = facts.text("postcode"), facts.list("regions").get(facts.text("region_code"))
    if text and region and facts.text("country") in CHINA:
        yield from doubted("postcode", text, check_postcode, province=_province(region.name))


def _province(name: str) -> str:
    return re.sub("(省|市|特别行政区|(维吾尔|壮族|回族)?自治区)$", "", name)


@rule("V-10")
def email(facts: Facts) -> Iterator[Found]:
    for path, text in (*facts.cells("invoice_email"), *facts.cells("", "contacts", "email")):
        yield from refused(path, text, check_email)


@rule("V-11")
def card(facts: Facts) -> Iterator[Found]:
    for path, row in facts.rows("banks"):
        if row.get("account_no") and row.get("account_kind") == PERSONAL_CARD:
            yield from refused(f"{path}.account_no", row["account_no"], check_account, kind=PERSONAL_CARD)


@rule("V-11-2")
def corporate_account(facts: Facts) -> Iterator[Found]:
    """Of digits at home; abroad an IBAN, or letters and digits."""
    for path, row in facts.rows("banks"):
        kind, number = row.get("account_kind"), row.get("account_no")
        if number and kind == FOREIGN:
            yield from refused(f"{path}.account_no", number, check_foreign)
        elif number and kind != PERSONAL_CARD and not row.get("iban"):
            yield from refused(f"{path}.account_no", number, check_account, kind="")


@rule("V-12")
def cnaps(facts: Facts) -> Iterator[Found]:
    for path, text in facts.cells("", "banks", "cnaps_code"):
        yield from refused(path, text, check_cnaps)


@rule("V-12-2")
def cnaps_bank(facts: Facts) -> Iterator[Found]:
    """The first three digits name a known bank; only whether it is known is asked, names vary too much."""
    banks = facts.list("banks")
    for path, text in facts.cells("", "banks", "cnaps_code"):
        try:
            code = check_cnaps(text).value[:3]
        except Invalid:
            continue
        if banks.get(code) is None:
            yield Found(path, f"联行号前三位 {code} 不在银行表中；请对照开户许可证，确有此行的由管理员补入参考数据。")


@rule("V-13")
def swift_and_iban(facts: Facts) -> Iterator[Found]:
    for path, text in facts.cells("", "banks", "swift_code"):
        yield from _standard(path, text, bic.validate, "SWIFT 代码应为 8 或 11 位（ISO 9362），例如 BKCHCNBJ")
    for path, text in facts.cells("", "banks", "iban"):
        yield from _standard(path, text, iban.validate, "IBAN 的位数或校验位不符（ISO 13616）")


def _standard(path: str, text: str, validate: object, what: str) -> Iterator[Found]:
    assert callable(validate)
    try:
        validate(text)
    except ValidationError:
        yield Found(path, f"{what}；请对照客户盖章的收款资料更正。")


@rule("V-14")
def country_and_currency(facts: Facts) -> Iterator[Found]:
    for name, field in (
        ("countries", "country"),
        *(("currencies", one) for one in ("sales_currency", "credit_currency")),
    ):
        if (code := facts.text(field)) and facts.list(name).get(code) is None:
            yield Found(field, f"“{code}”不在参考数据中；请从列表选择。")
    for path, code in facts.cells("", "banks", "currency"):
        if facts.list("currencies").get(code) is None:
            yield Found(path, f"币种“{code}”不在参考数据中；请从列表选择。")


@rule("V-15")
def region(facts: Facts) -> Iterator[Found]:
    code = facts.text("region_code")
    if code and facts.text("country") in CHINA and facts.list("regions").get(code) is None:
        yield Found("region_code", f"行政区划代码“{code}”不在参考数据中；请从列表选择。")


@rule("V-15-2")
def place(facts: Facts) -> Iterator[Found]:
    """City and district belong to the province; merged districts are told apart by a hint."""
    regions, province = facts.list("regions"), facts.text("region_code")
    own = regions.get(province)
    if own is None or facts.text("country") not in CHINA or not regions.below(province):
        return
    city, district = facts.text("city"), facts.text("district")
    found = city_named(regions, province, city)
    if city and found is None:
        near = "、".join(one.name for one in cities_of(regions, province) if not one.valid_to)[:60]
        yield Found("city", f"{own.name}没有“{city}”；请填地级市或县级市，例如 {near}。")
    within = list(regions.within(found.code if found else province))
    if district and within:
        entry = named(within, district)
        if entry is None and short(district) != (found and short(found.name)):
            yield Found("district", f"{found.name if found else own.name}没有“{district}”；请核对区县名称。")
        elif entry is not None and entry.valid_to and entry.valid_to < facts.day.isoformat():
            yield Found("district", f"“{entry.name}”已撤并；请填现在的区县名称。")


@rule("V-16")
def industry(facts: Facts) -> Iterator[Found]:
    code = facts.text("industry_code")
    if code and facts.list("industries").get(code) is None:
        yield Found("industry_code", f"行业代码“{code}”不在参考数据中；请从列表选择。")


@rule("V-20")
def company_name(facts: Facts) -> Iterator[Found]:
    text = facts.text("legal_name")
    if text:
        person = facts.text("customer_type") == "个人"
        yield from refused("legal_name", text, check_person_name if person else check_company_name)


@rule("V-20-2")
def unusual_company_name(facts: Facts) -> Iterator[Found]:
    text = facts.text("legal_name")
    if text and facts.text("customer_type") != "个人":
        yield from doubted("legal_name", text, check_company_name, customer_type=facts.text("customer_type"))


@rule("V-21")
def person_name(facts: Facts) -> Iterator[Found]:
    people = (*facts.cells("legal_representative"), *facts.cells("verified_by"), *facts.cells("", "contacts", "name"))
    for path, text in people:
        yield from refused(path, text, check_person_name)
