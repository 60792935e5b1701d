"""The key of a party: what must be unique over active customers and applications in flight (003:L513)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from handlers.customers.values.identity import identity_key
from handlers.customers.values.secrets import MARK, is_personal
from handlers.customers.values.text import unify

DOMESTIC = "CN"
INTERNAL_TYPES = frozenset({"internal", "内部"})


def party_key(tax_id: str | None, country: str = DOMESTIC, internal: bool = False) -> str | None:
    """`CN/914403001922038216`, `US/123456789`, `internal/IC0012`; None when there is no number (E-48).

    The kind of number is left out on purpose: declared as another kind it is still the same party.
    """
    code = re.sub(r"[^0-9A-Z\u3400-\u9fff]", "", unify(tax_id or "").upper())
    if not code:
        return None
    if internal:
        return f"internal/{code}"
    known = identity_key(code) if (country or DOMESTIC) == DOMESTIC else None
    return f"{country or DOMESTIC}/{known.value if known else code}"


def key_of(form: Mapping[str, Any]) -> str | None:
    """The key of the party an application is about."""
    internal = str(form.get("tax_id_type") or "") in INTERNAL_TYPES
    return party_key(_text(form, "tax_id"), _text(form, "country") or DOMESTIC, internal)


def shown(key: str) -> str:
    """The number of a key as it may be printed: a person's number keeps only its last digits."""
    number = key.partition("/")[2]
    if number.startswith(MARK):  # as stored: nobody can tell
        return "（自然人的证件号）"
    return f"尾号 {number[-4:]} 的身份证号" if is_personal(number) else number


def _text(form: Mapping[str, Any], name: str) -> str:
    return str(form.get(name) or "").strip()
