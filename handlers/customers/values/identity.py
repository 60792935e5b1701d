"""Every identity check on one page, by the name forms use; each gives a `Checked` or raises `Invalid`.

A check takes the raw text, and where said one more fact. `Checked.value` is what is stored; checking a stored
value again gives the same value.
"""

from collections.abc import Callable
from typing import Any

from handlers.customers.values.bank import check_account, check_cnaps
from handlers.customers.values.contact import check_email, check_postcode
from handlers.customers.values.names import check_company_name, check_person_name
from handlers.customers.values.phone import Phone, check_phone
from handlers.customers.values.resident_id import check_resident_id
from handlers.customers.values.taxpayer import Key, check_taxpayer_number, identity_key
from handlers.customers.values.text import Checked, Invalid
from handlers.customers.values.uscc import category, check_uscc

__all__ = [
    "CHECKS",
    "Checked",
    "Invalid",
    "Key",
    "Phone",
    "category",
    "check",
    "check_account",
    "check_cnaps",
    "check_company_name",
    "check_email",
    "check_person_name",
    "check_phone",
    "check_postcode",
    "check_resident_id",
    "check_taxpayer_number",
    "check_uscc",
    "identity_key",
]

CHECKS: dict[str, Callable[..., Checked]] = {
    "uscc": check_uscc,  # V-01…V-03
    "resident_id": check_resident_id,  # V-05; today
    "taxpayer_number": check_taxpayer_number,  # V-07
    "phone": check_phone,  # V-08; region
    "postcode": check_postcode,  # V-09; province
    "email": check_email,  # V-10
    "account": check_account,  # V-11; kind
    "cnaps": check_cnaps,  # V-12
    "company_name": check_company_name,  # V-20; customer_type
    "person_name": check_person_name,  # V-21; field
}


def check(name: str, text: str, **facts: Any) -> Checked:
    """Run the check of that name; KeyError when there is none."""
    return CHECKS[name](text, **facts)
