"""The field checks of the customer procedures, by the names that `fields.yaml` uses.

Each takes the typed text and returns it in normal form, or raises `Invalid` (a ValueError) with the remedy.
"""

from __future__ import annotations

import re

from engine.operations import check
from handlers.customers.values.bank import PERSONAL_CARD, check_foreign, check_swift
from handlers.customers.values.identity import (
    check_account,
    check_cnaps,
    check_company_name,
    check_email,
    check_person_name,
    check_phone,
    check_postcode,
    check_resident_id,
    check_taxpayer_number,
    check_uscc,
)
from handlers.customers.values.text import Invalid, compact, unify

LONGEST_OTHER_NUMBER = 40


@check("customers.uscc")
def uscc(text: str) -> str:
    return check_uscc(text).value


@check("customers.tax_id")
def tax_id(text: str) -> str:
    """Any domestic taxpayer number: USCC, and the older and temporary forms."""
    return check_taxpayer_number(text).value


@check("customers.resident_id")
def resident_id(text: str) -> str:
    return check_resident_id(text).value


@check("customers.other_id")
def other_id(text: str) -> str:
    """A foreign, internal or other number: tidied, no rule of ours to check it by (V-06, E-48)."""
    code = compact(text, "证件号/税号", "证件上的号码")
    if not re.fullmatch(r"[0-9A-Z./]{2,}", code) or len(code) > LONGEST_OTHER_NUMBER:
        raise Invalid(f"证件号/税号应为 2–{LONGEST_OTHER_NUMBER} 位数字或字母；请按证件原样填写。")
    return code


@check("customers.company_name")
def company_name(text: str) -> str:
    return check_company_name(text).value


@check("customers.person_name")
def person_name(text: str) -> str:
    return check_person_name(text).value


@check("customers.phone")
def phone(text: str) -> str:
    """Kept as people read it; the same number always reads the same."""
    return check_phone(text).display


@check("customers.postcode")
def postcode(text: str) -> str:
    return check_postcode(text).value


@check("customers.email")
def email(text: str) -> str:
    return check_email(text).value


@check("customers.cnaps")
def cnaps(text: str) -> str:
    return check_cnaps(text).value


@check("customers.bank_account")
def bank_account(text: str) -> str:
    """A corporate account; personal cards have their own check (V-11)."""
    return check_account(text, "").value


@check("customers.foreign_account")
def foreign_account(text: str) -> str:
    return check_foreign(text).value


@check("customers.swift")
def swift(text: str) -> str:
    return check_swift(text).value


@check("customers.personal_card")
def personal_card(text: str) -> str:
    return check_account(text, PERSONAL_CARD).value


@check("customers.internal_code")
def internal_code(text: str) -> str:
    """The stated code of an internal customer, e.g. IC0012; whether it is free is decided at posting."""
    code = unify(text).upper().replace(" ", "")
    if not re.fullmatch(r"IC\d{4}", code, re.ASCII):
        raise Invalid("内部客户编码应为 IC 加 4 位数字，例如 IC0012；请按单位编码表填写。")
    return code
