"""Which customer data is secret (sensitivity 3 of the data model), and how the store keeps it.

A natural person's number is secret, an organisation's is public. The store keeps `party.key` of a person as the
fingerprint `CN/#3f9c…`, so that one key per party is decided without the number standing anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from sqlalchemy import String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from engine.operations import sensitive
from engine.store import dumps
from engine.vault import Vault, is_token
from engine.vault_columns import Encrypted, EncryptedJson, replaced
from handlers.customers.values.resident_id import check_resident_id
from handlers.customers.values.text import Checked, unify
from handlers.customers.values.uscc import check_uscc

ALWAYS = frozenset({"mobile", "account_no", "birthday"})
OF_PERSONS = frozenset({"tax_id", "taxpayer_no"})
MARK = "#"  # before the fingerprint in a stored key
_LIKE_RESIDENT_ID = re.compile(r"[1-8]\d{5}(?:18|19|20)\d{9}[\dX]")


@sensitive("customers.personal_number")
def is_personal(number: Any) -> bool:
    """Whether a number is a resident's: the ID itself, or a tax number made of it (`L…`, with two digits more).

    One in thirty IDs would pass for a USCC too: a number that is both counts as a person's.
    """
    code = re.sub(r"[^0-9A-Z]", "", unify(str(number or "")).upper()).removeprefix("L")
    code = code[:18] if len(code) == 20 else code
    if _LIKE_RESIDENT_ID.fullmatch(code) is None:
        return False
    return _passes(check_resident_id, code) or not _passes(check_uscc, code)


def _passes(check: Callable[[str], Checked], code: str) -> bool:
    try:
        return bool(check(code).value)
    except ValueError:
        return False


def stored_key(vault: Vault, key: str | None) -> str | None:
    """A party's key (`keys.party_key`) as the tables hold it and are asked for it."""
    country, _, number = (key or "").partition("/")
    return f"{country}/{MARK}{vault.fingerprint(number)}" if is_personal(number) else key


def is_secret(name: str, text: str) -> bool:
    """Whether the value of a field of a customer must be encrypted."""
    field = re.split(r"[.-]", name)[-1]  # a column of a file is `contacts.mobile`
    return field in ALWAYS or (field in OF_PERSONS and is_personal(text))


def digest(vault: Vault, content: Any) -> str:
    """The sha256 (hex) of a customer's data in which fingerprints stand for secrets, so that nobody guesses them."""
    return sha256(
        dumps(replaced(content, is_secret, lambda text: {"hmac": vault.fingerprint(text)})).encode()
    ).hexdigest()


def sealed(vault: Vault, content: Any) -> str:
    """A customer's data as JSON text in which every secret is encrypted; `vault.reveal` opens it."""
    return dumps(replaced(content, lambda name, text: is_token(text) or is_secret(name, text), vault.encrypt))


class PartyKey(TypeDecorator[str]):
    """A party's key: bound as it is, stored as `stored_key` says."""

    impl = String(80)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return stored_key(getattr(dialect, "vault", None) or Vault(), value)


def secret_text() -> Encrypted:
    """The type of a column that is always secret."""
    return Encrypted()


def number_type() -> Encrypted:
    """The type of a column of tax numbers: secret when a person's."""
    return Encrypted(is_personal)


def snapshot_type() -> EncryptedJson:
    """The type of a column that holds a whole customer."""
    return EncryptedJson(is_secret)
