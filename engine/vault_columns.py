"""Columns whose sensitive values are encrypted on the way into the database and plain on the way out.

They find the vault at the dialect, where `Transactions` puts it. Prepared SQL does not pass through them: there
`tx.vault` decrypts and fingerprints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from engine.store import dumps, loads
from engine.vault import Token, Vault, is_token


def attach(dialect: Dialect, vault: Vault) -> None:
    """Let the columns of this database find the vault."""
    dialect.vault = vault  # type: ignore[attr-defined]


def _vault(dialect: Dialect) -> Vault:
    return getattr(dialect, "vault", None) or Vault()


class Encrypted(TypeDecorator[str]):
    """A text that is always encrypted, or only where `when` says so of it."""

    impl = Text
    cache_ok = True

    def __init__(self, when: Callable[[str], bool] | None = None) -> None:
        super().__init__()
        self.when = when

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value in (None, "") or isinstance(value, Token):
            return None if value is None else str(value)
        if self.when is None or is_token(value) or self.when(value):
            return _vault(dialect).encrypt(value)
        return str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return _vault(dialect).plain(value)


class EncryptedValue(TypeDecorator[Any]):
    """Plain data encrypted as a whole."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else str(_vault(dialect).encrypt(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else _vault(dialect).decrypt(value)


class EncryptedJson(TypeDecorator[Any]):
    """Plain data as canonical JSON text; a text is encrypted where `secret(name of its key, text)`."""

    impl = Text
    cache_ok = True

    def __init__(self, secret: Callable[[str, str], bool]) -> None:
        super().__init__()
        self.secret = secret

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        vault = _vault(dialect)
        return dumps(replaced(value, lambda name, text: is_token(text) or self.secret(name, text), vault.encrypt))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else loads(_vault(dialect).reveal(value))


def replaced(value: Any, secret: Callable[[str, str], bool], by: Callable[[str], Any], name: str = "") -> Any:
    """Plain data in which `by(text)` stands for every text that is `secret(name of its key, text)`."""
    if isinstance(value, Mapping):
        return {key: replaced(one, secret, by, str(key)) for key, one in value.items()}
    if isinstance(value, list):
        return [replaced(one, secret, by, name) for one in value]
    return by(value) if isinstance(value, str) and value and secret(name, value) else value


class Fingerprint(TypeDecorator[str]):
    """What stands for a text in equality look-ups: its HMAC. What is bound is the text, what is read the HMAC."""

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value in (None, "") else _vault(dialect).fingerprint(str(value))
